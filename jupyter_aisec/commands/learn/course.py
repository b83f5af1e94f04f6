"""The lessons, as they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jupyter_aisec.commands.explain import page_of
from jupyter_aisec.commands.learn.lessons import Lesson
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import escaped, plural, visible


@dataclass(frozen=True, slots=True)
class Course:
    """The lessons, the worst first; ``number`` is the one that is shown, from 1, or None for all."""

    lessons: tuple[Lesson, ...]
    number: int | None
    files: int
    mouth: str
    exit_code: int = 0

    @property
    def _chosen(self) -> tuple[tuple[int, Lesson], ...]:
        numbered = tuple(enumerate(self.lessons, 1))
        return numbered if self.number is None else tuple(each for each in numbered if each[0] == self.number)

    def text(self) -> str:
        """The list of lessons, then the chosen ones."""
        if not self.lessons:
            return self._nothing()
        return "\n".join([self._table().text(), *(line for each in self._chosen for line in self._lines(*each))])

    def html(self) -> str | None:
        """The same."""
        if not self.lessons:
            return None
        parts = [self._table().html()]
        for number, lesson in self._chosen:
            items = "".join(f"<li>{escaped(each)}</li>" for each in lesson.shown)
            parts.append(f"<h4>Lesson {number}: where in your notebooks</h4><ul>{items}</ul>")
            parts.append(page_of(lesson.rule).html())
        parts.append(f"<p>{escaped(self._next())}</p>")
        return "".join(parts)

    def data(self) -> object:
        """``lessons``, each with its places."""
        return {
            "lessons": [
                {
                    "rule": each.rule.name,
                    "severity": each.rule.severity.value,
                    "title": each.rule.title,
                    "text": each.rule.text,
                    "bad": list(each.rule.bad),
                    "good": list(each.rule.good),
                    "places": [{"file": file, "place": place, "said": said} for file, place, said in each.places],
                }
                for each in self.lessons
            ],
            "files": self.files,
        }

    def _table(self) -> Table:
        rows = [
            (str(number), each.rule.severity.value, each.rule.name, str(len(each.places)), each.rule.title)
            for number, each in enumerate(self.lessons, 1)
        ]
        title = f"{plural(len(rows), 'lesson')} from {plural(self.files, 'file')} of this project"
        return Table(rows, ("", "Severity", "Rule", "Places", "What it is about"), title)

    def _lines(self, number: int, lesson: Lesson) -> Iterator[str]:
        yield ""
        yield f"Lesson {number} of {len(self.lessons)}: {lesson.rule.name}"
        yield "Where in your notebooks:"
        yield from (f"  {visible(each)}" for each in lesson.shown)
        yield ""
        yield page_of(lesson.rule).plain().rstrip()
        if number == self._chosen[-1][0]:
            yield ""
            yield self._next()

    def _next(self) -> str:
        if self.number is not None and self.number < len(self.lessons):
            return f"Next: {self.mouth} learn {self.number + 1}"
        return f"When you are through: {self.mouth} learn --done --by NAME"

    def _nothing(self) -> str:
        found = f"No known pattern was found in {plural(self.files, 'file')} of this project"
        why = found if self.files else "There is no notebook and no Python file here"
        more = f"`{self.mouth} rules` lists what is looked for, `{self.mouth} explain RULE` says why."
        return f"{why}, so there is no lesson. {more}"
