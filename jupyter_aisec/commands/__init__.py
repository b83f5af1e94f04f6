"""The commands: one module each, the same for ``%aisec X`` in a notebook and ``jupyter aisec X`` in a shell.

A command module has a docstring (its first line is the one-line help), ``arguments`` and ``run``. Its file name is
the command's name, with ``_`` for ``-``; adding a command touches one file.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NoReturn, Protocol, cast, runtime_checkable

from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project


class Result(Protocol):
    """What a command found out; a host shows it as text, as HTML where there is any, or as JSON."""

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 could not do it."""

    def text(self) -> str:
        """Plain text for a terminal."""

    def html(self) -> str | None:
        """Escaped HTML for a notebook, or None where the text says it best."""

    def data(self) -> object:
        """What ``--format json`` prints: dicts, lists, strings, numbers, booleans and None."""


@runtime_checkable
class LongResult(Result, Protocol):
    """One that may be too long to be held as a whole."""

    def parts(self) -> Iterator[str]:
        """The plain text, some lines at a time."""


@runtime_checkable
class StreamedResult(Result, Protocol):
    """One that is written while it is found out; its exit code is known behind that."""

    def pieces(self) -> Iterator[str]:
        """What is to be written, with its line ends; to be gone through once."""


class Command(Protocol):
    """The shape of a command module."""

    __doc__: str | None

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""

    def run(self, project: Project, options: argparse.Namespace) -> Result:
        """Do it; `AisecError` when it can't be done."""


class _Parser(argparse.ArgumentParser):
    """argparse that raises one error of ours where it would end the process."""

    def error(self, message: str) -> NoReturn:
        raise AisecError(f"{self.prog}: {message}.{self._meant(message)} `{self.prog} --help` shows what it takes")

    def _meant(self, message: str) -> str:
        """The option that is nearest to one that is not known."""
        unknown = message.partition("unrecognized arguments: ")[2].partition(" ")[0]
        near = difflib.get_close_matches(unknown, self._option_string_actions, n=1) if unknown[:1] == "-" else []
        return f" Did you mean `{near[0]}`?" if near else ""


class HelpAsked(Exception):  # noqa: N818 - it is an answer, not an error
    """``--help`` was among the words; carries the help text."""


class _Help(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        raise HelpAsked(parser.format_help())


@cache
def names() -> tuple[str, ...]:
    """Every command, in alphabetical order, found without importing one."""
    return tuple(sorted(info.name.replace("_", "-") for info in pkgutil.iter_modules(__path__)))


def load(name: str) -> Command:
    """The module of a command; an unknown word is answered with the nearest known one."""
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1, cutoff=0.5)
        hint = f"did you mean `{near[0]}`?" if near else f"known are: {', '.join(names())}"
        raise AisecError(f"no command `{name}`: {hint}")
    return cast("Command", importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))


def summary(name: str) -> str:
    """The one-line help of a command."""
    return (load(name).__doc__ or "").strip().partition("\n")[0]


def parser(name: str, mouth: str) -> argparse.ArgumentParser:
    """The parser of a command as it is called: ``mouth`` is ``%aisec`` or ``jupyter aisec``."""
    command = load(name)
    made = _Parser(
        prog=f"{mouth} {name}",
        description=(command.__doc__ or "").strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
        allow_abbrev=False,
    )
    made.add_argument("-h", "--help", action=_Help, nargs=0, help="show this and do nothing")
    made.set_defaults(cell=None)
    command.arguments(made)
    return made


def usage(mouth: str, others: Mapping[str, str] | None = None) -> str:
    """All commands, a line each; ``others`` are those that only this mouth knows."""
    shown = {name: summary(name) for name in names() if name != "overview"} | dict(others or {})
    width = max(map(len, shown))
    lines = [f"usage: {mouth} [COMMAND] [--help]", "", f"With no command: {summary('overview')}", ""]
    lines += [f"  {name:<{width}}  {said}" for name, said in sorted(shown.items())]
    return "\n".join(lines) + "\n"


def complete(project: Project, line: str) -> list[str]:
    """What may come next on a line that begins with ``%aisec``: a command, an option, or a word the command offers."""
    words = line.split()
    typing = "" if line.endswith(" ") else words.pop()
    known = words[1:]
    if not known:
        return [name for name in names() if name.startswith(typing) and name != "overview"]
    if known[0] not in names():
        return []
    if typing.startswith("-"):
        options = (option for action in parser(known[0], "%aisec")._actions for option in action.option_strings)  # noqa: SLF001 - argparse has no other way to list them
        return sorted({option for option in options if option.startswith(typing)})
    before = known[-1] if len(known) > 1 else ""
    for action in parser(known[0], "%aisec")._actions:  # noqa: SLF001 - likewise
        if before in action.option_strings and action.choices:
            return [str(each) for each in action.choices if str(each).startswith(typing)]
    offered = getattr(load(known[0]), "words", None)
    return [word for word in offered(project) if word.startswith(typing)] if offered else []
