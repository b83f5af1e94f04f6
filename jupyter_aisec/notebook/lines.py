"""Physical lines of a cell: where statements can begin, what a prompt or an indentation in front shifts."""

from __future__ import annotations

import re

_ENDS = re.compile(r"\r\n|\r|\n")
_TOKEN = re.compile(r"""\#|\"\"\"|'''|"|'|[()\[\]{}]|\\$""")
_CLOSES = {
    '"""': re.compile(r'(?:[^"\\]|\\.|\\$|"(?!""))*"""'),
    "'''": re.compile(r"(?:[^'\\]|\\.|\\$|'(?!''))*'''"),
    '"': re.compile(r'(?:[^"\\]|\\.)*"'),
    "'": re.compile(r"(?:[^'\\]|\\.)*'"),
}
_PROMPTS = (
    (re.compile(r">>>(?: |$)"), re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: |$)")),
    (re.compile(r"In \[\d*\]: "), re.compile(r"In \[\d*\]: |[ \t]*\.{3,}: ?")),
)


def split(source: str) -> list[str]:
    """The lines as Python counts them (form feeds and Unicode separators end no line), without their ends."""
    return _ENDS.split(source) if "\r" in source else source.split("\n")


def ends(source: str) -> list[str]:
    """What stands behind each of the lines that `split` gives; nothing behind the last."""
    return [*_ENDS.findall(source), ""]


def undecorated(lines: list[str]) -> tuple[list[str], dict[int, int]]:
    """The lines without a common prompt or the indentation of the first; and by 1-based line what was taken off."""
    first = next((line for line in lines if line.strip()), "")
    prefix = first[: len(first) - len(first.lstrip(" \t"))]
    taken: dict[int, int] = {}
    found = list(lines)
    if prefix:
        found = [
            _without(line, len(prefix) if line.startswith(prefix) else 0, n, taken) for n, line in enumerate(found)
        ]
    for initial, prompt in _PROMPTS:
        if initial.match(first[len(prefix) :]):
            matches = [prompt.match(line) for line in found]
            found = [
                _without(line, match.end() if match else 0, n, taken)
                for n, (line, match) in enumerate(zip(found, matches, strict=True))
            ]
    return found, taken


def _without(line: str, width: int, number: int, taken: dict[int, int]) -> str:
    if width:
        taken[number + 1] = taken.get(number + 1, 0) + width
    return line[width:]


class Scanner:
    """Says whether the next line begins a statement: outside strings, brackets and continued lines."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote: str | None = None
        self._continued = False

    @property
    def at_start(self) -> bool:
        """Whether a statement can begin on the next line."""
        return not (self._depth or self._quote or self._continued)

    def feed(self, line: str) -> None:
        """Take one line of Python into account."""
        self._continued = False
        position = 0
        while True:
            if self._quote:
                close = _CLOSES[self._quote].match(line, position)
                if close is None:
                    if len(self._quote) == 1 and not line.endswith("\\"):
                        self._quote = None
                    return
                position, self._quote = close.end(), None
            token = _TOKEN.search(line, position)
            if token is None or token[0] == "#":
                return
            position = token.end()
            if token[0] in "([{":
                self._depth += 1
            elif token[0] in ")]}":
                self._depth = max(0, self._depth - 1)
            elif token[0] == "\\":
                self._continued = True
            else:
                self._quote = token[0]
