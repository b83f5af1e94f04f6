"""W3C PROV, as PROV-JSON (https://www.w3.org/submissions/prov-json/): entities, the cells that made them, and how.

Bytes are an entity by their digest; an asset is those bytes at a place, and specialises them. What PROV-CONSTRAINTS
demands is kept: an entity is generated once, before it is used, and derives from nothing that came of it. Whoever makes
the same bytes again, or changes what was there before, *influences* the entity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from jupyter_aisec.export.record import Execution, Record, Step
from jupyter_aisec.model import AssetKind, Edge, Node, Session

Document = dict[str, dict[str, Any]]

_KINDS = ("entity", "activity", "agent", "used", "wasGeneratedBy", "wasDerivedFrom", "wasAssociatedWith",
          "wasInfluencedBy", "specializationOf")  # fmt: skip


def prov(record: Record) -> Document:
    """A document with the members that it needs and no others."""
    made = _Making(record)
    for node in record.graph.nodes:
        made.entity(node)
    for session in record.sessions:
        made.session(session)
    for execution in record.executions:
        made.execution(execution)
    prefix = {"aisec": "https://pypi.org/project/jupyter-aisec/#", "sha256": "hash://sha256/"}
    return {"prefix": prefix} | {kind: found for kind, found in made.found.items() if found}


class _Making:
    def __init__(self, record: Record) -> None:
        self.found: Document = {kind: {} for kind in _KINDS}
        self._record = record
        self._nodes = record.nodes
        self._known: set[str] = set()
        self._said: set[tuple[str, frozenset[tuple[str, str]]]] = set()

    def entity(self, node: Node) -> None:
        types = [_name(f"aisec:{node.kind.value}")]
        if node.kind is AssetKind.NOTEBOOK:
            types.append(_name("prov:Plan"))
        said = {f"aisec:said-{_local(key)}": _value(value) for key, value in self._record.answers(node).items()}
        facts = {f"aisec:fact-{_local(key)}": _value(value) for key, value in node.facts.items()}
        self.found["entity"][_asset(node.id)] = _present(
            {
                "prov:type": types,
                "prov:label": node.name,
                "prov:location": node.location,
                "aisec:sha256": node.sha256,
                "aisec:size": node.size,
                "aisec:problem": node.problem,
                "aisec:documentation": node.documentation.value if node.documentation else None,
                **said,
                **facts,
            }
        )
        if node.sha256:
            bytes_ = f"sha256:{node.sha256}"
            self.found["entity"][bytes_] = _present({"prov:type": [_name("aisec:bytes")], "aisec:size": node.size})
            self._say("specializationOf", {"prov:specificEntity": _asset(node.id), "prov:generalEntity": bytes_})

    def session(self, session: Session) -> None:
        self.found["agent"][_agent(session)] = {
            "prov:type": [_name("prov:SoftwareAgent")],
            "prov:label": f"Python {session.python}, watched by jupyter-aisec {self._record.version}",
            "aisec:session": session.id,
            "aisec:started": session.started,
        }

    def execution(self, execution: Execution) -> None:
        cell = f"aisec:cell-{_local(execution.session.id)}-{execution.number}"
        self.found["activity"][cell] = _present(
            {
                "prov:startTime": execution.started,
                "prov:endTime": execution.ended,
                "prov:type": [_name("aisec:cell-execution")],
                "prov:label": execution.name,
                "aisec:cell_id": execution.cell_id,
                "aisec:commit": execution.commit,
                "aisec:repository": self._record.repository if execution.commit else None,
                "aisec:mlflow_run": list(execution.runs) or None,
            }
        )
        self._say(
            "wasAssociatedWith",
            {
                "prov:activity": cell,
                "prov:agent": _agent(execution.session),
                "prov:plan": _asset(execution.notebook),
            },
        )
        new: set[str] = set()
        for step, edge in execution.steps:
            self._step(cell, step, edge, new)

    def _step(self, cell: str, step: Step, edge: Edge, new: set[str]) -> None:
        """``new`` are entities that this cell generated and that nothing came of yet: they may derive from more."""
        source, target = _asset(edge.source), _asset(edge.target)
        how = _present(
            {"aisec:verb": edge.verb.value, "aisec:call": edge.call, "aisec:certainty": edge.certainty.value}
        )
        if step is not Step.CAME and self._nodes[edge.source].kind is not AssetKind.UNKNOWN:
            self._say("used", {"prov:activity": cell, "prov:entity": source, **how})
        if step is Step.USED or source == target:
            self._known.add(source)
            return
        new.discard(source)
        self._known.add(source)
        if target in self._known and target not in new:
            self._say("wasInfluencedBy", {"prov:influencee": target, "prov:influencer": source, **how})
            if step is Step.MADE:
                self._say("wasInfluencedBy", {"prov:influencee": target, "prov:influencer": cell, **how})
            return
        derived = {"prov:generatedEntity": target, "prov:usedEntity": source}
        if step is Step.MADE:
            derived["prov:activity"] = cell
            if target not in new:
                self._say("wasGeneratedBy", {"prov:entity": target, "prov:activity": cell, **how})
        self._known.add(target)
        new.add(target)
        self._say("wasDerivedFrom", {**derived, **how})

    def _say(self, relation: str, members: Mapping[str, str]) -> None:
        """A relation, once."""
        key = (relation, frozenset(members.items()))
        if key not in self._said:
            self._said.add(key)
            self.found[relation][f"_:{relation}{len(self.found[relation]) + 1}"] = dict(members)


def _asset(node_id: str) -> str:
    return f"aisec:asset-{_local(node_id)}"


def _agent(session: Session) -> str:
    return f"aisec:session-{_local(session.id)}"


def _local(text: str) -> str:
    """As the part of a qualified name behind the colon."""
    return quote(text, safe="")


def _name(qualified: str) -> dict[str, str]:
    """A name that is meant as one, not as text."""
    return {"$": qualified, "type": "prov:QUALIFIED_NAME"}


def _value(found: object) -> str | int | float:
    return found if isinstance(found, (str, int, float)) else str(found)


def _present(members: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value is not None}
