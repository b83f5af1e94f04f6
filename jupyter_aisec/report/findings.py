"""Findings for people and programs: lines for a terminal, JSON, and one block of HTML under a notebook cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from jupyter_aisec.model import Finding, Fix, NotAnalysed, Severity
from jupyter_aisec.report.words import escaped, visible

SHOWN = 6
"""Findings that are shown under a cell; the rest is a number."""

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
    """The findings of one cell for a terminal; the worst first, at most `SHOWN`."""
    shown, more = _worst(findings)
    lines = [
        f"{_SHAPES[each.severity]} {each.severity.value} {each.rule}, line {each.place.line}: {visible(each.message)}"
        for each in shown
    ]
    return "\n".join([*lines, *([f"… and {more} more"] if more else [])])


def html(findings: Sequence[Finding]) -> str:
    """The findings of one cell as one block: escaped, without script, in the colours of the theme."""
    shown, more = _worst(findings)
    if not shown:
        return ""
    rows = "".join(_row(finding) for finding in shown)
    rest = f'<div style="padding:2px 8px;opacity:0.8">and {more} more</div>' if more else ""
    return (
        '<div role="note" aria-label="Findings of the security check" style="'
        f"border-left:3px solid {_COLOURS[shown[0].severity]};margin:2px 0;padding:2px 0;"
        "background:var(--jp-layout-color1,transparent);color:var(--jp-ui-font-color1,inherit);"
        'font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);line-height:1.45">'
        f"{rows}{rest}</div>"
    )


def _row(finding: Finding) -> str:
    why, _, todo = finding.message.rpartition("; ")
    todo = f" <b>{escaped(todo[:1].upper() + todo[1:])}.</b>" if why else ""
    return (
        '<div style="padding:2px 8px">'
        f'<span style="color:{_COLOURS[finding.severity]};font-weight:600">'
        f"{_SHAPES[finding.severity]} {finding.severity.value}</span> "
        f'<code style="background:none;color:inherit">{escaped(finding.rule)}</code> '
        f'<span style="opacity:0.8">line {finding.place.line}</span><br>'
        f"{escaped(why or finding.message)}.{todo}</div>"
    )


def _worst(findings: Sequence[Finding]) -> tuple[list[Finding], int]:
    ordered = sorted(findings, key=lambda each: (-each.severity.rank, each.place.line, each.place.column))
    return ordered[:SHOWN], max(0, len(ordered) - SHOWN)
