from __future__ import annotations

import asyncio
import json
import re
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest

from jupyter_aisec.server.app import AisecApp
from jupyter_aisec.server.handler import BODY_LIMIT
from tests.server.conftest import Reply, Server

LOAD = "import pickle\npickle.load(f)"


def request(*cells: str, base: int = 0, revision: int = 1, **more: object) -> dict[str, Any]:
    texts = [{"key": f"c{number}", "source": source} for number, source in enumerate(cells)]
    found: dict[str, Any] = {"document": "d", "path": "n.ipynb", "kind": "notebook", "language": "python"}
    found |= {"base": base, "revision": revision, "cells": texts}
    if base == 0:
        found["order"] = [each["key"] for each in texts]
    return found | more


def check(server: Server, *cells: str, **more: Any) -> dict[str, Any]:
    reply = server.post("/aisec/api/check", request(*cells, **more))
    assert reply.status == 200, reply.body
    return reply.data


def rules(cell: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in cell["findings"]]


def routes() -> Iterator[tuple[str, str]]:
    """Every method of every route that the extension has, whoever adds it."""
    app = AisecApp()
    app.initialize_handlers()
    asyncio.run(app.stop_extension())
    for pattern, handler, *_ in app.handlers:
        path = re.sub(r"\([^)]*\)", "x", pattern.replace("([0-9a-f]{16})(/.*)", "0123456789abcdef/"))
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
            if getattr(handler, method.lower()) is not getattr(handler, "_unimplemented_method", None):
                yield method, path


@pytest.fixture(scope="module")
def stranger(server: Server) -> dict[str, str]:
    """What anybody gets from the page to log in: with it, only who asks is left to be refused."""
    with urllib.request.urlopen(f"{server.url}/login") as page:
        cookie = SimpleCookie(page.headers["Set-Cookie"])["_xsrf"].value
    return {"Cookie": f"_xsrf={cookie}", "X-XSRFToken": cookie}


@pytest.mark.parametrize(("method", "path"), [*routes()])
@pytest.mark.parametrize("token", ["", "f" * 32])
def test_a_route_without_the_token_refuses(
    server: Server, stranger: dict[str, str], method: str, path: str, token: str
) -> None:
    reply = server.ask(method, path, None if method in {"GET", "HEAD"} else {}, token=token, headers=stranger)
    assert reply.status == 403
    assert b"_xsrf" not in reply.body


def assert_is_problem(reply: Reply, status: int) -> str:
    assert reply.status == status, reply.body
    assert list(reply.data) == ["message"]
    message = reply.data["message"]
    assert message
    assert "\n" not in message
    assert "Traceback" not in message
    return str(message)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"[" * 100_000,
        b'{"a": "' + b"\\ud800" * 10 + b'"}',
        {},
        {**request(LOAD), "surprise": 1},
        {**request(LOAD), "base": "0"},
        {**request(LOAD), "kind": "folder"},
        {**request(LOAD), "cells": [{"key": "c0"}]},
        {**request(LOAD), "order": None},
        {**request(LOAD), "order": []},
        {**request(LOAD), "order": ["c0", "c0"]},
        {**request(LOAD, LOAD), "order": ["c0", "c1", "c2"]},
        {**request(LOAD), "cells": [{"key": "c0", "source": ""}] * 2},
        {**request(LOAD, LOAD), "kind": "file"},
    ],
)
def test_a_broken_body_is_refused_in_one_line(server: Server, body: object) -> None:
    assert_is_problem(server.post("/aisec/api/check", body), 400)


@pytest.mark.parametrize("path", ["/aisec/api/close"])
@pytest.mark.parametrize("body", [b"", b"{}", b'{"document": 1}', b'{"document": "d", "more": 1}'])
def test_a_broken_end_is_refused(server: Server, path: str, body: bytes) -> None:
    assert_is_problem(server.post(path, body), 400)


def test_a_body_that_is_too_long_is_refused(server: Server) -> None:
    assert_is_problem(server.post("/aisec/api/check", b" " * (BODY_LIMIT + 1)), 413)


def test_the_status_says_version_and_rules(server: Server) -> None:
    status = server.get("/aisec/api/status").data
    assert status["rules"] > 10
    assert re.fullmatch(r"\d+\.\d+.*", status["version"])


