"""Our block in a description: between two comments, with the user's own text round it as it was."""

from __future__ import annotations

import re

BEGIN = "<!-- aisec:begin -->"
END = "<!-- aisec:end -->"

NOTE = "mlflow.note.content"
"""The tag that MLflow shows as the description of a run or a logged model."""

VERSION_LIMIT = 4900
"""Characters of a model version's description: the column holds 5,000 on PostgreSQL and MySQL."""

CUT = "\n\n… cut here; `aisec/lineage.html` among the artifacts has all."

# From the last opening comment before an end, so that a stray one never swallows what the user wrote after it.
_block = re.compile(f"{re.escape(BEGIN)}(?:(?!{re.escape(BEGIN)}).)*?{re.escape(END)}", re.DOTALL)


def picture(run_id: str, name: str = "lineage.svg") -> str:
    """Markdown that draws an SVG artifact of a run on any page of MLflow's own UI."""
    return f"![lineage](get-artifact?path=aisec%2F{name}&run_uuid={run_id})"


def with_block(existing: str, content: str, limit: int) -> str:
    """The description with our block in its old place, or at the end, in at most ``limit`` characters.

    What is too long is cut from the end of our block, never from the user's text; where not even a line of the block
    has room, the description stays without it.
    """
    spans = list(_block.finditer(existing))
    if spans:
        before = existing[: spans[0].start()]
        after = _block.sub("", existing[spans[0].end() :])
    else:
        before, after = (f"{existing.rstrip()}\n\n" if existing.strip() else ""), ""
    room = limit - len(before) - len(after) - len(BEGIN) - len(END) - 2
    body = _cut(content.strip(), room)
    if body is None:
        return existing if not spans else before + after
    return f"{before}{BEGIN}\n{body}\n{END}{after}"


def without_block(existing: str) -> str:
    """What people themselves wrote."""
    return _block.sub("", existing).strip()


def _cut(content: str, room: int) -> str | None:
    if len(content) <= room:
        return content
    kept: list[str] = []
    used = len(CUT)
    for line in content.split("\n"):
        used += len(line) + 1
        if used > room:
            break
        kept.append(line)
    return "\n".join(kept).rstrip() + CUT if any(kept) else None
