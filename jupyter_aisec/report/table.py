"""A small table of text, for a terminal and for a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_aisec.report.words import escaped, visible, width

_CELL = "padding:2px 12px 2px 0;text-align:left;vertical-align:top;border:0;white-space:pre-wrap"
_BOX = (
    "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);"
    "color:var(--jp-ui-font-color1,inherit)"
)


@dataclass(frozen=True, slots=True)
class Table:
    """``header`` may be empty; ``rows`` are as long as it. ``note`` stands below, ``title`` above."""

    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()
    title: str = ""
    note: str = ""

    def text(self) -> str:
        """Columns as wide as their widest cell, two spaces apart; the last one is not padded."""
        lines = [[visible(cell) for cell in row] for row in (self.header, *self.rows) if row]
        widths = [max(width(row[column]) for row in lines) for column in range(len(lines[0]))] if lines else []
        drawn = [
            "  ".join(_padded(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in lines
        ]
        return "\n".join([*filter(None, [visible(self.title)]), *drawn, *filter(None, [visible(self.note)])])

    def html(self) -> str:
        """An escaped table in the colours of the theme; the first column of a table without header names its row."""
        parts = [f'<div style="{_BOX}">']
        if self.title:
            parts.append(f'<div style="font-weight:600;padding-bottom:2px">{escaped(self.title)}</div>')
        parts.append('<table style="border-collapse:collapse;margin:0">')
        if self.header:
            cells = "".join(
                f'<th scope="col" style="{_CELL};font-weight:600">{escaped(cell)}</th>' for cell in self.header
            )
            parts.append(f"<thead><tr>{cells}</tr></thead>")
        parts.append("<tbody>")
        for row in self.rows:
            first = "td" if self.header else 'th scope="row"'
            cells = f'<{first} style="{_CELL};font-weight:600">{escaped(row[0])}</{first.split(maxsplit=1)[0]}>'
            cells += "".join(f'<td style="{_CELL}">{escaped(cell)}</td>' for cell in row[1:])
            parts.append(f"<tr>{cells}</tr>")
        parts.append("</tbody></table>")
        if self.note:
            parts.append(f'<div style="padding-top:2px">{escaped(self.note)}</div>')
        return "".join([*parts, "</div>"])


def _padded(cell: str, columns: int) -> str:
    return cell + " " * (columns - width(cell))
