"""From the bytes of a ``.ipynb`` or ``.py`` file to a `Notebook`: only the fields that are needed, and bounded."""

from __future__ import annotations

import codecs
import json
import os
import stat
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from jupyter_aisec.model import AisecError, Cell, CellKind, Notebook
from jupyter_aisec.notebook.language import language_of
from jupyter_aisec.notebook.script import of_script
from jupyter_aisec.notebook.stored import StoredCell, StoredNotebook, joined
from jupyter_aisec.notebook.upgrade import version_3

LIMIT = 128 * 1024 * 1024
"""Bytes of the largest file that is read."""

_NOTEBOOK_4 = 4
_NOTHING = msgspec.Raw()
_KINDS = {kind.value: kind for kind in CellKind}


@dataclass(frozen=True, slots=True)
class MalformedCell(Cell):
    """What stands in the list of cells and is none, with the reason; it keeps its place, so that others keep theirs."""

    reason: str = ""


class _Cell(msgspec.Struct):
    """A cell as the standard library decoded it."""

    cell_type: Any = None
    source: Any = None
    id: Any = None
    execution_count: Any = None
    outputs: Any = None
    metadata: Any = None
    attachments: Any = None


class _RawCell(_Cell):
    """A cell of which most is not decoded yet."""

    outputs: msgspec.Raw = _NOTHING
    metadata: msgspec.Raw = _NOTHING
    attachments: msgspec.Raw = _NOTHING


class _File(msgspec.Struct):
    cells: list[_RawCell] | None = None
    metadata: msgspec.Raw = _NOTHING
    nbformat: Any = None
    worksheets: Any = None


class _Whole(msgspec.Struct):
    """The same for a document that the standard library decoded; each cell is looked at by itself."""

    cells: list[Any] | None = None
    metadata: Any = None
    nbformat: Any = None


def read(path: str | os.PathLike[str]) -> Notebook:
    """The notebook or script at ``path``.

    Raises `AisecError` when it is missing, unreadable, no regular file, too large or not what its name says.
    """
    return decode(content(path), os.fspath(path), script=is_script(path))


def is_script(path: str | os.PathLike[str]) -> bool:
    """Whether a file is Python by its name."""
    return Path(path).suffix.lower() in {".py", ".pyw", ".pyi"}


