"""Facts that ship with the package: what library calls do, the forms, the guidelines. Read-only data, no decisions.

What a call does is one row in ``apis/<library>.toml``, read by the analyser and by the capture. The vocabulary is
closed: an unknown key or word is an error when the file is read, and a test binds every row to the signature of the
installed library.
"""

from __future__ import annotations

import json
import tomllib
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

import msgspec


class Act(StrEnum):
    """What a call does with the asset that it names."""

    READS = "reads"
    WRITES = "writes"
    LOADS = "loads"
    SAVES = "saves"
    FITS = "fits"
    LOGS = "logs"
    EVALUATES = "evaluates"
    """Fits and reads inside it are its own business: nothing lasting comes out."""
    OPENS = "opens"
    """Returns a handle whose later calls do the reading and the writing. Of an ``object``, only what is used counts."""
    FETCHES = "fetches"
    """Puts what ``at`` names, on the network, in a file: the one named by ``to``, or by what it gives back."""
    RUNS = "runs"
    """Runs the command in ``at``, or does what a command would do."""
    FEEDS = "feeds"
    """Begins to hand out the data of its object in pieces, to a loop."""
    PROMPTS = "prompts"
    """Gives a language model its ``inputs``, or makes a template of them. Of an ``object``, if its name says so."""


class Origin(StrEnum):
    """Whose words a call gives."""

    MODEL = "model"
    """A language model's."""
    NETWORK = "network"
    FILE = "file"
    PERSON = "person"


class Api(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What one public call does.

    ``call`` is the dotted public name; a method is written ``package.Class.method``, and a class stands for making an
    object of it. Parameters are named as in the signature; ``"self"`` is the object of a method, or the one that is
    made, and ``"return"`` what the call gives back.
    """

    call: str
    defined: str | None = None
    """Where the function really is, of a package that looks its public names up only when they are asked for."""
    act: Act | None = None
    asset: str = "dataset"
    at: str | None = None
    """Parameter with the path, URL or file object."""
    to: str | None = None
    """Parameter with the path where a fetched file is put."""
    mode: str | None = None
    """Parameter that says, as that of ``open`` does, what may be done with a handle."""
    query: str | None = None
    """Parameter with the query, or the name of the table, where ``at`` is a database."""
    value: str | None = None
    """Parameter with the object that is written, saved, logged, fitted or loaded."""
    inputs: tuple[str, ...] = ()
    """Parameters with the data that go into it."""
    files: tuple[str, ...] = ()
    """Files of the library itself that hold the data, relative to its package folder."""
    cached: tuple[str, ...] = ()
    """Files below the library's data folder where a fetched dataset is kept."""
    subclasses: bool = False
    """The row holds for the method of that name in every subclass."""
    unpickles: bool = False
    """Runs code that stands in the file: pickle and all that is built on it."""
    network: bool = False
    """Fetches what its first argument or ``at`` names from the network."""
    gives_path: bool = False
    """Gives where it put what it fetched, and not what that says."""
    reads_names: bool = False
    """Reads variables of its caller by their names. Only a function of Python can look past what is put round it."""
    pins: tuple[str, ...] = ()
    """Parameters that fix which version is fetched."""
    verifies: tuple[str, ...] = ()
    """Parameters that hold the expected digest."""
    special: str | None = None
    """Name of a function in ``capture.special.<library>`` that decides what a row cannot say."""


class Carries(StrEnum):
    """Which way the origins of data go in a call."""

    RESULT = "result"
    """From all that was given to what comes back."""
    MEMORY = "memory"
    """From the object to what comes back, which may be the same memory."""
    INTO_SELF = "into self"
    """From what was given into the object."""
    IN_TURN = "in turn"
    """From each input to its own outputs."""
    FINALIZED = "finalized"
    """As ``NDFrame.__finalize__`` of pandas is called: with what a frame was made of."""


class Derivation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Calls by which data becomes other data, by dotted name."""

    carries: Carries
    calls: tuple[str, ...]
    subclasses: bool = False
    """It holds for the methods of those names in every subclass."""


class SecretFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the credentials of one provider look."""

    name: str
    variable: str
    """The environment variable that they are kept in."""
    prefixes: tuple[str, ...]
    pattern: str
    """A regular expression for the whole of one."""
    behind: int = 0
    """At most how many characters of it stand in front of the prefix."""
    signs: tuple[str, ...] = ()
    """What stands in front of it in a signed link, where it is no secret; a JSON web token only if it is brief."""
    check: Literal["random", "crc32", "jwt", "pem"] = "random"


class _Secrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: tuple[SecretFormat, ...]


class _Library(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    library: str
    api: tuple[Api, ...]


def _text(*parts: str) -> str:
    return resources.files(__package__).joinpath(*parts).read_text(encoding="utf-8")


@cache
def libraries() -> frozenset[str]:
    """Import names of the top-level packages that have a file of rows."""
    folder = resources.files(__package__).joinpath("apis")
    return frozenset(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


@cache
def apis(library: str) -> dict[str, Api]:
    """The rows of one library by dotted name; empty for a library that has none."""
    if library not in libraries():
        return {}
    found = msgspec.convert(tomllib.loads(_text("apis", f"{library}.toml")), _Library)
    return {row.call: row for row in found.api}


def api(call: str) -> Api | None:
    """The row of a dotted name such as ``pandas.read_csv``, or None."""
    return apis(call.partition(".")[0]).get(call)


class _Derivations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    derivation: tuple[Derivation, ...]


@cache
def derivations() -> tuple[Derivation, ...]:
    """How data becomes other data in a running notebook."""
    return msgspec.convert(tomllib.loads(_text("derivations.toml")), _Derivations).derivation


class _Speaker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: Origin
    packages: tuple[str, ...]
    calls: tuple[str, ...]


class _Origins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    speaker: tuple[_Speaker, ...]


@cache
def _speakers() -> dict[str, tuple[tuple[str, Origin], ...]]:
    """By package: the ends of the calls that give text from outside."""
    found: dict[str, list[tuple[str, Origin]]] = {}
    for each in msgspec.convert(tomllib.loads(_text("origins.toml")), _Origins).speaker:
        for package in each.packages:
            found.setdefault(package, []).extend((f".{call}", each.origin) for call in each.calls)
    return {package: tuple(ends) for package, ends in found.items()}


@lru_cache(4096)
def origin(call: str) -> Origin | None:
    """Whose words a call gives, by its dotted name; None where they are not known to be somebody else's."""
    row = api(call)
    if row is not None and row.network and row.asset != "model" and not row.gives_path:
        return Origin.NETWORK
    return next((given for end, given in _speakers().get(call.partition(".")[0], ()) if call.endswith(end)), None)


@cache
def secret_formats() -> tuple[SecretFormat, ...]:
    """The formats by which credentials are known."""
    return msgspec.convert(tomllib.loads(_text("secrets.toml")), _Secrets).format


class Packages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of packages, as indexes compare them."""

    popular: frozenset[str]
    """What notebooks of the field install."""
    others: frozenset[str]
    """Packages of their own with names close to those."""


@cache
def packages() -> Packages:
    """The names in ``packages.toml``."""
    return msgspec.convert(tomllib.loads(_text("packages.toml")), Packages)


@cache
def form(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the form for one kind of asset."""
    schema: dict[str, Any] = json.loads(_text("forms", f"{kind}.json"))
    return schema
