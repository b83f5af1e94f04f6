"""Hash again what a model rests on, and say what changed, vanished or can't be read.

Without NAME, what was recorded last at each place is checked; with one, all that went into it and the thing itself, as
they were then. Exit code 0: every byte is as recorded; 1: something changed or vanished; 2: of something it can't be
said, which outweighs 1. With `documentation = "require"` in the settings, a document of what
a model rests on that is missing, incomplete or stale counts as changed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass

from jupyter_aisec.asking import ask
from jupyter_aisec.commands.document.required import refusal
from jupyter_aisec.lineage import upstream
from jupyter_aisec.lineage.described import rests_on
from jupyter_aisec.lineage.verify import Standing, Verified, Verifier, compared, latest, model_id, places, to_verify
from jupyter_aisec.model import AisecError, AssetKind, Hashed, Node
from jupyter_aisec.project import Project
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import SHORT_DIGEST, kind_words, plural
from jupyter_aisec.subject import subject
from jupyter_aisec.tracking.questions import Contents

_words = {
    Standing.UNKNOWN: "? not known",
    Standing.UNREADABLE: "? can't be read",
    Standing.VANISHED: "✗ vanished",
    Standing.CHANGED: "✗ changed",
    Standing.UNCHANGED: "✓ unchanged",
}
"""Worst first."""

_OPEN = (Standing.UNKNOWN, Standing.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Verification:
    """Every asset with what became of it, the worst first."""

    assets: tuple[Verified, ...]
    title: str
    form: str
    refused: str = ""
    """Why the project does not want it released yet."""

    @property
    def exit_code(self) -> int:
        """2 outweighs 1: what can't be verified may be anything."""
        standings = {each.standing for each in self.assets}
        return 2 if standings & set(_OPEN) else int(bool(self.refused or standings - {Standing.UNCHANGED}))

    def _table(self) -> Table:
        counts = Counter(each.standing for each in self.assets)
        total = ", ".join(f"{counts[each]} {word[2:]}" for each, word in _words.items() if counts[each])
        rows = [(_words[each.standing], kind_words[each.node.kind], each.node.name, _why(each)) for each in self.assets]
        title = f"{self.title}: {plural(len(self.assets), 'asset')}, {total}"
        return Table(rows, ("State", "Kind", "Name", "SHA-256"), title, note=self.refused)

    def text(self) -> str:
        """A table, or its HTML source where that was asked for."""
        return self._table().html() if self.form == "html" else self._table().text()

    def html(self) -> str | None:
        """A table."""
        return self._table().html()

    def data(self) -> object:
        """``assets``, and how many are in which state."""
        counts = Counter(each.standing for each in self.assets)
        return {
            "assets": [
                {
                    "id": each.node.id,
                    "kind": each.node.kind.value,
                    "name": each.node.name,
                    "location": each.node.location,
                    "state": each.standing.value,
                    "sha256": each.node.sha256,
                    "found": each.found,
                    "reason": each.reason,
                }
                for each in self.assets
            ],
            "states": {each.value: counts[each] for each in Standing},
            "refused": self.refused or None,
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="as for `lineage`; without it, all that is recorded")
    parser.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Verification:
    """Hash and compare; `AisecError` when nothing with bytes is on record."""
    if options.name is None:
        graph, title, refused = latest(project.graph()), "As last recorded", ""
    else:
        found = subject(project, options.name)
        graph, title = upstream(found.graph, found.ids), f"What {options.name} rests on"
        models = [node.id for node in found.graph.nodes if node.id in found.ids and node.kind is AssetKind.MODEL]
        described = rests_on(found.graph, models)
        refused = refusal(project, [project.documents.read(each.name, each.sha256) for each in described])
    nodes = to_verify(graph)
    if not nodes:
        raise AisecError("nothing is recorded that could be hashed again: run a notebook with %load_ext jupyter_aisec")
    known = places(project.logs())
    verifier = Verifier(project.root, known)
    logged = [node for node in nodes if node.sha256 and model_id(node)]
    verified = [verifier(node) for node in nodes if not (node.sha256 and model_id(node))]
    stores: dict[str, list[Node]] = {}
    for node in logged:
        place = known.get(node.id)
        stores.setdefault((place.tracking_uri if place else None) or project.tracking_uri, []).append(node)
    for uri, kept in stores.items():
        verified += _in_mlflow(project, uri, kept)
    order = list(_words)
    ordered = tuple(sorted(verified, key=lambda each: order.index(each.standing)))
    return Verification(ordered, title, options.format, refused)


def _in_mlflow(project: Project, uri: str, nodes: list[Node]) -> list[Verified]:
    """The files of logged models are MLflow's; a store that can't be asked says nothing of any of them."""
    ids = {node.id: model_id(node) or "" for node in nodes}
    try:
        hashes = {each.key: each for each in ask(project, Contents(uri, tuple(ids.values())), list[Hashed])}
    except AisecError as error:
        return [Verified(node, Standing.UNREADABLE, reason=str(error)) for node in nodes]
    found: list[Verified] = []
    for node in nodes:
        now = hashes.get(ids[node.id])
        if now is None:
            found.append(Verified(node, Standing.VANISHED, reason="MLflow does not have it any more"))
        elif now.sha256 is None:
            found.append(Verified(node, Standing.UNREADABLE, reason=now.problem))
        else:
            found.append(compared(node, now.sha256))
    return found


def _why(verified: Verified) -> str:
    """Digests, short enough to compare by eye, or the reason that there is none."""
    before = (verified.node.sha256 or "")[:SHORT_DIGEST]
    if verified.standing is Standing.CHANGED:
        return f"{before}, now {(verified.found or '')[:SHORT_DIGEST]}"
    return ": ".join(filter(None, (before, verified.reason)))
