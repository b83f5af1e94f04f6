"""The one line that says that a data source is new and has no document."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from jupyter_aisec.report.words import escaped, visible

_MOST = 3


def command(name: str) -> str:
    """What to type to document an asset."""
    return f"%aisec document {shlex.quote(visible(name))}"


def announcement(names: Sequence[str]) -> str:
    """For a terminal."""
    said, how = _parts(names)
    return f"aisec: {said} Say in a minute what it is: {how}"


def announcement_html(names: Sequence[str]) -> str:
    """For a notebook."""
    said, how = _parts(names)
    style = (
        "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);"
        "color:var(--jp-ui-font-color2,inherit);border-left:3px solid var(--jp-info-color1,#1976d2);"
        "padding:2px 8px;margin:2px 0"
    )
    return f'<div style="{style}">◌ {escaped(said)} Say in a minute what it is: <code>{escaped(how)}</code></div>'


def _parts(names: Sequence[str]) -> tuple[str, str]:
    shown = ", ".join(visible(name) for name in names[:_MOST])
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    noun = (
        "new data source, not documented yet:"
        if len(names) == 1
        else f"{len(names)} new data sources, not documented yet:"
    )
    return f"{noun} {shown}{more}.", command(names[0])
