"""What people install: the front end is in the wheel and in the sdist, small, and needs no Node."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARE = "share/jupyter/labextensions/jupyter-aisec/"


@pytest.fixture(scope="module")
def without_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no Node is found."""
    return {**os.environ, "PATH": str(tmp_path_factory.mktemp("bin"))}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, without_node: dict[str, str]) -> Path:
    """An sdist, and the wheel that is made of it; the front end itself was built by `make test`."""
    out = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", out, ROOT],
        capture_output=True,
        text=True,
        env=without_node,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return out


def test_the_wheel_brings_the_front_end_and_switches_the_server_part_on(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        names = wheel.namelist()
        config = next(name for name in names if name.endswith("jupyter_server_config.d/jupyter_aisec.json"))
        assert json.loads(wheel.read(config))["ServerApp"]["jpserver_extensions"] == {"jupyter_aisec.server": True}
        package = json.loads(wheel.read(next(name for name in names if name.endswith(f"{SHARE}package.json"))))
    assert package["name"] == "jupyter-aisec"
    entry = package["jupyterlab"]["_build"]["load"]
    assert any(name.endswith(SHARE + entry) for name in names)
    assert any(name.endswith(f"{SHARE}schemas/jupyter-aisec/plugin.json") for name in names)
    assert not any("node_modules" in name or name.startswith("jupyter_aisec/labextension/") for name in names)


def test_the_sdist_has_the_sources_and_what_is_built_of_them(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        names = sdist.getnames()
    assert any(name.endswith("labextension/src/wire.ts") for name in names)
    assert any("jupyter_aisec/labextension/static/remoteEntry" in name for name in names)
    assert not any("node_modules" in name for name in names)


def test_the_wheel_installs_where_there_is_no_node(built: Path, tmp_path: Path, without_node: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "v"], check=True)
    python = tmp_path / "v" / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", next(built.glob("*.whl"))],
        check=True,
        env=without_node,
    )
    assert (tmp_path / "v" / SHARE / "install.json").is_file()


def test_what_the_browser_loads_is_small(built: Path) -> None:
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        scripts = [name for name in wheel.namelist() if f"{SHARE}static/" in name and name.endswith(".js")]
        total = sum(len(gzip.compress(wheel.read(name))) for name in scripts)
    assert scripts
    assert total < 400_000


def test_nothing_is_bundled_that_jupyterlab_shares(built: Path) -> None:
    """A second React, Lumino or CodeMirror view in the page breaks more than its size."""
    with zipfile.ZipFile(next(built.glob("*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith("third-party-licenses.json"))
        bundled = {each["name"] for each in json.loads(wheel.read(name))["packages"]}
        scripts = [wheel.read(name) for name in wheel.namelist() if f"{SHARE}static/" in name and name.endswith(".js")]
    ours = {name for name in bundled if name.startswith(("@jupyterlab/", "@lumino/", "@jupyter/"))}
    assert ours | (bundled & {"react-dom", "yjs", "@codemirror/state", "@codemirror/view"}) == set()
    # Of React, a small part that JupyterLab does not share, and which asks the shared one; never its components.
    assert not any(b"isReactComponent" in script for script in scripts)


def test_without_node_a_checkout_says_so_in_one_line(tmp_path: Path, without_node: dict[str, str]) -> None:
    checkout = tmp_path / "labextension"
    checkout.mkdir()
    shutil.copy(ROOT / "labextension" / "build.py", checkout)
    done = subprocess.run(
        [sys.executable, checkout / "build.py"], capture_output=True, text=True, env=without_node, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Node.js" in done.stderr
