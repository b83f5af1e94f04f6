"""What a rule is: one decorated function whose docstring is its documentation and its test."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.model import Severity

_CELL_BREAK = "---"


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry in somebody's list; the same id means different things in different editions."""

    standard: str
    edition: str
    id: str


@dataclass(frozen=True, slots=True)
class Topics:
    """Where a practice stands in the OWASP lists: by the part of the system that it touches. Empty: in none of them."""

    ml_2023: str
    llm_2025: str
    llm_2026: str


MODEL = Topics("ML06", "LLM03", "LLM04")
"""The supply chain: models, libraries, code."""
DATA = Topics("ML02", "LLM04", "LLM05")
"""Poisoned data."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One rule.

    ``subscriptions`` are the types of what it wants to see; which calls, say ``calls`` (by resolved path), ``named``
    (by last name) and ``libraries`` (by import name); ``within`` says of those which, by library and last name.
    """

    name: str
    family: str
    severity: Severity
    default: bool
    function: Callable[[Any], Iterator[Hit]]
    subscriptions: tuple[type, ...]
    title: str
    text: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    references: tuple[Reference, ...]
    calls: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()
    within: Callable[[str, str], bool] | None = None
    shortest: int = 0
    """Characters of the shortest literal under a name that there is anything to say about."""
    screen: Callable[[str], bool] | None = None
    """Of a rule that reads text: whether there may be anything in it to say something about.

    True of a text is true of each that has its lines among others; None where that can't be known beforehand.
    """


@dataclass(frozen=True, slots=True)
class Family:
    """The metadata that the rules of one module share; a rule overrides what differs."""

    name: str
    cwe: str
    atlas: str | None = None
    topics: Topics | None = MODEL
    guidelines: tuple[str, ...] = field(default=("2.1",))

    def rule(
        self,
        severity: Severity,
        *,
        calls: Iterable[str] = (),
        named: Iterable[str] = (),
        libraries: Iterable[str] = (),
        within: Callable[[str, str], bool] | None = None,
        shortest: int = 0,
        screen: Callable[[str], bool] | None = None,
        default: bool = True,
        cwe: str | None = None,
        atlas: str | None = None,
        topics: Topics | None = None,
        guidelines: tuple[str, ...] = (),
    ) -> Callable[[Callable[[Any], Iterator[Hit]]], Rule]:
        """Make a function a rule. Raises `ValueError` for one without the documentation that a rule needs."""

        def made(function: Callable[[Any], Iterator[Hit]]) -> Rule:
            document = inspect.getdoc(function) or ""
            title, _, rest = document.partition("\n")
            text, bad, good = _sections(rest)
            if not (title.strip() and text and bad and good):
                raise ValueError(f"{function.__name__}: a rule needs a title, a reason, Bad: and Good:")
            return Rule(
                name=function.__name__.replace("_", "-"),
                family=self.name,
                severity=severity,
                default=default,
                function=function,
                subscriptions=_first_parameter(function),
                title=title.strip(),
                text=text,
                bad=bad,
                good=good,
                references=_references(
                    cwe or self.cwe, topics or self.topics, atlas or self.atlas, guidelines or self.guidelines
                ),
                calls=frozenset(calls),
                named=frozenset(named),
                libraries=frozenset(libraries),
                within=within,
                shortest=shortest,
                screen=screen,
            )

        return made


def _first_parameter(function: Callable[[Any], Iterator[Hit]]) -> tuple[type, ...]:
    """What a rule wants to see; a union of types is all of them."""
    found = get_type_hints(function)[next(iter(inspect.signature(function).parameters))]
    return get_args(found) or (found,)


def _sections(rest: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The reason, and the cells of the two examples."""
    text, _, examples = rest.partition("\nBad:\n")
    bad, _, good = examples.partition("\nGood:\n")
    return text.strip(), _cells(bad), _cells(good)


def _cells(block: str) -> tuple[str, ...]:
    code = textwrap.dedent(block).strip("\n")
    return tuple(cell.strip("\n") for cell in f"\n{code}\n".split(f"\n{_CELL_BREAK}\n")) if code.strip() else ()


def _references(
    cwe: str, topics: Topics | None, atlas: str | None, guidelines: tuple[str, ...]
) -> tuple[Reference, ...]:
    found = [Reference("CWE", "4", cwe)]
    if topics:
        lists = (
            ("OWASP ML Top 10", "2023", topics.ml_2023),
            ("OWASP LLM Top 10", "2025", topics.llm_2025),
            ("OWASP LLM Top 10", "2026", topics.llm_2026),
        )
        found += [Reference(*entry) for entry in lists if entry[2]]
    if atlas:
        found.append(Reference("MITRE ATLAS", "5.6.1", atlas))
    return (*found, *(Reference("NCSC/CISA secure AI guidelines", "2023", number) for number in guidelines))
