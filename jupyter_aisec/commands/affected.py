"""Say which models, versions and runs of the whole MLflow store rest on a file, an address, a package or a CVE.

WHAT is the beginning of a SHA-256 or the name of an asset, a URL, a package (`numpy`, or `numpy<1.22`), or a CVE that
the project's advisories know (a GHSA or PYSEC too). Exit code 0: nothing on record is affected; 1: something is; 2: of
some it can't be said.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion, Version

from jupyter_aisec import advisories
from jupyter_aisec.asking import ask
from jupyter_aisec.lineage import find
from jupyter_aisec.model import AisecError, Certainty
from jupyter_aisec.project import Project
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import plural
from jupyter_aisec.tracking.affected import Hit, Hits
from jupyter_aisec.tracking.packages import beginning, normal
from jupyter_aisec.tracking.questions import Affected
from jupyter_aisec.tracking.reach import is_there

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{6,64})", re.IGNORECASE)
_ADVISORY = re.compile(r"(CVE|GHSA|PYSEC|OSV)-\S+", re.IGNORECASE)

Judge = Callable[[str, str], bool | None]
"""Whether a version of a package is meant; None where it can't be said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is affected, and what may be: ``open`` are those whose version isn't known."""

    what: str
    found: tuple[Hit, ...]
    open: tuple[Hit, ...]
    unread: int
    store: str
    gone: str
    """Stores that notebooks wrote to, and that are not there any more."""
    form: str

    @property
    def exit_code(self) -> int:
        """2 outweighs 1, as in a check: what was not looked at may be affected."""
        return 2 if self.unread or self.open or self.gone else int(bool(self.found))

    def _table(self) -> Table:
        models = [each for each in (*self.found, *self.open) if each.model_id]
        versions = {each for hit in models for each in hit.versions}
        counts = (plural(len(models), "model"), plural(len(versions), "version"), plural(len(self._runs()), "run"))
        rows = [_row(hit, "") for hit in self.found] + [_row(hit, "perhaps: ") for hit in self.open]
        notes = []
        if self.unread:
            notes.append(
                f"{self.unread} more could not be looked at: too many, or with more sources than can be searched"
            )
        if self.gone:
            notes.append(f"could not be looked at, because it is gone: {self.gone}")
        note = "; ".join(notes)
        if not rows:
            return Table((), (), f"Nothing in {self.store} is recorded as resting on {self.what}", note)
        header = ("Kind", "Name", "Versions", "When", "Id", "How it is known")
        return Table(rows, header, f"{self.what} is in {', '.join(counts)} of {self.store}", note)

    def _runs(self) -> list[str]:
        return list(dict.fromkeys(hit.run_id for hit in (*self.found, *self.open) if hit.run_id))

    def text(self) -> str:
        """A table, or its HTML source where that was asked for."""
        return self._table().html() if self.form == "html" else self._table().text()

    def html(self) -> str | None:
        """A table."""
        return self._table().html()

    def data(self) -> object:
        """``models``, ``versions`` and ``runs``; ``complete`` is false where something could not be looked at."""
        models = [(hit, "affected") for hit in self.found] + [(hit, "unknown") for hit in self.open]
        return {
            "what": self.what,
            "models": [
                {
                    "id": hit.model_id,
                    "name": hit.name,
                    "run_id": hit.run_id,
                    "at": _iso(hit.at),
                    "versions": list(hit.versions),
                    "state": state,
                    "certainty": hit.certainty.value,
                    "packages": dict(hit.packages),
                }
                for hit, state in models
                if hit.model_id
            ],
            "versions": sorted({each for hit, _ in models for each in hit.versions}),
            "runs": self._runs(),
            "complete": not (self.unread or self.open or self.gone),
            "unread": self.unread,
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", metavar="WHAT", help="a digest or a name, a URL, a package, or a CVE")
    parser.add_argument("--since", type=str, metavar="DATE", help="only what was made on this day or later: 2026-01-31")
    parser.add_argument("--until", type=str, metavar="DATE", help="only what was made on this day or earlier")
    parser.add_argument("--format", choices=("text", "json", "html"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Answer:
    """Search the stores; `AisecError` when it can't be asked, or when nobody knows what is meant."""
    since, until = _day(options.since), _day(options.until)
    question, judge = _question(project, options.what.strip())
    named = project.stores
    gone = [each for each in named if not is_there(each)]
    stores = [each for each in named if each not in gone] or gone[:1]
    hits = [ask(project, msgspec.structs.replace(question, tracking_uri=each), Hits) for each in stores]
    day = dt.timedelta(days=1)
    inside = [
        hit
        for each in hits
        for hit in each.found
        if (since is None or hit.at >= since.timestamp() * 1000)
        and (until is None or hit.at < (until + day).timestamp() * 1000)
    ]
    inside.sort(key=lambda hit: (hit.model_id is None, -hit.at))
    judged = [(hit, _judged(hit, judge)) for hit in inside]
    return Answer(
        options.what.strip(),
        tuple(hit for hit, said in judged if said),
        tuple(hit for hit, said in judged if said is None),
        sum(each.unread for each in hits),
        _listed(stores),
        _listed(gone),
        options.format,
    )


