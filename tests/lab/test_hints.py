"""Hints in the editors: what a person sees while typing, and does by key and mouse."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from tests.lab.axe import violations
from tests.lab.conftest import ARTEFACTS, PYTHON, Lab

pytestmark = pytest.mark.browser

UNSAFE = 'torch.load("m.pt", weights_only=False)'
FIXED = 'torch.load("m.pt", weights_only=True)'
FIX = "Fix (can change what the code does)"
HINT = ".jp-AisecHint"
TIP = ".jp-AisecTip"
NOTE = ".jp-AisecTip-note"
NO_FIX = 'There is no fix for this. "Why" says what else can be done.'
NOTHING = "Nothing was found on this line."
ASKED = "Why may it stay? Type the reason."
HOSTILE = "<img src=x onerror=window.pwned=1><b>bold</b>\u202egnp.exe"

OpenNotebook = Callable[..., Lab]
OpenFile = Callable[[str], Lab]


def hinted(lab: Lab) -> str:
    """All text with a line under it; an editor may split one mark into several nodes."""
    return "".join(lab.page.locator(HINT).all_text_contents())


def hover(lab: Lab) -> None:
    lab.page.mouse.move(0, 0)
    lab.page.locator(HINT).first.hover()
    expect(lab.page.locator(TIP)).to_be_visible()


def checked(lab: Lab) -> None:
    """Wait until all is known of the text as it stands."""
    lab.page.wait_for_function("() => /finding/.test(document.querySelector('.jp-AisecStatusItem')?.textContent ?? '')")


def test_typing_an_unsafe_call_shows_it_with_what_to_do(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import torch\n")
    lab.editor()
    lab.page.keyboard.type(UNSAFE, delay=20)
    expect(lab.page.locator(HINT).first).to_be_visible()
    assert hinted(lab) == UNSAFE
    hover(lab)
    expect(lab.page.locator(TIP)).to_contain_text("weights_only")
    expect(lab.page.locator(TIP).get_by_role("button")).to_have_text([FIX, "Why", "Ignore…"])
    mark = lab.page.locator(".jp-AisecGutter .jp-AisecShape")
    expect(mark).to_have_attribute("aria-label", "1 finding on this line, high")
    lab.shot("hints-tip", lambda: hover(lab))


def test_the_key_fixes_what_is_at_the_cursor_and_undo_takes_that_back_alone(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import torch\n")
    lab.editor()
    lab.page.keyboard.type(UNSAFE)
    lab.page.keyboard.press("Control+.")
    expect(lab.page.locator(".jp-Notebook .cm-content")).to_contain_text(FIXED)
    expect(lab.page.locator(HINT)).to_have_count(0)
    assert lab.text() == f"import torch\n{FIXED}"
    lab.page.keyboard.press("Control+z")
    expect(lab.page.locator(HINT).first).to_be_visible()
    assert lab.text() == f"import torch\n{UNSAFE}"


def test_the_button_fixes_what_is_under_the_mouse(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(f"import torch\nmodel = {UNSAFE}  # 🎉 as before\n")
    hover(lab)
    lab.page.locator(TIP).get_by_role("button", name=FIX).click()
    expect(lab.page.locator(HINT)).to_have_count(0)
    expect(lab.page.locator(TIP)).to_have_count(0)
    assert lab.text() == f"import torch\nmodel = {FIXED}  # 🎉 as before\n"


def test_ignoring_writes_the_comment_and_the_reason_is_typed_behind_it(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(f"import torch\n{UNSAFE}\nprint()")
    hover(lab)
    lab.page.locator(TIP).get_by_role("button", name="Ignore").click()
    expect(lab.page.locator(".jp-Notebook .cm-content")).to_contain_text("aisec: ignore")
    expect(lab.page.locator(NOTE)).to_have_text(ASKED)
    lab.page.keyboard.type("our own file")
    expect(lab.page.locator(TIP)).to_have_count(0)
    expect(lab.page.locator(HINT)).to_have_count(0)
    assert re.fullmatch(
        r"import torch\n" + re.escape(UNSAFE) + r"  # aisec: ignore\[[a-z-]+\] our own file\nprint\(\)", lab.text()
    )


def test_next_and_previous_go_from_cell_to_cell_and_round(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import torch, pickle", f"\n{UNSAFE}", "print(1)", "pickle.load(open('m.pkl', 'rb'))")
    lab.editor()
    for key, cell in (("F8", 1), ("F8", 3), ("F8", 1), ("Shift+F8", 3), ("Shift+F8", 1)):
        lab.page.keyboard.press(key)
        lab.page.wait_for_function(
            "cell => window.jupyterapp.shell.currentWidget.content.activeCellIndex === cell", arg=cell
        )
        expect(lab.page.locator(TIP)).to_be_visible()
    expect(lab.page.locator(".jp-Notebook.jp-mod-editMode")).to_have_count(1)
    lab.page.keyboard.press("ArrowRight")
    expect(lab.page.locator(TIP)).to_have_count(0)


def test_a_constant_above_pins_a_call_far_below(open_notebook: OpenNotebook) -> None:
    between = [f"print({index})" for index in range(7)]
    call = 'from transformers import AutoModel\nAutoModel.from_pretrained("org/model", revision=REVISION)'
    lab = open_notebook('REVISION = "main"', *between, call)
    expect(lab.page.locator(HINT).first).to_be_attached()
    lab.editor(0)
    for _ in range(len('main"')):
        lab.page.keyboard.press("Backspace")
    lab.page.keyboard.type('0123456789abcdef0123456789abcdef01234567"')
    expect(lab.page.locator(HINT)).to_have_count(0)


def test_a_python_file_has_hints_as_well(open_file: OpenFile) -> None:
    lab = open_file(f"import torch\n{UNSAFE}\n")
    expect(lab.page.locator(HINT).first).to_be_visible()
    assert hinted(lab) == UNSAFE
    lab.page.locator(".jp-FileEditor .cm-content").click()
    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.press("F8")
    expect(lab.page.locator(TIP)).to_be_visible()
    lab.page.keyboard.press("Control+.")
    expect(lab.page.locator(HINT)).to_have_count(0)
    expect(lab.page.locator(".jp-FileEditor .cm-content")).to_contain_text(FIXED)


def test_a_file_in_another_language_is_not_sent(lab: Lab) -> None:
    (lab.server.root / "notes.md").write_text(UNSAFE)
    lab.open("notes.md")
    (lab.server.root / "code.py").write_text(f"import torch\n{UNSAFE}\n")
    lab.run("docmanager:open", path="code.py")
    expect(lab.page.locator(HINT).first).to_be_visible()
    assert [each for each in lab.asked if each == "POST check"] == ["POST check"]


def test_hints_in_a_long_notebook_are_there_after_scrolling(open_notebook: OpenNotebook) -> None:
    sources = ["import torch", *[f"x{index} = {index}" for index in range(498)], UNSAFE]
    lab = open_notebook(*sources)
    checked(lab)
    # JupyterLab draws the cells one by one while it is idle, and can't go to one before that.
    lab.page.wait_for_function(
        "count => document.querySelectorAll('.jp-Notebook .jp-Cell').length === count", arg=500, timeout=120_000
    )
    lab.editor(0)
    lab.page.keyboard.press("F8")
    expect(lab.page.locator(HINT).first).to_be_in_viewport(timeout=30_000)
    expect(lab.page.locator(TIP)).to_be_visible()
    lab.page.keyboard.press("Control+.")
    expect(lab.page.locator(HINT)).to_have_count(0)
    assert lab.text(499) == FIXED


def test_without_hints_nothing_is_sent_and_no_mark_stays(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import torch\n")
    lab.editor()
    lab.page.keyboard.type(UNSAFE)
    expect(lab.page.locator(HINT).first).to_be_visible()
    expect(lab.page.locator(".jp-AisecGutter")).to_have_count(1)
    set_setting(lab, "Show a mark", on=False)
    expect(lab.page.locator(".jp-AisecGutter")).to_have_count(0)
    with lab.page.expect_request(re.compile("/aisec/api/close")):
        set_setting(lab, "Show findings", on=False)
    expect(lab.page.locator(HINT)).to_have_count(0)
    expect(lab.page.locator(".jp-AisecStatusItem")).to_be_hidden()
    before = len(lab.asked)
    lab.page.keyboard.type("\npass")
    # Longer than any request waits: a save goes to the disk and back.
    lab.run("docmanager:save")
    lab.page.wait_for_timeout(500)
    assert lab.asked[before:] == []
    set_setting(lab, "Show findings", on=True)
    expect(lab.page.locator(HINT).first).to_be_visible()
    expect(lab.page.locator(".jp-AisecGutter")).to_have_count(0)
    set_setting(lab, "Show a mark", on=True)
    expect(lab.page.locator(".jp-AisecGutter")).to_have_count(1)


def test_hostile_text_shows_as_text(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(f"x = 1  # aisec: ignore[{HOSTILE}] reason")
    hover(lab)
    tip = lab.page.locator(TIP)
    expect(tip).to_contain_text("<b>bold</b>")
    assert "\u202e" not in tip.inner_text()
    assert tip.locator("img, b").count() == 0
    assert lab.page.evaluate("window.pwned") is None


def test_equal_cell_ids_do_not_mix_their_findings(lab: Lab) -> None:
    cells = [new_code_cell(source, id="same") for source in ("print(1)", f"import torch\n{UNSAFE}")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nbformat.write(new_notebook(cells=cells, metadata=PYTHON), lab.server.root / "same.ipynb")
    lab.open("same.ipynb")
    expect(lab.page.locator(".jp-Cell").nth(1).locator(HINT).first).to_be_visible()
    expect(lab.page.locator(".jp-Cell").nth(0).locator(HINT)).to_have_count(0)


def test_a_cell_that_is_half_typed_keeps_its_hints(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(f"import torch\n{UNSAFE}\n")
    expect(lab.page.locator(HINT).first).to_be_visible()
    lab.editor()
    with lab.page.expect_response(re.compile("/aisec/api/check")):
        lab.page.keyboard.type("f(")
    checked(lab)
    assert hinted(lab) == UNSAFE


def test_a_key_that_leads_back_to_the_text_that_was_checked(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(f"import torch\n{UNSAFE}\n1")
    expect(lab.page.locator(HINT).first).to_be_visible()
    lab.editor()
    for key in ("+", "Backspace"):
        with lab.page.expect_response(re.compile("/aisec/api/check")):
            lab.page.keyboard.press(key)
        checked(lab)
        assert hinted(lab) == UNSAFE


def test_a_cell_that_is_closed_to_people_stays_as_it_is(lab: Lab) -> None:
    cells = [new_code_cell("import torch"), new_code_cell(UNSAFE, metadata={"editable": False})]
    nbformat.write(new_notebook(cells=cells, metadata=PYTHON), lab.server.root / "closed.ipynb")
    lab.open("closed.ipynb")
    hover(lab)
    expect(lab.page.locator(TIP).get_by_role("button")).to_have_text(["Why"])
    lab.editor(1)
    lab.page.keyboard.press("Control+.")
    expect(lab.page.locator(NOTE)).to_have_text(NO_FIX)
    for command in ("aisec:fix", "aisec:fix-safe", "aisec:ignore"):
        lab.page.evaluate("each => window.jupyterapp.commands.execute(each).catch(() => null)", command)
    assert lab.text(1) == UNSAFE


def test_a_line_that_is_scrolled_past_the_beginning_of_a_finding_has_its_tip(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(f"import torch\n{UNSAFE}")
    checked(lab)
    lab.run("application:toggle-left-area")
    lab.page.set_viewport_size({"width": 360, "height": 400})
    lab.run("aisec:next-finding")
    scroller = lab.page.locator(".jp-Cell .cm-scroller").first
    expect(lab.page.locator(TIP)).to_be_in_viewport()
    assert scroller.evaluate("node => node.scrollLeft") > 0


def test_the_line_under_selected_code_keeps_its_colour(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(UNSAFE.replace("torch", "import torch; torch", 1))
    expect(lab.page.locator(HINT).first).to_be_visible()
    lines = lab.page.evaluate(
        "hint => [hint, `${hint} *`].map(each => document.querySelector(each)).map(each => {"
        " const style = getComputedStyle(each, '::selection');"
        " return [style.textDecorationLine, style.textDecorationStyle, style.textDecorationColor]; })",
        HINT,
    )
    color = lab.page.locator(HINT).first.evaluate("node => getComputedStyle(node).textDecorationColor")
    assert lines == [["underline", "wavy", color]] * 2


def test_the_tip_by_keyboard_and_for_everybody(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import torch", f"\n{UNSAFE}")
    checked(lab)
    tip = lab.page.locator(TIP)
    editor = lab.page.locator(".jp-Cell .cm-content").nth(1)
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lab.theme(theme)
        lab.editor(0)
        lab.page.keyboard.press("F8")
        expect(tip).to_be_visible()
        assert violations(lab.page, TIP) == []
        lab.page.screenshot(path=ARTEFACTS / f"hints-key-{theme.split()[-1].lower()}.png", animations="disabled")
    for name in (FIX, "Why", "Ignore…"):
        lab.page.keyboard.press("Tab")
        expect(tip.get_by_role("button", name=name)).to_be_focused()
    lab.page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    expect(editor).to_be_focused()
    assert lab.text(1) == f"\n{UNSAFE}"
    lab.editor(0)
    lab.page.keyboard.press("F8")
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Enter")
    expect(tip).to_have_count(0)
    expect(lab.page.locator(HINT)).to_have_count(0)
    expect(editor).to_be_focused()
    assert lab.text(1) == f"\n{FIXED}"


def test_what_can_be_done_is_offered_where_a_finding_is(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import torch", UNSAFE)
    checked(lab)
    for cell, offered in ((0, False), (1, True)):
        lab.editor(cell)
        for command in ("aisec:ignore", "aisec:explain"):
            assert lab.page.evaluate("each => window.jupyterapp.commands.isEnabled(each)", command) is offered


def test_the_key_says_so_when_there_is_nothing_to_fix(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import pickle\npickle.load(f)\nprint()")
    expect(lab.page.locator(HINT).first).to_be_visible()
    lab.editor()
    note = lab.page.locator(NOTE)
    for key, words in (("Control+.", NOTHING), ("ArrowUp", NO_FIX)):
        lab.page.keyboard.press(key)
        lab.page.keyboard.press("Control+.")
        expect(note).to_have_text(words)
        expect(lab.page.locator(".cm-announced").first).to_have_text(words)
        assert violations(lab.page, TIP) == []
    lab.shot("hints-no-fix", lambda: again(lab))
    lab.page.keyboard.press("Tab")
    expect(lab.page.locator(TIP).get_by_role("button", name="Why")).to_be_focused()
    lab.page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    assert lab.text() == "import pickle\npickle.load(f)\nprint()"


def test_without_hints_the_key_says_it_elsewhere(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("print()")
    set_setting(lab, "Show findings", on=False)
    lab.editor()
    lab.page.keyboard.press("Control+.")
    expect(lab.page.locator(".Toastify__toast")).to_contain_text(NOTHING)


def test_ignoring_by_keyboard_asks_for_the_reason(open_notebook: OpenNotebook) -> None:
    lab = open_notebook(f"import torch\n{UNSAFE}")
    checked(lab)
    lab.editor()
    lab.page.keyboard.press("F8")
    button = lab.page.locator(TIP).get_by_role("button", name="Ignore…")
    for _ in range(3):
        lab.page.keyboard.press("Tab")
    expect(button).to_be_focused()
    lab.page.keyboard.press("Enter")
    expect(lab.page.locator(NOTE)).to_have_text(ASKED)
    expect(lab.page.locator(".jp-Cell .cm-content").first).to_be_focused()
    # It stays when the answer comes.
    expect(lab.page.locator(".jp-AisecGutter [data-severity=info]")).to_have_count(1)
    cursor = lab.page.locator(".jp-Cell .cm-cursor").first.bounding_box()
    note = lab.page.locator(NOTE).bounding_box()
    assert cursor is not None
    assert note is not None
    assert abs(note["x"] - cursor["x"]) < 20
    assert 0 <= note["y"] - cursor["y"] - cursor["height"] < 20
    lab.page.screenshot(path=ARTEFACTS / "hints-reason-light.png", animations="disabled")
    lab.page.keyboard.type("our own file")
    expect(lab.page.locator(TIP)).to_have_count(0)
    expect(lab.page.locator(HINT)).to_have_count(0)
    assert lab.text().endswith("] our own file")


def test_a_tip_hides_no_line_above_and_none_that_it_is_about(open_file: OpenFile) -> None:
    call = UNSAFE.replace("(", "(\n    ").replace(", ", ",\n    ").replace(")", ",\n)")
    lines = [f"x{number} = {number}" for number in range(70)]
    lab = open_file("\n".join(["import torch", *lines[:12], call, *lines[12:], UNSAFE]))
    expect(lab.page.locator(HINT).first).to_be_visible()
    lab.page.locator(".jp-FileEditor .cm-content").click()
    lab.page.keyboard.press("Control+Home")
    lab.page.keyboard.press("F8")
    tip = lab.page.locator(TIP)
    expect(tip).to_be_in_viewport()
    assert side(lab) == "below"
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        lab.theme(theme)
        lab.page.locator(".jp-FileEditor .cm-content").click(position={"x": 5, "y": 5})
        lab.page.keyboard.press("F8")
        expect(tip).to_be_in_viewport()
        lab.page.screenshot(path=ARTEFACTS / f"hints-file-{theme.split()[-1].lower()}.png", animations="disabled")
    # Where there is no room below, it stands above.
    lab.page.keyboard.press("F8")
    expect(tip).to_be_in_viewport()
    assert side(lab) == "above"


def test_the_mouse_gets_from_the_code_to_the_button(open_file: OpenFile) -> None:
    lab = open_file(f"import torch\n{UNSAFE}\n")
    hover(lab)
    button = lab.page.locator(TIP).get_by_role("button", name="Why")
    place = button.bounding_box()
    assert place is not None
    lab.page.mouse.move(place["x"] + 5, place["y"] + 5, steps=25)
    expect(button).to_be_visible()
    assert button.evaluate("node => node.matches(':hover')")


def test_a_tip_goes_with_what_it_is_about(open_notebook: OpenNotebook) -> None:
    lab = open_notebook("import torch", f"from torch import load\nname = 1\n{UNSAFE}")
    checked(lab)
    lab.editor(1)
    lab.page.keyboard.press("F8")
    expect(lab.page.locator(TIP)).to_be_visible()
    lab.page.evaluate(
        "window.jupyterapp.shell.currentWidget.content.model.cells.get(0).sharedModel.setSource('import json as torch')"
    )
    expect(lab.page.locator(HINT)).to_have_count(0)
    expect(lab.page.locator(TIP)).to_have_count(0)


def again(lab: Lab) -> None:
    """The tip goes when the theme changes, for which JupyterLab hides all for a moment."""
    lab.editor()
    lab.page.keyboard.press("ArrowUp")
    lab.page.keyboard.press("Control+.")
    expect(lab.page.locator(NOTE)).to_be_visible()


def side(lab: Lab) -> str:
    """On which side of the lines with findings the tip is; "on" when it hides one of them."""
    found = lab.page.evaluate(
        "([tip, hint]) => { const box = document.querySelector(tip).getBoundingClientRect();"
        " const lines = [...document.querySelectorAll(hint)].map(each => each.getBoundingClientRect());"
        " if (lines.some(line => line.top < box.bottom - 1 && box.top < line.bottom - 1)) return 'on';"
        " const away = line => Math.abs(line.top - box.top);"
        " return lines.sort((a, b) => away(a) - away(b))[0].top < box.top ? 'below' : 'above'; }",
        [TIP, HINT],
    )
    assert isinstance(found, str)
    return found


def set_setting(lab: Lab, label: str, *, on: bool) -> None:
    """As a person does it, in the settings editor."""
    lab.run("settingeditor:open", query="AI security")
    # Not what is read again after the save before this one.
    with lab.page.expect_response(
        lambda each: "/lab/api/settings/jupyter-aisec" in each.url and each.request.method == "PUT"
    ):
        lab.page.get_by_label(label).set_checked(on)
    lab.run("application:close")
