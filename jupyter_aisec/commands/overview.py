"""Say what is going on: mode, MLflow, run, findings, data sources, and what waits for an answer."""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from jupyter_aisec import outbox
from jupyter_aisec.lineage.described import expected
from jupyter_aisec.model import AisecError, AssetKind, DocumentState, Severity
from jupyter_aisec.project import Kernel, Project
from jupyter_aisec.report.sources import command
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import plural
from jupyter_aisec.settings import Mode

_MOST = 3

_modes = {
    Mode.WARN: "warn: cells are checked before they run, and recorded",
    Mode.BLOCK: "block: cells are checked and recorded; a high or critical finding stops a cell",
    Mode.OFF: "off: cells are neither checked nor recorded",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One line."""

    line: str
    exit_code: int = 0

    def text(self) -> str:
        """The line."""
        return self.line

    def html(self) -> str | None:
        """The text says it best."""
        return None

    def data(self) -> object:
        """The line."""
        return {"said": self.line}


@dataclass(frozen=True, slots=True)
class Overview:
    """The facts, as pairs of a word and what is to be said."""

    facts: dict[str, str]
    exit_code: int = 0

    def _table(self) -> Table:
        return Table(list(self.facts.items()))

    def text(self) -> str:
        """A line for each fact."""
        return self._table().text()

    def html(self) -> str | None:
        """A table."""
        return self._table().html()

    def data(self) -> object:
        """The facts."""
        return {key.lower(): value for key, value in self.facts.items()}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it")


def steering(project: Project, word: str) -> Kernel:
    """The kernel to steer; `AisecError` in a shell."""
    if project.kernel is None:
        raise AisecError(f"`{word}` steers a running notebook: use %aisec {word} in one of its cells")
    return project.kernel


def run(project: Project, options: argparse.Namespace) -> Overview:
    """Gather the facts."""
    del options
    kernel = project.kernel
    facts = {"Mode": _modes[kernel.mode if kernel else project.settings.mode]}
    facts["Project"] = str(project.root)
    if kernel is not None:
        facts["Notebook"] = kernel.session.notebook or "its path is not known to the kernel"
        facts["Findings"] = _findings(kernel)
    facts["MLflow"] = project.tracking_uri
    facts["Run"] = _run(project)
    graph = project.graph()
    sources = [node for node in expected(graph) if node.kind is AssetKind.DATASET]
    open_ = [node.name for node in sources if node.documentation is not DocumentState.DOCUMENTED]
    said = f"{len(sources)} read, {len(open_)} not documented" if open_ else f"{len(sources)} read, all documented"
    more = f" and {len(open_) - _MOST} more" if len(open_) > _MOST else ""
    listed = f"{said}: {', '.join(open_[:_MOST])}{more}" if open_ else said
    facts["Sources"] = listed if sources else "none read yet"
    facts["Journal"] = _journal(project)
    if open_:
        facts["Next"] = command(open_[0], project.mouth)
    return Overview(facts)


def _findings(kernel: Kernel) -> str:
    if not kernel.executed:
        return "no cell was checked yet"
    counts = kernel.findings
    worst_first = sorted(Severity, reverse=True)
    said = ", ".join(f"{counts[each.value]} {each.value}" for each in worst_first if counts.get(each.value))
    cells = plural(len(kernel.executed), "cell")
    return f"{said} in the {cells} checked" if said else f"no known pattern found in the {cells} checked"


def _run(project: Project) -> str:
    kernel = project.kernel
    if kernel is None:
        return "none: a run belongs to a running notebook"
    active = kernel.active_run
    if active is not None:
        return f"{active.run_id} (open, yours)"
    for log in reversed(project.logs()):
        if log.session.id == kernel.session.id:
            runs = outbox.cursor(log).runs
            return ", ".join(run.run_id for run in runs) or "on its way to MLflow"
    return "none yet: the first read, fit or save makes one"


def _journal(project: Project) -> str:
    if project.kernel is not None and project.kernel.problem:
        return f"records wait in memory: {project.kernel.problem}"
    waiting = outbox.waiting(project)
    if not waiting:
        return "everything recorded is in MLflow" if project.graph().nodes else "nothing recorded yet"
    problem = next((outbox.cursor(log).problem for log in waiting if outbox.cursor(log).problem), None)
    if problem:
        return f"{plural(len(waiting), 'session')} not in MLflow yet: {problem}"
    own = project.kernel.session.id if project.kernel else None
    others = [log for log in waiting if log.session.id != own]
    if not others:
        return "on its way to MLflow"
    return f"{plural(len(others), 'session')} not in MLflow yet; `sync` brings it there now"
