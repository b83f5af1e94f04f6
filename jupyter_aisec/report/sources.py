"""The one line that says that a data source is new and has no document."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from jupyter_aisec.report.words import escaped, shortened, visible

_MOST = 3
_NAME_COLUMNS = 60
"""A name is shown in so many; the command has it whole."""
_ASK = "Say what it is:"


def command(name: str, mouth: str = "%aisec") -> str:
    """What to type to document an asset, in a notebook or in a shell."""
    return f"{mouth} document {shlex.quote(visible(name))}"


def announcement(names: Sequence[str]) -> str:
    """For a terminal."""
    said, how = _parts(names)
    return f"aisec: {said} {_ASK} {how}"


def announcement_html(names: Sequence[str]) -> str:
    """For a notebook."""
    said, how = _parts(names)
    style = (
        "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);"
        "color:var(--jp-ui-font-color1,inherit);border-left:3px solid var(--jp-info-color1,#1976d2);"
        "padding:2px 8px;margin:2px 0;line-height:1.45;overflow-wrap:anywhere"
    )
    code = f'<code style="display:inline-block;max-width:100%;white-space:pre-wrap">{escaped(how)}</code>'
    return f'<div role="note" style="{style}">◌ {escaped(said)} {_ASK} {code}</div>'


def _parts(names: Sequence[str]) -> tuple[str, str]:
    shown = ", ".join(shortened(name, _NAME_COLUMNS) for name in names[:_MOST])
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    noun = "New data source, not documented:" if len(names) == 1 else f"{len(names)} new data sources, not documented:"
    return f"{noun} {shown}{more}.", command(names[0])
