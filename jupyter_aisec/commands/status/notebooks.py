"""The notebooks that made a model, checked as they lie there, with nothing silenced."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from jupyter_aisec.claims import Thing
from jupyter_aisec.commands.check.cache import Cache
from jupyter_aisec.commands.check.files import Task, checked
from jupyter_aisec.evidence.case import Checked, Seen
from jupyter_aisec.evidence.steps import NAMELESS
from jupyter_aisec.knowledge.guidelines import About
from jupyter_aisec.model import AisecError, Cell
from jupyter_aisec.notebook.decode import content, decode, is_script
from jupyter_aisec.project import Project
from jupyter_aisec.report.checked import where
from jupyter_aisec.rules import all_rules

_MENTION, _PLAIN = b"aisec:", b"aisec;"
"""What a comment begins with that silences a finding, and the same so that it does not."""
_ALSO = frozenset({"stale-or-hidden-state"})
"""Rules that are no default and that the list of debt wants."""


class Desk:
    """Checks notebooks of one project. The default rules run, and those that the project chose: none is left out."""

    def __init__(self, project: Project) -> None:
        self._project = project
        chosen = {rule.name for rule in project.selection.chosen()}
        self.rules = tuple(
            rule.name for rule in all_rules() if rule.default or rule.name in chosen or rule.name in _ALSO
        )
        self.counted = frozenset(self.rules) - (_ALSO - chosen)

    @cached_property
    def families(self) -> dict[str, str]:
        """The family of each rule that runs."""
        return {rule.name: rule.family for rule in all_rules() if rule.name in self.rules}

    @cached_property
    def _cache(self) -> Cache | None:
        return None if self._project.kernel else Cache.of(self._project.advisories)

    def checked(self, name: str | None, ran: frozenset[str]) -> Checked:
        """One notebook; ``ran`` are the digests of the cells of it that made something."""
        if name is None:
            thing = Thing(About.NOTEBOOK, NAMELESS)
            return Checked(thing, (), ("its path is not known",), ())
        path = self._project.root / name
        try:
            data = self._data(path)
            cells = decode(data, name, script=is_script(name)).cells
            loud = _loud(data, name)
        except AisecError as error:
            return Checked(Thing(About.NOTEBOOK, name), (), (str(error).removeprefix(f"{path}: "),), ())
        task = Task(
            str(path), self._project.root, self.rules,
            fingerprints=True, data=loud, advisories=self._project.advisories, cache=self._cache,
        )  # fmt: skip
        report = checked(task)
        changed = _changed(cells, ran)
        thing = Thing(About.NOTEBOOK, name, hashlib.sha256(data).hexdigest(), changed)
        found = tuple(
            Seen(each.finding, each.fingerprint, where(each.finding, is_script=report.is_script))
            for each in report.findings
        )
        missed = tuple(_said(each.cell_index, each.reason) for each in report.not_analysed)
        return Checked(thing, found, missed, cells)

    def _data(self, path: Path) -> bytes:
        """The bytes of a file of the project. Raises `AisecError`."""
        if not path.resolve().is_relative_to(self._project.root.resolve()):
            raise AisecError("it lies outside of the project")
        return content(str(path))


def _loud(data: bytes, name: str) -> bytes:
    """The same notebook with nothing silenced, every character at its place. Raises `AisecError`."""
    loud = data.replace(_MENTION, _PLAIN)
    if any("aisec:" in cell.source for cell in decode(loud, name, script=is_script(name)).cells):
        raise AisecError("a comment that silences findings is hidden in escapes")
    return loud


def _changed(cells: tuple[Cell, ...], ran: frozenset[str]) -> str:
    """Whether the cells that made something still stand in the file."""
    there = {hashlib.sha256(cell.source.encode("utf-8", "surrogatepass")).hexdigest() for cell in cells}
    gone = len(ran - there)
    if not gone:
        return ""
    return f"{gone} cell{'s' * (gone > 1)} that made it {'are' if gone > 1 else 'is'} not in the file any more"


def _said(index: int | None, reason: str) -> str:
    return reason if index is None else f"cell {index + 1}: {reason}"
