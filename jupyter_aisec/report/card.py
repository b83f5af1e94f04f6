"""A card as Markdown with YAML before it; every word of it stays text, whoever wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_aisec.report.words import MARKDOWN, visible

_NUMBERED = re.compile(r"([0-9]+)([.)])(.*)", re.DOTALL)


def card_text(card: Mapping[str, Any]) -> str:
    """The whole card, as plain data has it: ``metadata``, ``title``, and ``sections`` of blocks."""
    lines = ["---", *_front(card["metadata"]), "---", "", f"# {_plain(card['title'])}", ""]
    for section in card["sections"]:
        if section["title"]:
            lines += [f"## {_plain(section['title'])}", ""]
        for block in section["blocks"]:
            lines += [*_block(block), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _front(metadata: Mapping[str, Any]) -> Iterable[str]:
    """YAML, each value in quotes and on one line, so that none ends where its writer wants."""
    for key, value in metadata.items():
        if isinstance(value, list):
            yield f"{key}:"
            yield from (f"- {_scalar(each)}" for each in value)
        else:
            yield f"{key}: {_scalar(value)}"


def _scalar(text: str) -> str:
    """What is double-quoted in JSON and has nothing invisible in it means the same in YAML."""
    return json.dumps(visible(text), ensure_ascii=False)


def _block(block: Mapping[str, Any]) -> Iterable[str]:
    if "text" in block:
        yield _plain(block["text"])
    elif "question" in block:
        yield f"**{_plain(block['question'])}**"
        yield ""
        yield from _paragraphs(block["answer"])
    else:
        yield _row(block["head"])
        yield f"| {' | '.join(['---'] * len(block['head']))} |"
        yield from map(_row, block["rows"])


def _paragraphs(text: str) -> Iterable[str]:
    """The lines that a person wrote, each a paragraph."""
    lines = [line.strip() for line in text.splitlines()]
    yield "\n\n".join(_paragraph(line) for line in lines if line)


def _paragraph(text: str) -> str:
    """A number with a dot or a bracket at the beginning of a line would begin a list."""
    found = _NUMBERED.fullmatch(text)
    return f"{found[1]}&#{ord(found[2])};{_plain(found[3])}" if found else _plain(text)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """The visible text, where it stays text and can still be read as it stands."""
    shown = visible(text)
    found = (
        f"&#{ord(each)};" if each in MARKDOWN and not _is_inert(shown, at) else each for at, each in enumerate(shown)
    )
    return "".join(found).replace("www.", "www&#46;")  # GitHub's flavour makes a link of it


def _is_inert(text: str, at: int) -> bool:
    """Whether Markdown does nothing with a character where it stands, as in ``2026-03-01T10:00:00+00:00``."""
    each, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if each in "()!":
        return True  # they act beside square brackets only, which are always escaped
    if each in "-+_":
        return before.isalnum() and after.isalnum()
    return each == ":" and ((before.isalnum() and after in ("", " ")) or (before.isdigit() and after.isdigit()))
