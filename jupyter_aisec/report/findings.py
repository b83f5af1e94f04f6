"""The findings of one cell, for who has just run it: lines of text, and one block of HTML."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_aisec.model import Finding, Severity
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
