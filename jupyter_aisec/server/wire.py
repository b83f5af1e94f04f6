"""What the page and the server say to each other; ``labextension/src/wire.ts`` is generated from here.

Positions are what editors count: 0-based lines, and columns in UTF-16 code units. Unknown fields are refused.
"""

from __future__ import annotations

import inspect
import json
from typing import Any, Literal

import msgspec

SeverityWord = Literal["info", "low", "medium", "high", "critical"]
ConfidenceWord = Literal["high", "medium", "low"]
AssetWord = Literal["dataset", "model", "prompt", "notebook", "service", "unknown"]
VerbWord = Literal["read", "wrote", "loaded", "fitted", "saved", "logged"]
CertaintyWord = Literal["observed", "inferred"]
DocumentWord = Literal["documented", "incomplete", "stale", "missing", "unknown"]
# The wire's words are the model's: `tests/server` holds the one against the other.


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One object on the wire."""


class Position(Message, frozen=True):
    """A place between two characters."""

    line: int
    character: int


class Range(Message, frozen=True):
    """From `start` up to, and not including, `end`."""

    start: Position
    end: Position


class TextEdit(Message, frozen=True):
    """Replace what stands at `range`."""

    range: Range
    text: str


class Fix(Message, frozen=True):
    """A mechanical repair of one cell; `safe`: a working program keeps working the same after it."""

    description: str
    safe: bool
    edits: list[TextEdit]


class Finding(Message, frozen=True):
    """An insecure practice at a place.

    `id` is the same in the next reply while the cell still says the same. `ignore` puts a comment that silences the
    finding, up to where its reason is typed; null where no comment can stand.
    """

    id: str
    rule: str
    severity: SeverityWord
    confidence: ConfidenceWord
    message: str
    range: Range
    fix: Fix | None
    ignore: TextEdit | None


class CellText(Message, frozen=True):
    """The source of one code cell. `key` is the page's own name for it, unique in the document."""

    key: str
    source: str


class CheckRequest(Message, frozen=True):
    """What changed in a document since `base`, the revision that the server knows (0: nothing, all is here).

    `document` is the page's own name for it, and unique; `path` is the file's as the server names files. `order` lists
    the keys of all code cells from top to bottom; null when it is as it was. A file is a document of one cell.
    """

    document: str
    path: str
    kind: Literal["notebook", "file"]
    language: str
    base: int
    revision: int
    cells: list[CellText]
    order: list[str] | None = None


class CheckedCell(Message, frozen=True):
    """What is known of one cell. `problem`: it can't be read as it stands, so that nothing new is known.

    `sha256` is of the UTF-8 source, as the journal has it of cells that ran.
    """

    key: str
    findings: list[Finding]
    problem: str | None
    sha256: str


class CheckReply(Message, frozen=True):
    """The cells that were sent, and those whose findings changed by it.

    `resend`: the server doesn't know `base` any more, ask again with everything. `problem`: the document is not
    analysed, and why. `rules` is the number of rules that ran.
    """

    revision: int
    resend: bool
    cells: list[CheckedCell]
    rules: int
    problem: str | None


class Closed(Message, frozen=True):
    """The page needs no more findings of a document."""

    document: str


class LineageNode(Message, frozen=True):
    """An asset. `asked`: it came from outside, so that people are asked about it.

    `size` is in bytes. `pending`: its digest is still being computed.
    """

    id: str
    kind: AssetWord
    name: str
    location: str | None
    sha256: str | None
    size: int | None
    documentation: DocumentWord | None
    problem: str | None
    facts: dict[str, str | int | float]
    asked: bool
    pending: bool


class LineageEdge(Message, frozen=True):
    """`source` went into `target`; `cell` is the execution count of the cell that did it."""

    source: str
    target: str
    verb: VerbWord
    certainty: CertaintyWord
    cell_id: str | None
    cell: int | None
    call: str | None


class CellRan(Message, frozen=True):
    """The newest execution of a cell: `sha256` is of the source that ran."""

    cell_id: str
    number: int
    sha256: str


class Run(Message, frozen=True):
    """The MLflow run that has the lineage; `fragment` is its page, to be put behind the address of the MLflow UI."""

    run_id: str
    fragment: str


class LineageReply(Message, frozen=True):
    """What is recorded of one notebook, and of all that went into it.

    `state`: `recorded`; `nothing`, no session of this notebook has recorded anything; `watching`, the same, but its
    kernel is about to; `elsewhere`, the kernel writes to a disk that the server doesn't see, and what stands here is
    what MLflow knows; `unreadable`, see `said`.
    `said` is that state in one line for people. `problem`: why MLflow could not be asked or is behind.
    """

    state: Literal["recorded", "nothing", "watching", "elsewhere", "unreadable"]
    said: str
    problem: str | None
    nodes: list[LineageNode]
    edges: list[LineageEdge]
    cells: list[CellRan]
    run: Run | None


class DocumentReply(Message, frozen=True):
    """People's words about one data source, and what they are asked: `schema` is a JSON Schema of `answers`.

    `derived` is what is known without asking; `file` is where the words are kept.
    """

    name: str
    state: DocumentWord
    said: str
    sha256: str | None
    problem: str | None
    answers: dict[str, str]
    schema: dict[str, Any]
    derived: dict[str, str]
    file: str


class DocumentRequest(Message, frozen=True):
    """Answers that the person changed, about the bytes with the digest `sha256`; all others stay as the file has them.

    An empty answer takes one back. With no answers at all, those that were given hold for these bytes too.
    """

    path: str
    name: str
    sha256: str | None
    answers: dict[str, str]


class Explanation(Message, frozen=True):
    """The page of a rule; `bad` and `good` are examples of code."""

    name: str
    title: str
    severity: SeverityWord
    text: str
    bad: list[str]
    good: list[str]
    references: list[str]


class MlflowRequest(Message, frozen=True):
    """Which MLflow is meant: that of the notebook at `path`, or of the project around the file or folder."""

    path: str


class MlflowReply(Message, frozen=True):
    """The address of the MLflow UI, whole or from the root of the Jupyter server on."""

    url: str


class Status(Message, frozen=True):
    """That the server extension is there, which version of it, and how many rules it has."""

    version: str
    rules: int


class Problem(Message, frozen=True):
    """Why a request was not answered, in one line with what to do next."""

    message: str


MESSAGES = (
    CheckRequest,
    CheckReply,
    Closed,
    LineageReply,
    DocumentReply,
    DocumentRequest,
    Explanation,
    MlflowRequest,
    MlflowReply,
    Status,
    Problem,
)
"""All that goes over the wire; what they are made of is found from them."""


def json_schema() -> dict[str, Any]:
    """A JSON Schema whose definitions are all messages, for the generator of ``wire.ts``."""
    _, definitions = msgspec.json.schema_components(MESSAGES, ref_template="#/definitions/{name}")
    for each in definitions.values():
        each["description"] = inspect.cleandoc(each["description"])
        # Both sides send every field.
        each["required"] = [*each["properties"]]
    return {
        "title": "Wire",
        "description": "All messages, generated from jupyter_aisec/server/wire.py: change it there, then `jlpm wire`.",
        "definitions": definitions,
        "additionalProperties": False,
        "type": "object",
        "properties": {each.__name__: {"$ref": f"#/definitions/{each.__name__}"} for each in MESSAGES},
    }


if __name__ == "__main__":
    print(json.dumps(json_schema(), indent=2))  # noqa: T201 - for the generator, see labextension/package.json
