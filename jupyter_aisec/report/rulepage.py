"""The page of a rule, as text, HTML and Markdown: one for `explain`, for SARIF, and for editors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from jupyter_aisec.model import Severity
from jupyter_aisec.report.words import escaped, visible

_INDENT = "    "
_BOX = (
    "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);"
    "color:var(--jp-ui-font-color1,inherit);max-width:80ch"
)
_CELLS = "---"

_ELSEWHERE = 'target="_blank" rel="noopener noreferrer"'


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of somebody's list, and where to read it; both may be empty."""

    id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """What there is to say about a rule. ``weakness`` is the number of its entry in CWE."""

    name: str
    family: str
    severity: Severity
    default: bool
    title: str
    text: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    weakness: str
    references: tuple[str, ...]
    links: tuple[Link, ...] = ()

    @property
    def _head(self) -> str:
        return f"{self.name} ({self.severity.value}{'' if self.default else ', not a default rule'})"

    def plain(self) -> str:
        """For a terminal."""
        parts = [
            self._head,
            self.title,
            self.text,
            _example("Bad:", self.bad),
            _example("Good:", self.good),
            "\n".join(["References:", *(f"{_INDENT}{line}" for line in self._listed())]),
            f"To keep a cell as it is: # aisec: ignore[{self.name}] and the reason",
        ]
        if not self.default:
            parts.append(f"To have it looked for: --strict, or --select {self.name}")
        return "\n\n".join(parts)

    def _listed(self) -> Iterator[str]:
        """Each entry once, and below it where to read it; entries of one page have that in common."""
        if not self.links:
            yield from self.references
        for url, links in groupby(self.links, key=lambda link: link.url):
            yield from map(_named, links)
            yield f"  {url}"

    def markdown(self) -> str:
        """For who shows Markdown; all of it is our own text."""
        links = [f"- [{_named(each)}]({each.url})" for each in self.links]
        parts = [
            self.title,
            self.text,
            f"**Bad**\n\n{_block(self.bad)}",
            f"**Good**\n\n{_block(self.good)}",
            "**References**\n\n" + "\n".join(links or [f"- {line}" for line in self.references]),
            f"To keep a cell as it is, write `# aisec: ignore[{self.name}]` and the reason.",
        ]
        return "\n\n".join(parts)

    def html(self) -> str:
        """For a notebook: escaped, in the colours of the theme; nothing is loaded."""
        paragraphs = "".join(f"<p>{escaped(' '.join(each.split()))}</p>" for each in self.text.split("\n\n"))
        links = "".join(
            f'<li><a href="{escaped(each.url)}" {_ELSEWHERE}>{escaped(_named(each))}</a></li>' for each in self.links
        )
        return (
            f'<div style="{_BOX}"><h3 style="margin:4px 0">{escaped(self._head)}</h3>'
            f"<p><b>{escaped(self.title)}</b></p>{paragraphs}"
            f"<p><b>Bad</b></p>{_drawn(self.bad)}<p><b>Good</b></p>{_drawn(self.good)}"
            f"<p><b>References</b></p><ul>{links}</ul>"
            f"<p>To keep a cell as it is: {_code(f'# aisec: ignore[{self.name}]')} and the reason.</p></div>"
        )


def _drawn(cells: tuple[str, ...]) -> str:
    """Examples as they are typed; a line of code keeps its place."""
    blocks = ("\n".join(escaped(line) for line in cell.split("\n")) for cell in cells)
    return "".join(f'<pre style="margin:4px 0 4px 16px">{each}</pre>' for each in blocks)


def _code(text: str) -> str:
    return f'<code style="background:none;color:inherit">{escaped(text)}</code>'


def _named(link: Link) -> str:
    return f"{link.id} {link.name}" if link.name else link.id


def _example(head: str, cells: tuple[str, ...]) -> str:
    """An example, with a line between cells."""
    lines = f"\n{_CELLS}\n".join(cells).split("\n")
    return "\n".join([head, *(f"{_INDENT}{visible(line)}".rstrip() for line in lines)])


def _block(cells: tuple[str, ...]) -> str:
    shown = ("\n".join(map(visible, cell.split("\n"))) for cell in cells)
    return "\n\n".join(f"```python\n{each}\n```" for each in shown)
