"""A small table of text, for a terminal and for a notebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_aisec.report.words import escaped, shortened, visible, width

_CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:top;border:0"
_ROOMY = "white-space:pre-wrap;overflow-wrap:anywhere;min-width:9em"
_SHORT = "white-space:pre"
_TEXT_COLUMNS = 44
"""What a cell may take in a terminal, where nothing wraps well; the last one of a row may take more."""
_WRAPS = 34
"""Columns of text above which a table's column may be broken into lines."""
_QUOTED = re.compile("`([^`]+)`")
_BOX = (
    "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);"
    "color:var(--jp-ui-font-color1,inherit)"
)


@dataclass(frozen=True, slots=True)
class Table:
    """``header`` may be empty; ``rows`` are as long as it. ``note`` stands below, ``title`` above.

    ``types``: what stands in backquotes in the last column is to be typed, and set so on a page.
    """

    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()
    title: str = ""
    note: str = ""
    types: bool = False

    def text(self) -> str:
        """Columns as wide as their widest cell, two spaces apart; the last one is not padded."""
        lines = [
            [*(shortened(cell, _TEXT_COLUMNS) for cell in row[:-1]), visible(row[-1])]
            for row in (self.header, *self.rows)
            if row
        ]
        widths = [max(width(row[column]) for row in lines) for column in range(len(lines[0]))] if lines else []
        drawn = [
            "  ".join(_padded(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in lines
        ]
        return "\n".join([*filter(None, [visible(self.title)]), *drawn, *filter(None, [visible(self.note)])])

    def html(self) -> str:
        """An escaped table in the colours of the theme; the first column of a table without header names its row."""
        parts = [f'<div style="{_BOX}">']
        styles = self._styles()
        if self.title:
            parts.append(f'<div style="font-weight:600;padding-bottom:2px">{escaped(self.title)}</div>')
        parts.append('<table style="border-collapse:collapse;margin:0">')
        if self.header:
            cells = "".join(
                f'<th scope="col" style="{style};font-weight:600">{escaped(cell)}</th>'
                for cell, style in zip(self.header, styles, strict=True)
            )
            parts.append(f"<thead><tr>{cells}</tr></thead>")
        parts.append("<tbody>")
        for row in self.rows:
            first = "td" if self.header else 'th scope="row"'
            cells = f'<{first} style="{styles[0]};font-weight:600">{escaped(row[0])}</{first.split(maxsplit=1)[0]}>'
            rest = zip([*map(escaped, row[1:-1]), self._last(row[-1])] if row[1:] else [], styles[1:], strict=True)
            cells += "".join(f'<td style="{style}">{cell}</td>' for cell, style in rest)
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</tbody></table>")
        if self.note:
            parts.append(f'<div style="padding-top:2px">{escaped(self.note)}</div>')
        return "".join([*parts, "</div>"])

    def _last(self, cell: str) -> str:
        parts = _QUOTED.split(cell) if self.types else [cell]
        return "".join(f"<code>{escaped(each)}</code>" if at % 2 else escaped(each) for at, each in enumerate(parts))

    def _styles(self) -> list[str]:
        """How each column is set: short ones stay on one line, the others share what room is left."""
        columns = zip(*(row for row in (self.header, *self.rows) if row), strict=True)
        widest = [max(width(visible(cell)) for cell in column) for column in columns]
        return [f"{_CELL};{_ROOMY if wide > _WRAPS else _SHORT}" for wide in widest]


def _padded(cell: str, columns: int) -> str:
    return cell + " " * (columns - width(cell))
