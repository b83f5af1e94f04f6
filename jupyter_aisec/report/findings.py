"""Findings for people and programs: lines for a terminal, JSON, and one block of HTML under a notebook cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from jupyter_aisec.model import Finding, Fix, NotAnalysed, Severity
from jupyter_aisec.report.words import escaped, visible

SHOWN = 6
"""Kinds of finding that are shown under a cell; the rest is a number."""

_SHAPES = {
    Severity.CRITICAL: "◆",
    Severity.HIGH: "▲",
    Severity.MEDIUM: "■",
    Severity.LOW: "●",
    Severity.INFO: "○",
}
_COLOURS = {
    Severity.CRITICAL: "var(--jp-error-color1,#c62828)",
    Severity.HIGH: "var(--jp-error-color1,#c62828)",
    Severity.MEDIUM: "var(--jp-warn-color1,#b26a00)",
    Severity.LOW: "var(--jp-info-color1,#00707f)",
    Severity.INFO: "var(--jp-ui-font-color2,#666)",
}


class FileReport(Protocol):
    """What is known of one file."""

    @property
    def path(self) -> str:
        """The file, as the person named it."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the order of the notebook."""

    @property
    def not_analysed(self) -> tuple[NotAnalysed, ...]:
        """Cells, or the file itself, of which nothing is known."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that ran."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What had to be done to read the file."""


def text(reports: Sequence[FileReport], *, is_script: Iterable[str] = (), folders: Sequence[NotAnalysed] = ()) -> str:
    """One line per finding with what to do below it, and a summary.

    ``is_script`` names files without cells; ``folders`` are those that could not be looked into.
    """
    scripts = frozenset(is_script)
    lines: list[str] = []
    for report in reports:
        lines += [f"{visible(report.path)}: note: {visible(note)}" for note in report.notes]
        for finding in report.findings:
            place = finding.place
            where = f"line {place.line}:{place.column}"
            if report.path not in scripts:
                where = f"cell {place.cell_index + 1}, {where}"
            lines.append(f"{visible(report.path)}: {where}: {finding.severity.value} {finding.rule}")
            lines.append(f"    {visible(finding.message)}")
        if not report.findings:
            # A script that can't be read has a finding, which says it with its line.
            lines += [_missed(missed) for missed in report.not_analysed if missed.cell_index is None]
    lines += [_missed(folder) for folder in folders]
    lines.append(summary(reports, folders=folders))
    return "\n".join(lines)


def _missed(missed: NotAnalysed) -> str:
    return f"{visible(missed.path)}: not analysed: {visible(missed.reason)}"


def summary(reports: Sequence[FileReport], *, folders: Sequence[NotAnalysed] = ()) -> str:
    """What was found in a sentence: never that something is safe, nor that a file was checked that was not."""
    findings = [finding for report in reports for finding in report.findings]
    missed = [each for report in reports for each in report.not_analysed]
    rules = max((len(report.rules) for report in reports), default=0)
    whole = {each.path for each in missed if each.cell_index is None}
    read = sum(report.path not in whole for report in reports)
    if findings:
        where = f" in {_number(read, 'file')}" if read else ""
        what = f"{_number(len(findings), 'finding')} ({_counted(findings)}){where}"
    elif read:
        what = f"no known pattern found by {rules} rules in {_number(read, 'file')}"
    else:
        what = "nothing was checked"
    parts = sum(each.cell_index is not None for each in missed)
    numbers = ((len(folders), "folder"), (len(whole), "file"), (parts, "cell"))
    said = [_number(number, noun) for number, noun in numbers if number]
    return f"{what}; {' and '.join(said)} not analysed" if said else what


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _counted(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    return ", ".join(f"{counts[severity]} {severity.value}" for severity in reversed(Severity) if counts[severity])


def to_json(
    reports: Sequence[FileReport],
    rules: Sequence[str],
    *,
    is_script: Iterable[str] = (),
    folders: Sequence[NotAnalysed] = (),
) -> dict[str, list[dict[str, Any]] | list[str]]:
    """The contract of ``--format json``: keys are added in later versions, never changed."""
    scripts = frozenset(is_script)
    missed = [each for report in reports for each in report.not_analysed]
    return {
        "findings": [
            _finding(finding, report.path, is_script=report.path in scripts)
            for report in reports
            for finding in report.findings
        ],
        "not_analysed": [
            {
                "path": each.path,
                "cell_index": None if each.path in scripts else each.cell_index,
                "reason": each.reason,
            }
            for each in (*missed, *folders)
        ],
        "files": [report.path for report in reports],
        "rules": sorted(rules),
    }


def _finding(finding: Finding, path: str, *, is_script: bool) -> dict[str, Any]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "path": path,
        "cell_id": place.cell_id,
        "cell_index": None if is_script else place.cell_index,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "fix": _fix(finding.fix),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "description": fix.description,
        "safe": fix.safe,
        "edits": [
            {
                "line": edit.place.line,
                "column": edit.place.column,
                "end_line": edit.place.end_line,
                "end_column": edit.place.end_column,
                "text": edit.text,
            }
            for edit in fix.edits
        ],
    }


