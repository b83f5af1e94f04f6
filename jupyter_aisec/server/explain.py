"""The route about a rule."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from jupyter_aisec.commands.explain import page
from jupyter_aisec.server import wire
from jupyter_aisec.server.handler import Handler
from jupyter_aisec.server.records.desk import Desk


class RuleHandler(Handler):
    """The page of a rule, by its name."""

    def initialize(self, desk: Desk) -> None:
        """``desk`` is the server's."""
        self.desk = desk

    @authenticated
    @authorized
    async def get(self, name: str) -> None:
        """An `Explanation`."""
        found = await self.desk.do(page, name, "jupyter aisec")
        rule = found.rule
        self.answer(
            wire.Explanation(
                name=rule.name,
                title=rule.title,
                severity=rule.severity.value,
                text=rule.text,
                bad=list(rule.bad),
                good=list(rule.good),
                references=found.references,
            )
        )
