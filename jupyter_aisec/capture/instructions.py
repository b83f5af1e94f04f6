"""The instructions among what a language model is given, in the shapes that its clients take."""

from __future__ import annotations

from collections.abc import Iterator

_INSTRUCTING = frozenset({"system", "developer"})
_DEEPEST = 4


def instructions(parameter: str, value: object) -> Iterator[str]:
    """The texts that say how to answer; what a person asks is none.

    Of messages those with such a role, of templates all; of text, the whole. No code of the objects is run.
    """
    if parameter in _CONVERSATIONS:
        for each in value if isinstance(value, (list, tuple)) else ():
            yield from _message(each)
    else:
        yield from _texts(value)


_CONVERSATIONS = frozenset({"messages", "conversation", "input"})


def template(messages: object) -> str | None:
    """A template of several messages as one text: ``role: text``, a line each."""
    parts: list[str] = []
    for each in messages if isinstance(messages, (list, tuple)) else [messages]:
        role, content = _parts(each)
        parts += [f"{role}: {text}" if role else text for text in _texts(content)]
    return "\n".join(parts) or None


def _message(message: object) -> Iterator[str]:
    role, content = _parts(message)
    if role in _INSTRUCTING:
        yield from _texts(content)


def _parts(message: object) -> tuple[str | None, object]:
    """Role and content of a message: a dictionary, a pair, or an object of a client's own."""
    if isinstance(message, dict):
        role = dict.get(message, "role")
        return role if isinstance(role, str) else None, dict.get(message, "content")
    if isinstance(message, tuple) and tuple.__len__(message) == 2:  # noqa: PLR2004 - role and content
        role = tuple.__getitem__(message, 0)
        return role if isinstance(role, str) else None, tuple.__getitem__(message, 1)
    if isinstance(message, str):
        return None, message
    state = getattr(message, "__dict__", {})
    role = state.get("role") or type(message).__name__.removesuffix("PromptTemplate").removesuffix("Message").lower()
    inner = getattr(state.get("prompt"), "__dict__", {})
    return role if isinstance(role, str) else None, state.get("content", inner.get("template"))


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """A text, or those of a list of blocks such as ``{"type": "text", "text": …}``."""
    if isinstance(value, str):
        if value.strip():
            yield str.__str__(value)
    elif depth < _DEEPEST and isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(dict.get(each, "text") if isinstance(each, dict) else each, depth + 1)
    elif depth < _DEEPEST and not isinstance(value, (dict, type(None))):
        yield from _texts(getattr(value, "__dict__", {}).get("content"), depth + 1)
