from __future__ import annotations

from tests.server.conftest import Server


def test_status(server: Server) -> None:
    assert server.get("/aisec/api/status").data["rules"] > 10
