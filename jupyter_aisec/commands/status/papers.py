"""Finds bills of materials and cards: in the project, and among the artifacts of a run where those are files here."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from jupyter_aisec.evidence.around import Paper

_BILL = re.compile(r"(?:.*[._-])?(?:bom|cdx)(?:[._-].*)?\.json", re.IGNORECASE)
_CARD = re.compile(r"(?:.*card.*|readme)\.md", re.IGNORECASE)
_DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_SKIPPED = frozenset({"mlruns", "mlartifacts", "node_modules", "venv", "__pycache__"})
_DEEPEST, _MOST, _LARGEST = 3, 5_000, 8 * 1024 * 1024
_VERSIONS = frozenset({"1.5", "1.6", "1.7"})


class _Bill(msgspec.Struct):
    form: str = msgspec.field(name="bomFormat")
    version: str = msgspec.field(name="specVersion")


def papers(root: Path, places: Sequence[str]) -> tuple[list[Paper], list[Paper]]:
    """The bills and the cards that have a digest in them; ``places`` are those of artifacts."""
    bills: list[Paper] = []
    cards: list[Paper] = []
    for path in (*_below(root), *(each for place in places for each in _of_run(place))):
        is_bill = bool(_BILL.fullmatch(path.name))
        if not is_bill and not _CARD.fullmatch(path.name):
            continue
        try:
            found = path.stat()
            data = path.read_bytes() if path.is_file() and found.st_size <= _LARGEST else b""
        except OSError:
            continue
        digests = frozenset(each.decode() for each in _DIGEST.findall(data))
        if digests:
            at = dt.datetime.fromtimestamp(found.st_mtime, dt.UTC)
            name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
            (bills if is_bill else cards).append(Paper(name, digests, at, _wrong(data) if is_bill else None))
    return bills, cards


def _wrong(data: bytes) -> str | None:
    """How a bill breaks its form, in words; empty where it keeps it, None where nobody here knows all of that."""
    try:
        bill = msgspec.json.decode(data, type=_Bill)
    except (msgspec.DecodeError, RecursionError) as error:
        return f"it is no CycloneDX: {error}"
    if bill.form != "CycloneDX" or bill.version not in _VERSIONS:
        return f"it is no CycloneDX of version {', '.join(sorted(_VERSIONS))}"
    try:
        from cyclonedx.schema import SchemaVersion
        from cyclonedx.validation.json import JsonStrictValidator
    except ImportError:
        return None
    validator = JsonStrictValidator(SchemaVersion[f"V{bill.version.replace('.', '_')}"])
    try:
        wrong = validator.validate_str(data.decode())
    except (ValueError, RecursionError) as error:
        return f"it is no JSON that can be read: {type(error).__name__}"
    return " ".join(str(wrong).split())[:200] if wrong else ""


def _below(root: Path) -> Iterator[Path]:
    """Files of the project, not too deep, without what is hidden or MLflow's own; links are not followed."""
    seen = 0
    for folder, inside, files in os.walk(root):
        depth = len(Path(folder).relative_to(root).parts)
        hidden = [each for each in inside if each.startswith(".") or each in _SKIPPED]
        inside[:] = [] if depth >= _DEEPEST else sorted(set(inside) - set(hidden))
        for name in sorted(files):
            path = Path(folder, name)
            if not path.is_symlink():
                yield path
        seen += len(files)
        if seen > _MOST:
            return


def _of_run(place: str) -> Iterator[Path]:
    parts = urlsplit(place)
    if parts.scheme not in ("", "file") or not parts.path:
        return
    folder = Path(unquote(parts.path) if parts.scheme else place, "aisec")
    if folder.is_dir():
        yield from sorted(folder.iterdir())
