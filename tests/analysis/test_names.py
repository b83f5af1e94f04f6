from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.model import Cell, CellKind, Notebook
from jupyter_aisec.rules import default_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

LOADS = [
    ("import pickle as p\np.load(f)", 2),
    ("from pickle import load\nload(f)", 2),
    ("from pickle import load as read\nread(f)", 2),
    ("import pickle\nread = pickle.load\nread(f)", 3),
    ("import pickle\na = b = pickle\nb.load(f)", 3),
    ("import pickle, json\np, q = pickle, json\np.load(f)", 3),
    ("import pickle\nif (p := pickle).load(f): pass", 2),
    ("try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\npickle.load(f)", 5),
    ("try:\n    import pickle\nexcept ImportError:\n    pickle = None\npickle.load(f)", 5),
    ("import pickle\nclass A:\n    def m(self):\n        return pickle.load(f)", 4),
    ("def m():\n    import pickle\n    return pickle.load(f)", 3),
    ("def m():\n    return pickle.load(f)\nimport pickle", 2),
    ("import pickle\nx = [pickle.load(f) for f in files]", 2),
    ("import pickle\nx = lambda f: pickle.load(f)", 2),
    ("import pickle\nwith pickle.Unpickler(f) as u:\n    u.load()", 3),
    ("import pickle\nmatch x:\n    case 1:\n        pickle.load(f)", 4),
    ("import pickle\nasync def m():\n    async for f in fs:\n        pickle.load(f)", 4),
    ("import pickle\n@deco(pickle.load(f))\ndef m(): pass", 2),
    ("import pickle\nwhile pickle.load(f): pass", 2),
    ("import pickle\nassert pickle.load(f)", 2),
]


@pytest.mark.parametrize(("source", "line"), LOADS)
def test_name_leads_to_the_library(source: str, line: int, check: Check) -> None:
    assert check(source) == [("pickle-load", 0, line)]


HIDDEN = [
    "pickle.load(f)",
    "import pickle\npickle = Mine()\npickle.load(f)",
    "import pickle\ndef m(pickle):\n    pickle.load(f)",
    "import pickle\nx = lambda pickle: pickle.load(f)",
    "import pickle\nx = [pickle.load(f) for pickle in mine]",
    "import pickle\nfor pickle in mine:\n    pickle.load(f)",
    "import pickle\nclass pickle: pass\npickle.load(f)",
    "import pickle\ndel pickle\npickle.load(f)",
    "from .pickle import load\nload(f)",
    "from mine import pickle\npickle.load(f)",
    "class A:\n    from pickle import load\ndef m():\n    load(f)",
]


@pytest.mark.parametrize("source", HIDDEN)
def test_name_of_something_else(source: str, check: Check) -> None:
    assert check(source) == []


CONSTANTS = [
    'NAME = "org/model"',
    'ORG = "org"\nNAME = f"{ORG}/model"',
    'NAME = "org" + "/" + "model"',
    'NAMES = ["a", "org/model"]\nNAME = NAMES[1]',
    'CONFIG = {"name": "org/model"}\nNAME = CONFIG["name"]',
    'A, NAME = 1, "org/model"',
    'NAME: str = "org/model"',
    'NAME = "org/"\nNAME += "model"',
    'import os\nNAME = os.path.join("org", "model")',
    'NAME = "org/model" if x else "org/model"',
    'if x:\n    NAME = "org/model"\nelse:\n    NAME = "org/model"',
]


@pytest.mark.parametrize("source", CONSTANTS)
def test_constant_is_carried_to_a_later_cell(source: str, check: Check) -> None:
    use = "from transformers import AutoModel\nm = AutoModel.from_pretrained(NAME)"
    assert check(source, "x = 1", use) == [("hf-from-pretrained-unpinned", 2, 2)]


