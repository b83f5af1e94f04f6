"""Holds answers against a form, which is a JSON Schema."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from jupyter_aisec.model import AisecError

_PLAIN_WORDS = frozenset({"title", "description", "type", "minLength", "examples", "oneOf", "format"})
_PLAIN_FORM = frozenset({"$schema", "title", "description", "type", "required", "properties"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def problems(schema: Mapping[str, Any], answers: Mapping[str, object]) -> list[str]:
    """What is wrong with the answers that are there, one line each; a missing answer is not wrong."""
    return list(wrong(schema, answers).values())


def wrong(schema: Mapping[str, Any], answers: Mapping[str, object]) -> dict[str, str]:
    """The same, by question."""
    if _is_plainly_right(schema, answers):
        return {}
    import jsonschema

    partial = {key: value for key, value in schema.items() if key != "required"}
    judge = jsonschema.Draft202012Validator
    found = judge(partial, format_checker=judge.FORMAT_CHECKER).iter_errors(dict(answers))
    keys = [(str(error.path[0]) if error.path else "", error) for error in found]
    return {key: _say(schema, key, error) for key, error in keys}


def missing(schema: Mapping[str, Any], answers: Collection[str]) -> list[str]:
    """The questions that must be answered, and have no answer among these keys."""
    return [key for key in schema["required"] if key not in answers]


def check_known(key: str, schema: Mapping[str, Any]) -> None:
    """Raises `AisecError` for what is not asked, with the nearest that is."""
    known = list(schema["properties"])
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"the form asks for {', '.join(known)}"
        raise AisecError(f"no question `{key}`: {hint}")


def _is_plainly_right(schema: Mapping[str, Any], answers: Mapping[str, object]) -> bool:
    """Whether each answer is text that its question takes, as far as that can be told without importing jsonschema.

    That import takes a second, for it brings grammars of every format along; most documents are right.
    """
    for key, value in answers.items():
        question = schema["properties"].get(key)
        if question is None or question.keys() - _PLAIN_WORDS or question.get("type") != "string":
            return False
        choices = question.get("oneOf")
        if not isinstance(value, str) or len(value) < question.get("minLength", 0):
            return False
        if choices is not None and value not in [each.get("const") for each in choices]:
            return False
        if "format" in question and not (question["format"] == "date" and is_day(value)):
            return False
    return not schema.keys() - _PLAIN_FORM


def is_day(text: str) -> bool:
    """Whether it is a day as JSON Schema writes one."""
    try:
        return _DAY.fullmatch(text) is not None and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _say(schema: Mapping[str, Any], key: str, error: Any) -> str:  # noqa: ANN401 - jsonschema has no stubs for it
    choices = [each["const"] for each in schema["properties"].get(key, {}).get("oneOf", ())]
    if choices:
        return f"`{key}` must be one of {', '.join(choices)}"
    if error.validator == "minLength":
        return f"`{key}` is empty"
    if error.validator == "type":
        return f"`{key}` must be text: write it in quotes"
    if error.validator == "format":
        return f"`{key}` must be a day, written as {schema['properties'][key]['examples'][0]}"
    return f"`{key}`: {' '.join(str(error.message).split())}"
