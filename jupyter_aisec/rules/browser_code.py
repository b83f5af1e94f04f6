"""JavaScript from elsewhere that runs in the page of the notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.fetched import fetched, is_remote
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Topics
from jupyter_aisec.analysis.subscriptions import CellMagic
from jupyter_aisec.analysis.values import text
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.remote_code import FAMILY

_TAG = re.compile(r"<script\b[^>]{0,400}>", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s{0,9}=\s{0,9}[\"']?((?:https?:)?//[^\s\"'>]{1,400})", re.IGNORECASE)
_LOADED = re.compile(
    r"(?:\bgetScript|\bimportScripts|\bimport)\s{0,9}\(\s{0,9}[\"'`]((?:https?:)?//[^\s\"'`]{1,400})"
    r"|\bfrom\s{1,9}[\"']((?:https?:)?//[^\s\"']{1,400})"
    r"|\.src\s{0,9}=\s{0,9}[\"'`]((?:https?:)?//[^\s\"'`]{1,400}\.m?js\b)"
)
_PATHS = re.compile(r"\bpaths\s{0,9}:\s{0,9}\{[^}]{0,400}?[\"']((?:https?:)?//[^\s\"']{1,400})")
_SCRIPTS = frozenset({"javascript", "js"})
_PAGES = frozenset({"html", "HTML", "svg", "SVG", "markdown"})
_MODULES = ("IPython.display.", "IPython.core.display.", "IPython.core.displaypub.")


@FAMILY.rule(
    Severity.LOW,
    calls=(f"{module}{name}" for module in _MODULES for name in ("Javascript", "HTML", "SVG", "display_html")),
    default=False,
    atlas="AML.T0011.003",
    topics=Topics("", "LLM05", "LLM10"),
    guidelines=("3.1",),
)
def notebook_loads_remote_js(shown: Call | CellMagic) -> Iterator[Hit]:
    """A cell loads JavaScript from another server into the notebook's page.

    In that page, a script can do what you can: run code in the kernel, read other notebooks. Whoever owns the
    address decides what it is, for everybody who opens the notebook trusted. Keep the script in the project, or give
    the tag an `integrity` digest.

    Bad:
        from IPython.display import Javascript
        Javascript(url="https://example.org/chart.js")

    Good:
        from IPython.display import Javascript
        Javascript(filename="chart.js")
    """
    if isinstance(shown, CellMagic):
        is_script = shown.name in _SCRIPTS
        url = _loaded(shown.body) if is_script or shown.name in _PAGES else None
        what = f"%%{shown.name}"
    else:
        url, what = _of_call(shown), shown.called
    if url:
        yield shown.found(f"{what} runs whatever {url} sends, in this page; keep the script in the project")


def _of_call(call: Call) -> str | None:
    for name in ("url", "lib"):
        url = call.text(name)
        if is_remote(url) and call.name == "Javascript":
            return url
    value = call.value("data", 0)
    if fetched(value) and call.name != "SVG":
        return "the network"
    return _loaded(text(value) or "")


def _loaded(source: str) -> str | None:
    """The first script from elsewhere that this loads, in a tag without a digest or in code."""
    if "//" not in source:
        return None
    for tag in _TAG.finditer(source):
        found = _SOURCE.search(tag[0])
        if found and "integrity" not in tag[0].lower():
            return found[1]
    found = _LOADED.search(source) or (_PATHS.search(source) if "require" in source else None)
    return next(filter(None, found.groups()), None) if found else None
