"""What all routes share: who may ask, how a body is read, and that every answer is one message of the wire."""

from __future__ import annotations

import http
import json
import re
import sys
from typing import Any, TypeVar

import msgspec
from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from jupyter_aisec.checking.messages import Message
from jupyter_aisec.model import AisecError
from jupyter_aisec.server import wire

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes of a request; a notebook has less code, and its outputs are not sent."""

LONGEST_PROBLEM = 1000
"""Characters of the line that says what is wrong; a name in it may be of any length."""

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""A half, or the first of two that are one character; a browser writes the latter as it is."""

_Asked = TypeVar("_Asked", bound=Message)


class Handler(APIHandler):
    """One route. Its methods carry ``@authenticated`` and ``@authorized``.

    An `AisecError` is an answer of status 400 with its line; whatever else goes wrong is logged, and said without
    what it was.
    """

    auth_resource = "aisec"

    def asked(self, kind: type[_Asked], limit: int = BODY_LIMIT) -> _Asked:
        """The body, read strictly. Raises the answer 413 or 400."""
        if len(self.request.body) > limit:
            raise HTTPError(413, f"the request is longer than {limit:,} bytes")
        try:
            return msgspec.json.decode(_whole_characters(self.request.body), type=kind)
        except (ValueError, RecursionError) as error:
            raise HTTPError(400, "%s", f"not a {kind.__name__}: {error}") from None

    def answer(self, message: Message, status: int = 200) -> None:
        """Send one message."""
        self.set_status(status)
        self.finish(msgspec.json.encode(message))

    def write_error(self, status_code: int, **options: Any) -> None:  # noqa: ANN401 - as the base class has it
        """Every error is a `Problem`; its line never says more than was meant to be said."""
        error = options.get("exc_info", sys.exc_info())[1]
        said = http.HTTPStatus(status_code).phrase
        if isinstance(error, AisecError):
            status_code, said = 400, str(error)
        elif isinstance(error, HTTPError) and error.log_message:
            said = error.log_message % error.args if error.args else error.log_message
        line = " ".join(said[:LONGEST_PROBLEM].split())
        self.answer(wire.Problem(f"{line} …" if len(said) > LONGEST_PROBLEM else line), status_code)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:  # noqa: ANN401 - as the base class has it
        """What a person did is no event for the log of the server."""
        if not isinstance(value, AisecError):
            super().log_exception(typ, value, tb)


def _whole_characters(body: bytes) -> bytes:
    """The JSON with a question mark for each half of a character: editors may hold such, and one must not cost all."""
    if not _HALF.search(body):
        return body
    return json.dumps(json.loads(body), ensure_ascii=False).encode("utf-8", "replace")
