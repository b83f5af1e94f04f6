"""What is covered, as the panel asks for it: of a real project on a real server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from jupyter_aisec.digest import stamp
from jupyter_aisec.journal import Journal, now
from jupyter_aisec.model import AssetKind, Certainty, Hashed, Session, Source, Use, Verb
from jupyter_aisec.server import aside
from jupyter_aisec.server.coverage.look import PATIENCE, Question, look
from jupyter_aisec.server.coverage.table import MOST_KNOWN
from tests.server.conftest import Server
from tests.status.conftest import notebook, sha256

UNSAFE = "import yaml\nsettings = yaml.load(open('settings.yaml'), Loader=yaml.Loader)"
MANY = MOST_KNOWN + 3


def train(root: Path, name: str, *, sources: int = 1) -> None:
    """A session of ``train.ipynb`` that read data and saved a model of the name."""
    (root / name).write_bytes(name.encode())
    for number in range(sources):
        (root / f"d{number}.csv").write_text(f"a\n{number}\n")
    folder = root / ".aisec" / "journal"
    # The names of journals are in the order of their sessions.
    journal = Journal(folder / f"{len(list(folder.glob('*.jsonl')))}.jsonl")

    def use(key: str, file: str, verb: Verb, kind: AssetKind, *of: Source) -> Use:
        files = (stamp(str(root / file)),)
        return Use(key, now(), verb, kind, key, file, file, "call", 1, "c2", 1, of, files=files)

    keys = [f"d{number}" for number in range(sources)]
    journal.write(
        Session(name, now(), "train.ipynb", 1, "3.11"),
        *(use(key, f"{key}.csv", Verb.READ, AssetKind.DATASET) for key in keys),
        use("m", name, Verb.SAVED, AssetKind.MODEL, *(Source(key, Certainty.OBSERVED) for key in keys)),
        *(Hashed(key, now(), sha256(root / f"{key}.csv"), 1) for key in keys),
        Hashed("m", now(), sha256(root / name), 1),
    )
    journal.close()


@pytest.fixture(scope="module")
def trained(server: Server) -> Path:
    """A project in the folder that the server serves, with two models."""
    root = server.root / "covered"
    (root / ".aisec").mkdir(parents=True)
    notebook(root / "train.ipynb", "%load_ext jupyter_aisec", UNSAFE)
    train(root, "old.bin")
    train(root, "new.bin", sources=MANY)
    return root


def get(server: Server, query: str) -> Any:
    reply = server.get(f"/aisec/api/coverage?{query}")
    assert reply.status == 200, reply.body
    return reply.data


@pytest.fixture(scope="module")
def reply(server: Server, trained: Path) -> Any:
    """What the page of its notebook hears."""
    return get(server, f"path={trained.name}/train.ipynb")


def claims(reply: Any) -> dict[str, Any]:
    return {claim["id"]: claim for row in reply["rows"] for claim in row["claims"]}


def test_the_newest_model_is_shown_with_all_that_a_person_needs(reply: Any, server: Server) -> None:
    chosen = next(each for each in reply["models"] if each["id"] == reply["candidate"])
    assert (chosen["name"], reply["start"], reply["problems"]) == ("new.bin", None, [])
    assert [each["name"] for each in reply["models"]] == ["new.bin", "old.bin"]
    assert (len(reply["rows"]), len(claims(reply)), len({row["area"] for row in reply["rows"]})) == (17, 51, 4)
    assert str(server.root) not in json.dumps(reply)
    unsafe = claims(reply)["1.3.c"]
    assert (unsafe["state"], unsafe["stated"]) == ("fail", False)
    assert unsafe["step"]["spot"] == {"path": "covered/train.ipynb", "cellId": "c2", "cell": 1, "line": 1}
    assert unsafe["known"][0]["by"] == "jupyter-aisec"
    sensitivity = claims(reply)["1.2.c"]
    assert (sensitivity["state"], sensitivity["stated"], sensitivity["step"]["document"]) == ("missing", True, "d0.csv")
    owners = claims(reply)["2.2.a"]
    assert (len(owners["known"]), owners["more"]) == (MOST_KNOWN, MANY - MOST_KNOWN)
    row = reply["rows"][0]
    assert row["step"]["claim"] in {claim["id"] for claim in row["claims"]}
    assert {"standard": "OWASP-LLM", "edition": "2025", "ids": "all"} in row["mapsTo"]


def test_the_step_that_costs_least_is_one_of_the_claims(reply: Any) -> None:
    for row in reply["rows"]:
        steps = [claim["step"] for claim in row["claims"] if claim["step"]]
        assert row["step"] in steps if steps else row["step"] is None


def test_another_model_can_be_chosen(reply: Any, server: Server) -> None:
    new, old = (each["id"] for each in reply["models"])
    chosen = get(server, f"path=covered&model={old}")
    assert (chosen["candidate"], claims(chosen)["2.2.a"]["more"]) == (old, 0)
    gone = get(server, "path=covered&model=0123456789abcdef")
    assert gone["candidate"] == new
    assert "not recorded here any more" in gone["problems"][0]


def test_with_no_model_all_is_missing_and_it_is_said_how_to_begin(server: Server) -> None:
    (server.root / "empty" / ".aisec").mkdir(parents=True)
    (server.root / "empty" / ".aisec" / "statements.toml").write_text("claim =")
    reply = get(server, "path=empty/a.ipynb")
    assert (reply["candidate"], reply["models"]) == (None, [])
    assert {row["state"] for row in reply["rows"]} == {"missing"}
    assert "%load_ext jupyter_aisec" in reply["start"]
    assert [".aisec/statements.toml can't be read" in each for each in reply["problems"]] == [True]


def test_what_the_page_can_not_open_it_is_not_sent_to(trained: Path) -> None:
    (trained / "served").mkdir()
    reply = look(Question(str(trained), str(trained / "served")))
    unsafe = next(claim for row in reply.rows for claim in row.claims if claim.id == "1.3.c")
    assert unsafe.step is not None
    assert ("yaml-unsafe-load" in unsafe.step.text, unsafe.step.spot) == (True, None)


def test_a_look_that_takes_too_long_is_ended(trained: Path) -> None:
    question = Question(str(trained), str(trained))
    assert PATIENCE < 60  # what a proxy in between would wait
    with pytest.raises(TimeoutError):
        asyncio.run(aside.asked("jupyter_aisec.server.coverage.look", question, 0.01))
