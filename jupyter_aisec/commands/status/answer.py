"""The table of the guidelines, in the format that was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_aisec.claims import Coverage, State
from jupyter_aisec.report import coverage, coverage_markdown, coverage_page
from jupyter_aisec.report.words import escaped, visible


@dataclass(frozen=True, slots=True)
class Status:
    """What is covered; ``form`` is what the person asked for by ``--format``.

    ``refused`` says in one line why the project does not want the model released yet, ``places`` on what in MLflow the
    table stands now.
    """

    coverage: Coverage
    form: str = "text"
    refused: str = ""
    places: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """1 where a claim fails, or a document that is required; what else is missing is no failure."""
        return int(bool(self.refused) or any(row.state is State.FAIL for row in self.coverage.rows))

    def text(self) -> str:
        """Row by row, or the whole report as HTML or Markdown source where that was asked for."""
        if self.form == "html":
            return coverage_page.page(self.coverage, self.refused)
        if self.form == "md":
            return coverage_markdown.report(self.coverage, self.refused)
        return "\n\n".join(filter(None, (coverage.text(self.coverage).rstrip(), self.refused, self._shown())))

    def html(self) -> str | None:
        """A row for each guideline."""
        said = f'<p role="note">{escaped(self.refused)}</p>' if self.refused else ""
        said += f"<p>{escaped(self._shown())}</p>" if self.places else ""
        return f"{coverage.table(self.coverage).html()}{said}"

    def data(self) -> object:
        """``rows``, one for each guideline, what they are about, and why it is ``refused``, or null."""
        return {**coverage.as_data(self.coverage), "refused": self.refused or None, "shown_on": list(self.places)}

    def _shown(self) -> str:
        return f"In MLflow this stands on {', '.join(map(visible, self.places))}." if self.places else ""
