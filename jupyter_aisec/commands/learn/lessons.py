"""What there is to learn from the findings in a project's own files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.commands.check.cache import Cache
from jupyter_aisec.commands.check.files import Task
from jupyter_aisec.commands.check.jobs import all_checked
from jupyter_aisec.model import NotAnalysed
from jupyter_aisec.notebook.files import below
from jupyter_aisec.project import Project
from jupyter_aisec.report.checked import where
from jupyter_aisec.report.words import plural
from jupyter_aisec.rules import all_rules

_PLACES = 5
"""Places of a rule that are shown; `check` lists all."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A rule, and where it found something: file, place in it, what was said."""

    rule: Rule
    places: tuple[tuple[str, str, str], ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """A line for each place."""
        lines = tuple(f"{file}, {place}: {said}" for file, place, said in self.places[:_PLACES])
        more = len(self.places) - _PLACES
        return (*lines, f"and at {plural(more, 'more place')}") if more > 0 else lines


def lessons(project: Project) -> tuple[tuple[Lesson, ...], int]:
    """A lesson for each rule that found something in the project's files, the worst first, and how many files."""
    rules = {rule.name: rule for rule in all_rules()}
    chosen = tuple(rule.name for rule in project.selection.chosen())
    # What a kernel has imported may be older than the files of this package are by now.
    cache = None if project.kernel else Cache.of(project.advisories)
    every = Task("", project.root, chosen, advisories=project.advisories, cache=cache)
    files = [replace(every, path=str(path)) for path in below(project.root) if not isinstance(path, NotAnalysed)]
    found: dict[str, list[tuple[str, str, str]]] = {}
    # In a kernel there are threads, so other processes would have to be started from nothing.
    for report in all_checked(files, 1 if project.kernel else 0):
        for each in report.findings:
            place = where(each.finding, is_script=report.is_script)
            seen = (project.name_of(Path(report.path)), place, each.finding.message)
            found.setdefault(each.finding.rule, []).append(seen)
    made = [Lesson(rules[name], tuple(places)) for name, places in found.items()]
    made.sort(key=lambda each: (-each.rule.severity.rank, -len(each.places), each.rule.name))
    return tuple(made), len(files)
