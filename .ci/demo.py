"""Runs the quickstart and the example project without a screen, and prints what a person would see."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "notebooks" / "01-quickstart.ipynb"
EXAMPLE = ROOT / "notebooks" / "example"
REPORT = EXAMPLE / "coverage.html"


def main() -> None:
    """Run, show, ask the command line for the rest."""
    # What JupyterLab would tell the kernel: the notebook's path, and the store that `make lab` shows.
    os.environ.setdefault("MLFLOW_TRACKING_URI", f"sqlite:///{ROOT / 'mlflow.db'}")
    os.environ["JPY_SESSION_NAME"] = str(NOTEBOOK)
    os.environ["COLUMNS"] = "100"
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    heading(f"Running {NOTEBOOK.relative_to(ROOT)}")
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        show(number, cell)
    for title, command in (
        ("Brought to MLflow", ["sync"]),
        ("What a shell, an editor or CI would say of it", ["check", str(NOTEBOOK.relative_to(ROOT))]),
        ("Data sources", ["sources"]),
        ("Lineage", ["lineage"]),
    ):
        heading(f"{title}: jupyter aisec {' '.join(command)}")
        done = subprocess.run([sys.executable, "-m", "jupyter_aisec", *command], cwd=ROOT, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(2)
    example()
    print("\nSee it in MLflow and JupyterLab: make lab")


def example() -> None:
    """The project that is kept documented: what there is for each guideline, and the report as a page."""
    notebook = EXAMPLE / "growers.ipynb"
    heading(f"Running {notebook.relative_to(ROOT)}, whose words are in git")
    os.environ["JPY_SESSION_NAME"] = str(notebook)
    found = nbformat.read(notebook, as_version=4)
    NotebookClient(found, timeout=300, resources={"metadata": {"path": str(EXAMPLE)}}).execute()
    for number, cell in enumerate((cell for cell in found.cells if cell.cell_type == "code"), start=1):
        show(number, cell)
    command = [sys.executable, "-m", "jupyter_aisec", "status", "growers.safetensors", "--format", "html"]
    with REPORT.open("wb") as file:
        done = subprocess.run(command, cwd=EXAMPLE, stdout=file, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(2)
    print(f"\nThe same as a page, to be read or printed: {REPORT.relative_to(ROOT)}")


def heading(text: str) -> None:
    """A line with a rule below it."""
    print(f"\n{text}\n{'─' * len(text)}", flush=True)


def show(number: int, cell: NotebookNode) -> None:
    """The beginning of a cell and what stands under it."""
    lines = cell.source.splitlines()
    print(f"\n[{number}] {lines[0]}{' …' if len(lines) > 1 else ''}")
    for output in cell.outputs:
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        print(textwrap.indent(text.rstrip(), "    "))


if __name__ == "__main__":
    main()
