"""The wire's TypeScript is what its Python says, and its words are the model's."""

from __future__ import annotations

import os
import subprocess
import sys
from enum import Enum
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from jupyter_aisec import claims, model
from jupyter_aisec.checking import messages
from jupyter_aisec.server import wire

FRONT_END = Path(__file__).parents[2] / "labextension"


def test_the_generated_file_is_what_the_generator_gives() -> None:
    generator = FRONT_END / "node_modules" / ".bin" / "json2ts"
    if not generator.exists():
        pytest.fail("the generator is not installed: run `jlpm install` in labextension/")
    script = msgspec.json.decode((FRONT_END / "package.json").read_bytes())["scripts"]["wire"]
    made, _, target = script.rpartition(">")
    path = f"{generator.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        made, shell=True, cwd=FRONT_END, env=os.environ | {"PATH": path}, capture_output=True, timeout=120, check=True
    )
    assert target.strip() == "src/wire.ts"
    kept = (FRONT_END / "src" / "wire.ts").read_text(encoding="utf-8")
    assert kept == done.stdout.decode(), "run `jlpm wire` in labextension/ and commit src/wire.ts"


@pytest.mark.parametrize(
    ("words", "enum"),
    [
        (messages.SeverityWord, model.Severity),
        (messages.ConfidenceWord, model.Confidence),
        (wire.AssetWord, model.AssetKind),
        (wire.VerbWord, model.Verb),
        (wire.CertaintyWord, model.Certainty),
        (wire.DocumentWord, model.DocumentState),
        (wire.StateWord, claims.State),
    ],
)
def test_the_words_are_those_of_the_model(words: object, enum: type[Enum]) -> None:
    assert list(get_args(words)) == [each.value for each in enum]


@pytest.mark.parametrize("message", wire.MESSAGES)
def test_an_unknown_field_is_refused(message: type[msgspec.Struct]) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.json.decode(b'{"neverHeardOf": 1}', type=message)
