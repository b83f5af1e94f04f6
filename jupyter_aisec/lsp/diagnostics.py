"""Findings as diagnostics, and what is shown when somebody points at one."""

from __future__ import annotations

from functools import cache

from lsprotocol import types

from jupyter_aisec.checking import messages
from jupyter_aisec.commands.explain import page_of
from jupyter_aisec.lsp.text import Text
from jupyter_aisec.lsp.watch import Found
from jupyter_aisec.report.rulepage import RulePage
from jupyter_aisec.report.words import markdown, visible
from jupyter_aisec.rules import all_rules

SOURCE = "aisec"

_SEVERITIES: dict[messages.SeverityWord, types.DiagnosticSeverity] = {
    "critical": types.DiagnosticSeverity.Error,
    "high": types.DiagnosticSeverity.Error,
    "medium": types.DiagnosticSeverity.Warning,
    "low": types.DiagnosticSeverity.Information,
    # A hint would be three dots that nobody sees, and in no list.
    "info": types.DiagnosticSeverity.Information,
}
_START = types.Range(types.Position(0, 0), types.Position(0, 0))


def diagnostics(text: Text, found: Found) -> list[types.Diagnostic]:
    """All that is to be said of a text."""
    said = [diagnostic(text, each) for each in found.findings]
    if found.problem is not None:
        severity = types.DiagnosticSeverity.Information
        message = f"not analysed: {visible(found.problem)}"
        said.append(types.Diagnostic(_START, message, severity, "not-analysed", source=SOURCE))
    return said


def diagnostic(text: Text, finding: messages.Finding) -> types.Diagnostic:
    """One finding. Its rule leads to the page of the weakness, in the list that weaknesses have numbers in."""
    page = _pages().get(finding.rule)
    url = None if page is None else next((link.url for link in page.links if link.id.startswith("CWE-")), None)
    return types.Diagnostic(
        range=text.range(finding.range),
        message=visible(finding.message),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=None if url is None else types.CodeDescription(url),
        source=SOURCE,
    )


def hover(text: Text, found: Found, position: types.Position, *, as_markdown: bool) -> types.Hover | None:
    """The pages of the rules that have something to say at a place."""
    at = text.offset(position)
    pointed = [each for each in found.findings if _reaches(text.extent(each.range), at)]
    if not pointed:
        return None
    if as_markdown:
        kind, said = types.MarkupKind.Markdown, "\n\n---\n\n".join(map(_in_markdown, pointed))
    else:
        kind, said = types.MarkupKind.PlainText, "\n\n".join(map(_plain, pointed))
    return types.Hover(types.MarkupContent(kind, said), text.range(pointed[0].range))


def _in_markdown(finding: messages.Finding) -> str:
    page = _pages().get(finding.rule)
    head = f"**{finding.rule}** ({finding.severity}): {markdown(finding.message)}"
    return head if page is None else f"{head}\n\n{page.markdown()}"


def _plain(finding: messages.Finding) -> str:
    page = _pages().get(finding.rule)
    return f"{visible(finding.message)}\n\n{finding.rule if page is None else page.plain()}"


def _reaches(extent: tuple[int, int], at: int) -> bool:
    return extent[0] <= at <= extent[1]


@cache
def _pages() -> dict[str, RulePage]:
    return {rule.name: page_of(rule) for rule in all_rules()}
