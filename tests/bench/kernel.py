"""A real kernel to measure in: the same cells with the extension watching and without it, in turn."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

_CLOCKS = """
import json as _json, time as _time
_marks = []
get_ipython().events.register("pre_execute", lambda: _marks.append((_time.thread_time(), _time.perf_counter())))
"""
"""From the beginning of one cell to that of the next: all that the kernel does for a cell is in between."""


class Bench:
    """Runs cells in one kernel, as a front end does: with cell ids."""

    def __init__(self, client: BlockingKernelClient, folder: Path) -> None:
        self.folder = folder
        self._client = client
        self._count = 0
        self.run(_CLOCKS)
        self.run("%load_ext jupyter_aisec")

    def run(self, source: str, cell_id: str = "") -> None:
        """Run one cell. Raises SystemExit, with its traceback, when it fails."""
        self._count += 1
        content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        message = self._client.session.msg("execute_request", content | {"stop_on_error": True})
        message["metadata"] = {"cellId": cell_id or f"cell-{self._count}"}
        self._client.shell_channel.send(message)
        while True:
            reply = self._client.get_shell_msg(timeout=600)
            if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                break
        if reply["content"]["status"] != "ok":
            raise SystemExit("\n".join(reply["content"].get("traceback") or [f"this cell did not run:\n{source}"]))

    def value(self, expression: str) -> object:
        """What an expression comes to in the kernel, through a file."""
        path = self.folder / "value.json"
        self.run(f"with open({str(path)!r}, 'w') as _file:\n    _json.dump({expression}, _file)")
        return json.loads(path.read_text())

    def watching(self, *, on: bool) -> None:
        """Watch from the next cell on, or do not."""
        self.run("%aisec on warn" if on else "%aisec off")

    def cells(self, sources: Sequence[str]) -> list[tuple[float, float]]:
        """Seconds of each cell: of the kernel's main thread on the processor, and by the clock."""
        self.run("_marks.clear()")
        for number, source in enumerate(sources):
            self.run(source, f"measured-{number}")
        self.run("_taken = list(_marks)")
        marks: list[list[float]] = self.value("_taken")  # type: ignore[assignment]
        return [(after[0] - before[0], after[1] - before[1]) for before, after in itertools.pairwise(marks)][
            : len(sources)
        ]

    def in_turn(self, sources: Sequence[str], rounds: int) -> tuple[list[list[float]], list[list[float]]]:
        """Processor seconds of each cell, round by round: without us, and watched."""
        found: dict[bool, list[list[float]]] = {False: [], True: []}
        for number in range(2 * rounds):
            # The order changes, so that what grows from round to round is in both.
            on = number % 4 in (1, 2)
            self.watching(on=on)
            found[on].append([cpu for cpu, _ in self.cells(sources)])
        return found[False], found[True]


@contextmanager
def kernel(environment: Mapping[str, str] | None = None) -> Iterator[Bench]:
    """A kernel in a project of its own, with a store of its own."""
    # What mirrors the journal may still be at work when the kernel is gone.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        (folder / ".aisec").mkdir()
        own = {"MLFLOW_TRACKING_URI": f"sqlite:///{place}/mlflow.db", "IPYTHONDIR": place, **(environment or {})}
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel(cwd=place, env=os.environ | own)
        client = manager.client()
        client.start_channels(hb=False)
        try:
            client.wait_for_ready(timeout=120)
            yield Bench(client, folder)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def middle(found: Sequence[Sequence[float]]) -> list[float]:
    """The median of each cell over the rounds."""
    return [statistics.median(each) for each in zip(*found, strict=True)]
