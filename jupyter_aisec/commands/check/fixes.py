"""Fixes applied to one file in memory: again and again, for one may show what another was hiding."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from jupyter_aisec.analysis import Report
from jupyter_aisec.model import AisecError, Cell, CellKind, Finding, Fix, Notebook, Part
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.decode import decode
from jupyter_aisec.notebook.edits import Offsets, Replacement, applied, go_together
from jupyter_aisec.notebook.rewrite import rewritten
from jupyter_aisec.notebook.syntax import compiles
from jupyter_aisec.report.checked import Fixed, plural

ROUNDS = 10
"""How often a file is looked at again; what is left then stays as it is."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A file after its fixes: its bytes, what they say, and what was done. ``problem``: why no more could be done."""

    data: bytes
    notebook: Notebook
    report: Report
    fixed: tuple[Fixed, ...] = ()
    problem: str | None = None


def mended(data: bytes, notebook: Notebook, analyse: Callable[[Notebook], Report], *, unsafe: bool) -> Mended:
    """Apply what can be applied; ``unsafe``: also fixes after which a working program may do something else."""
    state = Mended(data, notebook, analyse(notebook))
    for _ in range(ROUNDS):
        chosen = _chosen(state, unsafe=unsafe)
        if not chosen:
            break
        edits = [edit for _, fix in chosen for edit in fix.edits]
        try:
            new = rewritten(state.data, notebook.path, edits, script=notebook.is_script)
        except AisecError as error:
            problem = str(error).removeprefix(f"{notebook.path}: ")
            return Mended(state.data, state.notebook, state.report, state.fixed, problem)
        now = decode(new, notebook.path, script=notebook.is_script)
        done = tuple(_fixed(each, fix) for each, fix in chosen)
        state = Mended(new, now, analyse(now), state.fixed + done)
    return state


def difference(before: Notebook, done: Mended) -> str:
    """What has changed, cell by cell, as a unified diff of their sources; outputs that go are named."""
    parts: list[str] = []
    for was, now in zip(before.cells, done.notebook.cells, strict=True):
        name = before.path if before.is_script else f"{before.path}:cell {was.index + 1}"
        outputs = sum(each.outputs for each in done.fixed if each.cell_index == was.index)
        if outputs:
            parts.append(f"# {name}: {plural(outputs, 'output')} taken out")
        parts += difflib.unified_diff(_lines(was.source), _lines(now.source), name, name, lineterm="")
    return "\n".join(parts)


def _lines(source: str) -> list[str]:
    lines = physical.split(source)
    return lines if lines[-1] else lines[:-1]


def _fixed(finding: Finding, fix: Fix) -> Fixed:
    outputs = {edit.place.output for edit in fix.edits if edit.place.output is not None}
    return Fixed(finding.rule, finding.place.cell_index, fix.description, len(outputs))


def _chosen(state: Mended, *, unsafe: bool) -> list[tuple[Finding, Fix]]:
    """The fixes that go together, each cell of which can still be read afterwards."""
    by_cell: dict[int, list[tuple[Finding, Fix]]] = defaultdict(list)
    for finding in state.report.findings:
        fix = finding.fix
        if fix is not None and fix.edits and (fix.safe or unsafe):
            by_cell[finding.place.cell_index].append((finding, fix))
    cells = {cell.index: cell for cell in state.notebook.cells}
    return [each for index, found in by_cell.items() if index in cells for each in _in_cell(cells[index], found)]


def _in_cell(cell: Cell, found: Sequence[tuple[Finding, Fix]]) -> Iterator[tuple[Finding, Fix]]:
    candidates = list(_together(cell, found))
    kept = _readable(cell, [new for _, _, new in candidates if new], [])
    for finding, fix, new in candidates:
        if not new or new in kept:
            yield finding, fix


def _readable(cell: Cell, found: list[list[Replacement]], kept: list[list[Replacement]]) -> list[list[Replacement]]:
    """Those of the changes after which the cell can still be read; all at once, and by halves where that fails."""
    if not found or _reads(cell, applied(cell.source, [each for new in (*kept, *found) for each in new])):
        return found
    if len(found) == 1:
        return []
    half = len(found) // 2
    first = _readable(cell, found[:half], kept)
    return first + _readable(cell, found[half:], [*kept, *first])


def _together(cell: Cell, found: Sequence[tuple[Finding, Fix]]) -> Iterator[tuple[Finding, Fix, list[Replacement]]]:
    """Fixes that don't touch each other, with what they change in the source."""
    offsets = Offsets(cell.source)
    taken: list[Replacement] = []
    outputs: set[int] = set()
    for finding, fix in found:
        if any(edit.place.cell_index != cell.index for edit in fix.edits):
            continue
        gone = {edit.place.output for edit in fix.edits if edit.place.output is not None}
        try:
            new = [offsets.replacement(edit) for edit in fix.edits if edit.place.part is Part.SOURCE]
        except IndexError:
            continue
        if outputs & gone or not go_together(new, taken):
            continue
        taken += new
        outputs |= gone
        yield finding, fix, new


def _reads(cell: Cell, source: str) -> bool:
    """Whether the cell is still code that compiles, if it was."""
    return cell.kind is not CellKind.CODE or compiles(source) or not compiles(cell.source)
