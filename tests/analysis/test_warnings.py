"""What the parser warns of is kept back: in the process that we live in, a warning may be an error."""

from __future__ import annotations

import warnings

import pytest

from jupyter_aisec.notebook.syntax import SyntaxProblem, parse


@pytest.mark.parametrize("prefix", ["", "b", "f", "r"])
def test_no_backslash_before_any_character_warns(prefix: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for code in range(128):
            for rest in ("", "1", "77"):
                try:
                    parse(f'text = {prefix}"\\{chr(code)}{rest}"')
                except SyntaxProblem as problem:
                    assert "invalid escape" not in problem.reason  # noqa: PT017 - most are read
