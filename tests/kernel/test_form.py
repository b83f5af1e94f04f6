"""The form of `%aisec document` as a person meets it: in JupyterLab, filled in by keyboard alone."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.chromium import launched
from tests.server.conftest import alone

TOKEN = secrets.token_hex(16)
CELLS = (
    "%load_ext jupyter_aisec\nimport pandas as pd\nlen(pd.read_csv('clients.csv'))",
    "%aisec document",
    "%aisec sources",
)
PATIENCE = 40


@pytest.fixture
def lab(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab with nobody's settings, open on a notebook that reads a CSV."""
    (project / "clients.csv").write_text("x,y\n1,0\n2,1\n")
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": spec})
    notebook.cells = [nbformat.v4.new_code_cell(each, id=f"cell-{number}") for number, each in enumerate(CELLS)]
    nbformat.write(notebook, project / "work.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    home = tmp_path_factory.mktemp("lab")
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = os.environ | {place: str(home / place.lower()) for place in places} | {"JUPYTER_TOKEN": TOKEN}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={project}"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += alone(Path(environment["JUPYTER_CONFIG_DIR"]))
    log = home / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=project, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1):
                    break
            except OSError:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < until, log.read_text()
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab/tree/work.ipynb?token={TOKEN}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)  # JupyterLab then ends its kernels, too
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture
def page() -> Iterator[Page]:
    with launched() as browser:
        opened = browser.new_page(viewport={"width": 1200, "height": 1000})
        opened.set_default_timeout(PATIENCE * 1000)
        yield opened


def walk(page: Page, key: str, until: Locator) -> None:
    """Press the key until the focus is there."""
    for _ in range(20):
        if until.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} does not lead to {until}")


@pytest.mark.browser
def test_form_is_filled_in_by_keyboard_and_ends_up_in_a_file(lab: str, page: Page, project: Path) -> None:
    page.goto(lab)
    cells = page.locator(".jp-Notebook .jp-CodeCell")
    expect(cells).to_have_count(len(CELLS), timeout=PATIENCE * 1000)
    # A cell that is run before the kernel is there would be asked for one.
    expect(page.get_by_text("(ipykernel) | Idle")).to_be_visible(timeout=PATIENCE * 1000)
    cells.first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(cells.nth(0).get_by_text("%aisec document clients.csv")).to_be_visible(timeout=PATIENCE * 1000)
    page.keyboard.press("Shift+Enter")
    form = cells.nth(1).locator(".jp-OutputArea")
    first = form.get_by_label("Where does it come from")
    first.focus()  # as by Tab from the cell
    said = form.get_by_role("status")

    page.keyboard.type("Exported by the finance team")
    save = form.get_by_role("button", name="Save")
    walk(page, "Tab", save)
    page.keyboard.press("Enter")
    expect(said).to_have_text("✓ Saved, document incomplete; still asked: licence, collected, sensitivity.")

    walk(page, "Shift+Tab", first)
    page.keyboard.press("Tab")
    page.keyboard.type("CC-BY-4.0")
    page.keyboard.press("Tab")
    page.keyboard.type("2024-01 to 2024-06")
    walk(page, "Tab", form.get_by_role("button", name="Internal"))
    page.keyboard.press("Space")
    expect(form.get_by_text("Internal: not for outsiders")).to_be_visible()
    walk(page, "Tab", form.get_by_label("What are its known gaps"))
    page.keyboard.type("Only <b>adults</b>")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(said).to_have_text("✓ Saved, documented.")
    expect(cells).to_have_count(len(CELLS))  # no key was taken for a command of the notebook

    document = tomllib.loads((project / ".aisec" / "assets" / "clients.csv.toml").read_text())
    assert document["source"] == "Exported by the finance team"
    assert document["licence"] == "CC-BY-4.0"
    assert document["collected"] == "2024-01 to 2024-06"
    assert document["sensitivity"] == "internal"
    assert document["limits"] == "Only <b>adults</b>"
    assert "retention" not in document
    assert len(document["sha256"]) == 64

    cells.nth(2).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(cells.nth(2).locator("table")).to_contain_text("● documented", timeout=PATIENCE * 1000)
