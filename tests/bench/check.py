"""What a check of many notebooks costs beside the peers, whole processes in turn: ``make bench``.

``python -m tests.bench.check FOLDER`` takes notebooks of your own. Times are of the processor, user and system, for
these say most on a machine that does other things; a process of several workers is measured by the clock as well.
Memory is that of the process that needs the most, of all that take part. A second run is one over the same files.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench.corpus import generated

BIN = Path(sys.executable).parent
SECOND = "… a second run"
SETTLED = 11
"""Seconds after which a check believes that nobody is changing it, and remembers."""


@dataclass(frozen=True)
class Cost:
    """One run: seconds by the clock and of the processor, and the most memory of one process in MB."""

    wall: float
    cpu: float
    memory: float


def run(*command: str, **environment: str) -> Cost:
    """Run to the end; what it prints and finds is nobody's business here."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        raise SystemExit(f"{' '.join(command[:4])} … ended with {code}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure in turn, print a table of medians and ratios to ruff."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="notebooks to check; without it, generated ones")
    parser.add_argument("--notebooks", type=int, default=400, help="how many are generated")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary, "notebooks")
        empty = Path(temporary, "empty.py")
        empty.touch()
        empty.with_name("notebooks").mkdir()
        if options.folder is None:
            generated(folder, options.notebooks)
        files = sorted(folder.rglob("*.ipynb"))
        size = sum(file.stat().st_size for file in files) / 1e6
        print(f"{len(files)} notebooks, {size:.0f} MB, medians of {options.rounds} rounds, in turn\n")
        found = commands(folder, temporary, str(empty))
        time.sleep(SETTLED)
        command, environment = found[SECOND]
        run(*command, **environment)
        show(found, options.rounds)


def commands(folder: Path, cache: str, empty: str) -> dict[str, tuple[tuple[str, ...], dict[str, str]]]:
    """By name: what is run, with its environment; the first is what the others are compared with."""
    ours = (sys.executable, "-m", "jupyter_aisec", "check", str(folder))
    # As where it is installed, with bytecode; and with a cache that the runs before the last one have filled.
    installed = {"PYTHONDONTWRITEBYTECODE": "", "XDG_CACHE_HOME": cache}
    found = {
        "ruff check --select S, one thread": (
            (str(BIN / "ruff"), "check", "--isolated", "--no-cache", "--select", "S", "-q", str(folder)),
            {"RAYON_NUM_THREADS": "1"},
        ),
        "jupyter aisec check, default rules": ((*ours, "--no-cache"), installed),
        "… with --jobs 2": ((*ours, "--no-cache", "--jobs", "2"), installed),
        SECOND: (ours, installed),
        "… a second run with --jobs 2": ((*ours, "--jobs", "2"), installed),
        "… a file without code: the start": ((*ours[:-1], empty), installed),
    }
    if shutil.which("nbqa", path=str(BIN)) and shutil.which("bandit", path=str(BIN)):
        found["nbqa bandit"] = ((str(BIN / "nbqa"), "bandit", str(folder), "-q"), {})
    if shutil.which("nbdefense", path=str(BIN)):
        found["nbdefense scan"] = ((str(BIN / "nbdefense"), "scan", "-r", str(folder)), {})
    return found


def show(found: dict[str, tuple[tuple[str, ...], dict[str, str]]], rounds: int) -> None:
    """One line for each."""
    costs: dict[str, list[Cost]] = {name: [] for name in found}
    for _ in range(rounds):
        for name, (command, environment) in found.items():
            costs[name].append(run(*command, **environment))
    first = statistics.median(cost.cpu for cost in next(iter(costs.values())))
    print(f"{'':<38}{'clock':>10}{'processor':>12}{'to ruff':>10}{'memory':>10}")
    for name, runs in costs.items():
        wall, cpu = statistics.median(cost.wall for cost in runs), statistics.median(cost.cpu for cost in runs)
        print(f"{name:<38}{wall:>8.2f} s{cpu:>10.2f} s{cpu / first:>10.2f}{max(c.memory for c in runs):>7.0f} MB")


if __name__ == "__main__":
    main()
