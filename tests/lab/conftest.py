"""A real JupyterLab in a real browser: one server and one Chromium for all tests, one notebook or file for each."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect

from tests.chromium import VIEWPORT, launched, of_a_person
from tests.server.conftest import Server, running

expect.set_options(timeout=20_000)
"""Four times what Playwright waits: two cores that do other things as well are what CI has."""

ARTEFACTS = Path(__file__).parents[1] / "artefacts"

NEWS = "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
"""No question about news at the first start."""

SETTINGS = "lab/user-settings/jupyter-aisec"

KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"

CLEAR = """async () => {
  const { shell } = window.jupyterapp;
  const settled = async session => {
    await session.ready;
    const kernel = session.session?.kernel;
    if (kernel && !['dead', 'terminating'].includes(kernel.status)) {
      await kernel.requestListSubshell({}).done;
    }
  };
  const late = () => new Promise(done => setTimeout(done, 10000));
  for (const each of [...shell.widgets('main'), ...shell.widgets('down')]) {
    if (each.sessionContext) {
      await Promise.race([settled(each.sessionContext).catch(() => null), late()]);
    }
    if (each.context) {
      each.context.model.dirty = false;
      each.dispose();
    } else {
      each.close();
    }
  }
  shell.collapseRight();
  shell.expandLeft('filebrowser');
}"""
"""What was changed is not kept, what is open is closed, and the sidebars are as at first.

JupyterLab complains of a notebook that closes before its kernel has the thread that was asked for with a comm.
"""

BAD = re.compile(
    r"\bSkipping\b|collides|Plugin '?jupyter-aisec\S* failed|jupyter-aisec:.* failed"
    r"|EditorView\.update are not allowed|CodeMirror plugin crashed"
)
"""What must not stand on the console: shortcuts that shut others out, plugins of ours that fail, hurt editors."""

PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"},
}


class Lab:
    """One page of JupyterLab, and what went over its wire."""

    def __init__(self, server: Server, page: Page) -> None:
        self.server = server
        self.page = page
        self.cleared = page.url.startswith(f"{server.url}/lab/")
        self.problems: list[str] = []
        self.asked: list[str] = []
        """Method and path of each request to the server extension."""
        self.own: list[str] = []
        """Those of the problems that went through our code."""
        self.hearing: dict[str, Callable[[Any], None]] = {
            "pageerror": self._error,
            "console": self._console,
            "request": self._request,
        }
        for event, hear in self.hearing.items():
            page.on(event, hear)  # type: ignore[call-overload]

    def _error(self, error: Error) -> None:
        self.problems.append(f"page error: {error}")
        if "extensions/jupyter-aisec" in (error.stack or ""):
            self.own.append(self.problems[-1])

    def _console(self, message: ConsoleMessage) -> None:
        if BAD.search(message.text):
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if "/aisec/api/" in request.url:
            self.asked.append(f"{request.method} {request.url.partition('/aisec/api/')[2].partition('?')[0]}")

    def open(self, path: str) -> None:
        """Show a file of the server's root folder: in a page that has nothing open, or in a new one."""
        if self.cleared:
            self.run("docmanager:open", path=path)
            self.cleared = False
        else:
            self.page.goto(f"{self.server.url}/lab/tree/{path}?reset&token={self.server.token}")
        self.page.wait_for_selector(".jp-Document .cm-content", timeout=60_000)

    def clear(self) -> bool:
        """Leave the page as one that was just loaded; False when it can't be."""
        try:
            self.page.set_viewport_size(VIEWPORT)
            self.page.evaluate(CLEAR)
            expect(self.page.locator(".jp-Document, .jp-Dialog")).to_have_count(0)
            self.theme("JupyterLab Light")
        except (AssertionError, Error):
            return False
        for event, hear in self.hearing.items():
            self.page.remove_listener(event, hear)
        return True

    def run(self, command: str, **args: object) -> None:
        """Execute a command, to its end. What it gives is often a widget, which does not leave the page."""
        self.page.evaluate(
            "async ([command, args]) => { await window.jupyterapp.commands.execute(command, args); }", [command, args]
        )

    def idle(self) -> None:
        """Wait until the kernel of the notebook is there and has nothing to do."""
        self.page.wait_for_function(f"{KERNEL}?.status === 'idle'")

    def theme(self, name: str) -> None:
        self.run("apputils:change-theme", theme=name)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")
        # JupyterLab takes its splash away twice when the next change comes before the first is over.
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def shot(self, name: str, show: Callable[[], None] = lambda: None) -> None:
        """Keep a picture of the page in both themes; ``show`` brings out what a change of theme hides."""
        ARTEFACTS.mkdir(exist_ok=True)
        for theme in ("JupyterLab Dark", "JupyterLab Light"):
            self.theme(theme)
            show()
            self.page.screenshot(path=ARTEFACTS / f"{name}-{theme.split()[-1].lower()}.png", animations="disabled")

    def text(self, cell: int = 0) -> str:
        """The source of a cell as the notebook has it."""
        found = self.page.evaluate(
            "cell => window.jupyterapp.shell.currentWidget.content.model.cells.get(cell).sharedModel.getSource()", cell
        )
        assert isinstance(found, str)
        return found

    def editor(self, cell: int = 0) -> None:
        """Put the cursor behind the text of a cell."""
        self.page.locator(".jp-Notebook:visible .jp-Cell").nth(cell).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")


