"""Environment variables that Python sets, by calls."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.values import Table, text


def settings_of(call: Call) -> Iterator[tuple[str, str | None]]:
    """The names that a call sets, with their values; None where one is unknown."""
    if call.path in {"os.putenv", "os.environ.setdefault"}:
        name = call.text("key", 0)
        if name:
            yield name, call.text("value", 1)
    elif call.path == "os.environ.update":
        table = call.value("", 0)
        values = dict(table.values) if isinstance(table, Table) else {}
        values.update({part.arg: call.value(part.arg) for part in call.node.keywords if part.arg})
        for key, given in values.items():
            yield key, text(given)