def test_only_what_changed_is_sent_and_told(server: Server) -> None:
    first = check(server, "import pickle", "pickle.load(f)", "x = 1")
    assert [(cell["key"], rules(cell)) for cell in first["cells"]] == [("c0", []), ("c1", ["pickle-load"]), ("c2", [])]
    assert (first["revision"], first["resend"], first["problem"]) == (1, False, None)
    # Another import far above: the cell that was not sent changes too.
    second = check(server, "import json as pickle", base=1, revision=2)
    assert [(cell["key"], rules(cell)) for cell in second["cells"]] == [("c0", []), ("c1", [])]
    third = check(server, base=2, revision=3, order=["c1", "c0", "c2"])
    assert third["cells"] == []
    fourth = check(server, "import pickle", base=3, revision=4)
    assert [cell["key"] for cell in fourth["cells"]] == ["c0"]


def test_an_unknown_base_is_sent_again(server: Server) -> None:
    assert check(server, LOAD, base=7, revision=8, document="never")["resend"]
    check(server, LOAD)
    assert check(server, LOAD, base=2, revision=3)["resend"]
    assert not check(server, LOAD)["resend"]
    assert check(server, base=1, revision=2, order=["c0", "unknown"])["resend"]


def test_what_is_closed_is_forgotten(server: Server) -> None:
    check(server, LOAD)
    reply = server.post("/aisec/api/close", {"document": "d"})
    assert (reply.status, reply.body) == (204, b"")
    assert check(server, LOAD, base=1, revision=2)["resend"]


def test_a_line_that_is_half_typed_is_a_problem_and_no_finding(server: Server) -> None:
    check(server, "import pickle")
    cell = check(server, "import pickle\npickle.load(", base=1, revision=2)["cells"][0]
    assert cell["findings"] == []
    assert "never closed" in cell["problem"]


def test_a_file_is_one_cell(server: Server) -> None:
    cell = check(server, LOAD, kind="file", path="a.py")["cells"][0]
    assert rules(cell) == ["pickle-load"]


def test_another_language_is_not_analysed(server: Server) -> None:
    reply = check(server, "x <- 1", language="R")
    assert reply["problem"] == "written in R; only Python is analysed"
    assert reply["cells"] == []


def test_half_a_character_costs_nothing(server: Server) -> None:
    body = json.dumps(request(f"x = '\ud800'\n{LOAD}  # \U0001f600")).encode()
    assert rules(server.post("/aisec/api/check", body).data["cells"][0]) == ["pickle-load"]


def test_a_finding_keeps_its_id_while_its_code_stands(server: Server) -> None:
    def ids(source: str) -> list[str]:
        return [finding["id"] for finding in check(server, source)["cells"][0]["findings"]]

    before = ids(f"{LOAD}\npickle.load(f)\npickle.load(g)")
    assert len(set(before)) == 3
    assert ids(f"# more\n{LOAD}\nx = 1\npickle.load( f)\nif x:\n    pickle.load(g)")[::2] == before[::2]


def test_columns_are_those_of_an_editor(server: Server) -> None:
    source = "import pickle\r\nx = '\x0c\u2028e\u0301\U0001f600'; pickle.load(f)\t"
    finding = check(server, source)["cells"][0]["findings"][0]
    line = source.split("\r\n")[1]
    units = len(line[: line.index("pickle")].encode("utf-16-le")) // 2
    assert finding["range"]["start"] == {"line": 1, "character": units}
    assert finding["range"]["end"] == {"line": 1, "character": units + len("pickle.load(f)")}
    assert finding["ignore"]["range"]["end"]["character"] == len(line.encode("utf-16-le")) // 2


HOSTILE = {
    "brackets": "(" * 100_000,
    "signs": "-" * 100_000 + "1",
    "attributes": "x" + ".a" * 50_000,
    "sum": "+".join(["a"] * 50_000),
    "calls": "f" + "(1)" * 50_000,
    "words": "a " * 1_000_000,
    "substitutions": "!" + "$(" * 20_000,
    "half": "import pickle\n" + "pickle.load(f)\n" * 20_000,
    "lines": "x = 1\n" * 60_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_cell_leaves_the_server_at_work(server: Server, source: str) -> None:
    replies: list[dict[str, Any]] = []
    asking = threading.Thread(target=lambda: replies.append(check(server, LOAD, source)))
    asking.start()
    while asking.is_alive():
        started = time.perf_counter()
        assert server.get("/aisec/api/status").status == 200
        assert time.perf_counter() - started < 2
        asking.join(0.05)
    (reply,) = replies
    if not reply["resend"]:
        assert rules(reply["cells"][0]) == ["pickle-load"]
        assert len(reply["cells"][1]["findings"]) <= 501
