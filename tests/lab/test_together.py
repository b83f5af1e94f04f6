"""Two people on one notebook, as jupyter-collaboration brings them together: what one does, both see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, expect

from tests.chromium import VIEWPORT
from tests.lab.conftest import PYTHON, Lab, settle
from tests.server.conftest import Server, running

pytestmark = pytest.mark.browser

UNSAFE = 'import torch\ntorch.load("m.pt", weights_only=False)'
FIXED = 'import torch\ntorch.load("m.pt", weights_only=True)'
IGNORED = f"{UNSAFE}  # aisec: ignore[torch-load-full-pickle] ours"
PATIENCE = 60_000


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = settle(tmp_path_factory.mktemp("together-home"))
    with running(tmp_path_factory.mktemp("together"), home, together=True) as found:
        yield found


@pytest.fixture
def both(shared: Server, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[tuple[Lab, Lab]]:
    """Two pages, in two browsers as it were, on one new notebook; the second one has its panel open."""
    name = f"{request.node.name}.ipynb"
    cells = [new_code_cell(UNSAFE, id="unsafe"), new_code_cell("x = 1", id="other")]
    nbformat.write(new_notebook(cells=cells, metadata=PYTHON), shared.root / name)
    with ExitStack() as contexts:
        labs = []
        for _ in range(2):
            context = chromium.new_context(viewport=VIEWPORT)
            contexts.callback(context.close)
            lab = Lab(shared, context.new_page())
            lab.page.set_default_timeout(PATIENCE)
            lab.open(name)
            # Without it, each would have a copy of its own.
            lab.page.wait_for_function("window.jupyterapp.shell.currentWidget?.context?.model.collaborative")
            shows_the_finding(lab)
            labs.append(lab)
        here, there = labs
        there.run("aisec:open")
        expect(findings(there)).to_have_count(1, timeout=PATIENCE)
        yield here, there
    assert here.problems + there.problems == []


def hint(lab: Lab) -> Locator:
    return lab.page.locator(".jp-AisecHint")


def findings(lab: Lab) -> Locator:
    return lab.page.locator("#jp-aisec-panel .jp-AisecFinding")


def shows_the_finding(lab: Lab) -> None:
    expect(hint(lab).first).to_be_visible(timeout=PATIENCE)


def test_a_fix_and_its_undo_are_seen_by_both(both: tuple[Lab, Lab]) -> None:
    here, there = both
    here.editor(0)
    here.page.keyboard.press("Control+.")
    for lab in both:
        expect(hint(lab)).to_have_count(0, timeout=PATIENCE)
        assert lab.text(0) == FIXED
    expect(findings(there)).to_have_count(0, timeout=PATIENCE)
    here.page.keyboard.press("Control+z")
    for lab in both:
        shows_the_finding(lab)
        assert lab.text(0) == UNSAFE
    expect(findings(there)).to_have_count(1, timeout=PATIENCE)


def test_undo_takes_back_the_fix_alone_and_not_what_the_other_typed(both: tuple[Lab, Lab]) -> None:
    here, there = both
    here.editor(0)
    here.page.keyboard.press("Control+.")
    expect(hint(there)).to_have_count(0, timeout=PATIENCE)
    there.editor(1)
    there.page.keyboard.type("\ny = 2")
    expect(here.page.locator(".jp-Notebook .jp-Cell").nth(1)).to_contain_text("y = 2", timeout=PATIENCE)
    here.page.keyboard.press("Control+z")
    for lab in both:
        shows_the_finding(lab)
        assert [lab.text(0), lab.text(1)] == [UNSAFE, "x = 1\ny = 2"]


def test_what_one_ignores_is_silent_for_both(both: tuple[Lab, Lab]) -> None:
    here, there = both
    here.editor(0)
    here.run("aisec:ignore")
    here.page.keyboard.type("ours")
    for lab in both:
        expect(hint(lab)).to_have_count(0, timeout=PATIENCE)
        expect(lab.page.locator(".jp-Notebook .jp-Cell").first).to_contain_text("ours", timeout=PATIENCE)
        assert lab.text(0) == IGNORED
    expect(findings(there)).to_have_count(0, timeout=PATIENCE)
