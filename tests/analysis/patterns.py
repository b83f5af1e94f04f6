"""Every regular expression of the product, and texts that make a slow one slow: its own parts, repeated."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupyter_aisec

parser: Any = importlib.import_module("re._parser")
op: Any = importlib.import_module("re._constants")

ROOT = Path(jupyter_aisec.__file__).parent
ROOMS = ("advisories", "analysis", "checking", "commands.check", "knowledge", "lsp", "notebook", "report", "rules")
BOUNDED = (
    "jupyter_aisec.notebook.blame",  # 400 characters of a text
    "jupyter_aisec.notebook.translate._HELP",  # 1,000 of a line
    "jupyter_aisec.rules.personal._NOWHERE",  # an address, which is no longer than 300
    "jupyter_aisec.rules.personal_data._CREDIT",  # 200 of a line
)
"""What is shown no more than a part of a text."""
LONG = 20
"""Repeats below it can't take long."""
_SEARCHES = frozenset({"search", "finditer", "findall", "sub", "subn", "split"})
_ASKS = _SEARCHES | {"match", "fullmatch"}
_CLASSES = {op.CATEGORY_DIGIT: "0", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_WORD: "-"}


@dataclass(frozen=True)
class Pattern:
    """``searches``: whether it is tried at each place of a text, or only where the text begins."""

    where: str
    compiled: re.Pattern[str]
    searches: bool


def patterns() -> dict[str, Pattern]:
    """All that modules hold, all that are written in a call of ``re``, all in tables; by where they are, and text."""
    found: dict[str, Pattern] = {}
    calls = _calls()
    for info in pkgutil.walk_packages([str(ROOT)], "jupyter_aisec."):
        short = info.name.removeprefix("jupyter_aisec.")
        if not short.startswith(ROOMS) or short.endswith("worker") or info.name in BOUNDED:
            continue
        unnamed = calls[f"{info.name}:"] & _SEARCHES
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            for each in _held(value) if f"{info.name}.{name}" not in BOUNDED else ():
                here = calls[f"{info.name}.{name}"] or calls[name]
                searches = here & _SEARCHES if here else unnamed
                found.setdefault(f"{info.name}.{name} {each!r}", Pattern(info.name, each, bool(searches)))
        for call, text in _written(Path(str(module.__file__))):
            found.setdefault(f"{info.name} {text}", Pattern(info.name, re.compile(text), call in _SEARCHES))
    for file in ROOT.rglob("*.toml"):
        for text in _in_table(tomllib.loads(file.read_text(encoding="utf-8"))):
            found.setdefault(f"{file.name} {text}", Pattern(file.name, re.compile(text), searches=False))
    return found


def hostile(compiled: re.Pattern[str]) -> set[tuple[str, str]]:
    """What stands in front, and what is then repeated: at the end of it all nothing fits."""
    tree = parser.parse(compiled.pattern, compiled.flags)
    found: set[tuple[str, str]] = set()
    for before, part in _repeats(tree, ""):
        found |= {(before, part), ("", part), ("", before + part)}
    whole = _sample(tree)
    # Without a long repeat, each place of a text is looked at for a bounded time.
    return found | {("", whole), ("", whole[:-1] or whole)} if whole and found else found


def _held(value: object) -> Iterator[re.Pattern[str]]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else [value]
    for each in inside:
        if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
            yield each
        elif isinstance(each, tuple):
            yield from _held(each)


def _calls() -> defaultdict[str, set[str]]:
    """What is done with a pattern, by the name of the constant; with one of a collection, by the module."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file in ROOT.rglob("*.py"):
        module = ".".join(("jupyter_aisec", *file.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in _ASKS:
                held = node.value.value if isinstance(node.value, ast.Subscript) else node.value
                name = held.id if isinstance(held, ast.Name) else held.attr if isinstance(held, ast.Attribute) else ""
                if name != "re":
                    found[f"{module}.{name}"].add(node.attr)
                    # Strings can be split too.
                    found[name if name.isupper() else f"{module}:"].update({node.attr} - {"split"})
    return found


def _written(file: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(ast.Attribute(ast.Name("re"), name), [ast.Constant(str() as text), *_]) if name in _ASKS:
                yield name, text


def _in_table(value: object) -> Iterator[str]:
    for key, each in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        if key == "pattern" and isinstance(each, str):
            yield each
        yield from _in_table(each)


def _repeats(tree: Iterable[Any], before: str) -> Iterator[tuple[str, str]]:
    """Of each long repeat, what leads to it and what it takes."""
    for kind, given in tree:
        if kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            _, most, inside = given
            if most >= LONG:
                yield from ((before, each) for each in {_sample(inside), *_signs(inside)} if each)
            yield from _repeats(inside, before)
        for inside in _parts(kind, given):
            yield from _repeats(inside, before)
        before += _sample([(kind, given)])


def _parts(kind: object, given: Any) -> list[Any]:
    if kind is op.BRANCH:
        return list(given[1])
    return [given[-1]] if kind in {op.SUBPATTERN, op.ASSERT, op.ASSERT_NOT} else []


def _signs(inside: Any) -> list[str]:
    return _of_class(inside[0][1]) if len(inside) == 1 and inside[0][0] is op.IN else []


def _of_class(items: Any) -> list[str]:
    """Some of the characters that a class has."""
    if items[0][0] is op.NEGATE:
        pattern = re.compile("[^" + "".join(map(_class, items[1:])) + "]")
        return [next(each for each in "a0 -\n./~\u00e9" if pattern.match(each))]
    return [chr(given) if kind is op.LITERAL else chr(given[0]) if kind is op.RANGE else _CLASSES.get(given, "a")
            for kind, given in items][:5]  # fmt: skip


def _class(item: tuple[Any, Any]) -> str:
    kind, given = item
    if kind is op.CATEGORY:
        letters = {"DIGIT": "d", "SPACE": "s", "WORD": "w"}
        letter = letters[str(given).rpartition("_")[2]]
        return f"\\{letter.upper() if '_NOT_' in str(given) else letter}"
    return re.escape(chr(given)) if kind is op.LITERAL else f"{re.escape(chr(given[0]))}-{re.escape(chr(given[1]))}"


def _sample(tree: Iterable[Any]) -> str:
    """A short text that fits."""
    said = ""
    for kind, given in tree:
        if kind is op.LITERAL:
            said += chr(given)
        elif kind in {op.ANY, op.NOT_LITERAL}:
            said += "b" if given == ord("a") else "a"
        elif kind is op.IN:
            said += _of_class(given)[0]
        elif kind in {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}:
            said += _sample(given[2]) * min(given[0], LONG)
        elif kind in {op.BRANCH, op.SUBPATTERN}:
            said += _sample(_parts(kind, given)[0])
        elif kind is op.ATOMIC_GROUP:
            said += _sample(given)
    return said
