"""Requests that wait for ever."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.model import Severity

FAMILY = Family(
    "transport security",
    cwe="CWE-400",
    atlas="AML.T0029",
    topics=Topics("", "LLM10", "LLM06"),
    guidelines=("3.1",),
)

_WAITING = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})


@FAMILY.rule(Severity.INFO, libraries=("requests",), calls=("urllib.request.urlopen",), default=False)
def request_without_timeout(call: Call) -> Iterator[Hit]:
    """A request waits for an answer for ever.

    requests and `urlopen` have no limit of their own: a server that accepts and never answers holds the cell, and with
    it a service that was made of the notebook. Give a time; it is counted anew for each piece that arrives.

    Bad:
        import requests
        answer = requests.get("https://example.org/data")

    Good:
        import requests
        answer = requests.get("https://example.org/data", timeout=30)
    """
    if call.path == "urllib.request.urlopen":
        position = 2
    elif call.name in _WAITING and call.path in {f"requests.{call.name}", f"requests.Session().{call.name}"}:
        position = None
    else:
        return
    if call.given("timeout", position) is False:
        yield call.found(
            f"{call.called} waits for ever; add timeout=",
            repair=call.with_keyword("timeout", "30", "wait at most 30 seconds for a piece", safe=False),
        )
