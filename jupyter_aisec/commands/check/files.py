"""One file from its bytes to its report; all of it can be sent to another process, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from jupyter_aisec import advisories
from jupyter_aisec.advisories import Advisories
from jupyter_aisec.analysis import Report
from jupyter_aisec.analysis.context import Documented
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.commands.check.fixes import difference, mended
from jupyter_aisec.model import AisecError, Finding, NotAnalysed, Notebook, Part, Severity
from jupyter_aisec.notebook import lines as physical
from jupyter_aisec.notebook.decode import content, decode, is_script
from jupyter_aisec.notebook.fingerprint import Fingerprints
from jupyter_aisec.notebook.positions import Positions, script_changes
from jupyter_aisec.notebook.save import save
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


def checked(task: Task) -> FileReport:
    """Check one file and, if that is asked, fix it. Never raises because of what the file is."""
    try:
        data = content(task.path) if task.data is None else task.data
        script = is_script(task.path) if task.is_script is None else task.is_script
        notebook = decode(data, task.path, script=script)
    except AisecError as error:
        missed = NotAnalysed(task.path, _reason(error, task.path))
        return FileReport(task.path, named_here(task.path), not_analysed=(missed,), is_unread=True)
    rules = named(task.rules)
    documented = Project(task.root).documented(Path(task.path).parent)
    known = None if task.advisories is None else advisories.read(task.advisories)
    analyse = partial(_analysed, rules, documented, known, task.least)
    show = partial(shown, rules=rules, fingerprints=task.fingerprints)
    if not task.fixes:
        return show(analyse(notebook), notebook, data=data if task.places else None)
    done = mended(data, notebook, analyse, unsafe=task.unsafe)
    problem = done.problem
    if task.writes and done.data != data:
        try:
            save(Path(task.path), data, done.data)
        except AisecError as error:
            problem = _reason(error, task.path)
            before = show(analyse(notebook), notebook, data=data if task.places else None)
            return replace(before, problem=problem)
    after = show(done.report, done.notebook, data=done.data if task.places else None)
    diff = "" if task.writes else difference(notebook, done)
    return replace(after, fixed=done.fixed, diff=diff, problem=problem)


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
    file, here = Path(path), Path.cwd()
    return file.relative_to(here).as_posix() if file.is_relative_to(here) else file.as_posix()


def _analysed(
    rules: Sequence[Rule],
    documented: Documented | None,
    known: Advisories | None,
    least: Severity,
    notebook: Notebook,
) -> Report:
    report = analyser(rules, documented=documented, advisories=known).analyse(notebook)
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
