"""What people said, decided and learnt: TOML files in ``.aisec``, for git, with comments kept.

``.aisec/statements.toml``             ``.aisec/decisions.toml``

    [[statement]]                          [[decision]]
    claim = "1.2.b"                        finding = "0123456789abcdef"
    holds = true                           choice = "accept"
    about = "data/train.csv"               reason = "A demonstration file, made by us"
    sha256 = "…"                           by = "Ada Lovelace"
    by = "Ada Lovelace"                    on = 2026-02-03
    on = 2026-02-03                        until = 2026-08-03
    until = 2026-08-03
    text = "Written down in docs/impact.md"

A decision names one of ``finding``, ``claim``, ``threat`` and ``cve``. ``.aisec/training.toml`` says who learnt what:

    [[training]]
    who = "Ada Lovelace"
    course = "Unsafe files of models, a course of 2 hours"
    on = 2026-02-03
    until = 2027-02-03

A file or an entry that can't be read is *unknown*, never empty.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_aisec.claims import Choice, Decision, Evidence, Outcome, Subject, Training
from jupyter_aisec.documents import put
from jupyter_aisec.knowledge.guidelines import claims
from jupyter_aisec.model import AisecError

STATEMENTS, DECISIONS, TRAINING = "statements.toml", "decisions.toml", "training.toml"
PROJECT, ENVIRONMENT = "the project", "the environment"
_LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Said:
    """What the files hold; ``problems`` name what could not be read, a line each."""

    statements: tuple[Evidence, ...] = ()
    decisions: tuple[Decision, ...] = ()
    problems: tuple[str, ...] = ()
    are_statements_read: bool = True
    are_decisions_read: bool = True
    trainings: tuple[Training, ...] | None = ()
    """None where one of them could not be read."""


@dataclass(frozen=True, slots=True)
class Record:
    """The folder that holds the files; of ``root`` no link may lead out."""

    folder: Path
    root: Path

    def read(self) -> Said:
        """All of it."""
        problems: list[str] = []
        statements: list[Evidence] = []
        decisions: list[Decision] = []
        for entry in self._entries(STATEMENTS, "statement", problems):
            try:
                statements.append(_statement(entry))
            except _WrongError as error:
                problems.append(f".aisec/{STATEMENTS}: {error}")
        wrong = len(problems)
        for entry in self._entries(DECISIONS, "decision", problems):
            try:
                decisions.append(_decision(entry))
            except _WrongError as error:
                problems.append(f".aisec/{DECISIONS}: {error}")
        are_read = not wrong, len(problems) == wrong
        wrong = len(problems)
        trainings: list[Training] = []
        for entry in self._entries(TRAINING, "training", problems):
            try:
                trainings.append(_training(entry))
            except _WrongError as error:
                problems.append(f".aisec/{TRAINING}: {error}")
        learnt = tuple(trainings) if len(problems) == wrong else None
        return Said(tuple(statements), tuple(decisions), tuple(problems), *are_read, learnt)

    def add_statement(self, entry: Mapping[str, Any]) -> Path:
        """Write one down. Raises `AisecError` for one that is not whole, or where the file can't be written."""
        return self._add(STATEMENTS, "statement", entry, _statement)

    def add_decision(self, entry: Mapping[str, Any]) -> Path:
        """Write one down. Raises `AisecError` for one that is not whole, or where the file can't be written."""
        return self._add(DECISIONS, "decision", entry, _decision)

    def add_training(self, entry: Mapping[str, Any]) -> Path:
        """Write one down. Raises `AisecError` for one that is not whole, or where the file can't be written."""
        return self._add(TRAINING, "training", entry, _training)

    def _add(self, name: str, table: str, entry: Mapping[str, Any], judge: Any) -> Path:  # noqa: ANN401 - either judge
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        try:
            judge(entry)
        except _WrongError as error:
            raise AisecError(str(error)) from None
        path = self.folder / name
        try:
            text = self._text(path)
            before = tomllib.loads(text)
            # Behind a last line that has no end, the entry would stand on that line.
            document = tomlkit.parse(text if not text or text.endswith("\n") else f"{text}\n")
            tables = document.get(table)
            if tables is None:
                tables = tomlkit.aot()
                document[table] = tables
            added = tomlkit.table()
            for key, value in entry.items():
                added[key] = value
            added.add(tomlkit.nl())
            tables.append(added)
            new = tomlkit.dumps(document)
            written = new.encode()
        except (AttributeError, TypeError):
            new, written = "", b""
        except (ValueError, RecursionError, TOMLKitError) as error:
            raise AisecError(f"can't read {path}: {_one_line(error)}. Mend it by hand, then try again") from None
        except OSError as error:
            raise AisecError(f"can't read {path}: {error.strerror}") from None
        if not _is_longer_by(before, new, table, entry):
            raise AisecError(f"can't add to {path}: write each of its entries below a line [[{table}]], then try again")
        try:
            put(path, written)
        except OSError as error:
            raise AisecError(f"can't write {path}: {error.strerror}") from None
        return path

    def _entries(self, name: str, table: str, problems: list[str]) -> list[Mapping[str, Any]]:
        path = self.folder / name
        try:
            found = tomllib.loads(self._text(path))
        except (OSError, ValueError, RecursionError) as error:
            problems.append(f".aisec/{name} can't be read: {_one_line(error)}")
            return []
        tables = found.pop(table, [])
        if found or not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            problems.append(f".aisec/{name}: each entry begins with [[{table}]], and nothing else stands there")
            return []
        return tables

    def _text(self, path: Path) -> str:
        """The text of a file of the project's own; empty where there is none. Raises OSError and ValueError."""
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise ValueError("it is a link that leads out of the project")
        if not path.exists():
            return ""
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise ValueError("it is no file, or too large for what people write")
        return path.read_text(encoding="utf-8")


