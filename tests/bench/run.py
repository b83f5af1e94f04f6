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
import time
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
    for cell in nbformat.read(QUICKSTART, as_version=4).cells:
        source = cell.source.replace("%load_ext jupyter_aisec\n", "")
        if cell.cell_type == "code" and "%aisec" not in source:
            started = time.perf_counter()
            result = shell.run_cell(source, store_history=True)
            found[cell.id] = time.perf_counter() - started
            result.raise_error()
    # And some that are as short as most cells are, where a fixed cost would show best.
    for number in range(20):
        started = time.perf_counter()
        shell.run_cell(f"step_{number} = table['target'].mean() + {number}", store_history=True)
        found[f"short-{number}"] = time.perf_counter() - started
    return found  # type: ignore[return-value]


def read(megabytes: int, rounds: int) -> dict[str, object]:
    """Seconds of a large read with and without us, in turn; and of hashing it, beside hashlib alone."""
    import pandas as pd

    from jupyter_aisec.capture import Capture
    from jupyter_aisec.capture.hashing import Hasher
    from jupyter_aisec.capture.observer import Tracking

    path = Path("large.csv")
    line = ",".join(f"{number}.123456" for number in range(10)) + "\n"
    with path.open("w") as file:
        file.write(",".join("abcdefghij") + "\n")
        file.write(line * (megabytes * 1_000_000 // len(line)))
    pd.read_csv(path)
    bare, watched, hashing, plain = [], [], [], []
    for _ in range(rounds):
        bare.append(timed(lambda: pd.read_csv(path)))
        capture = Capture({}, Path.cwd(), lambda _: None, Tracking, Hasher())
        capture.start()
        watched.append(timed(lambda: pd.read_csv(path)))
        hashing.append(timed(lambda: capture.hasher.settle(600)))  # noqa: B023 - used at once
        capture.stop()
        plain.append(timed(lambda: plainly(path)))
    return {"bare": bare, "watched": watched, "hashing": hashing, "plain": plain}


def plainly(path: Path) -> None:
    """What hashlib needs for the same file."""
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")


def timed(work: object) -> float:
    """Seconds."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


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
    long = {name: value for name, value in extra.items() if not name.startswith("short")}
    for name, (bare, ours) in long.items():
        print(f"  cell {name:<23}{(ours - bare) * 1e3:+8.1f} ms   {ours / bare:.2f} of {bare * 1e3:.0f} ms without us")
    short = [value for name, value in extra.items() if name.startswith("short")]
    over = statistics.median(ours - bare for bare, ours in short)
    print(f"  a short cell, median of {len(short):<4}{over * 1e3:+8.1f} ms")
    median = statistics.median(ours - bare for bare, ours in long.values())
    print(f"a checked and watched cell    {median * 1e3:+8.1f} ms   median over the quickstart's cells")


def show_read(found: dict[str, object], megabytes: int) -> None:
    lists = {name: [float(each) for each in values] for name, values in found.items()}  # type: ignore[attr-defined]
    ratio = statistics.median(ours / bare for ours, bare in zip(lists["watched"], lists["bare"], strict=True))
    hashed = statistics.median(plain / ours for ours, plain in zip(lists["hashing"], lists["plain"], strict=True))
    print(f"pd.read_csv of {megabytes} MB         {ratio:8.3f} of the time without us")
    print(f"hashing it in the background  {hashed:8.2f} of the speed of hashlib alone")


if __name__ == "__main__":
    main()
