"""A rule that is not asked has nothing to say: screens are asked of texts together, and miss nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.analysis import screened as module
from jupyter_aisec.analysis.memory import Memory
from jupyter_aisec.analysis.rule import Rule
from jupyter_aisec.model import Notebook
from jupyter_aisec.rules import all_rules
from tests.analysis.examples import notebook

SCREENED = [rule for rule in all_rules() if rule.screen is not None]
ASKED_ALWAYS = tuple(replace(rule, screen=None) for rule in all_rules())
EXAMPLES = [cell for rule in all_rules() for cell in rule.bad + rule.good]
SPOKEN = [cell.replace('" "', "") for rule in SCREENED for cell in rule.bad]
"""What they find; that a token stands in two pieces is for the rules to say, for no text of the package holds one."""
WORDS = [
    "a@",
    "://",
    "card",
    "555-01-2345",
    "078-05-",
    "\u202e",
    "é",
    "sk-",
    "-----BEGIN",
    "_API_KEY=",
    "?key=",
    "\r",
    " ",
]
PIECE = st.one_of(st.sampled_from(EXAMPLES), st.sampled_from(SPOKEN), st.lists(st.sampled_from(WORDS)).map("".join))
MANY = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _said(cells: Notebook, rules: tuple[Rule, ...], memory: Memory | None = None) -> object:
    report = Analyser(rules, memory=memory).analyse(cells)
    return report.findings, report.not_analysed


@MANY
@given(st.lists(PIECE, max_size=5), st.sampled_from([30, 300, 20_000]))
def test_the_same_is_found_as_by_asking_everybody_about_everything(cells: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_PIECE", size)
        memory = Memory()
        found = _said(notebook(*cells), all_rules(), memory)
        again = _said(notebook(*cells), all_rules(), memory)
    assert again == found
    assert found == _said(notebook(*cells), ASKED_ALWAYS)


@MANY
@given(st.sampled_from(SCREENED), st.lists(PIECE, max_size=2), PIECE, st.lists(PIECE, max_size=2))
def test_what_holds_of_lines_holds_of_more_lines(rule: Rule, before: list[str], text: str, behind: list[str]) -> None:
    if rule.screen is not None and rule.screen(text):
        assert rule.screen("\n".join([*before, text, *behind]))


@pytest.mark.parametrize("rule", SCREENED, ids=lambda rule: rule.name)
def test_what_a_rule_is_there_for_passes_its_screen_and_plain_text_does_not(rule: Rule) -> None:
    assert rule.screen is not None
    assert rule.screen("\n".join(rule.bad).replace('" "', ""))
    assert not rule.screen("import pandas as pd\nframe = pd.read_csv('https://example.org/data.csv')\n")


def test_a_text_that_is_longer_than_a_piece_is_read_to_its_end() -> None:
    secret = "postgresql://ann:Tr0ub4dor&3xyz@db.bigbank.co.uk/prod"
    long = "word " * 10_000 + secret
    found = Analyser(all_rules()).analyse(notebook("x = 1", f"--- markdown\n{long}", "x\n--- output\n" + long)).findings
    assert {(each.rule, each.place.cell_index) for each in found} >= {
        ("secret-in-notebook-other", 1),
        ("secret-in-output", 2),
    }
