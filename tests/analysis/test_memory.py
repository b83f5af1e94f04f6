"""What was found in one notebook is said of the next only where its cells see the same."""

from __future__ import annotations

import pytest

from jupyter_aisec.analysis import memory as module
from jupyter_aisec.analysis.analyser import Analyser
from jupyter_aisec.analysis.asked import Asked
from jupyter_aisec.analysis.memory import Memory
from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.rules import all_rules

LOADS = "loaded = pickle.load(open(path, 'rb'))"
NOTEBOOKS = [
    ["import pickle", "path = 'a.pkl'", LOADS],
    ["import json as pickle", "path = 'a.pkl'", LOADS],
    ["import pickle", "import requests\npath = requests.get('https://h.org/a').text", LOADS],
    ["import pickle", LOADS, LOADS],
    ["def load(path):\n    import os\n    os.system(path)", "load(input())"],
    ["def load(path):\n    return path", "load(input())"],
    ["import os\nos.environ['HF_TOKEN'] = token", "%env HF_TOKEN=", "!echo $HF_TOKEN"],
    ["%%writefile tool.py\nimport pickle", "%%writefile -a tool.py\npickle.load(open('x'))", "for for"],
    ["%%writefile tool.py\nimport json", "%%writefile -a tool.py\npickle.load(open('x'))", "for for"],
    ["eval(input())  # aisec: ignore[eval-exec] mine", "eval(input())"],
    ["import pickle", "path = 'a.pkl'", LOADS],
]


def _notebook(sources: list[str]) -> Notebook:
    cells = [Cell(index, CellKind.CODE, source, f"c{index}") for index, source in enumerate(sources)]
    return Notebook("n.ipynb", (*cells, Cell(len(cells), CellKind.MARKDOWN, "Write to ann.baker@bigbank.co.uk")))


def _said(sources: list[str], memory: Memory | None = None) -> object:
    report = Analyser(all_rules(), memory=memory).analyse(_notebook(sources))
    return report.findings, report.not_analysed


@pytest.mark.parametrize("most", [1_000_000, 500, 0])
def test_with_a_memory_the_same_is_found_as_without(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", most)
    memory = Memory()
    for sources in NOTEBOOKS * 2:
        assert _said(sources, memory) == _said(sources)


def test_a_cell_that_sees_the_same_is_recalled_at_its_own_place() -> None:
    memory = Memory()
    _said(["eval(input())"], memory)
    findings = Analyser(all_rules(), memory=memory).analyse(_notebook(["x = 1", "eval(input())"])).findings
    assert 1 in {finding.place.cell_index for finding in findings}
    assert memory.recall(Cell(7, CellKind.CODE, "eval(input())"), lambda _key: None, Asked(None)) is None
    assert memory.recall(Cell(7, CellKind.MARKDOWN, "eval(input())"), lambda _key: None, Asked(None)) is None


def test_on_other_ground_nothing_is_remembered() -> None:
    memory = Memory()
    rules = all_rules()
    Analyser(rules, memory=memory.on("all")).analyse(_notebook(["eval(input())"]))
    assert Analyser((), memory=memory.on("none")).analyse(_notebook(["eval(input())"])).findings == ()
    assert Analyser(rules, memory=memory.on("all")).analyse(_notebook(["eval(input())"])).findings


def test_what_people_say_of_the_data_is_asked_again() -> None:
    memory = Memory().on("all")
    sources = ["import pandas as pd\nframe = pd.read_csv('data/people.csv')", "frame.shape"]
    said: list[object] = []
    for is_documented in (False, False, True, False):
        asked: list[str] = []

        def documented(where: str, asked: list[str] = asked, answer: bool = is_documented) -> bool:  # noqa: FBT001
            asked.append(where)
            return answer

        report = Analyser(all_rules(), documented=documented, memory=memory).analyse(_notebook(sources))
        said.append("data-source-undocumented" in {finding.rule for finding in report.findings})
        assert asked
    assert said == [True, True, False, True]
