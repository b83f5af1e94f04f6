"""Hints in the editors: what a person sees while typing, and does by key and mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.lab.conftest import Lab

pytestmark = pytest.mark.browser

UNSAFE = 'torch.load("m.pt", weights_only=False)'
HINT = ".jp-AisecHint"
TIP = ".jp-AisecTip"


def hinted(lab: Lab) -> str:
    """All text with a line under it; an editor may split one mark into several nodes."""
    return "".join(lab.page.locator(HINT).all_text_contents())


def test_typing_an_unsafe_call_shows_it_with_what_to_do(open_notebook: Callable[..., Lab]) -> None:
    lab = open_notebook("import torch\n")
    lab.editor()
    lab.page.keyboard.type(UNSAFE, delay=20)
    expect(lab.page.locator(HINT).first).to_be_visible()
    assert UNSAFE in hinted(lab)
    lab.page.locator(HINT).first.hover()
    expect(lab.page.locator(TIP)).to_contain_text("weights_only")
    expect(lab.page.locator(TIP).get_by_role("button")).to_have_text(["Unsafe fix", "Why", "Ignore…"])
    lab.shot("hints-tip")
