"""The model card inside a CycloneDX bill of materials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyter_aisec.export.described import Described
from jupyter_aisec.model import AssetKind, LoggedMetric


def model_card(described: Described) -> dict[str, Any]:
    """What was seen of the model, what MLflow logged, and what people said where there is a word for it."""
    logged = described.logged
    said = described.said(described.node)
    datasets = [{"ref": node.id} for node in described.went_in if node.kind is AssetKind.DATASET]
    metrics = [_metric(each) for each in logged.metrics] if logged else []
    parameters = sorted(logged.parameters.items()) if logged else []
    return _filled(
        {
            "modelParameters": _filled({"modelArchitecture": described.facts.get("class"), "datasets": datasets}),
            "quantitativeAnalysis": _filled({"performanceMetrics": metrics}),
            "considerations": _considerations(said),
            "properties": [{"name": f"mlflow:parameter:{name}", "value": value} for name, value in parameters],
        }
    )


def _metric(metric: LoggedMetric) -> dict[str, str]:
    return _filled({"type": metric.name, "value": metric.value, "slice": metric.dataset})


def _considerations(said: Mapping[str, str]) -> dict[str, Any]:
    """A prohibited use is a risk; what keeps the model from doing harm is the answer to it."""
    risk = _filled({"name": said.get("prohibited"), "mitigationStrategy": said.get("guardrails")})
    found = {
        "useCases": [said.get("purpose")],
        "users": [said.get("scope")],
        "technicalLimitations": [said.get("limits")],
    }
    known = {key: value for key, value in found.items() if value != [None]}
    return known | ({"ethicalConsiderations": [risk]} if risk else {})


def _filled(members: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in members.items() if value}
