from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jupyter_aisec.tracking.notes import BEGIN, END, with_block

pieces = st.lists(st.sampled_from(["words ", BEGIN, END, "\n\n", "é", "<!-- other -->"]), max_size=8).map("".join)
contents = st.text(alphabet="ab \n|", min_size=1, max_size=60).filter(str.strip)


@given(pieces, contents, contents)
def test_second_block_takes_the_place_of_the_first(user: str, first: str, second: str) -> None:
    once = with_block(user, first, 8000)
    assert with_block(once, first, 8000) == once
    twice = with_block(once, second, 8000)
    assert f"{BEGIN}\n{second.strip()}\n{END}" in twice


@given(st.text(alphabet="xyz \n", max_size=100), contents, st.integers(min_value=0, max_value=300))
def test_users_words_are_never_cut(user: str, content: str, limit: int) -> None:
    made = with_block(user, content, limit)
    assert made.startswith(user.rstrip())
    assert made == user or len(made) <= limit


def test_stray_opening_comment_swallows_nothing() -> None:
    made = with_block(f"{BEGIN} mine\n", "ours", 8000)
    assert with_block(made + "\nmore of mine", "new", 8000) == f"{BEGIN} mine\n\n{BEGIN}\nnew\n{END}\nmore of mine"


def test_what_is_too_long_says_so() -> None:
    made = with_block("mine", "\n".join(f"| row {number} |" for number in range(100)), 400)
    assert len(made) <= 400
    assert "cut here" in made
