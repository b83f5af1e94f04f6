"""What the extension costs, as ratios in one run: ``make bench``.

Every figure stands beside the same work without the extension, measured in turn with it on the same machine.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
QUICKSTART = ROOT / "notebooks" / "01-quickstart.ipynb"
HEAVY = ("mlflow", "pandas", "sklearn", "numpy")


def main() -> None:
    """Run every benchmark, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each measurement is repeated")
    parser.add_argument("--megabytes", type=int, default=100, help="size of the CSV file that is read")
    parser.add_argument("--worker", choices=("load", "cells", "read"), help=argparse.SUPPRESS)
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        workers = {"load": load, "cells": cells, "read": lambda: read(options.megabytes, options.rounds)}
        kept = sys.stdout
        with contextlib.redirect_stdout(io.StringIO()):
            found = workers[options.worker]() if options.worker != "cells" else cells(bare=options.bare)
        print(json.dumps(found), file=kept)
        return
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, medians of {options.rounds} rounds\n")
    show_load([worker("load") for _ in range(options.rounds)])
    pairs = [(worker("cells", "--bare"), worker("cells")) for _ in range(options.rounds)]
    show_cells(pairs)
    show_read(worker("read", f"--rounds={options.rounds}", f"--megabytes={options.megabytes}"), options.megabytes)


def worker(name: str, *more: str) -> dict[str, object]:
    """One measurement in a process of its own, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / ".aisec").mkdir()
        environment = os.environ | {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db", "IPYTHONDIR": folder}
        command = [sys.executable, str(Path(__file__).resolve()), "--worker", name, *more]
        done = subprocess.run(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
        )
        wait_for_mirrors(folder)
        return json.loads(done.stdout)


def wait_for_mirrors(folder: str) -> None:
    """The mirror of a finished kernel must not run beside the next measurement."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        running = [entry for entry in Path("/proc").glob("[0-9]*") if _works_in(entry, folder)]
        if not running:
            return
        time.sleep(0.1)


def _works_in(entry: Path, folder: str) -> bool:
    with contextlib.suppress(OSError):
        return (entry / "cwd").resolve() == Path(folder).resolve()
    return False


def load() -> dict[str, object]:
    """Seconds that a bare shell takes to start, and that the extension adds; and what it imported."""
    started = time.perf_counter()
    from ipykernel.zmqshell import ZMQInteractiveShell  # noqa: F401 - what any kernel imports
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    bare = time.perf_counter() - started
    started = time.perf_counter()
    shell.run_line_magic("load_ext", "jupyter_aisec")
    extension = time.perf_counter() - started
    return {"bare": bare, "extension": extension, "imported": [name for name in HEAVY if name in sys.modules]}


def cells(*, bare: bool = False) -> dict[str, object]:
    """Seconds of each cell of the quickstart that is the user's own work."""
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    if not bare:
        shell.run_line_magic("load_ext", "jupyter_aisec")
        time.sleep(0.5)
    found: dict[str, float] = {}
    # The first time imports the libraries, which are watched from then on; the second is what every later run costs.
    for time_round in ("first", "again"):
        for cell in nbformat.read(QUICKSTART, as_version=4).cells:
            source = cell.source.replace("%load_ext jupyter_aisec\n", "")
            if cell.cell_type == "code" and "%aisec" not in source:
                started = time.perf_counter()
                result = shell.run_cell(source, store_history=True)
                found[f"{time_round} {cell.id}"] = time.perf_counter() - started
                result.raise_error()
    # And some that are as short as most cells are, where a fixed cost would show best.
    for number in range(20):
        started = time.perf_counter()
        shell.run_cell(f"step_{number} = table['target'].mean() + {number}", store_history=True)
        found[f"short-{number}"] = time.perf_counter() - started
    return found  # type: ignore[return-value]


