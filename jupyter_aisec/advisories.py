"""Known vulnerabilities of packages, from a file that the project keeps: records of OSV, or a report of pip-audit."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

from jupyter_aisec.model import AisecError


@dataclass(frozen=True, slots=True)
class Advisory:
    """One vulnerability of one package, and the versions that have it."""

    id: str
    """The CVE where it has one."""
    summary: str = ""
    versions: frozenset[str] = frozenset()
    """Versions that are named one by one."""
    ranges: tuple[tuple[str, str | None, str | None], ...] = ()
    """From this version on, until before that one (None: for ever), or up to and with that one."""
    fixed: tuple[str, ...] = ()
    """Versions in which it is mended."""
    ids: frozenset[str] = frozenset()
    """All that it is called, in capitals: by CVE, by GitHub, by PyPA."""

    def affects(self, version: str) -> bool:
        """Whether this version has it; a version that can't be ordered is compared by its words alone."""
        from packaging.version import InvalidVersion, Version

        if version in self.versions:
            return True
        try:
            own = Version(version)
            return any(
                (start == "0" or own >= Version(start))
                and (end is None or own < Version(end))
                and (last is None or own <= Version(last))
                for start, end, last in self.ranges
            )
        except InvalidVersion:
            return False

    def mended_after(self, version: str) -> str | None:
        """The first later version without it."""
        from packaging.version import InvalidVersion, Version

        try:
            later = [each for each in map(Version, self.fixed) if each > Version(version)]
        except InvalidVersion:
            return None
        return str(min(later)) if later else None


@dataclass(frozen=True, slots=True)
class Advisories:
    """What is known, by the name of the package as indexes compare it. Empty where a project names no file."""

    known: Mapping[str, tuple[Advisory, ...]] = field(default_factory=dict)

    def of(self, name: str, version: str) -> tuple[Advisory, ...]:
        """The vulnerabilities of one version of a package."""
        return tuple(each for each in self.known.get(_normal(name), ()) if each.affects(version))

    def called(self, name: str) -> dict[str, tuple[Advisory, ...]]:
        """What goes by this id or by an alias of it, whichever of them a record bears; by the name of the package."""
        ids = frozenset({name.upper()})
        every = {each.ids for said in self.known.values() for each in said}
        while (wider := ids.union(*(each for each in every if each & ids))) != ids:
            ids = wider
        meant = {package: tuple(each for each in said if each.ids & ids) for package, said in self.known.items()}
        return {package: said for package, said in meant.items() if said}


class _Event(msgspec.Struct):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None


class _Range(msgspec.Struct):
    type: str = ""
    events: tuple[_Event, ...] = ()


class _Package(msgspec.Struct):
    name: str
    ecosystem: str = "PyPI"


class _Affected(msgspec.Struct):
    package: _Package | None = None
    ranges: tuple[_Range, ...] = ()
    versions: tuple[str, ...] = ()


class _Record(msgspec.Struct):
    """A vulnerability as OSV writes it down: https://ossf.github.io/osv-schema/ says what the keys mean."""

    id: str
    summary: str = ""
    aliases: tuple[str, ...] = ()
    affected: tuple[_Affected, ...] = ()
    withdrawn: str | None = None


class _Audited(msgspec.Struct):
    id: str
    fix_versions: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    description: str = ""


class _Dependency(msgspec.Struct):
    name: str
    version: str = ""
    vulns: tuple[_Audited, ...] = ()


class _Document(msgspec.Struct):
    """``dependencies`` is a report of ``pip-audit --format json``; the rest, OSV in one of its wrappings."""

    dependencies: tuple[_Dependency, ...] = ()
    vulns: tuple[_Record, ...] = ()
    vulnerabilities: tuple[_Record, ...] = ()
    id: str | None = None


def read(path: Path) -> Advisories:
    """The advisories of a file. Raises `AisecError` for one that can't be read, for it would look like none at all."""
    try:
        stat = path.stat()
        return _read(path, (stat.st_mtime_ns, stat.st_size))
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise AisecError(
            f"can't read the advisories in {path}: {error}. Give OSV records as JSON, or what `pip-audit -f json` says."
        ) from error


@lru_cache(maxsize=4)
def _read(path: Path, stamp: tuple[int, int]) -> Advisories:
    """Remembered for the next notebook, and for the next key in an editor, which may have several projects open.

    A database of them takes longer to read than a notebook to check.
    """
    del stamp
    return parse(path.read_bytes())


def parse(data: bytes) -> Advisories:
    """The advisories of a JSON document. Raises `msgspec.DecodeError`."""
    if data.lstrip()[:1] == b"[":
        records: Iterable[_Record] = msgspec.json.decode(data, type=tuple[_Record, ...])
        audited: Iterable[_Dependency] = ()
    else:
        document = msgspec.json.decode(data, type=_Document)
        records = (*document.vulns, *document.vulnerabilities)
        audited = document.dependencies
        if document.id is not None:
            records = (msgspec.json.decode(data, type=_Record),)
    found: defaultdict[str, list[Advisory]] = defaultdict(list)
    for record in records:
        for affected in record.affected if record.withdrawn is None else ():
            if affected.package is not None and affected.package.ecosystem == "PyPI":
                found[_normal(affected.package.name)].append(_of_record(record, affected))
    for dependency in audited:
        found[_normal(dependency.name)] += [
            Advisory(
                _cve(each.id, each.aliases),
                each.description,
                frozenset({dependency.version}),
                (),
                each.fix_versions,
                _ids(each.id, each.aliases),
            )
            for each in dependency.vulns
        ]
    return Advisories({name: tuple(each) for name, each in found.items()})


def _of_record(record: _Record, affected: _Affected) -> Advisory:
    ranges: list[tuple[str, str | None, str | None]] = []
    fixed: list[str] = []
    for each in affected.ranges:
        # Commits are no versions; the versions of npm are none of Python's.
        if each.type != "ECOSYSTEM":
            continue
        start: str | None = None
        for event in each.events:
            if event.introduced is not None:
                start = event.introduced
            elif start is not None and (event.fixed or event.last_affected):
                ranges.append((start, event.fixed, event.last_affected))
                fixed += [event.fixed] if event.fixed else []
                start = None
        if start is not None:
            ranges.append((start, None, None))
    return Advisory(
        _cve(record.id, record.aliases), record.summary, frozenset(affected.versions), tuple(ranges), tuple(fixed),
        _ids(record.id, record.aliases),
    )  # fmt: skip


def _ids(own: str, aliases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(each.upper() for each in (own, *aliases))


def _cve(own: str, aliases: tuple[str, ...]) -> str:
    return next((each for each in (own, *aliases) if each.startswith("CVE-")), own)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
