"""What rules asked about data while a cell was walked: where the answers are others, so may be the findings."""

from __future__ import annotations

from jupyter_aisec.analysis.context import Documented


class Asked:
    """Asks whether data are documented, and notes the answers; where nobody can say, it is asked nothing."""

    def __init__(self, documented: Documented | None) -> None:
        self._documented = documented
        self._answers: dict[str, bool] = {}
        self.ask: Documented | None = None if documented is None else self._ask

    def _ask(self, where: str) -> bool:
        answer = self._answers[where] = self._documented is not None and self._documented(where)
        return answer

    def taken(self) -> dict[str, bool]:
        """The answers since this was called last, by what was asked."""
        found, self._answers = self._answers, {}
        return found

    def holds(self, answers: dict[str, bool]) -> bool:
        """Whether the answers are the same now."""
        return all(self._ask(where) is answer for where, answer in answers.items())