def _listed(stores: Sequence[str]) -> str:
    return ", ".join(each.rpartition("@")[2] for each in stores)


def _question(project: Project, what: str) -> tuple[Affected, Judge]:
    """What to ask of MLflow, and how to tell the versions that are meant."""
    uri = project.tracking_uri
    if _ADVISORY.fullmatch(what):
        return _by_advisory(project, what)
    digest = _DIGEST.fullmatch(what)
    if digest:
        return Affected(uri, digest=digest[1].lower()), _any
    if "://" in what:
        from jupyter_aisec.capture.locate import without_secrets

        return Affected(uri, origin=without_secrets(what)), _any
    graph = project.graph()
    named = {node.sha256 for node in find(graph, what) if node.sha256} if _is_named(project, what) else set()
    if len(named) > 1:
        listed = ", ".join(sorted(f"sha256:{each[:12]}" for each in named))
        raise AisecError(f"{what} was recorded with several contents: ask about one of {listed}")
    if named:
        return Affected(uri, digest=named.pop()), _any
    try:
        asked = Requirement(what)
    except InvalidRequirement:
        raise AisecError(f"{what!r} is no digest, URL, package or CVE, and no asset that is recorded here") from None
    return Affected(uri, packages=(normal(asked.name),), version=_pinned(asked)), _by_range(asked)


def _is_named(project: Project, what: str) -> bool:
    return any(what in (node.name, node.location, node.id) for node in project.graph().nodes)


def _by_advisory(project: Project, what: str) -> tuple[Affected, Judge]:
    if project.advisories is None:
        raise AisecError(f"no advisories say what {what} is in: name a file of them in [tool.aisec], `advisories = …`")
    meant = advisories.read(project.advisories).called(what)
    if not meant:
        raise AisecError(f"{project.advisories} does not know {what}: bring it up to date, or ask about the package")

    def judge(name: str, version: str) -> bool | None:
        return any(each.affects(version) for each in meant[name]) if _ordered(version) else None

    return Affected(project.tracking_uri, packages=tuple(meant)), judge


def _by_range(asked: Requirement) -> Judge:
    def judge(_: str, version: str) -> bool | None:
        if not asked.specifier:
            return True
        return asked.specifier.contains(version, prereleases=True) if _ordered(version) else None

    return judge


def _pinned(asked: Requirement) -> str:
    """What begins every version that is meant; nothing where a range is, of which a store can't be asked."""
    pins = [each.version.removesuffix(".*") for each in asked.specifier if each.operator == "=="]
    return beginning(Version(pins[0])) if pins else ""


def _ordered(version: str) -> bool:
    try:
        Version(version)
    except InvalidVersion:
        return False
    return True


def _any(_: str, __: str) -> bool:
    return True


def _judged(hit: Hit, judge: Judge) -> bool | None:
    """Affected if one package is; unknown if of one it can't be said; else not."""
    said = [judge(*each) for each in hit.packages]
    return True if not said or True in said else None if None in said else False


def _row(hit: Hit, prefix: str) -> tuple[str, ...]:
    kind = "model" if hit.model_id else "run"
    how = ", ".join(f"{name} {version or 'of unknown version'}" for name, version in hit.packages)
    if not how:
        how = "its lineage" if hit.certainty is Certainty.OBSERVED else "inferred: its run's lineage"
    versions = ", ".join(hit.versions)
    return (kind, hit.name, versions, _iso(hit.at)[:10], hit.model_id or hit.run_id or "", prefix + how)


def _iso(milliseconds: int) -> str:
    return dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC).isoformat(timespec="seconds")


def _day(text: str | None) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text).replace(hour=0, minute=0, second=0, tzinfo=dt.UTC) if text else None
    except ValueError:
        raise AisecError(f"{text!r} is no date: write it as 2026-01-31") from None
