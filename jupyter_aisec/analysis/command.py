"""A shell command as rules see it: words, options, what is piped into it, and where it stands in the cell."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from jupyter_aisec.analysis.context import Context
from jupyter_aisec.analysis.hit import Fact, Hit, Repair
from jupyter_aisec.analysis.values import Ref
from jupyter_aisec.model import Confidence, Severity
from jupyter_aisec.notebook.syntax import ShellText, Span

_LONG = "--"


class Word(msgspec.Struct, frozen=True):
    """One word; ``text`` is None when a part of it is not known. ``commands`` are those whose output is in it.

    ``parts`` are the results of Python calls that are in it.
    """

    text: str | None
    written: str
    span: Span
    commands: tuple[Command, ...] = ()
    parts: tuple[Ref, ...] = ()


@dataclass(slots=True, eq=False)
class Command:
    """One simple command, without ``sudo``, ``env`` and their like in front.

    ``via`` is the Python call that runs it, or None where the cell itself is shell. ``outputs`` are the words behind
    ``>`` and ``>>``, ``text_input`` what a here-document or here-string gives it.
    """

    program: str
    words: tuple[Word, ...]
    span: Span
    context: Context
    via: str | None = None
    settings: dict[str, str | None] = field(default_factory=dict)
    pipe: Command | None = None
    inputs: tuple[Command, ...] = ()
    """Commands that are read through ``< <(…)``."""
    outputs: tuple[Word, ...] = ()
    appends: bool = False
    """What is in the last of them stays: it stands behind ``>>``."""
    instead_of: tuple[Command, ...] = ()
    """Those in front of ``||``: it runs if they fail."""
    lead: tuple[Word, ...] = ()
    """What stands in front of the program: ``sudo`` and its options, ``python -m``."""
    start: Word | None = None
    """The word that names the program."""
    is_list: bool = False
    """Its words were given one by one, without a shell that could take them for something else."""
    shell: ShellText | None = None
    """The line or cell that it is from; None for a command that Python runs."""

    @property
    def known(self) -> tuple[str, ...]:
        """The words that are known."""
        return tuple(word.text for word in self.words if word.text is not None)

    def option(self, *names: str, behind: str = "") -> Word | None:
        """The value of an option: ``--name value``, ``--name=value``, ``-n value`` or ``-nvalue``.

        ``behind`` are the flags that a short option may stand behind in one word, as in ``-qO-``.
        """
        for index, word in enumerate(self.words):
            for name in names:
                if word.text == name:
                    return self._word(index + 1)
                if name.startswith(_LONG):
                    if word.written.startswith(f"{name}="):
                        text = None if word.text is None else word.text[len(name) + 1 :]
                        return Word(text, word.written[len(name) + 1 :], word.span, word.commands)
                elif word.text and word.text[:1] == "-":
                    flags, found, value = word.text[1:].partition(name[1:])
                    if found and all(flag in behind for flag in flags):
                        return Word(value, word.written, word.span) if value else self._word(index + 1)
        return None

    def _word(self, index: int) -> Word | None:
        return self.words[index] if index < len(self.words) else None

    def flag(self, *names: str) -> bool:
        """Whether a flag is given; a short one also among others, as in ``-qO``."""
        for text in self.known:
            for name in names:
                if text == name or (name.startswith(_LONG) and text.startswith(f"{name}=")):
                    return True
                if not name.startswith(_LONG) and text[:1] == "-" and text[1:2] not in {"-", ""} and name[1:] in text:
                    return True
        return False

    def positionals(self, with_value: frozenset[str] = frozenset()) -> list[Word]:
        """The words that are neither options nor the values of those in ``with_value``."""
        found: list[Word] = []
        skip = False
        only = False
        for word in self.words:
            if skip:
                skip = False
            elif only or not word.written.startswith("-") or word.written == "-":
                found.append(word)
            elif word.text == _LONG:
                only = True
            else:
                skip = _takes_next(word.text or "", with_value)
        return found

    def sources(self) -> list[Command]:
        """Every command whose output ends in this one's words or standard input."""
        found = [command for word in self.words for command in word.commands]
        found.extend(self.inputs)
        before = self.pipe
        while before is not None:
            found.append(before)
            before = before.pipe
        return found

    def found(
        self,
        message: str,
        *,
        span: Span | None = None,
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        repair: Repair | None = None,
        once: str | None = None,
        unless: tuple[Fact, ...] = (),
        worse: tuple[tuple[Fact, Severity], ...] = (),
    ) -> Hit:
        """Say something about this command."""
        return Hit(span or self.span, message, severity, confidence, repair, once, unless, worse)


def _takes_next(option: str, with_value: frozenset[str]) -> bool:
    """Whether the next word is an option's value.

    Of several letters, the first that takes one has what is left of the word, or else the next: `-sSLo file`, but
    `-XPOST`.
    """
    if option in with_value:
        return True
    letters = "" if option.startswith(_LONG) else option[1:]
    taking = (index for index, letter in enumerate(letters, start=1) if f"-{letter}" in with_value)
    return next(taking, None) == len(letters) > 0
