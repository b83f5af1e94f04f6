"""The nouns of the product: frozen dataclasses and closed enums, standard library only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import total_ordering


class AisecError(Exception):
    """Something a person asked for could not be done.

    The message is one line that says what is wrong and what to do next; hosts show it without a traceback.
    """


@total_ordering
class Severity(Enum):
    """How bad it is when the danger becomes real; the worst sorts last, so ``max`` finds it."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position from 0 (info) to 4 (critical)."""
        return list(Severity).index(self)

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Severity):
            return NotImplemented
        return self.rank < other.rank


class Confidence(StrEnum):
    """How sure the analyser is that the finding is what it says."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class CellKind(StrEnum):
    """The cell types of nbformat 4."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: ``index`` is 0-based over all cells of the notebook; a ``.py`` file is one code cell of index 0."""

    index: int
    kind: CellKind
    source: str
    id: str | None = None
    execution_count: int | None = None


@dataclass(frozen=True, slots=True)
class Notebook:
    """What is analysed: a notebook, or a Python file seen as a notebook of one cell (``is_script``)."""

    path: str
    cells: tuple[Cell, ...]
    language: str = "python"
    is_script: bool = False
    notes: tuple[str, ...] = ()


class Part(StrEnum):
    """What of a cell, or of the notebook around it, a place is in."""

    SOURCE = "source"
    OUTPUT = "output"
    METADATA = "metadata"
    """The metadata of the cell."""
    ATTACHMENT = "attachment"
    """A file that is embedded in the cell."""
    NOTEBOOK = "notebook"
    """The metadata of the notebook; the cell is only the first one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a notebook something stands. Lines and columns are 1-based, in characters, within the cell's source.

    ``end_column`` is exclusive: one past the last character. Whatever is not in the source (see ``part``) is there as a
    whole: lines and columns are all 1. ``output`` is the 0-based index in the cell's list of outputs, for
    `Part.OUTPUT` and for nothing else.
    """

    cell_index: int
    cell_id: str | None
    line: int
    column: int
    end_line: int
    end_column: int
    part: Part = Part.SOURCE
    output: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at ``place`` with ``text``.

    At a place in an output, ``text`` is empty: the output is taken out of the cell's list of outputs.
    """

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A mechanical repair. ``safe`` means that a working program keeps working the same after it."""

    description: str
    safe: bool
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """An insecure practice at a place. Computed, never stored."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    place: Place
    fix: Fix | None = None


@dataclass(frozen=True, slots=True)
class NotAnalysed:
    """A file or a cell that could not be analysed, and why; never the same as clean."""

    path: str
    reason: str
    cell_index: int | None = None


class AssetKind(StrEnum):
    """What an asset is. ``UNKNOWN`` is a source that we know was there and could not see."""

    DATASET = "dataset"
    MODEL = "model"
    PROMPT = "prompt"
    NOTEBOOK = "notebook"
    SERVICE = "service"
    UNKNOWN = "unknown"


class Verb(StrEnum):
    """What a cell did to an asset."""

    READ = "read"
    WROTE = "wrote"
    LOADED = "loaded"
    FITTED = "fitted"
    SAVED = "saved"
    LOGGED = "logged"


class Certainty(StrEnum):
    """How an edge of the lineage is known: seen on live objects, or concluded from the code."""

    OBSERVED = "observed"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Source:
    """Another asset that went into a use, by its key in the journal, and how that is known."""

    key: str
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class RunRef:
    """An MLflow run, and the store that holds it."""

    tracking_uri: str
    run_id: str
    experiment_id: str


@dataclass(frozen=True, slots=True)
class Session:
    """One kernel session of one notebook; ``notebook`` is a path as the project names it, or None when unknown.

    ``born`` tells its process from a later one with the same number, where the system says so.
    """

    id: str
    started: str
    notebook: str | None
    pid: int
    python: str
    born: str | None = None


@dataclass(frozen=True, slots=True)
class CellRun:
    """One execution of one cell; ``number`` is the one that a notebook shows in brackets beside it.

    ``findings`` counts them by severity value; ``source_sha256`` is of the UTF-8 source.
    """

    number: int
    at: str
    cell_id: str | None
    source_sha256: str
    findings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was when a use happened: absolute path, size in bytes, times in ns since 1970, identity on the disk.

    A folder has size -1 and the time of the use: of what is in it, nothing may be newer.
    """

    path: str
    size: int
    mtime_ns: int
    device: int = 0
    inode: int = 0
    ctime_ns: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """What a cell did to an asset, from which other assets.

    ``key`` names the asset within the session (a file read twice is two keys, because the bytes may differ).
    ``location`` is a path as the project names it, or a URL without credentials; ``facts`` holds what the call
    itself showed (rows, columns, library version). ``files`` are the bytes behind it, stamped right after the call;
    ``problem`` says why nothing can be hashed, when that is known at once.
    """

    id: str
    at: str
    verb: Verb
    kind: AssetKind
    key: str
    name: str
    location: str | None
    call: str
    cell: int
    cell_id: str | None
    line: int | None
    sources: tuple[Source, ...] = ()
    run: RunRef | None = None
    tracking_uri: str | None = None
    experiment: str | None = None
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    problem: str | None = None
    files: tuple[Stamp, ...] = ()


@dataclass(frozen=True, slots=True)
class Hashed:
    """The full SHA-256 of an asset's bytes, or the ``problem`` that kept it from being known.

    ``size`` is in bytes. A folder or a set of files has the digest of its manifest: lines of
    ``<sha256>  <relative path>``, sorted by path, as ``sha256sum`` prints them.
    """

    key: str
    at: str
    sha256: str | None
    size: int | None
    problem: str | None = None


class DocumentState(StrEnum):
    """What is known of a document: ``UNKNOWN`` when the file can't be read as what it should be."""

    DOCUMENTED = "documented"
    INCOMPLETE = "incomplete"
    STALE = "stale"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Document:
    """People's words about one asset, bound to the digest they were said about.

    ``inapplicable`` says, by question, why it does not apply; that closes it as an answer does. Before the day
    ``later``, nobody is to be reminded. ``problem`` says why it is *stale* or *unknown*, and what to do.
    """

    name: str
    kind: AssetKind
    answers: Mapping[str, str]
    sha256: str | None
    state: DocumentState
    problem: str | None = None
    inapplicable: Mapping[str, str] = field(default_factory=dict)
    later: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An asset in the lineage graph. ``id`` is derived from kind, location and digest, and so is stable."""

    id: str
    kind: AssetKind
    name: str
    location: str | None
    sha256: str | None
    size: int | None = None
    documentation: DocumentState | None = None
    problem: str | None = None
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edge:
    """``source`` went into ``target`` by ``verb``, in this cell."""

    source: str
    target: str
    verb: Verb
    cell_id: str | None
    certainty: Certainty
    cell: int | None = None
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """Lineage: derived from the journal, never stored as truth."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class LoggedMetric:
    """A metric by the last value that was logged, and the data set that it was logged for, if that was said."""

    name: str
    value: str
    dataset: str | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """What MLflow has of a model, or of the run that made it: ``is_of_run`` where only of the latter.

    ``content`` is the digest of a logged model's files, as it was mirrored or, before that, computed now; ``packages``
    are versions by name, empty where none was pinned; None when none were written down.
    """

    run_id: str | None
    parameters: Mapping[str, str]
    metrics: tuple[LoggedMetric, ...]
    packages: Mapping[str, str] | None
    versions: tuple[str, ...] = ()
    is_of_run: bool = False
    content: Hashed | None = None