def cell_text(findings: Sequence[Finding]) -> str:
    """The findings of one cell for a terminal; the worst first, alike ones together, at most `SHOWN`."""
    groups = _groups(findings)
    lines = []
    for group in groups[:SHOWN]:
        first = group[0]
        said = f"{first.severity.value} {first.rule}, {_lines(group)}: {visible(first.message)}"
        lines.append(f"{_SHAPES[first.severity]} {said}")
    return "\n".join([*lines, *filter(None, [_rest(groups)])])


def html(findings: Sequence[Finding]) -> str:
    """The findings of one cell as one block: escaped, without script, in the colours of the theme."""
    groups = _groups(findings)
    if not groups:
        return ""
    rows = "".join(_row(group) for group in groups[:SHOWN])
    rest = _rest(groups)
    more = f'<div style="padding:2px 8px;opacity:0.8">{escaped(rest)}</div>' if rest else ""
    return (
        '<div role="note" aria-label="Findings of the security check (aisec)" style="'
        f"border-left:3px solid {_COLOURS[groups[0][0].severity]};margin:2px 0;padding:2px 0;"
        "background:var(--jp-layout-color1,transparent);color:var(--jp-ui-font-color1,inherit);"
        "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);line-height:1.45;"
        f'overflow-wrap:anywhere">{rows}{more}</div>'
    )


def _row(group: Sequence[Finding]) -> str:
    finding = group[0]
    why, _, todo = finding.message.rpartition("; ")
    todo = f" <b>{escaped(todo[:1].upper() + todo[1:])}.</b>" if why else ""
    return (
        '<div style="padding:2px 8px">'
        f'<span style="color:{_COLOURS[finding.severity]};font-weight:600">'
        f"{_SHAPES[finding.severity]} {finding.severity.value}</span> "
        f'<code style="background:none;color:inherit">{escaped(finding.rule)}</code> '
        f'<span style="opacity:0.8">{_lines(group)}</span><br>'
        f"{escaped(why or finding.message)}.{todo}</div>"
    )


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings that say the same, together; the worst first, then the first in the cell."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for each in sorted(findings, key=lambda each: (-each.severity.rank, each.place.line, each.place.column)):
        groups.setdefault((each.rule, each.message), []).append(each)
    return list(groups.values())


def _lines(group: Sequence[Finding]) -> str:
    """``line 3``, or ``lines 3 to 62, 60 times``."""
    first, last = group[0].place.line, group[-1].place.line
    if len(group) == 1:
        return f"line {first}"
    return f"line {first}, {len(group)} times" if first == last else f"lines {first} to {last}, {len(group)} times"


def _rest(groups: Sequence[Sequence[Finding]]) -> str | None:
    hidden = sum(len(group) for group in groups[SHOWN:])
    return f"and {hidden} more: %aisec check shows all" if hidden else None
