"""Prompts: those of MLflow's registry, and the instructions and templates that a notebook gives to language models."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.instructions import instructions, template
from jupyter_aisec.capture.locate import Found
from jupyter_aisec.capture.provenance import UNSEEN, Provenance
from jupyter_aisec.capture.recorder import Recorder
from jupyter_aisec.capture.selection import given
from jupyter_aisec.journal import now
from jupyter_aisec.knowledge import Act
from jupyter_aisec.model import AssetKind, Certainty, Hashed, Source, Verb

_TELLING = re.compile(r"prompt|instruct|system|persona|templat", re.IGNORECASE)
_PROMPT = re.compile(r"prompt|instruct|system|persona", re.IGNORECASE)
_UNNAMED = "system prompt"
_MOST = 3
"""Different texts that one place of the code gives in one cell; more of them are filled in, and no prompts."""


class Prompts:
    """Prompts of one session. Of a text, its digest and its length are recorded, and nothing else."""

    def __init__(self, namespace: Mapping[str, Any], provenance: Provenance, recorder: Recorder) -> None:
        self._namespace = namespace
        self._provenance = provenance
        self._recorder = recorder
        self._keys: dict[str, str] = {}
        """By digest, what this cell was told of already, or the registry holds."""
        self._registered: dict[str, str] = {}
        self._written: dict[str, str] = {}
        """By digest, what any cell was told of."""
        self._places: dict[Site, int] = {}

    def cell_ends(self) -> None:
        """What another cell gives are uses of its own."""
        self._keys.clear()
        self._places.clear()

    def after(self, call: Call, result: object, where: Site) -> None:
        """A prompt of the registry, or one that is given."""
        if call.row.act is Act.PROMPTS:
            self._told(call, result, where)
        else:
            self._registry(call, result, where)

    def _registry(self, call: Call, result: object, where: Site) -> None:
        """A prompt was put into the registry, or came out of it: an object with name, version and template."""
        name, version = (getattr(result, each, None) for each in ("name", "version"))
        held = getattr(result, "template", None)
        text = held if isinstance(held, str) else template(held)
        if not isinstance(name, str) or text is None:
            return
        saved = call.row.act is Act.SAVES
        key = self._recorder.key(AssetKind.PROMPT)
        written = self._written.get(_digest(text)) if saved else None
        went_in = self._sources(call, call.row.value, where) if saved and call.row.value else ()
        went_in = (Source(written, Certainty.OBSERVED),) if written else went_in
        facts: dict[str, str | int | float] = {"version": version} if isinstance(version, int) else {}
        found = Found(name, f"prompts:/{name}/{version}")
        verb = Verb.SAVED if saved else Verb.READ
        self._say(key, text, verb, found, call, where, went_in, facts)
        self._registered[_digest(text)] = key
        self._provenance.live.put(result, frozenset({key}))
        self._provenance.flow.produced(where, key, whole=True)

    def _told(self, call: Call, result: object, where: Site) -> None:
        """A language model was given its instructions, or a template of them was made."""
        if not where.direct:
            return  # what a library makes of a template is not what the notebook says
        makes = call.row.value == "return"
        for parameter in call.row.inputs:
            value = call.argument(parameter)
            whole = template(value) if makes else None
            for text in [whole] if whole else [] if makes else instructions(parameter, value):
                self._given(text, parameter, call, where, result if makes else None)

    def _given(self, text: str, parameter: str, call: Call, where: Site, made: object) -> None:
        sha256 = _digest(text)
        known = self._registered.get(sha256) or self._keys.get(sha256)
        if known is None:
            name = self._name(text, where, made=made is not None)
            if made is not None and call.row.asset == "object" and not _PROMPT.search(name or ""):
                return  # a template of a report
            self._places[where] = count = self._places.get(where, 0) + 1
            if count > _MOST:
                return
            known = self._keys[sha256] = self._written[sha256] = self._recorder.key(AssetKind.PROMPT)
            went_in = self._sources(call, parameter, where)
            self._say(known, text, Verb.READ, Found(name or _UNNAMED, None), call, where, went_in, {})
        if made is not None:
            self._provenance.live.put(made, frozenset({known}))
        self._provenance.flow.produced(where, known, whole=False)

    def _say(
        self,
        key: str,
        text: str,
        verb: Verb,
        found: Found,
        call: Call,
        where: Site,
        went_in: tuple[Source, ...],
        facts: Mapping[str, str | int | float],
    ) -> None:
        kind, told = AssetKind.PROMPT, {**facts, "characters": len(text)}
        self._recorder.say(self._recorder.use(verb, kind, key, call, where, found, went_in=went_in, facts=told))
        size = len(text.encode("utf-8", "surrogatepass"))
        self._recorder.record(Hashed(key, now(), _digest(text), size))

    def _sources(self, call: Call, parameter: str, where: Site) -> tuple[Source, ...]:
        """What the text was made of, such as a file or a prompt of the registry."""
        found = self._provenance.sources(given(call, parameter), call, where)
        return tuple(each for each in found if each != UNSEEN)

    def _name(self, text: str, where: Site, *, made: bool) -> str | None:
        """The variable that a template is put in, or that holds the text; one whose name says so comes first."""
        if made:
            statement = self._provenance.flow.statement(where)
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                    return name
        held = [
            name
            for name, value in list(self._namespace.items())
            if type(value) is str and (value is text or value == text) and not name.startswith("_")
        ]
        return next((name for name in held if _TELLING.search(name)), next(iter(held), None))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
