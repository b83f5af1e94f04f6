"""The files of a check one after the other, and JSON that is written as they come: of many files it is long."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jupyter_aisec.model import NotAnalysed, Severity
from jupyter_aisec.report.checked import FileReport, Total

_HALF = re.compile("[\ud800-\udfff]")
_INDENT = 2


@dataclass(slots=True)
class Stream:
    """The files, to be gone through once; ``folders`` may grow meanwhile.

    Of what was there it keeps all but the findings, and counts those.
    """

    files: Iterable[FileReport]
    folders: Sequence[NotAnalysed] = ()
    rules: Sequence[str] = ()
    severities: Counter[Severity] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    """How many findings each rule has."""
    _seen: list[FileReport] = field(default_factory=list)

    def __iter__(self) -> Iterator[FileReport]:
        for file in self.files:
            self.severities.update(each.finding.severity for each in file.findings)
            self.found.update(each.finding.rule for each in file.findings)
            self._seen.append(replace(file, findings=()))
            yield file

    @property
    def rest(self) -> Total:
        """The files that came so far, without their findings."""
        return Total(self._seen, self.folders, self.rules)


def dumped(data: object) -> str:
    """JSON that can be written as UTF-8: half of a surrogate pair, in a path or in code, is escaped."""
    said = json.dumps(data, indent=_INDENT, ensure_ascii=False)
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", said)


def members(entries: Mapping[str, object], depth: int) -> str:
    """What `dumped` has between the braces of an object that stands so deep, without the line ends beside them."""
    return _deeper(dumped(entries)[1:-2], depth)[1:]


def listed(key: str, items: Iterable[object], depth: int) -> Iterator[str]:
    """A member whose value is a list, in pieces, each when its item comes."""
    pad = " " * (_INDENT * (depth + 1))
    yield f'{pad}"{key}": ['
    end = ""
    for item in items:
        yield f"{',' if end else ''}\n{pad}{' ' * _INDENT}{_deeper(dumped(item), depth + 2)}"
        end = f"\n{pad}"
    yield f"{end}]"


def _deeper(text: str, depth: int) -> str:
    # No string has a line end of its own.
    return text.replace("\n", "\n" + " " * (_INDENT * depth))
