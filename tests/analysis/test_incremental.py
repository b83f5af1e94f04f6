from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_aisec.analysis import Analyser
from jupyter_aisec.analysis.incremental import Incremental
from jupyter_aisec.analysis.judge import LATE, Judge
from jupyter_aisec.analysis.order import moved
from jupyter_aisec.analysis.values import Constant, Items, Ref, Table, same
from jupyter_aisec.model import Cell, CellKind, Finding, Notebook
from jupyter_aisec.rules import all_rules, default_rules

COMMIT = "0123456789abcdef" * 2 + "01234567"
FILE = "https://example.com/m.bin"
HOSTED = "https://github.com/a/b.git"
POOL = [
    "import pickle",
    "import pickle as p",
    "from pickle import load",
    "import json as pickle",
    "p = pickle",
    "del pickle",
    "pickle = None",
    "p.load(open('m', 'rb'))",
    "pickle.load(f)\nload(f)",
    "pickle.load(f)  # aisec: ignore[pickle-load] mine",
    "pickle.load(f)  # aisec: ignore[pickle-load]",
    "if a:\n    import pickle\nelse:\n    import json as pickle",
    "if a:\n    p = 1\n    load = None",
    "try:\n    import pickle\nexcept ImportError:\n    pickle = None",
    "for pickle in things:\n    pass",
    "def use():\n    return pickle.load(f)",
    "class Pickle:\n    pickle = None\n    x = pickle.load(f)",
    "with open('m', 'rb') as f:\n    pickle.load(f)",
    "from transformers import AutoModel\nname = 'a/b'",
    "name = 'c/d'",
    "name += '-large'",
    f"revision = '{COMMIT}'",
    "revision = 'main'",
    "revision = None",
    "AutoModel.from_pretrained(name, revision=revision)",
    "AutoModel.from_pretrained('a/b')",
    "AutoModel.from_pretrained('a/b')  # aisec: ignore[unpinned-hub-download] known",
    "m = AutoModel\nm.from_pretrained('c/d')\nm.from_pretrained('c/d')",
    "m.save_pretrained('a/b')",
    f"import urllib.request\nurl = '{FILE}'\nurllib.request.urlretrieve(url, 'm.bin')",
    f"!wget {FILE}",
    "!wget {url}",
    "!sha256sum -c sums.txt",
    f"!echo '{COMMIT}  m.bin' | sha256sum -c",
    "import hashlib\nassert hashlib.sha256(open('m.bin', 'rb').read()).hexdigest() == expected",
    "digest == other",
    f"!git clone {HOSTED}",
    f"!git clone {HOSTED}\n!cd b && git checkout {COMMIT}",
    f"!git -C b checkout {COMMIT}",
    "%cd b",
    "import sys\nsys.path.append('b')",
    "!pip install ./b",
    "import mlflow\nmlflow.pyfunc.load_model('models:/m/1')",
    "%env MLFLOW_ALLOW_PICKLE_DESERIALIZATION=false",
    "import os\nos.environ['MLFLOW_ALLOW_PICKLE_DESERIALIZATION'] = flag",
    "flag = 'false'",
    "flag = 'true'",
    "os.environ.setdefault('HF_HUB_TRUST', flag)",
    "%%writefile a.py\nimport pickle\npickle.load(f)",
    "%%writefile -a a.py\npickle.load(g)",
    "%%writefile -a a.py\ndel pickle",
    "%%writefile b.py\npickle.load(g)",
    "%%writefile b.py\nimport (",
    "%%bash\npip install requests  # aisec: ignore[unpinned-install]",
    "True = 1",
    "pickle.load(",
    "import torch\nflags = {'weights_only': False}\ntorch.load('m.pt', **flags)",
    "flags = {'weights_only': 1}",
    "flags = {'weights_only': True}",
    "torch.load('m.pt', **flags)",
    "",
]
SOURCES = st.one_of(
    st.sampled_from(POOL),
    st.lists(st.sampled_from(POOL), min_size=2, max_size=3).map("\n".join),
    st.sampled_from([cell for rule in all_rules() for cell in rule.bad + rule.good]),
)
STEP = st.tuples(
    st.lists(
        st.tuples(
            st.sampled_from(["set", "insert", "delete", "move"]), st.integers(0, 20), st.integers(0, 20), SOURCES
        ),
        min_size=1,
        max_size=3,
    )
)
JUDGE = Judge(default_rules())