UNKNOWN = [
    "NAME = input()",
    'NAME = "org/model"\nNAME = pick()',
    'if x:\n    NAME = "org/model"\nelse:\n    NAME = "./local"',
    'NAME = "org/model"\nif x:\n    NAME = pick()',
    'NAME = "org/model" if x else "./local"',
    'NAME = f"{org}/model"',
    'NAME = "org"\nfor part in parts:\n    NAME += "/x"',
    "for NAME in names: pass",
]


@pytest.mark.parametrize("source", UNKNOWN)
def test_what_can_not_be_known_is_not_guessed(source: str, check: Check) -> None:
    assert check(source, "from transformers import AutoModel\nm = AutoModel.from_pretrained(NAME)") == []


def test_pin_in_the_first_cell_pins_the_last(check: Check) -> None:
    use = 'm = AutoModel.from_pretrained("org/model", revision=REV)'
    assert check(f'REV = "{"0f" * 20}"', use) == []
    assert check('REV = "main"', use) == [("hf-mutable-revision", 1, 1)]
    assert check("REV = None", use) == [("hf-from-pretrained-unpinned", 1, 1)]


def test_value_from_the_network_reaches_a_later_cell(check: Check) -> None:
    fetch = "import requests\nanswer = requests.Session().get(url)"
    assert check(fetch, "body = answer.json()['code']", "exec(body)") == [("exec-downloaded-code", 2, 1)]


def test_cell_that_runs_again_says_it_again() -> None:
    analyser = Analyser(default_rules())
    source = 'm = AutoModel.from_pretrained("org/model")'
    first = Cell(0, CellKind.CODE, source, "a")
    assert [each.rule for each in analyser.check(first)] == ["hf-from-pretrained-unpinned"]
    assert analyser.check(Cell(1, CellKind.CODE, source, "b")) == []
    assert [each.rule for each in analyser.check(first)] == ["hf-from-pretrained-unpinned"]
    assert analyser.check(Cell(2, CellKind.CODE, "x = 1", "a")) == []
    last = Cell(3, CellKind.CODE, source, "c")
    assert [each.rule for each in analyser.check(last)] == ["hf-from-pretrained-unpinned"]


def test_broken_cell_hides_no_other(analyse: Analyse) -> None:
    found = analyse("import pickle", "x = <KEY>", "pickle.load(f)")
    assert [(each.rule, each.place.cell_index) for each in found.findings] == [("not-analysed", 1), ("pickle-load", 2)]
    assert [(each.cell_index, bool(each.reason)) for each in found.not_analysed] == [(1, True)]


def test_file_that_a_cell_writes_is_analysed_in_place(analyse: Analyse) -> None:
    cells = (
        "%%writefile train.py\n\nimport pickle\nm = pickle.load(f)",
        "%%writefile -a train.py\nn = pickle.load(g)  # aisec: ignore[pickle-load] made above\no = pickle.load(g)",
        "pickle.load(f)",
        "import pickle\nREV = 'main'",
        "  %%file 'my train.py'\n  import json as pickle\n  REV = 1\n  m = pickle.load(f)",
        "pickle.load(f)",
        "%%writefile notes.md\nimport pickle (",
    )
    found = analyse(*cells)
    assert [(each.rule, each.place.cell_index, each.place.line, each.place.column) for each in found.findings] == [
        ("pickle-load", 0, 4, 5),
        ("pickle-load", 1, 3, 5),
        ("pickle-load", 5, 1, 1),
    ]
    assert found.not_analysed == ()


def test_file_that_a_cell_writes_can_be_broken(analyse: Analyse) -> None:
    found = analyse("%%writefile a.py\nx = 1\nimport x (")
    assert [(each.rule, each.place.line, each.place.column) for each in found.findings] == [("not-analysed", 3, 1)]
    assert [each.cell_index for each in found.not_analysed] == [0]


def test_time_for_a_notebook_is_bounded() -> None:
    cells = tuple(Cell(index, CellKind.CODE, "f(1)\n" * 1000) for index in range(50))
    report = Analyser(default_rules()).analyse(Notebook("n", cells), seconds=0.01)
    assert report.not_analysed
    assert "time" in report.not_analysed[-1].reason
