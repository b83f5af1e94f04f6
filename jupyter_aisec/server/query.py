"""Reads the words behind the question mark: as strictly as a body is read."""

from __future__ import annotations

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError


def words(request: HTTPServerRequest, *needed: str, optional: tuple[str, ...] = ()) -> dict[str, str]:
    """Each word that is needed, once, and of the optional ones those that are there. Raises the answer 400."""
    found = {}
    for name, values in request.query_arguments.items():
        # Jupyter's own: who is asking, and the time, which JupyterLab adds so that no cache answers.
        if name == "token" or (name.isdecimal() and values == [b""]):
            continue
        if name not in (*needed, *optional) or len(values) != 1:
            raise HTTPError(400, "%s", f"`{name}` is not asked for, or more than once")
        try:
            found[name] = values[0].decode()
        except UnicodeDecodeError:
            raise HTTPError(400, "%s", f"`{name}` is not UTF-8") from None
    for name in needed:
        if not found.get(name):
            raise HTTPError(400, "%s", f"`{name}` is missing")
    return found
