"""The one line that says that a data source or a model is new and has no document."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from jupyter_aisec.report.words import escaped, shortened, visible

_MOST = 3
_NAME_COLUMNS = 60
"""A name is shown in so many; the command has it whole."""


def command(name: str, mouth: str = "%aisec") -> str:
    """What to type to document an asset, in a notebook or in a shell."""
    return call(mouth, (name,))


def call(mouth: str, names: Sequence[str], *options: str) -> str:
    """The same for several, with options; a name such as ``-x.csv`` is not taken for one."""
    shown = shlex.join(visible(name) for name in names)
    is_odd = any(name.startswith("-") for name in names)
    return " ".join((mouth, "document", *((*options, "--", shown) if is_odd else (shown, *options))))


def announcement(sources: Sequence[str], models: Sequence[str] = (), remark: str = "") -> str:
    """For a terminal: a line about data, one about models. The remark is on the data."""
    return "\n".join(f"aisec: {said} {how}" for said, how in _lines(sources, models, remark))


def announcement_html(sources: Sequence[str], models: Sequence[str] = (), remark: str = "") -> str:
    """For a notebook."""
    style = (
        "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);"
        "color:var(--jp-ui-font-color1,inherit);border-left:3px solid var(--jp-info-color1,#1976d2);"
        "padding:2px 8px;margin:2px 0;line-height:1.45;overflow-wrap:anywhere"
    )
    shape = '<code style="display:inline-block;max-width:100%;white-space:pre-wrap">'
    lines = [f"◌ {escaped(said)} {shape}{escaped(how)}</code>" for said, how in _lines(sources, models, remark)]
    return f'<div role="note" style="{style}">{"<br>".join(lines)}</div>'


def _lines(sources: Sequence[str], models: Sequence[str], remark: str) -> Iterator[tuple[str, str]]:
    """What is said, and what to type."""
    if sources:
        said = f"{_named(sources, 'data source')} {remark}".rstrip()
        yield f"{said} Say what it is:", command(sources[0])
    if models:
        yield f"{_named(models, 'model')} Say what it is for:", command(models[0])


def _named(names: Sequence[str], noun: str) -> str:
    shown = ", ".join(shortened(name, _NAME_COLUMNS) for name in names[:_MOST])
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    said = f"New {noun}" if len(names) == 1 else f"{len(names)} new {noun}s"
    return f"{said}, not documented: {shown}{more}."
