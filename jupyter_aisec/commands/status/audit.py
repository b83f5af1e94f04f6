"""Holds the report of vulnerabilities that the project names against the packages that are installed beside us."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import msgspec

from jupyter_aisec import advisories
from jupyter_aisec.evidence.around import Audit
from jupyter_aisec.model import AisecError


class _Looked(msgspec.Struct):
    name: str
    version: str = ""
    skip_reason: str | None = None


class _Report(msgspec.Struct):
    """Of `pip-audit --format json`: each package that it looked at, or why it did not."""

    dependencies: tuple[_Looked, ...] | None = None


def audit(root: Path, file: str | None) -> Audit:
    """What the file says of this environment; no file, an empty one."""
    if file is None:
        return Audit()
    path = root / file
    here = _installed()
    try:
        known = advisories.read(path)
        data = path.read_bytes()
        at = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
        looked = None if data.lstrip()[:1] == b"[" else msgspec.json.decode(data, type=_Report).dependencies
    except (AisecError, OSError, msgspec.DecodeError) as error:
        return Audit(file, None, len(here), None, problem=" ".join(str(error).split())[:200])
    vulnerable = [(name, each.id) for name, version in here.items() for each in known.of(name, version)]
    left_out = None if looked is None else _left_out(here, looked)
    return Audit(file, at, len(here), left_out, tuple(vulnerable))


def _left_out(here: Mapping[str, str], looked: tuple[_Looked, ...]) -> tuple[str, ...]:
    """What the report did not look at in the version that is here; skipped is not looked at."""
    seen = {(_normal(each.name), each.version) for each in looked if each.skip_reason is None}
    return tuple(f"{name} {version}" for name, version in here.items() if (name, version) not in seen)


def _installed() -> dict[str, str]:
    """Version by name, as indexes compare names."""
    found = {_normal(each.name): each.version for each in metadata.distributions() if each.name}
    return dict(sorted(found.items()))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
