"""Which rules run: as the project says, or the command line; for a file, less what is ignored there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.model import AisecError
from jupyter_aisec.settings import DEFAULT, Settings

if TYPE_CHECKING:
    import pathspec

ALL = "all"

_EVERY, _FAMILY, _NAME = 0, 1, 2
"""How much a selector says: what says more wins, whether it selects or ignores."""


def slug(family: str) -> str:
    """A family as it is written in settings."""
    return family.replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Choice:
    """Selectors that were written in one place; ``where`` names it in what is said about them."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    where: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules of a project.

    What is written later (on the command line) wins over what says as much; of two that are written in the same
    place, the one that ignores. ``strict`` adds all rules that are no default.
    """

    rules: tuple[Rule, ...]
    choices: tuple[Choice, ...]
    per_file: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    strict: bool = False

    @classmethod
    def of(cls, rules: tuple[Rule, ...], settings: Settings) -> Selection:
        """As the settings say. Raises `AisecError` for a name that no rule and no family has."""
        where = "[tool.aisec] in pyproject.toml"
        found = cls(rules, (Choice(settings.select, settings.ignore, where),), dict(settings.per_file_ignores))
        found._verify(settings.select, where)
        found._verify(settings.ignore, where)
        for pattern, selectors in settings.per_file_ignores.items():
            found._verify(selectors, f'per-file-ignores."{pattern}", {where}')
        return found

    def narrowed(self, select: Sequence[str], ignore: Sequence[str], *, strict: bool = False) -> Selection:
        """With what the command line says: ``select`` in the place of the project's, ``ignore`` beside it."""
        self._verify(select, "--select")
        self._verify(ignore, "--ignore")
        choices = tuple(replace(each, select=()) for each in self.choices) if select else self.choices
        said = Choice(tuple(select), tuple(ignore), "the command line")
        return replace(self, choices=(*choices, said), strict=self.strict or strict)

    def chosen(self, path: str | None = None) -> tuple[Rule, ...]:
        """The rules that run on a file; ``path`` is as the project names it."""
        ignored = self._ignored_in(path)
        return tuple(rule for rule in self.rules if self._runs(rule) and not any(_says(each, rule) for each in ignored))

    def _runs(self, rule: Rule) -> bool:
        selected = self._strongest(rule, [each.select for each in self.choices])
        if self.strict and not rule.default:
            selected = max(selected, (_EVERY, 0))
        ignored = self._strongest(rule, [each.ignore for each in self.choices])
        return selected > ignored

    def _strongest(self, rule: Rule, places: list[tuple[str, ...]]) -> tuple[int, int]:
        """How much the selector says that says most of this rule, and in which place it was written."""
        said = [
            (_weight(each, self.rules), place)
            for place, selectors in enumerate(places)
            for each in selectors
            if _says(each, rule)
        ]
        return max(said, default=(-1, -1))

    def _ignored_in(self, path: str | None) -> list[str]:
        if path is None:
            return []
        return [each for pattern, selectors in self.per_file.items() if _matches(pattern, path) for each in selectors]

    def _verify(self, selectors: Iterable[str], where: str) -> None:
        names = [rule.name for rule in self.rules]
        families = sorted({slug(rule.family) for rule in self.rules})
        known = [*names, *families, DEFAULT, ALL]
        for each in selectors:
            if each not in known:
                near = difflib.get_close_matches(each, known, n=1)
                hint = f"did you mean `{near[0]}`?" if near else "`jupyter aisec rules` lists them."
                raise AisecError(f"no rule or family `{each}` ({where}): {hint}")


def _weight(selector: str, rules: tuple[Rule, ...]) -> int:
    if selector in {DEFAULT, ALL}:
        return _EVERY
    return _NAME if any(rule.name == selector for rule in rules) else _FAMILY


def _says(selector: str, rule: Rule) -> bool:
    """Whether a selector is about this rule."""
    if selector == DEFAULT:
        return rule.default
    return selector in {ALL, rule.name, slug(rule.family)}


def _matches(pattern: str, path: str) -> bool:
    """As in a .gitignore; with ``!`` in front, all files that it does not name."""
    if pattern.startswith("!"):
        return not _matches(pattern[1:], path)
    return _spec(pattern).match_file(path)


@cache
def _spec(pattern: str) -> pathspec.PathSpec[pathspec.Pattern]:
    import pathspec

    return pathspec.PathSpec.from_lines("gitignore", [pattern])
