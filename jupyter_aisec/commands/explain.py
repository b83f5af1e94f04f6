"""Explain a rule: why it matters, a bad and a good example, and where the practice is listed."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.knowledge import lists
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import Project
from jupyter_aisec.report.rulepage import Link, RulePage
from jupyter_aisec.rules import all_rules


@dataclass(frozen=True, slots=True)
class Explanation:
    """The page of one rule."""

    rule: Rule
    exit_code: int = 0

    @property
    def references(self) -> list[str]:
        """A line for each list."""
        return list(page_of(self.rule).references)

    def text(self) -> str:
        """The page."""
        return page_of(self.rule).plain()

    def html(self) -> str | None:
        """The page."""
        return page_of(self.rule).html()

    def data(self) -> object:
        """The same as a dict."""
        rule = self.rule
        return {
            "name": rule.name,
            "family": rule.family,
            "severity": rule.severity.value,
            "default": rule.default,
            "title": rule.title,
            "text": rule.text,
            "bad": list(rule.bad),
            "good": list(rule.good),
            "references": [
                asdict(each)
                | dict(zip(("title", "url"), lists.entry(each.standard, each.edition, each.id), strict=True))
                for each in rule.references
            ],
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("rule", metavar="RULE", help="the name of a rule, as findings give it")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")


def run(project: Project, options: argparse.Namespace) -> Explanation:
    """Find the rule; `AisecError` with the nearest name when there is none of that name."""
    return page(options.rule, project.mouth)


def page(rule: str, mouth: str) -> Explanation:
    """The page of a rule by its name; ``mouth`` is how a person calls a command from here."""
    known = {each.name: each for each in all_rules()}
    name = rule.strip().lower().replace("_", "-")
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"`{mouth} rules` lists them all"
        raise AisecError(f"no rule `{rule}`: {hint}")
    return Explanation(known[name])


def words(project: Project) -> list[str]:
    """What may stand behind ``explain``."""
    del project
    return [rule.name for rule in all_rules()]


def page_of(rule: Rule) -> RulePage:
    """All that there is to say about a rule."""
    return RulePage(
        rule.name,
        rule.family,
        rule.severity,
        rule.default,
        rule.title,
        rule.text,
        rule.bad,
        rule.good,
        weakness=next(each.id for each in rule.references if each.standard == "CWE").removeprefix("CWE-"),
        references=_references(rule),
        links=tuple(_links(rule)),
    )


def _references(rule: Rule) -> tuple[str, ...]:
    """A line for each list; the weaknesses of CWE keep their numbers, so they need no edition."""
    found: dict[str, list[str]] = {}
    for each in rule.references:
        found.setdefault("" if each.standard == "CWE" else f"{each.standard} {each.edition}: ", []).append(each.id)
    return tuple(f"{which}{', '.join(ids)}" for which, ids in found.items())


def _links(rule: Rule) -> Iterator[Link]:
    for each in rule.references:
        name, url = lists.entry(each.standard, each.edition, each.id)
        if url:
            which = each.id if each.standard == "CWE" else f"{each.standard} {each.edition}, {each.id}"
            yield Link(which, name, url)
