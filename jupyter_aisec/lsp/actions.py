"""What an editor can do about findings: fix one, silence one with a reason, fix all that is safe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lsprotocol import types

from jupyter_aisec.checking import messages
from jupyter_aisec.lsp.diagnostics import diagnostic
from jupyter_aisec.lsp.documents import TextDocument
from jupyter_aisec.lsp.text import Text
from jupyter_aisec.notebook.edits import Replacement, applied, go_together
from jupyter_aisec.notebook.syntax import compiles

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.aisec"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)

_LONGEST = 200_000
"""Characters of a text that is compiled while an editor waits."""

Edit = types.TextEdit | types.SnippetTextEdit


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the editor can take: versions beside edits, and an edit that leaves the cursor in a field to fill."""

    has_versions: bool = False
    has_snippets: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> Abilities:
        """As it said when it started us."""
        found = capabilities.workspace.workspace_edit if capabilities.workspace is not None else None
        if found is None or not found.document_changes:
            return cls()
        return cls(has_versions=True, has_snippets=bool(found.snippet_edit_support))


def actions(
    document: TextDocument, findings: Sequence[messages.Finding], asked: types.CodeActionParams, able: Abilities
) -> list[types.CodeAction]:
    """What can be done in a range; the findings are those of the text as it stands."""
    wanted = asked.context.only
    found: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix.value, wanted):
        text = document.text
        start, end = text.offset(asked.range.start), text.offset(asked.range.end)
        near = [each for each in findings if _meet(text.extent(each.range), (start, end))]
        found += [action for each in near for action in _quick(document, each, able)]
    if _is_wanted(FIX_ALL, wanted):
        found += _all(document, findings, able)
    return found


def _quick(document: TextDocument, finding: messages.Finding, able: Abilities) -> Iterator[types.CodeAction]:
    text = document.text
    about = [diagnostic(text, finding)]
    if finding.fix is not None:
        note = "" if finding.fix.safe else " (unsafe: the program may then do something else)"
        yield types.CodeAction(
            title=f"{finding.rule}: {finding.fix.description}{note}",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=about,
            is_preferred=finding.fix.safe,
            edit=_change(document, [_edit(text, each) for each in finding.fix.edits], able),
        )
    if finding.ignore is not None:
        silenced: Edit = _edit(text, finding.ignore)
        if able.has_snippets:
            snippet = f"{_escaped(text.written(finding.ignore.text))}${{1:reason}}"
            silenced = types.SnippetTextEdit(text.range(finding.ignore.range), types.StringValue(snippet))
        yield types.CodeAction(
            title=f"{finding.rule}: ignore it here, with a reason behind the comment",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=about,
            edit=_change(document, [silenced], able),
        )


def _all(document: TextDocument, findings: Sequence[messages.Finding], able: Abilities) -> Iterator[types.CodeAction]:
    """All safe fixes that go together, after which the text is still code, if it was."""
    text = document.text
    if len(text.source) > _LONGEST:
        return
    is_code: bool | None = None
    taken: list[Replacement] = []
    edits: list[Edit] = []
    for finding in findings:
        if finding.fix is None or not finding.fix.safe:
            continue
        new = [Replacement(*text.extent(each.range), text.written(each.text)) for each in finding.fix.edits]
        if not go_together(new, taken):
            continue
        is_code = compiles(text.source) if is_code is None else is_code
        if is_code and not compiles(applied(text.source, [*taken, *new])):
            continue
        taken += new
        edits += [_edit(text, each) for each in finding.fix.edits]
    if edits:
        title = "aisec: apply all safe fixes"
        yield types.CodeAction(title=title, kind=FIX_ALL, edit=_change(document, edits, able))


def _edit(text: Text, edit: messages.TextEdit) -> types.TextEdit:
    return types.TextEdit(text.range(edit.range), text.written(edit.text))


def _change(document: TextDocument, edits: Sequence[Edit], able: Abilities) -> types.WorkspaceEdit:
    """Bound to the text that was checked, where an editor can tell."""
    if able.has_versions:
        target = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(target, edits)])
    return types.WorkspaceEdit(changes={document.uri: [each for each in edits if isinstance(each, types.TextEdit)]})


def _is_wanted(kind: str, wanted: Iterable[types.CodeActionKind | str] | None) -> bool:
    """Whether an editor asks for this kind, or for one that it is a part of; it need not name any."""
    if wanted is None:
        return True
    names = [each.value if isinstance(each, types.CodeActionKind) else each for each in wanted]
    return any(not name or kind == name or kind.startswith(f"{name}.") for name in names)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _escaped(text: str) -> str:
    """As it is written in a snippet to stand for itself."""
    return "".join(f"\\{each}" if each in "\\$}" else each for each in text)
