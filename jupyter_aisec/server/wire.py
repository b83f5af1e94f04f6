"""What the page and the server say to each other; ``labextension/src/wire.ts`` is generated from here.

What is said about findings stands in ``checking/messages.py``, for other editors hear the same.
"""

from __future__ import annotations

import inspect
import json
from typing import Any, Literal

import msgspec

from jupyter_aisec.checking.messages import CheckReply, CheckRequest, Closed, Message, SeverityWord

AssetWord = Literal["dataset", "model", "prompt", "notebook", "service", "unknown"]
VerbWord = Literal["read", "wrote", "loaded", "fitted", "saved", "logged"]
CertaintyWord = Literal["observed", "inferred"]
DocumentWord = Literal["documented", "incomplete", "stale", "missing", "unknown"]
StateWord = Literal["fail", "missing", "unknown", "stale", "stated", "not-applicable", "verified"]
# The wire's words are the model's: `tests/server` holds the one against the other.


class LineageNode(Message, frozen=True):
    """An asset. `asked`: it came from outside, so people are asked about it; `describable`: they can describe it.

    `size` is in bytes. `pending`: its digest is still being computed. `later`: the day from which on people want to be
    reminded of it; `quiet`: that day is still to come.
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
    describable: bool
    pending: bool
    later: str | None
    quiet: bool


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
    """People's words about one asset, and what they are asked: `schema` is a JSON Schema of `answers`.

    An answer may be *not applicable because …*. `derived` is what is known without asking; `file` is where the words
    are kept.
    """

    name: str
    kind: AssetWord
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

    An empty answer takes one back. With no answers at all, those that were given hold for these bytes too; unless
    `postpone`, which asks to be reminded in a week and answers nothing.
    """

    path: str
    name: str
    sha256: str | None
    answers: dict[str, str]
    postpone: bool


class Candidate(Message, frozen=True):
    """A model that the project made; `at` is when it did so last."""

    id: str
    name: str
    sha256: str | None
    at: str


class Spot(Message, frozen=True):
    """A line in a notebook or file: `cell` counts all cells from 0, `line` those of the cell from 0."""

    path: str
    cell_id: str | None
    cell: int
    line: int


class NextStep(Message, frozen=True):
    """What to do about the claim. `spot`: where, in a file that the page can open. `document`: whose questions."""

    claim: str
    text: str
    spot: Spot | None
    document: str | None


class KnownThing(Message, frozen=True):
    """What is known of one thing that a claim must hold for, and in whose words; `until` is the last day of it."""

    thing: str
    state: StateWord
    said: str
    by: str
    since: str | None
    until: str | None


class CoverageClaim(Message, frozen=True):
    """One thing to show. `known` has the worst first, and `more` is how many others there are.

    `stated`: only people can say it. `decided` is a decision on the claim itself, in words.
    """

    id: str
    text: str
    stated: bool
    state: StateWord
    known: list[KnownThing]
    more: int
    missing: str
    decided: str | None
    step: NextStep | None


class Mapped(Message, frozen=True):
    """Where a row stands in another list."""

    standard: str
    edition: str
    ids: str


class CoverageRow(Message, frozen=True):
    """A guideline: its worst claim, and of all steps the one that costs least."""

    id: str
    title: str
    area: str
    state: StateWord
    claims: list[CoverageClaim]
    step: NextStep | None
    maps_to: list[Mapped]


class Owed(Message, frozen=True):
    """Something that was put off: what kind of debt it is, where it stands, and since which day, if that is known."""

    kind: str
    place: str
    said: str
    since: str | None


class CoverageReply(Message, frozen=True):
    """What evidence there is for the guidelines about one model of a project, as it was at the time `at`.

    `candidate` is its id among the `models`, newest first. Where it is null no model is recorded, and `start` says
    what to do. `limits` is what can't be judged, `problems` what could not be read. `debts` has the oldest first, and
    `more_debts` is how many others there are.
    """

    at: str
    candidate: str | None
    models: list[Candidate]
    start: str | None
    rows: list[CoverageRow]
    limits: str
    source: str
    problems: list[str]
    debts: list[Owed]
    more_debts: int


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
    CoverageReply,
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
