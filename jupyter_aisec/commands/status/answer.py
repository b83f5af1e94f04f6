"""The table of the guidelines, in the format that was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_aisec.claims import Coverage, State
from jupyter_aisec.report import coverage, coverage_markdown, coverage_page


@dataclass(frozen=True, slots=True)
class Status:
    """What is covered; ``form`` is what the person asked for by ``--format``."""

    coverage: Coverage
    form: str = "text"

    @property
    def exit_code(self) -> int:
        """1 where a claim fails; what is only missing is no failure."""
        return int(any(row.state is State.FAIL for row in self.coverage.rows))

    def text(self) -> str:
        """Row by row, or the whole report as HTML or Markdown source where that was asked for."""
        if self.form == "html":
            return coverage_page.page(self.coverage)
        if self.form == "md":
            return coverage_markdown.report(self.coverage)
        return coverage.text(self.coverage)

    def html(self) -> str | None:
        """A row for each guideline."""
        return coverage.table(self.coverage).html()

    def data(self) -> object:
        """``rows``, one for each guideline, and what they are about."""
        return coverage.as_data(self.coverage)