def content(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file. Raises `AisecError` when it is missing, unreadable, no regular file or too large."""
    name = os.fspath(path)
    try:
        handle = os.open(name, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise AisecError(f"{name}: no such file; check the path") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AisecError(f"{name}: can't be opened ({reason}); check the path and its permissions") from None
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise AisecError(f"{name}: not a regular file; name a notebook (.ipynb) or a Python file (.py)")
    with os.fdopen(handle, "rb") as file:
        _bound(about.st_size, name)
        try:
            return file.read(LIMIT + 1)
        except OSError as error:
            raise AisecError(f"{name}: can't be read ({error.strerror}); check the disk and the permissions") from None


def decode(data: bytes, path: str, *, script: bool = False, only: Container[int] | None = None) -> Notebook:
    """The notebook in ``data``; ``path`` is only named, never opened. Raises `AisecError`.

    ``only`` names the cells that are wanted, by index, of a notebook that was decoded before.
    """
    _bound(len(data), path)
    if script:
        return of_script(data, path)
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data or data.isspace():
        raise _refused(path, "the file is empty", "save the notebook again in Jupyter")
    if b"\0" in data or not data.lstrip().startswith(b"{"):
        raise _refused(path, "not a notebook (a notebook is a JSON object)", "open and save it in Jupyter")
    notes: list[str] = []
    found = _decode(data, path, notes)
    if _is_old(found.nbformat) or (found.cells is None and isinstance(found, _File) and found.worksheets):
        return _upgraded(data, path)
    if found.cells is None:
        raise _refused(path, "JSON, but not a notebook (it has no cells)", "check the path")
    cells = tuple(_cell(index, cell) for index, cell in enumerate(found.cells) if only is None or index in only)
    if only is None and cells and all(isinstance(cell, MalformedCell) for cell in cells):
        raise _refused(path, "JSON, but not a notebook (no cell has a type and a source)", "restore it from a copy")
    return StoredNotebook(
        path=path,
        cells=cells,
        language=language_of(found.metadata),
        notes=tuple(notes),
        metadata=found.metadata,
    )


def _refused(path: str, reason: str, step: str) -> AisecError:
    """What is wrong, and the step that mends a notebook; who named another kind of file meant another file."""
    is_notebook = path.lower().endswith(".ipynb") or path.startswith("<")
    return AisecError(f"{path}: {reason}; {step if is_notebook else 'name a notebook (.ipynb) or a Python file (.py)'}")


def _bound(size: int, path: str) -> None:
    if size > LIMIT:
        raise AisecError(
            f"{path}: larger than the {LIMIT // 2**20} MiB that are read; clear the outputs and save it again"
        )


def _is_old(nbformat: object) -> bool:
    return isinstance(nbformat, int) and 0 < nbformat < _NOTEBOOK_4


def _decode(data: bytes, path: str, notes: list[str]) -> _File | _Whole:
    try:
        return msgspec.json.decode(data, type=_File)
    except RecursionError:
        raise _too_deep(path) from None
    except (UnicodeDecodeError, msgspec.DecodeError):
        # The standard library takes what Python programs write and the specification does not know: NaN, half
        # of a surrogate pair. Bytes that are no UTF-8 are replaced, so that the other cells still count; and so
        # that they do beside a cell that is none, each is looked at by itself.
        pass
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        notes.append("bytes that are not UTF-8 were replaced")
    try:
        return msgspec.convert(json.loads(text), _Whole)
    except RecursionError:
        raise _too_deep(path) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        reason = f"not valid JSON at {where} ({error.msg})"
        if _is_truncated(text, error):
            reason = f"the JSON ends in the middle, at line {1 + text.count(chr(10))} (truncated?)"
        raise _refused(path, reason, "restore the file or save the notebook again") from None
    except (msgspec.ValidationError, ValueError):
        raise _refused(path, "JSON, but not a notebook (it has no list of cells)", "check the path") from None


def _is_truncated(text: str, error: json.JSONDecodeError) -> bool:
    """Whether more text could have made it right: the end was reached in a string, a word or between two values."""
    rest = text[error.pos :].strip()
    words = ("true", "false", "null", "NaN", "Infinity", "-Infinity", ".", "e-", "e+")
    if error.msg.startswith("Invalid \\uXXXX"):
        return len(rest) < len("\\uXXXX")
    return error.msg.startswith("Unterminated string") or any(word.startswith(rest) for word in words)


def _too_deep(path: str) -> AisecError:
    return AisecError(f"{path}: nested too deeply to be a notebook; it is not read")


def _upgraded(data: bytes, path: str) -> Notebook:
    """Version 3 by ourselves; what is older, or not as it should be, through nbformat, for such files are rare."""
    new = version_3(data)
    if new is not None:
        metadata, upgraded = new
        cells = tuple(_cell(index, cell) for index, cell in enumerate(upgraded))
        return StoredNotebook(path, cells, language_of(metadata), notes=(_note(3),), metadata=metadata)
    import nbformat

    try:
        old = nbformat.reads(data.decode("utf-8", "replace"), as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
        was = old.get("nbformat", "?")  # the conversion may write into what it is given
        converted = nbformat.convert(old, _NOTEBOOK_4)  # type: ignore[no-untyped-call]
        cells = tuple(_cell(index, dict(cell)) for index, cell in enumerate(converted.cells))
        metadata = converted.metadata
    except Exception as error:  # noqa: BLE001 - nbformat raises what it likes on a hostile file
        raise AisecError(
            f"{path}: an old notebook that can't be upgraded ({type(error).__name__}); open and save it in Jupyter"
        ) from None
    return StoredNotebook(
        path=path, cells=cells, language=language_of(metadata), notes=(_note(was),), metadata=metadata
    )


def _note(version: object) -> str:
    return f"read as nbformat {version} and upgraded in memory; the file is unchanged"


def _cell(index: int, found: object) -> Cell:
    cell = found if isinstance(found, _Cell) else _object(found)
    if cell is None:
        return MalformedCell(index, CellKind.CODE, "", reason="it is no JSON object")
    if not isinstance(cell.cell_type, str):
        return MalformedCell(index, CellKind.CODE, "", reason="its cell_type is missing")
    if cell.cell_type == "code" and not isinstance(cell.source, (str, list)):
        return MalformedCell(index, CellKind.CODE, "", reason="its source is missing")
    kind = _KINDS.get(cell.cell_type, CellKind.RAW)
    count = cell.execution_count
    return StoredCell(
        index=index,
        kind=kind,
        source=joined(cell.source),
        id=cell.id if isinstance(cell.id, str) and cell.id else None,
        execution_count=count if isinstance(count, int) and not isinstance(count, bool) else None,
        outputs=cell.outputs,
        metadata=cell.metadata,
        attachments=cell.attachments,
    )


def _object(found: object) -> _Cell | None:
    return msgspec.convert(found, _Cell) if isinstance(found, dict) else None
