"""ARCHITECTURE.md and README.md tell the truth."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_aisec import commands

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "jupyter_aisec"


def test_every_room_on_the_plan_exists_and_every_room_is_on_the_plan() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text().partition("## Nouns")[0]
    named = {name.rstrip("/") for name in re.findall(r"`([a-z_]+(?:/|\.py))`", plan)}
    there = {path.name for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert named == there - {"__init__.py", "__main__.py"}


def test_every_room_of_the_front_end_exists_and_is_on_the_plan() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text().partition("## The front end")[2].partition("## ")[0]
    rows = "\n".join(line.partition("| ")[2].partition(" |")[0] for line in plan.splitlines() if line.startswith("| `"))
    named = {name.rstrip("/") for name in re.findall(r"`([a-z]+(?:/|\.ts))`", rows)}
    there = {path.name for path in (ROOT / "labextension" / "src").iterdir() if not path.name.endswith(".d.ts")}
    assert named == there


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "README.md"])
def test_every_file_that_is_named_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    for path in re.findall(r"`((?:tracking|capture|knowledge|notebooks|commands|rules)/[\w/.]+)`", text):
        assert (PACKAGE / path).exists() or (ROOT / path).exists(), path
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (ROOT / path).exists(), path


def test_the_readme_names_every_command_and_no_other() -> None:
    tour = (ROOT / "README.md").read_text()
    named = set(re.findall(r"%aisec (\w+)", tour)) | set(re.findall(r"jupyter aisec (\w+)", tour))
    hosts = {"lsp"}  # of the shell only, and no command
    assert hosts <= named
    assert named - hosts - {"load_ext"} == set(commands.names()) - {"overview"}


def test_the_readmes_makefile_targets_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"make (\w+)", (ROOT / "README.md").read_text())):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_package_imports_no_heavy_library() -> None:
    code = (
        "import sys, jupyter_aisec, jupyter_aisec.cli, jupyter_aisec.kernel, jupyter_aisec.tracking\n"
        "print([n for n in ('mlflow', 'pandas', 'sklearn', 'numpy', 'torch', 'ipywidgets') if n in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
