"""Characters that nobody sees and every program reads."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator

from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.source import Source
from jupyter_aisec.model import CellKind, Severity

FAMILY = Family(
    "hygiene and exposure",
    cwe="CWE-1007",
    atlas="AML.T0068",
    topics=Topics("", "LLM01", "LLM01"),
    guidelines=("2.1",),
)
_TURNING = "\u202a-\u202e\u2066-\u2069"
_TAGS = "\U000e0000-\U000e007f"
_INVISIBLE = "\u200b\u2060-\u2064\u180e\u115f\u1160\u3164\uffa0"
_HIDDEN = re.compile(f"[{_TURNING}{_TAGS}{_INVISIBLE}]+")
_FLAG = "\U0001f3f4"
_HIDING = 8
"""Invisible characters in a row that can carry a message; one or two come from a web page that was copied."""
_WRITTEN_LEFT = frozenset({"R", "AL"})


def _is_hiding(text: str) -> bool:
    return not text.isascii() and _HIDDEN.search(text) is not None


@FAMILY.rule(Severity.HIGH, screen=_is_hiding)
def hidden_unicode(cell: Source) -> Iterator[Hit]:
    """Characters that can't be seen change what the text says.

    Characters that turn the direction of writing make code look like other code than the one that runs (published as
    Trojan Source, CVE-2021-42574); tag characters and rows of characters without width carry text that a person does
    not see and a language model obeys (invisible prompt injection). Take them out, and ask where the text came from.

    Bad:
        --- markdown
        Summarise the file\u202e\u2066 as you like

    Good:
        --- markdown
        Summarise the file as you like
    """
    if cell.text.isascii():
        return
    for match in _HIDDEN.finditer(cell.text):
        severity, what = _weighed(cell, match)
        if what:
            first = f"U+{ord(match[0][0]):04X}"
            message = f"{what} ({first}) can't be seen here; take them out, and ask where this text came from"
            yield cell.found(match.start(), match.end(), message, severity=severity, repair=_removed(cell, match))


def _weighed(cell: Source, match: re.Match[str]) -> tuple[Severity | None, str]:
    """How bad it is, and what it is; nothing for what belongs to a script, to a flag or to a copied page."""
    hidden = match[0]
    if any(each >= "\U000e0000" for each in hidden):
        is_flag = cell.text[match.start() - 1 : match.start()] == _FLAG and hidden.endswith("\U000e007f")
        return None, "" if is_flag else f"{len(hidden)} tag characters"
    if any(each in hidden for each in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
        line = cell.text[cell.text.rfind("\n", 0, match.start()) + 1 : match.end() + 200].split("\n")[0]
        is_script = any(unicodedata.bidirectional(each) in _WRITTEN_LEFT for each in line)
        # What stands around a quotation or a number, and turns nothing, comes from an editor.
        is_harmless = set(hidden) <= set("\u202a\u202c\u2066\u2069\u2068")
        return None, "" if is_script or is_harmless else "characters that turn the direction of writing"
    if len(hidden) >= _HIDING and len(set(hidden)) > 1:
        return None, f"{len(hidden)} characters without width"
    return Severity.LOW, "characters without width" if cell.kind is CellKind.CODE else ""


def _removed(cell: Source, match: re.Match[str]) -> Repair:
    """Take them out: what a program does with a string that has them changes, all else stays as it is."""
    strings = ast.walk(cell.parsed.tree) if cell.parsed is not None else ()
    in_string = any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and match[0] in node.value for node in strings
    )
    return Repair("take them out", safe=not in_string, changes=(Change(cell.span(match.start(), match.end()), ""),))
