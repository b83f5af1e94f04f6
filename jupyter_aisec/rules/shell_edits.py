"""Edits of a shell line: a word taken out, or a part of one replaced."""

from __future__ import annotations

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.hit import Change, Repair
from jupyter_aisec.notebook.syntax import Span


def without(command: Command, words: list[Word], description: str) -> Repair | None:
    """Take words out that stand beside each other, with the space behind them or in front of them.

    None for a command that Python runs, and where the words are not all on one line.
    """
    if command.via is not None or not words:
        return None
    index = command.words.index(words[0])
    first, last = words[0].span, words[-1].span
    if first.line != last.end_line:
        return None
    behind = command.words[index + len(words)].span if index + len(words) < len(command.words) else None
    if behind is not None and behind.line == last.end_line:
        span = Span(first.line, first.column, behind.line, behind.column)
    elif index and command.words[index - 1].span.end_line == first.line:
        before = command.words[index - 1].span
        span = Span(first.line, before.end_column, last.end_line, last.end_column)
    else:
        return None
    return Repair(description, safe=False, changes=(Change(span, ""),))


def replaced(command: Command, word: Word, old: str, new: str, description: str) -> Repair | None:
    """Write ``new`` for the last ``old`` in a word; None where it does not stand there as it is."""
    at = word.written.rfind(old)
    if command.via is not None or at < 0 or word.span.line != word.span.end_line:
        return None
    # An option with its value is known by the value alone, which ends where the word ends.
    column = word.span.end_column - len(word.written) + at
    span = Span(word.span.line, column, word.span.line, column + len(old))
    return Repair(description, safe=False, changes=(Change(span, new),))
