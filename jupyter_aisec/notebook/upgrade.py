"""Notebooks of version 3 in the shape of version 4: one of them would cost more to import than hundreds to check."""

from __future__ import annotations

from typing import Any

import msgspec

_VERSION = 3
_TYPES = {
    "text": "text/plain",
    "html": "text/html",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "latex": "text/latex",
    "json": "application/json",
    "javascript": "application/javascript",
}
_OUTPUTS = {"pyout": "execute_result", "pyerr": "error"}


def version_3(data: bytes) -> tuple[object, list[dict[str, Any]]] | None:
    """The metadata and the cells of all worksheets of such a notebook; None where it is not as it should be."""
    try:
        found = _mapping(msgspec.json.decode(data))
        if found["nbformat"] != _VERSION:
            return None
        cells = [_cell(cell) for sheet in found["worksheets"] for cell in _mapping(sheet)["cells"]]
    except (msgspec.DecodeError, RecursionError, KeyError, TypeError, ValueError):
        return None
    return found.get("metadata"), cells


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _cell(cell: object) -> dict[str, Any]:
    old = _mapping(cell)
    kind = old["cell_type"]
    new = {"cell_type": kind, "metadata": old.get("metadata"), "source": _text(old.get("source", ""))}
    if kind == "code":
        outputs = [_output(output) for output in old.get("outputs", [])]
        source = _text(old.get("input", ""))
        return new | {"source": source, "execution_count": old.get("prompt_number"), "outputs": outputs}
    if kind == "heading":
        return new | {
            "cell_type": "markdown",
            "source": f"{'#' * old.get('level', 1)} {' '.join(new['source'].splitlines())}",
        }
    return new | {"cell_type": "markdown" if kind == "html" else kind}


def _output(output: object) -> dict[str, Any]:
    old = _mapping(output)
    kind = old["output_type"]
    if kind not in {"pyout", "display_data"}:
        return old | {"output_type": _OUTPUTS.get(kind, kind)}
    data = {_TYPES.get(key, key): value for key, value in old.items() if key not in {"output_type", "metadata"}}
    return {"output_type": _OUTPUTS.get(kind, kind), "data": data}


def _text(source: object) -> str:
    if isinstance(source, list):
        return "".join(source)
    if not isinstance(source, str):
        raise TypeError
    return source