def read(megabytes: int, rounds: int) -> dict[str, object]:
    """Seconds of a large read with and without us, in turn; and of hashing it, beside hashlib alone.

    On the processor, of all threads, for what else runs on the machine is no part of it; the hasher waits for the read.
    """
    from IPython.core.interactiveshell import InteractiveShell

    from jupyter_aisec.capture import Capture
    from jupyter_aisec.capture.flow import Lines
    from jupyter_aisec.capture.hashing import Hasher
    from jupyter_aisec.capture.recorder import Tracking

    path = Path("large.csv")
    line = ",".join(f"{number}.123456" for number in range(10)) + "\n"
    with path.open("w") as file:
        file.write(",".join("abcdefghij") + "\n")
        file.write(line * (megabytes * 1_000_000 // len(line)))
    shell = InteractiveShell.instance()
    shell.run_cell("import time, pandas as pd\nframe = pd.read_csv('large.csv')", store_history=True)
    cell = "start = time.process_time(); frame = pd.read_csv('large.csv'); took = time.process_time() - start"

    def seconds() -> float:
        shell.run_cell(cell, store_history=True).raise_error()
        return float(shell.user_ns["took"])

    bare, watched, hashing, plain, digests = [], [], [], [], []
    for _ in range(rounds):
        bare.append(seconds())
        hasher = Hasher()
        free = threading.Event()
        hasher.run(partial(hold, free))
        capture = Capture(shell.user_ns, Path.cwd(), digests.append, Tracking(), hasher)
        capture.start()
        capture.cell_begins(1, None, None, Lines())
        watched.append(seconds())
        free.set()
        hashing.append(timed(partial(hasher.settle, 600)))
        capture.stop()
        plain.append(timed(lambda: plainly(path)))
    if len(digests) != 2 * rounds:
        raise SystemExit("the read was not watched: the figures would say nothing")
    return {"bare": bare, "watched": watched, "hashing": hashing, "plain": plain}


def hold(free: threading.Event) -> None:
    """Keep the thread of the hasher from its work, until the read has been measured."""
    free.wait()


def plainly(path: Path) -> None:
    """What hashlib needs for the same file."""
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")


def timed(work: object) -> float:
    """Seconds on the processor, of all threads."""
    started = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - started


def show_load(found: list[dict[str, object]]) -> None:
    bare = statistics.median(float(each["bare"]) for each in found)  # type: ignore[arg-type]
    extension = statistics.median(float(each["extension"]) for each in found)  # type: ignore[arg-type]
    imported = sorted({name for each in found for name in each["imported"]})  # type: ignore[attr-defined]
    print(
        f"%load_ext jupyter_aisec       {extension * 1e3:7.1f} ms   {extension / bare:.2f} of a bare kernel's imports"
    )
    print(f"  imported by it              {', '.join(imported) or 'none'} of {', '.join(HEAVY)}")


def show_cells(pairs: list[tuple[dict[str, object], dict[str, object]]]) -> None:
    names = list(pairs[0][0])
    extra = {}
    for name in names:
        bare = statistics.median(float(pair[0][name]) for pair in pairs)  # type: ignore[arg-type]
        ours = statistics.median(float(pair[1][name]) for pair in pairs)  # type: ignore[arg-type]
        extra[name] = (bare, ours)
    for time_round, word in (("first", "the first time"), ("again", "run again")):
        chosen = {name: value for name, value in extra.items() if name.startswith(time_round)}
        for name, (bare, ours) in chosen.items():
            what = f"cell {name.removeprefix(time_round)}, {word}"
            print(f"  {what:<30}{(ours - bare) * 1e3:+8.1f} ms   {ours / bare:.2f} of {bare * 1e3:.0f} ms without us")
        median = statistics.median(ours - bare for bare, ours in chosen.values())
        print(f"quickstart's cells, {word:<14}{median * 1e3:+6.1f} ms   median")
    short = [value for name, value in extra.items() if name.startswith("short")]
    over = statistics.median(ours - bare for bare, ours in short)
    print(f"a cell of one short line      {over * 1e3:+8.1f} ms   median of {len(short)}")


def show_read(found: dict[str, object], megabytes: int) -> None:
    lists = {name: [float(each) for each in values] for name, values in found.items()}  # type: ignore[attr-defined]
    ratio = statistics.median(ours / bare for ours, bare in zip(lists["watched"], lists["bare"], strict=True))
    hashed = statistics.median(plain / ours for ours, plain in zip(lists["hashing"], lists["plain"], strict=True))
    print(f"pd.read_csv of {megabytes} MB         {ratio:8.3f} of the time without us")
    print(f"hashing it in the background  {hashed:8.2f} of the speed of hashlib alone   goal: at least 0.9")


if __name__ == "__main__":
    main()
