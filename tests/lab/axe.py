"""What axe finds wrong with a part of the page that keeps people out."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page, within: str) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("within => axe.run(within)", within)
    return [
        f"{each['id']}: {node['html']}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
