"""The text of a document: each question on its own lines, so that two people's answers go together in git.

A question that nobody answered stands there as a comment, for those who answer it in an editor.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from typing import Any

import tomlkit
from tomlkit.items import Item

from jupyter_aisec.documents.answers import NOT_APPLICABLE

_HEAD = (
    "What people know about this asset. The first three lines are filled in; the answers are yours to edit.",
    "To answer a question, take away the # in front of its last line, and write between the quotes.",
    f'Where a question does not fit, write {{ {NOT_APPLICABLE} = "why" }} in place of the quotes.',
    "A line such as later = 2027-01-01 lets nobody be reminded before that day.",
)
_TAKEN = "taken back by jupyter-aisec"


def blank(name: str, kind: str, schema: Mapping[str, Any]) -> str:
    """A document in which nothing is answered yet."""
    page = tomlkit.document()
    for line in _HEAD:
        page.add(tomlkit.comment(line))
    page["name"] = name
    page["kind"] = kind
    page.add(tomlkit.comment('sha256 = ""'))
    for key, question in schema["properties"].items():
        page.add(tomlkit.nl())
        page.add(tomlkit.comment(question["title"]))
        page.add(tomlkit.comment(_example(question)))
        page.add(tomlkit.comment(f'{key} = ""'))
    return tomlkit.dumps(page)


def edited(text: str, values: Mapping[str, object], taken_back: Collection[str]) -> str:
    """The text with other values, and all else as it was.

    A mapping says why a question does not apply. Raises ValueError and TOMLKitError for what is no TOML.
    """
    for key in values:
        text = _uncommented(text, key)
    page = tomlkit.parse(text)
    for key, value in values.items():
        if key not in page or page[key].unwrap() != value:
            page[key] = _item(value)
    gone = [key for key in dict.fromkeys(taken_back) if key in page]
    for key in gone:
        page[key] = _TAKEN
    text = tomlkit.dumps(page)
    for key in gone:
        text = _commented(text, key)
    return text


def place(text: str, key: str) -> str:
    """Where a key stands in the text, in words; empty where that can't be told."""
    for number, line in enumerate(text.splitlines(), start=1):
        found = re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=\s*""", line)
        if found:
            return f"line {number}, column {found.end() + 1}"
    return ""


def _example(question: Mapping[str, Any]) -> str:
    choices = question.get("oneOf")
    if choices:
        return f"One of: {', '.join(each['const'] for each in choices)}"
    return f"For example: {question['examples'][0]}"


def _item(value: object) -> Item:
    if not isinstance(value, Mapping):
        return tomlkit.item(value)
    table = tomlkit.inline_table()
    for key, each in value.items():
        table[key] = each
    return table


def _uncommented(text: str, key: str) -> str:
    """With the question's own line open to be answered, where there is one; never within an answer of many lines."""
    found = re.search(rf'(?m)^#[ \t]*(?={re.escape(key)}[ \t]*=[ \t]*"")', text)
    if found is None:
        return text
    changed = text[: found.start()] + text[found.end() :]
    return changed if _only_differs(changed, text, key) else text


def _commented(text: str, key: str) -> str:
    """With the question's line closed again, whatever comment stands behind it."""
    changed = re.sub(rf'(?m)^{re.escape(key)}[ \t]*=[ \t]*"{_TAKEN}"', f'# {key} = ""', text, count=1)
    if changed != text and _only_differs(text, changed, key):
        return changed
    page = tomlkit.parse(text)
    page.remove(key)
    return tomlkit.dumps(page)


def _only_differs(with_key: str, without: str, key: str) -> bool:
    try:
        more, less = tomllib.loads(with_key), tomllib.loads(without)
    except tomllib.TOMLDecodeError:
        return False
    return key in more and {each: value for each, value in more.items() if each != key} == less
