from __future__ import annotations

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from jupyter_aisec import knowledge
from jupyter_aisec.documents import problems

FORM = knowledge.form("dataset")
answer = st.one_of(st.text(max_size=4), st.sampled_from(["public", "special"]), st.none(), st.integers(), st.booleans())


@given(st.dictionaries(st.sampled_from([*FORM["properties"], "other"]), answer))
def test_a_document_that_is_taken_without_jsonschema_is_right_by_jsonschema(answers: dict[str, object]) -> None:
    partial = {key: value for key, value in FORM.items() if key != "required"}
    assert bool(problems(FORM, answers)) is not jsonschema.Draft202012Validator(partial).is_valid(answers)
