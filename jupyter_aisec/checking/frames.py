"""What a host and its analysis process say to each other: frames of JSON, each behind its length."""

from __future__ import annotations

import struct
from typing import IO, TypeVar

import msgspec

from jupyter_aisec.checking import messages

LIMIT = 256 * 1024 * 1024
"""Bytes of a frame; a longer one is no frame, but something else that was written there."""

ANSWER_SECONDS = 20.0
"""For one answer. The analysis keeps to half of it; what doesn't come back is stopped."""

_LENGTH = struct.Struct(">I")
_Message = TypeVar("_Message")


class Check(msgspec.Struct, frozen=True, tag=True):
    """Take in what changed, and answer with a `CheckReply`.

    ``rules`` are their names; null: the default ones. ``advisories`` is the path of the project's file of them.
    """

    asked: messages.CheckRequest
    rules: tuple[str, ...] | None = None
    advisories: str | None = None


class Close(msgspec.Struct, frozen=True, tag=True):
    """Forget a document, and answer with null."""

    document: str


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The first frame of the process: the rules are loaded."""


Request = Check | Close
Answer = messages.CheckReply | None

REQUESTS: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
ANSWERS: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
READY = msgspec.json.Decoder(Ready)


def write(stream: IO[bytes], message: object) -> None:
    """Send one frame. Raises `OSError` when nobody listens any more."""
    data = msgspec.json.encode(message)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read(stream: IO[bytes], decoder: msgspec.json.Decoder[_Message]) -> _Message:
    """The next frame. Raises `EOFError` at the end, and `msgspec.DecodeError` for what is no such frame."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if length > LIMIT:
        raise msgspec.DecodeError(f"a frame of {length:,} bytes")
    return decoder.decode(_exactly(stream, length))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
