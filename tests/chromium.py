"""Debian's Chromium, or the one that ``$CHROMIUM`` names, as all browser tests start it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


VIEWPORT: ViewportSize = {"width": 1400, "height": 900}


def _path() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "no chromium: install it, or name one with CHROMIUM"
    return path


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser that knows nobody; each context of it is a person of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_path(), args=SWITCHES)
        yield browser
        browser.close()


@contextmanager
def of_a_person(browser: Browser, profile: Path) -> Iterator[BrowserContext]:
    """The browser of one person, who comes back to pages: what was compiled for them is kept, which halves a load."""
    context = browser.browser_type.launch_persistent_context(
        profile, executable_path=_path(), args=SWITCHES, viewport=VIEWPORT
    )
    yield context
    context.close()
