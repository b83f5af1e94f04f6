from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.rules import all_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Check

RULES = {rule.name: rule for rule in all_rules()}
SETUP = "import pandas as pd, requests\nfrom openai import OpenAI\nclient = OpenAI()"
PAGE = "page = requests.get('https://example.org/news').text"

IN_A_LIST = """messages = [{"role": "system", "content": f"Help. {page}"}]
client.chat.completions.create(model="m", messages=messages)"""
ADDED = """messages = []
messages.append({"role": "developer", "content": "Help " + input()})
client.chat.completions.create(model="m", messages=messages)"""
TABLE = """d = pd.read_csv("d.csv")
client.chat.completions.create(messages=[{"role": "user", "content": f"Data: {d}"}])"""
MESSAGE = "from langchain_core.messages import SystemMessage\nSystemMessage(content=page)"

FOUND = [
    ("prompt-from-untrusted", f"{PAGE}\nclient.responses.create(model='m', instructions='Help. ' + page)"),
    ("prompt-from-untrusted", f"{PAGE}\n{IN_A_LIST}"),
    ("prompt-from-untrusted", ADDED),
    ("prompt-from-untrusted", f"{PAGE}\n{MESSAGE}"),
    ("prompt-from-untrusted", "client.responses.create(instructions=f'Use this: {open(\"notes.txt\").read()}')"),
    ("private-data-to-llm-api", "client.responses.create(input=f'Sum up: {pd.read_csv(\"d.csv\").to_csv()}')"),
    ("private-data-to-llm-api", "client.responses.create(input=open('d.csv').read())"),
    ("private-data-to-llm-api", TABLE),
]


@pytest.mark.parametrize(("rule", "source"), FOUND)
def test_ways_to_write_it(rule: str, source: str, check: Check) -> None:
    found = check(SETUP, source, rule=RULES[rule])
    assert [name for name, cell, _ in found if cell == 1] == [rule]


SILENT = [
    ("prompt-from-untrusted", f"{PAGE}\nclient.responses.create(model='m', instructions='Sum up.', input=page)"),
    ("prompt-from-untrusted", "client.responses.create(instructions=open('system.txt').read(), input='x')"),
    ("prompt-from-untrusted", "client.responses.create(instructions=f'Be {tone}.', input=input())"),
    ("prompt-from-untrusted", f"{PAGE}\nshop.create(system=page)"),
    ("private-data-to-llm-api", "client.responses.create(input=pd.read_csv('d.csv').head().to_string())"),
    ("private-data-to-llm-api", "client.responses.create(input=open('question.txt').read())"),
    ("private-data-to-llm-api", "import ollama\nollama.chat(model='m', messages=pd.read_csv('d.csv').to_string())"),
]


@pytest.mark.parametrize(("rule", "source"), SILENT)
def test_what_is_fine_or_unknown_has_no_finding(rule: str, source: str, check: Check) -> None:
    assert check(SETUP, source, rule=RULES[rule]) == []
