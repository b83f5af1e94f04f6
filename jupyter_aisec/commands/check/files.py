"""One file from its bytes to its report; all of it can be sent to another process, and back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from jupyter_aisec import advisories
from jupyter_aisec.analysis import Report
from jupyter_aisec.analysis.analyser import SECONDS
from jupyter_aisec.analysis.context import Documented
from jupyter_aisec.analysis.memory import Memory
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.commands.check.cache import Cache
from jupyter_aisec.model import AisecError, Finding, NotAnalysed, Notebook, Part, Severity
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.decode import content, decode, is_script
from jupyter_aisec.notebook.fingerprint import Fingerprints
from jupyter_aisec.notebook.positions import Positions, script_changes
from jupyter_aisec.project import Project
from jupyter_aisec.report.checked import FileReport, Shown
from jupyter_aisec.rules import analyser, named

_SECRETS = frozenset({"CWE-798", "CWE-359"})
"""Rules about what must not be shown once more: keys, and data of persons."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with one file. ``data`` is given where it is not on the disk; ``root`` is of the project.

    ``fixes``: whether to look what fixes change, ``writes`` whether to write that, ``places`` whether somebody wants
    to know where in the file things stand, ``fingerprints`` whether to make them: that is to parse a cell once more.
    ``is_documented``: whether the project keeps documents. ``cache`` is None where nothing is to be remembered.
    """

    path: str
    root: Path
    rules: tuple[str, ...]
    least: Severity = Severity.INFO
    fixes: bool = False
    unsafe: bool = False
    writes: bool = False
    places: bool = False
    fingerprints: bool = False
    data: bytes | None = None
    is_script: bool | None = None
    advisories: Path | None = None
    is_documented: bool = False
    cache: Cache | None = None


def checked(task: Task, memory: Memory | None = None) -> FileReport:
    """Check one file and, if that is asked, fix it; ``memory`` is of the files before it.

    Never raises because of what the file is.
    """
    script = is_script(task.path) if task.is_script is None else task.is_script
    try:
        data = content(task.path) if task.data is None else task.data
        if task.fixes:
            return _mended(task, data, decode(data, task.path, script=script), memory)
        report, notebook = _found(task, data, memory, script=script)
    except AisecError as error:
        missed = NotAnalysed(task.path, _reason(error, task.path))
        return FileReport(task.path, named_here(task.path), not_analysed=(missed,), is_unread=True)
    return _shown(task, _severe(report, task.least), notebook, data)


def _found(task: Task, data: bytes, memory: Memory | None, *, script: bool) -> tuple[Report, Notebook]:
    """What is said of a file, and what was read for that: from the cache, with the cells that have findings.

    Raises `AisecError`.
    """
    documented = _documented(task)
    entry = None
    if task.cache is not None:
        entry = task.cache.entry(data, task.rules, is_script=script, is_documented=documented is not None)
        known = entry.read(task.path)
        if known is not None:
            wanted = {finding.place.cell_index for finding in known.findings}
            clean = Notebook(task.path, (), is_script=script)
            return known, decode(data, task.path, script=script, only=wanted) if wanted else clean
    notebook = decode(data, task.path, script=script)
    asked: list[str] = []

    def ask(where: str) -> bool:
        asked.append(where)
        return documented is not None and documented(where)

    started = time.monotonic()
    report = _analyse(task, None if documented is None else ask, notebook, memory)
    if entry is not None and not asked and time.monotonic() - started < SECONDS / 2:
        entry.write(report)
    return report, notebook


def _mended(task: Task, data: bytes, notebook: Notebook, memory: Memory | None) -> FileReport:
    from jupyter_aisec.commands.check.fixes import difference, mended
    from jupyter_aisec.notebook.save import save

    documented = _documented(task)

    def analyse(notebook: Notebook) -> Report:
        return _severe(_analyse(task, documented, notebook, memory), task.least)

    done = mended(data, notebook, analyse, unsafe=task.unsafe)
    problem = done.problem
    if task.writes and done.data != data:
        try:
            save(Path(task.path), data, done.data)
        except AisecError as error:
            return replace(_shown(task, analyse(notebook), notebook, data), problem=_reason(error, task.path))
    after = _shown(task, done.report, done.notebook, done.data)
    diff = "" if task.writes else difference(notebook, done)
    return replace(after, fixed=done.fixed, diff=diff, problem=problem)


def _shown(task: Task, report: Report, notebook: Notebook, data: bytes) -> FileReport:
    placed = data if task.places else None
    return shown(report, notebook, _rules(task.rules), fingerprints=task.fingerprints, data=placed)


def shown(
    report: Report,
    notebook: Notebook,
    rules: Sequence[Rule],
    *,
    fingerprints: bool = True,
    data: bytes | None = None,
) -> FileReport:
    """A report with what stands around its findings; where in the file they stand, if that is given."""
    cells = {cell.index: cell for cell in notebook.cells}
    secrets = _secrets(report.findings, rules)
    text = None if data is None or notebook.is_script else data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    positions = None if text is None else Positions(text)
    made: dict[int, Fingerprints] = {}
    lines: dict[int, list[str]] = {}
    found = []
    for finding in report.findings:
        cell = cells.get(finding.place.cell_index)
        if cell is None:
            continue
        if fingerprints and cell.index not in made:
            made[cell.index] = Fingerprints(cell)
        fingerprint = made[cell.index].of(finding.rule, finding.place) if fingerprints else ""
        if cell.index not in lines:
            lines[cell.index] = physical.split(cell.source)
        code = _code(finding, lines[cell.index], secrets.get((cell.index, finding.place.line)))
        edits = finding.fix.edits if finding.fix else ()
        if positions is not None:
            line, changes = positions.line(cell, finding.place), positions.changes(edits)
        else:
            line, changes = finding.place.line, script_changes(cell.source, edits) if data is not None else ()
        found.append(Shown(finding, fingerprint, code, line, changes))
    return FileReport(
        report.path,
        named_here(report.path),
        tuple(found),
        report.not_analysed,
        report.notes,
        is_script=notebook.is_script,
    )


def named_here(path: str) -> str:
    """A file as seen from the working directory, with slashes: so programs that know a checkout name it."""
    file = Path(path)
    if not file.is_absolute():
        return file.as_posix()
    here = Path.cwd()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else file.as_posix()


@lru_cache(1)
def _rules(names: tuple[str, ...]) -> tuple[Rule, ...]:
    """Most files have the same."""
    return named(names)


def _documented(task: Task) -> Documented | None:
    return Project(task.root).documented(Path(task.path).parent) if task.is_documented else None


def _analyse(task: Task, documented: Documented | None, notebook: Notebook, memory: Memory | None) -> Report:
    known = None if task.advisories is None else advisories.read(task.advisories)
    memory = None if memory is None else memory.on((task.rules, known, documented is None))
    return analyser(_rules(task.rules), documented=documented, advisories=known, memory=memory).analyse(notebook)


def _severe(report: Report, least: Severity) -> Report:
    """Without what is less than that."""
    if least is Severity.INFO:
        return report
    return replace(report, findings=tuple(each for each in report.findings if each.severity >= least))


def _secrets(findings: Sequence[Finding], rules: Sequence[Rule]) -> dict[tuple[int, int], int]:
    """By cell and line, the column where the first secret on it begins."""
    said = {finding.rule for finding in findings}
    about = {rule.name for rule in rules if rule.name in said and any(each.id in _SECRETS for each in rule.references)}
    found: dict[tuple[int, int], int] = {}
    for finding in findings:
        if finding.rule in about:
            where = finding.place.cell_index, finding.place.line
            found[where] = min(finding.place.column, found.get(where, finding.place.column))
    return found


def _code(finding: Finding, lines: Sequence[str], secret: int | None) -> str:
    """The line that a finding begins on; of a secret on it, no more than how it begins."""
    place = finding.place
    if place.part is not Part.SOURCE or place.line > len(lines):
        return ""
    line = lines[place.line - 1]
    return line if secret is None else f"{line[: secret + 3]}…"


def _reason(error: AisecError, path: str) -> str:
    """The message without the path, which stands beside it."""
    return str(error).removeprefix(f"{path}: ")
