"""Data set cards and model cards, with the metadata that Hugging Face reads: https://huggingface.co/docs/hub/model-cards.

A card is plain data: ``metadata``, ``title``, and ``sections`` of text, questions with their answers, and tables. What
no document answers is said to be unknown, and nothing is put in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jupyter_aisec import knowledge
from jupyter_aisec.export.described import Described
from jupyter_aisec.export.hub import dataset_metadata, model_metadata
from jupyter_aisec.export.record import Step
from jupyter_aisec.model import AssetKind, Certainty, DocumentState, Node

UNKNOWN = "unknown"

Block = dict[str, Any]


def card(described: Described) -> dict[str, Any]:
    """The card of a data set or of a model."""
    is_model = described.node.kind is AssetKind.MODEL
    record = described.record
    intro = (
        f"Written at {record.at} by jupyter-aisec {record.version}, of what it recorded in the project"
        f" {record.project}. What nobody said or saw is unknown, and stands here as such."
    )
    sections = _model(described) if is_model else _dataset(described)
    return {
        "metadata": model_metadata(described) if is_model else dataset_metadata(described),
        "title": f"{'Model' if is_model else 'Dataset'} card for {described.node.name}",
        "sections": [{"title": None, "blocks": [_text(intro)]}, *sections],
    }


def _dataset(described: Described) -> list[dict[str, Any]]:
    return [
        _section("Dataset Details", _details(described)),
        _section("Dataset Description", *_said(described)),
        _section("Dataset Structure", _columns(described)),
        _section("Where it comes from", *_sources(described)),
        _section("Cells", *_cells(described)),
    ]


def _model(described: Described) -> list[dict[str, Any]]:
    return [
        _section("Model Details", _details(described)),
        _section("Uses, Limits and Guardrails", *_said(described)),
        _section("Training Data", *_sources(described)),
        _section("Training Hyperparameters", *_parameters(described)),
        _section("Evaluation", *_metrics(described)),
        _section("Software", *_software(described)),
        _section("Cells", *_cells(described)),
    ]


def _details(described: Described) -> Block:
    node = described.node
    logged = described.logged
    pairs: list[tuple[str, object]] = [
        ("Name", node.name),
        ("Place", node.location or "in memory only"),
        ("SHA-256 of the list of its files" if node.id in described.manifests else "SHA-256", _digest(node)),
        ("Size in bytes", UNKNOWN if node.size is None else node.size),
    ]
    if node.kind is AssetKind.MODEL:
        pairs += [
            ("Class", described.facts.get("class", UNKNOWN)),
            ("Library", described.facts.get("library", UNKNOWN)),
        ]
        pairs += [("MLflow run", logged.run_id if logged and logged.run_id else UNKNOWN)]
        pairs += [("Registered as", each) for each in (logged.versions if logged else ())]
    else:
        pairs += [
            (f"{word} that were read", described.facts.get(word.lower(), UNKNOWN)) for word in ("Rows", "Columns")
        ]
    pairs += [("Document", node.documentation.value if node.documentation else "none")]
    return _table(("What", "Is"), ([key, str(value)] for key, value in pairs))


def _said(described: Described) -> Iterable[Block]:
    document = described.document
    node = described.node
    if node.documentation is DocumentState.STALE and document is not None:
        about = f"SHA-256 {document.sha256}" if document.sha256 else "unknown"
        yield _text(f"This was said of other bytes ({about}), and nobody has confirmed it since.")
    if node.documentation is DocumentState.UNKNOWN:
        yield _text("There is a document, and it can't be read: nothing is said here in its place.")
    said = described.said(node)
    for key, question in knowledge.form(node.kind.value)["properties"].items():
        yield {"question": question["title"], "answer": said.get(key) or "Unknown: nobody has said."}


def _columns(described: Described) -> Block:
    if not described.columns:
        return _text("The names of its columns are unknown.")
    return _table(("Column", "Type, as it was read"), ([each.name, each.type] for each in described.columns))


def _sources(described: Described) -> Iterable[Block]:
    """What went into it: of the data, also what people said about their use."""
    found = described.went_in
    if not found:
        is_model = described.node.kind is AssetKind.MODEL
        yield _text("Unknown." if is_model else "No cell made it: it was there when it was read.")
        return
    if any(node.kind is AssetKind.UNKNOWN for node in found):
        yield _text("Some of what went in could not be seen. It is listed as an unknown source.")
    yield _table(
        ("Source", "Kind", "SHA-256", "Rows read", "Licence", "Sensitivity", "Document"), map(_source(described), found)
    )


def _source(described: Described) -> Any:  # noqa: ANN401 - a function from a node to a row
    def row(node: Node) -> list[str]:
        answers = described.said(node)
        is_data = node.kind is AssetKind.DATASET
        return [
            node.name,
            "not seen" if node.kind is AssetKind.UNKNOWN else node.kind.value,
            _digest(node),
            str(node.facts.get("rows", UNKNOWN)) if is_data else "",
            answers.get("licence", UNKNOWN) if is_data else "",
            answers.get("sensitivity", UNKNOWN) if is_data else "",
            node.documentation.value if node.documentation else "",
        ]

    return row


def _parameters(described: Described) -> Iterable[Block]:
    logged = described.logged
    if logged is None or not logged.parameters:
        yield _text(_nothing(described, "parameter"))
        return
    if logged.is_of_run:
        yield _text("Of the MLflow run, which may have made other models too.")
    yield _table(("Parameter", "Value"), ([name, value] for name, value in sorted(logged.parameters.items())))


def _metrics(described: Described) -> Iterable[Block]:
    logged = described.logged
    if logged is None or not logged.metrics:
        yield _text(_nothing(described, "metric"))
        return
    if logged.is_of_run:
        yield _text("Of the MLflow run, which may have made other models too.")
    rows = ([each.name, each.value, each.dataset or UNKNOWN] for each in logged.metrics)
    yield _table(("Metric", "Value", "Data set"), rows)


def _software(described: Described) -> Iterable[Block]:
    pythons = dict.fromkeys(each.session.python for each in described.record.executions)
    if pythons:
        yield _text(f"Python {', '.join(pythons)} ran the cells.")
    packages = described.logged.packages if described.logged else None
    if not packages:
        yield _text("Unknown: MLflow wrote down no packages beside the model.")
        return
    yield _text("What MLflow wrote down beside the model: the packages that it imports, seldom what those need.")
    yield _table(("Package", "Version"), ([name, packages[name] or "not pinned"] for name in sorted(packages)))


def _cells(described: Described) -> Iterable[Block]:
    nodes = described.record.nodes
    rows = [
        [
            each.started,
            each.name,
            edge.verb.value,
            nodes[edge.source if step is Step.USED else edge.target].name,
            _origin(edge.certainty, step, nodes[edge.source]),
            each.commit or UNKNOWN,
        ]
        for each, step, edge in described.steps
    ]
    if not rows:
        yield _text("Unknown: it was made elsewhere, and MLflow doesn't know by which cells and when.")
        return
    yield _table(("When", "Cell", "Did", "What", "From", "Commit that holds the cell"), rows)


def _origin(certainty: Certainty, step: Step, source: Node) -> str:
    if step is Step.USED:
        return ""
    return f"{source.name}{' (inferred)' if certainty is Certainty.INFERRED else ''}"


def _nothing(described: Described, noun: str) -> str:
    return f"Unknown: MLflow {'has no answer' if described.logged is None else f'has no {noun} of it'}."


def _digest(node: Node) -> str:
    return node.sha256 or (f"{UNKNOWN}: {node.problem}" if node.problem else UNKNOWN)


def _section(title: str, *blocks: Block) -> dict[str, Any]:
    return {"title": title, "blocks": list(blocks)}


def _text(words: str) -> Block:
    return {"text": words}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Block:
    return {"head": list(head), "rows": [list(row) for row in rows]}
