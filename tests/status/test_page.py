"""The report as a page: in a browser, where there is much room and where there is little, and on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from jupyter_aisec.commands.status.gather import gathered
from jupyter_aisec.report import coverage, coverage_page
from jupyter_aisec.statements import Record
from tests.chromium import launched
from tests.status.conftest import Trained

pytestmark = pytest.mark.browser

CUT = """() => [...document.querySelectorAll('.rows, .rows tbody *')]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(each => each.outerHTML.slice(0, 80))"""
OVERLAPPED = """() => [...document.querySelectorAll('.state, .marks')]
    .filter(each => each.scrollWidth > each.clientWidth + 1)
    .map(each => each.innerText)"""
LONG = "measurements-of-a-survey-with-a-name-that-goes-on-and-on-until-nobody-reads-it.csv"

REFUSED = "✗ Not to be released: 1 of 2 documents is not as required"

NOT_OURS = {
    "claim": "2.3.c",
    "choice": "not-applicable",
    "reason": "no language model",
    "by": "Ada",
    "on": dt.date(2020, 1, 1),
    "until": dt.date(2099, 1, 1),
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, trained: Trained, tmp_path: Path) -> Iterator[Page]:
    project = trained("import pickle\npickle.load(open('x', 'rb'))  # TODO <i>later</i>", data=LONG)
    Record(project.root / ".aisec", project.root).add_decision(NOT_OURS)
    report = tmp_path / "coverage.html"
    report.write_text(coverage_page.page(gathered(project, None), REFUSED))
    opened = chromium.new_page(java_script_enabled=True)
    opened.goto(report.as_uri())
    yield opened
    opened.close()


@pytest.mark.parametrize("width", [360, 560, 1200])
def test_nothing_is_cut_off_however_little_room_there_is(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate(CUT) == []
    assert page.get_by_role("row").count() > 17 + 51
    first = page.get_by_role("row").filter(has_text="Raise staff awareness").first
    assert first.get_by_role("cell").count() == 4
    assert "pickle-load" in first.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_that_it_is_not_to_be_released_meets_the_eye(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    looks = [
        page.locator(each).first.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).fontWeight]")
        for each in ("p.refused", ".state.fail")
    ]
    assert page.locator("p.refused").inner_text() == REFUSED
    assert looks[0] == looks[1]


def test_in_a_notebook_what_is_to_be_typed_is_set_so_and_all_else_is_escaped(trained: Trained) -> None:
    found = coverage.table(gathered(trained(data="<b>`x`.csv"), None)).html()
    assert "<code>jupyter aisec " in found
    assert "<b>`x`" not in found
    assert "`jupyter" not in found


def test_on_paper_no_colour_is_needed_and_all_is_there(page: Page) -> None:
    # As wide as a sheet of A4 between its margins.
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    colours = page.evaluate(
        "() => [...new Set([...document.querySelectorAll('.state')].map(e => getComputedStyle(e).color))]"
    )
    assert colours == ["rgb(0, 0, 0)"]
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    words = page.locator(".state").all_inner_texts()
    assert {each.split()[-1] for each in words} >= {"fail", "missing", "verified", "not-applicable"}
    assert page.evaluate(OVERLAPPED) == []
    assert "<i>later</i>" in page.locator("main").inner_text()