def settle(home: Path) -> Path:
    """Tells the servers of these tests, in the folder where they write for themselves, what they need to know."""
    news = home / "config" / NEWS
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false"}')
    for config, app in (("lab", "LabApp"), ("notebook", "JupyterNotebookApp")):
        exposed = json.dumps({app: {"expose_app_in_browser": True}})
        (home / "config" / f"jupyter_{config}_config.json").write_text(exposed)
    # Else each page asks whether JupyterLab is to be built anew, for which the server starts Node.
    never_built = {"ServerApp": {"tornado_settings": {"page_config_data": {"buildCheck": False}}}}
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(never_built))
    return home


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport]:
    """A test that fails leaves a picture of its page, and what the page said and asked last."""
    report = yield
    lab = getattr(item, "funcargs", {}).get("lab")
    if call.when == "call" and report.failed and isinstance(lab, Lab):
        with suppress(Error):
            ARTEFACTS.mkdir(exist_ok=True)
            name = re.sub(r"\W+", "-", item.name)
            lab.page.screenshot(path=ARTEFACTS / f"failed-{name}.png")
            said = lab.page.locator("#jp-main-statusbar, .jp-AisecTip, .jp-Notebook .cm-content").all_inner_texts()
            report.sections.append(("the page", "\n".join([*said, *lab.asked[-20:], *lab.problems])))
    return report


@pytest.fixture(scope="session")
def lab_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settle(tmp_path_factory.mktemp("lab-home"))


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory, lab_home: Path) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("lab-root"), lab_home) as found:
        yield found


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


def _end_kernels(server: Server) -> None:
    """Else those of eighty tests run until the last."""
    for session in server.get("/api/sessions").data:
        server.ask("DELETE", f"/api/sessions/{session['id']}")


@pytest.fixture(scope="module")
def person(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with of_a_person(chromium, tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def lab(lab_server: Server, lab_home: Path, person: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A page with nothing open and our settings as they are by default.

    The test fails with whatever the page had to complain about.

    Tests that are marked ``one_page`` take over the page of the one before; a load is most of what they cost.
    """
    if getattr(request.node, "execution_count", 1) > 1:
        # Tried once more, it has a page that nobody used.
        person.new_page()
        person.pages[0].close()
    found = Lab(lab_server, person.pages[0])
    yield found
    problems = [*found.problems]
    if request.node.get_closest_marker("one_page") is None or not found.clear():
        # The page of the next test: with its last page the browser would end.
        person.new_page()
        for page in person.pages[:-1]:
            page.close()
        person.clear_cookies()
    _end_kernels(lab_server)
    shutil.rmtree(lab_home / "config" / SETTINGS, ignore_errors=True)
    # When all closes at once JupyterLab has complaints of its own.
    assert problems + [each for each in found.own if each not in problems] == []


@pytest.fixture
def open_notebook(lab: Lab, request: pytest.FixtureRequest) -> Callable[..., Lab]:
    """Opens a new notebook with these sources, and gives its page."""

    def make(*sources: str) -> Lab:
        name = re.sub(r"\W+", "-", request.node.name) + ".ipynb"
        cells = [new_code_cell(source, id=f"c{index}") for index, source in enumerate(sources)]
        nbformat.write(new_notebook(cells=cells, metadata=PYTHON), lab.server.root / name)
        lab.open(name)
        return lab

    return make


@pytest.fixture
def open_file(lab: Lab, request: pytest.FixtureRequest) -> Callable[[str], Lab]:
    """Opens a new Python file, and gives its page."""

    def make(source: str) -> Lab:
        name = re.sub(r"\W+", "_", request.node.name) + ".py"
        (lab.server.root / name).write_text(source)
        lab.open(name)
        return lab

    return make