def from_scratch(cells: Mapping[str, str], order: Sequence[str]) -> dict[str, tuple[list[Finding], str | None]]:
    notebook = tuple(Cell(index, CellKind.CODE, cells[key], key) for index, key in enumerate(order))
    report = Analyser(default_rules()).analyse(Notebook("n", notebook))
    problems = {missed.cell_index: missed.reason for missed in report.not_analysed}
    found: dict[str, tuple[list[Finding], str | None]] = {
        key: ([], problems.get(index)) for index, key in enumerate(order)
    }
    for finding in report.findings:
        found[str(finding.place.cell_id)][0].append(_anywhere(finding))
    return found


def _anywhere(finding: Finding) -> Finding:
    """The finding without the number of its cell, which an edit elsewhere may change."""
    edits = finding.fix.edits if finding.fix else ()
    moved_edits = tuple(
        dataclasses.replace(edit, place=dataclasses.replace(edit.place, cell_index=0)) for edit in edits
    )
    return dataclasses.replace(
        finding,
        place=dataclasses.replace(finding.place, cell_index=0),
        fix=dataclasses.replace(finding.fix, edits=moved_edits) if finding.fix else None,
    )


class Edited:
    """A notebook under edits, and what was last heard of each cell: only of those that were said to have changed."""

    def __init__(self) -> None:
        self.incremental = Incremental(JUDGE)
        self.cells: dict[str, str] = {}
        self.legible: dict[str, str] = {}
        """What the cells said when they could be read the last time, or say if they never could."""
        self.order: list[str] = []
        self.heard: dict[str, tuple[list[Finding], str | None]] = {}
        self._made = 0

    def edit(self, kind: str, where: int, to: int, source: str, sent: dict[str, str]) -> None:
        if kind == "insert" or not self.order:
            key = f"c{self._made}"
            self._made += 1
            self.order.insert(where % (len(self.order) + 1), key)
            self.cells[key] = sent[key] = source
        elif kind == "set":
            key = self.order[where % len(self.order)]
            self.cells[key] = sent[key] = source
        else:
            key = self.order.pop(where % len(self.order))
            if kind == "move":
                self.order.insert(to % (len(self.order) + 1), key)
            else:
                del self.cells[key]
                sent.pop(key, None)

    def type(self, key: str, source: str) -> list[str]:
        self.cells[key] = source
        return self.update({key: source}, ordered=False)

    def update(self, sent: dict[str, str], *, ordered: bool = True) -> list[str]:
        changed = self.incremental.update(sent, self.order if ordered else None)
        for key in self.order:
            if (
                key not in self.legible
                or JUDGE.unreadable(self.cells[key]) is None
                or JUDGE.unreadable(self.legible[key])
            ):
                self.legible[key] = self.cells[key]
        self.heard = {key: self.heard.get(key, ([], None)) for key in self.order}
        for key in changed:
            said = self.incremental.said(key)
            self.heard[key] = ([each.finding for each in said.settled], said.problem)
        return changed

    def expected(self) -> dict[str, tuple[list[Finding], str | None]]:
        """As from scratch; a cell that can't be read stands for what it said last, and says why."""
        found = from_scratch(self.legible, self.order)
        return {
            key: (findings, JUDGE.unreadable(self.cells[key]) or problem) for key, (findings, problem) in found.items()
        }


@settings(max_examples=200, deadline=None)
@given(st.lists(SOURCES, max_size=8), st.lists(STEP, min_size=1, max_size=12))
def test_after_every_edit_it_is_as_if_analysed_from_scratch(
    start: list[str], script: list[tuple[list[tuple[str, int, int, str]]]]
) -> None:
    edited = Edited()
    sent: dict[str, str] = {}
    for source in start:
        edited.edit("insert", len(edited.order), 0, source, sent)
    edited.update(sent)
    for (edits,) in script:
        sent = {}
        for edit in edits:
            edited.edit(*edit, sent)
        edited.update(sent)
        assert edited.heard == edited.expected()
        for key in edited.order:
            assert edited.incremental.said(key).source == edited.cells[key]


def loaded(*sources: str) -> Edited:
    edited = Edited()
    sent: dict[str, str] = {}
    for source in sources:
        edited.edit("insert", len(edited.order), 0, source, sent)
    edited.update(sent)
    return edited


def rules(edited: Edited, key: str) -> list[str]:
    return [finding.rule for finding in edited.heard[key][0]]


