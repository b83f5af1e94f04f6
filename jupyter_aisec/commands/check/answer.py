"""What a check came to, in the words or the format that was asked for."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jupyter_aisec.model import AisecError
from jupyter_aisec.report.checked import Total
from jupyter_aisec.report.stream import Stream
from jupyter_aisec.report.text import parts, summary
from jupyter_aisec.report.words import visible

STREAMED = frozenset({"json", "sarif"})
"""Formats that are written while files are checked."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in each file, and how it is to be said."""

    total: Total
    format: str = "text"
    failed: bool = False
    statistics: bool = False
    colour: bool = False
    fixing: bool = False
    diff: bool = False

    @property
    def exit_code(self) -> int:
        """2 outweighs 1: what could not be checked may hold anything. Of a diff, 1 says that there is one."""
        if self.failed:
            return 2
        if self.diff:
            return int(any(file.diff or file.fixed for file in self.total.files))
        return int(bool(self.total.findings))

    def text(self) -> str:
        """In the format that was asked for."""
        return "\n".join(self.parts())

    def parts(self) -> Iterator[str]:
        """The same; what people read comes file by file."""
        if self.format == "sarif":
            yield self._sarif()
        elif self.diff:
            yield _diff(self.total)
        elif self.format == "github":
            from jupyter_aisec.report.github import to_annotations

            yield to_annotations(self.total)
        else:
            yield from parts(self.total, colour=self.colour, statistics=self.statistics, fixing=self.fixing)

    def html(self) -> str | None:
        """None: the text says it best."""
        return None

    def data(self) -> object:
        """The JSON of the contract."""
        from jupyter_aisec.report.contract import to_json

        return to_json(self.total, statistics=self.statistics)

    def _sarif(self) -> str:
        return "".join(_sarif(Stream(self.total.files, self.total.folders, self.total.rules), lambda _: self.failed))


@dataclass(slots=True)
class Streamed:
    """JSON and SARIF of files that are checked while it is written. Whether anything was found is known behind that.

    Who asks for anything but the pieces has all files checked first; what they came to is kept.
    """

    stream: Stream
    format: str
    is_failed: Callable[[Total], bool]
    statistics: bool = False
    diff: bool = False
    _is_begun: bool = False
    _text: str | None = None

    @property
    def exit_code(self) -> int:
        """As that of `Checked`; of pieces that are being written, as far as they have come."""
        if not self._is_begun:
            self.text()
        total = self.stream.rest
        if self.is_failed(total):
            return 2
        if self.diff:
            return int(any(file.diff or file.fixed for file in total.files))
        return int(bool(self.stream.severities))

    def pieces(self) -> Iterator[str]:
        """What is to be written, with its line ends; to be gone through once, unless it was kept."""
        if self._text is not None:
            yield self._text
            return
        self._is_begun = True
        if self.format == "sarif":
            yield from _sarif(self.stream, self.is_failed)
        else:
            from jupyter_aisec.report.contract import json_parts

            yield from json_parts(self.stream, statistics=self.statistics)
        yield "\n"

    def text(self) -> str:
        """All of it."""
        if self._text is None:
            self._text = "".join(self.pieces())
        return self._text

    def html(self) -> str | None:
        """None: it is for programs."""
        return None

    def data(self) -> object:
        """What a program reads from it."""
        return json.loads(self.text())

    def into(self, path: str) -> Written:
        """Write it into a file. Raises `AisecError`."""
        try:
            with Path(path).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(self.pieces())
        except OSError as error:
            raise AisecError(f"{path}: can't be written ({error.strerror})") from None
        return Written(self.exit_code, path, summary(self.stream.rest, self.stream.severities))


@dataclass(frozen=True, slots=True)
class Written:
    """A file was written in the place of an answer."""

    exit_code: int
    path: str
    said: str

    def text(self) -> str:
        """Where, and what it came to."""
        return f"{visible(self.path)} written: {self.said}"

    def html(self) -> str | None:
        """None: it is one line."""
        return None

    def data(self) -> object:
        """The same as a dict."""
        return {"written": self.path, "said": self.said}


def _diff(total: Total) -> str:
    """The diffs, and what they could not be made of; a tab stays a tab, so that a diff can be applied."""
    lines = [
        "\t".join(visible(part) for part in line.split("\t")) for file in total.files for line in file.diff.split("\n")
    ]
    problems = [f"{visible(file.path)}: not fixed: {visible(file.problem)}" for file in total.files if file.problem]
    said = [*(line for line in lines if line), *problems]
    _, unsafe = total.fixes
    none = f"no safe fixes; {unsafe} with --diff --unsafe-fixes" if unsafe else "no fixes"
    return "\n".join(said) or none


def _sarif(stream: Stream, failed: Callable[[Total], bool]) -> Iterator[str]:
    from jupyter_aisec.commands.explain import page_of
    from jupyter_aisec.report.sarif import to_sarif
    from jupyter_aisec.rules import named

    return to_sarif(stream, [page_of(rule) for rule in named(stream.rules)], failed)


def written(found: Checked, path: str) -> Written:
    """Write it into a file. Raises `AisecError`."""
    from jupyter_aisec.report.contract import dumped

    said = dumped(found.data()) if found.format == "json" else found.text()
    try:
        Path(path).write_text(f"{said}\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise AisecError(f"{path}: can't be written ({error.strerror})") from None
    return Written(found.exit_code, path, summary(found.total))


def in_colour() -> bool:
    """Only where somebody sees it: on a terminal that has colours, unless they are not wanted."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not unwanted and sys.stdout.isatty()
