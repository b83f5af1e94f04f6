"""Puts an RO-Crate into a folder or a ZIP file, and the files into it that still are what the lineage says."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from jupyter_aisec import digest
from jupyter_aisec.digest import UnhashableError
from jupyter_aisec.export import Record
from jupyter_aisec.export.crate import METADATA, crate
from jupyter_aisec.export.identifiers import Held
from jupyter_aisec.model import AisecError, AssetKind, Node
from jupyter_aisec.project import Project

_RESERVED = frozenset({METADATA, "ro-crate-preview.html", "ro-crate-preview_files"})


@dataclass(frozen=True, slots=True)
class Packed:
    """The metadata of the crate, how many files it holds, and why others are not in it, by name."""

    document: dict[str, Any]
    files: int
    left_out: Mapping[str, str]


def pack(project: Project, record: Record, output: Path, *, with_files: bool) -> Packed:
    """Write a crate to a new folder, or to a file whose name ends in ``.zip``; in place whole, or not at all.

    Raises:
        AisecError: the folder isn't empty.
        OSError: it can't be written.
    """
    is_zip = output.suffix.lower() == ".zip"
    if not is_zip and output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise AisecError(f"{output} is there already: name a new folder, or a file that ends in .zip")
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".crate-", dir=output.parent) as staging:
        folder = Path(staging, "crate")
        folder.mkdir()
        packed = _filled(folder, project, record, with_files=with_files)
        if is_zip:
            archive = Path(staging, "crate.zip")
            _zip(folder, archive)
            archive.replace(output)
        else:
            if output.exists():
                output.rmdir()
            folder.rename(output)
    return packed


def _filled(folder: Path, project: Project, record: Record, *, with_files: bool) -> Packed:
    held: dict[str, str] = {}
    papers: dict[str, str] = {}
    left_out: dict[str, str] = {}
    for node in record.graph.nodes if with_files else ():
        if node.kind is AssetKind.UNKNOWN or node.location is None:
            continue
        problem = _copied(project.root, node, folder)
        if problem:
            left_out[node.location] = problem
        else:
            held[node.id] = PurePosixPath(node.location).as_posix()
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in held.values():
            path.unlink()
    for name in record.documents if with_files else ():
        paper = project.documents.path(name)
        if paper.is_file() and paper.resolve().is_relative_to(project.root.resolve()):
            path = paper.relative_to(project.root)
            _copy(paper, folder / path)
            papers[name] = path.as_posix()
    sizes = {path: (folder / path).stat().st_size for path in (*held.values(), *papers.values())}
    document = crate(record, Held(held, papers, sizes))
    (folder / METADATA).write_text(f"{json.dumps(document, indent=2)}\n", encoding="utf-8")
    return Packed(document, len(sizes), left_out)


def _copied(root: Path, node: Node, folder: Path) -> str | None:
    """Copy the file of an asset; else why it isn't in the crate. What is compared is the copy."""
    place = PurePosixPath(node.location or "")
    source = root / place
    if not place.parts or place.is_absolute() or ".." in place.parts or place.parts[0] in _RESERVED:
        return "its name would lead out of the crate, or be that of the metadata"
    if not source.is_file() or not source.resolve().is_relative_to(root.resolve()):
        return "the project has no such file"
    copy = folder / place
    if not copy.exists():
        _copy(source, copy)
    try:
        found = digest.measure([digest.stamp(copy)])[0]
    except UnhashableError as error:
        return str(error)
    if found == node.sha256 or (node.sha256 is None and node.kind is AssetKind.NOTEBOOK):
        return None
    return "it has changed since" if node.sha256 else "its bytes were never known"


def _copy(source: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, copy)


def _zip(folder: Path, archive: Path) -> None:
    """With the same bytes for the same crate: no times of this machine."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as source, file.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)