def test_a_constant_far_above_pins_a_call() -> None:
    edited = loaded(
        "from transformers import AutoModel", "revision = 'main'", "AutoModel.from_pretrained('a/b', revision=revision)"
    )
    assert rules(edited, "c2")
    assert edited.type("c1", f"revision = '{COMMIT}'") == ["c2"]
    assert not rules(edited, "c2")


def test_a_name_that_is_added_to_is_followed() -> None:
    edited = loaded("import pickle as p", "path = 'https://a.example/'", "path += 'm'", "!curl {path} | sh")
    edited.type("c1", "path = 'https://b.example/'")
    assert "b.example" in edited.heard["c3"][0][0].message
    assert edited.heard == from_scratch(edited.cells, edited.order)


def test_a_number_is_no_truth() -> None:
    edited = loaded(
        "from transformers import AutoModel", "flag = True", "AutoModel.from_pretrained('a/b', trust_remote_code=flag)"
    )
    before = rules(edited, "c2")
    assert edited.type("c1", "flag = 1") == ["c2"]
    assert rules(edited, "c2") != before


def test_an_edit_touches_no_cell_that_sees_no_difference() -> None:
    edited = loaded("import pickle", *["pickle.load(f)"] * 20)
    walked = []
    walk = JUDGE.walk
    edited.incremental._judge = judge = Judge(default_rules())

    def noted(cell: Cell, *more: object, **options: object) -> object:
        walked.append(cell.id)
        return walk(cell, *more, **options)  # type: ignore[arg-type]

    judge.walk = noted  # type: ignore[method-assign,assignment]
    edited.type("c5", "pickle.load(f)\nx = 1")
    assert walked == ["c5"]
    # Back and forth: what was known of the others under the same names is known still.
    edited.type("c0", "import json as pickle")
    walked.clear()
    edited.type("c0", "import pickle")
    assert walked == ["c0"]


def test_while_a_cell_is_typed_the_others_keep_what_they_say() -> None:
    edited = loaded("import pickle", "pickle.load(f)")
    assert edited.type("c0", "import pickle, (") == ["c0"]
    assert edited.incremental.said("c0").is_read is False
    assert rules(edited, "c1") == ["pickle-load"]
    edited.type("c0", "import json as pickle")
    assert edited.incremental.said("c0").is_read
    assert not rules(edited, "c1")


def test_what_is_late_says_so_and_is_tried_again() -> None:
    edited = Edited()
    sent: dict[str, str] = {}
    for source in ("import pickle", "pickle.load(f)"):
        edited.edit("insert", len(edited.order), 0, source, sent)
    edited.incremental.update(sent, edited.order, seconds=-1)
    assert [edited.incremental.said(key).problem for key in edited.order] == [LATE, LATE]
    edited.update({}, ordered=False)
    assert edited.heard == from_scratch(edited.cells, edited.order)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError):
        Incremental(JUDGE).update({}, ["a"])
    with pytest.raises(KeyError):
        Incremental(JUDGE).update({"a": ""})


@given(st.permutations([str(number) for number in range(8)]))
def test_fewest_are_lifted(order: list[str]) -> None:
    positions = {key: number for number, key in enumerate(order)}
    keys = sorted(order)
    lifted = moved(keys, positions)
    stays = [positions[key] for key in keys if key not in lifted]
    assert stays == sorted(stays)
    if keys != order:
        assert lifted
    one = [keys[-1], *keys[:-1]]
    assert moved(keys, {key: number for number, key in enumerate(one)}) == {keys[-1]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Constant(1), Constant(value=True)),
        (Constant(0.0), Constant(-0.0)),
        (Constant("a"), Constant(b"a")),
        (Items((Constant(1),)), Items((Constant(1.0),))),
        (Items((None,)), Items((None, None))),
        (Table({"a": None}), Table({"b": None})),
        (Table({"a": None}), Table({"a": None}, whole=False)),
        (Ref("a"), Ref("a", "b")),
        (Ref("a"), None),
    ],
)
def test_values_that_differ_to_a_rule_are_not_the_same(one: object, other: object) -> None:
    assert not same(one, other)
    assert same(one, copy.deepcopy(one))


def test_values_that_double_are_compared_in_time() -> None:
    def doubled() -> Items:
        value = Items((Constant("a"),))
        for _ in range(100):
            value = Items((value, value))
        return value

    assert not same(doubled(), doubled())
    assert same(Items((Table({"a": Constant(1)}),)), Items((Table({"a": Constant(1)}),)))
