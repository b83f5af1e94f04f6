"""From words to the command that they are: what only starts a program is left out."""

from __future__ import annotations

import re

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.context import Context
from jupyter_aisec.notebook.syntax import Span

_PREFIXES = frozenset({"sudo", "env", "time", "nohup", "command", "exec", "nice", "builtin", "stdbuf", "then", "!"})
_PREFIX_VALUES = {"sudo": "ugpChrtT", "env": "uSC", "nice": "n", "stdbuf": "ioe"}
_PYTHON = re.compile(r"(?:python|pypy)[\d.]*(?:\.exe)?")


def build(
    words: list[Word], span: Span, context: Context, via: str | None, settings: dict[str, str | None] | None = None
) -> Command:
    """The command of these words; ``python -m pip`` and ``uv pip`` are ``pip``, and what only starts it is left out."""
    settings, given = dict(settings or {}), words
    while len(words) > 1 and words[0].text is not None and (prefix := base(words[0].text)) in _PREFIXES:
        words = _behind(prefix, words[1:], settings)
    if len(words) > 2 and words[1].text == "-m" and words[2].text and _is_python(words[0]):  # noqa: PLR2004
        words = words[2:]
    if len(words) > 1 and words[0].text == "uv" and words[1].text == "pip":
        words = words[1:]
    program = base(words[0].text) if words and words[0].text else ""
    if re.fullmatch(r"pip[\d.]*", program):
        program = "pip"
    lead, start = tuple(given[: len(given) - len(words)]), words[0] if words else None
    return Command(program, tuple(words[1:]), span, context, via, settings, lead=lead, start=start)


def base(program: str) -> str:
    """The name of a program without its folder."""
    return program.rpartition("/")[2]


def _is_python(word: Word) -> bool:
    # An unknown interpreter, as in `{sys.executable} -m pip`, is one all the same.
    return word.text is None or bool(_PYTHON.fullmatch(base(word.text)))


def _behind(prefix: str, words: list[Word], settings: dict[str, str | None]) -> list[Word]:
    """What is left when the options of ``sudo`` and the settings of ``env`` are taken off."""
    while words:
        text = words[0].text or ""
        if text.startswith("-"):
            takes = len(text) == 2 and text[1] in _PREFIX_VALUES.get(prefix, "")  # noqa: PLR2004 - a dash and a letter
            words = words[2:] if takes else words[1:]
        elif prefix in {"env", "sudo"} and re.match(r"\w+=", text):
            key, _, value = text.partition("=")
            settings[key] = value
            words = words[1:]
        else:
            break
    return words