def _is_longer_by(before: Mapping[str, Any], new: str, table: str, entry: Mapping[str, Any]) -> bool:
    """Whether the new text says what was there, and the entry as the last: what people wrote is never destroyed."""
    try:
        after = tomllib.loads(new)
    except (ValueError, RecursionError):
        return False
    there = before.get(table, [])
    return isinstance(there, list) and after == {**before, table: [*there, dict(entry)]}


def day(text: str) -> dt.date:
    """A day as people type it. Raises `AisecError`."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise AisecError(f"{text!r} is no date: write it as 2026-08-31") from None


class _WrongError(Exception):
    """What is wrong with an entry."""


def _statement(entry: Mapping[str, Any]) -> Evidence:
    known = ("claim", "holds", "about", "sha256", "by", "on", "until", "text")
    _only(entry, known, "statement")
    claim = claims().get(_words(entry, "claim"))
    if claim is None:
        raise _WrongError(f"there is no claim `{entry['claim']}`; `jupyter aisec status` lists them")
    about = entry.get("about")
    if claim.about.has_digest:
        about, sha256 = _words(entry, "about"), _words(entry, "sha256")
    elif about is not None:
        raise _WrongError(f"claim {claim.id} is about {claim.about}: leave out `about`")
    else:
        about, sha256 = (ENVIRONMENT if claim.about == "environment" else PROJECT), None
    holds = entry.get("holds", True)
    if not isinstance(holds, bool):
        raise _WrongError("`holds` is true or false")
    by, text, on, until = _words(entry, "by"), _words(entry, "text"), _day(entry, "on"), _day(entry, "until")
    _in_order(on, until)
    at = dt.datetime.combine(on, dt.time(), dt.UTC)
    outcome = Outcome.PASS if holds else Outcome.FAIL
    return Evidence(claim.id, about, sha256, outcome, at, by, text, is_person=True, until=until)


def _decision(entry: Mapping[str, Any]) -> Decision:
    subjects = [each for each in Subject if each.value in entry]
    _only(entry, (*Subject, "choice", "reason", "by", "on", "until"), "decision")
    if len(subjects) != 1:
        raise _WrongError("a decision names one of finding, claim, threat and cve")
    subject = subjects[0]
    what = _words(entry, subject.value)
    if subject is Subject.CLAIM and what not in claims():
        raise _WrongError(f"there is no claim `{what}`; `jupyter aisec status` lists them")
    choice = _words(entry, "choice")
    if choice not in list(Choice):
        raise _WrongError(f"`choice` must be one of {', '.join(Choice)}")
    on, until = _day(entry, "on"), _day(entry, "until")
    _in_order(on, until)
    return Decision(subject, what, Choice(choice), _words(entry, "reason"), _words(entry, "by"), on, until)


def _training(entry: Mapping[str, Any]) -> Training:
    _only(entry, ("who", "course", "on", "until"), "training")
    on, until = _day(entry, "on"), _day(entry, "until")
    _in_order(on, until)
    return Training(_words(entry, "who"), _words(entry, "course"), on, until)


def _only(entry: Mapping[str, Any], known: tuple[str, ...], noun: str) -> None:
    for key in entry:
        if key not in known:
            raise _WrongError(f"a {noun} has no `{key}`; it has {', '.join(known)}")


def _words(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _WrongError(f"`{key}` is not there, or empty")
    return value.strip()


def _day(entry: Mapping[str, Any], key: str) -> dt.date:
    value = entry.get(key)
    if isinstance(value, dt.datetime):
        return value.date()
    if not isinstance(value, dt.date):
        raise _WrongError(f"`{key}` must be a day, without quotes: {key} = 2026-08-31")
    return value


def _in_order(on: dt.date, until: dt.date) -> None:
    if until < on:
        raise _WrongError(f"it ends ({until}) before it begins ({on})")


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
