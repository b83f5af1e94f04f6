"""People's words, read and written through the server: the file on the disk is what counts."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jupyter_aisec.journal import Journal
from jupyter_aisec.model import AssetKind, Hashed, Session, Use, Verb
from tests.server.conftest import Reply, Server

OLD, NEW = (hashlib.sha256(each).hexdigest() for each in (b"old", b"new"))
ANSWERS = {"source": "the web", "licence": "CC-BY-4.0", "collected": "2024", "sensitivity": "public"}
LONG = "a" * 210
HOSTILE = [
    "../../x",
    "/etc/passwd",
    "x\0y.csv",
    "a\u202egpj.csv",
    LONG + "1",
    LONG + "2",
    "a/" * 900 + "deep",
    "..",
    "CON",
]


class Project:
    """A project on the server with data that was read, and its routes. Each test has data of another ``name``."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.name = ""
        self.root = server.root / "documents"
        self.path = "documents/a.ipynb"
        (self.root / ".aisec").mkdir(parents=True)
        self.journal = Journal(self.root / ".aisec" / "journal" / "s1.jsonl")
        self.journal.write(Session("s1", "2026-01-01", "a.ipynb", os.getpid(), "3.11"))
        self.count = 0

    def read(self, name: str, sha256: str | None, facts: dict[str, str | int | float] | None = None) -> None:
        self.use(Use("u", "2026", Verb.READ, AssetKind.DATASET, "k", name, name, "pandas.read_csv", 1, "c", 1,
                     facts=facts or {}), sha256)  # fmt: skip

    def use(self, use: Use, sha256: str | None) -> None:
        self.count += 1
        key = f"asset-{self.count}"
        self.journal.write(
            replace(use, id=f"u{key}", key=key),
            Hashed(key, "2026", sha256, 3, None if sha256 else "larger than the limit"),
        )

    def get(self, name: str) -> Reply:
        return self.server.get(f"/aisec/api/document?path={self.path}&name={quote(name)}")

    def put(self, name: str, answers: dict[str, str], sha256: str | None = OLD, *, postpone: bool = False) -> Reply:
        body = {"path": self.path, "name": name, "sha256": sha256, "answers": answers, "postpone": postpone}
        return self.server.ask("PUT", "/aisec/api/document", body)

    def state(self, name: str) -> Any:
        return self.get(name).data["state"]


@pytest.fixture(scope="module")
def project(server: Server) -> Iterator[Project]:
    made = Project(server)
    yield made
    made.journal.close()


@pytest.fixture
def work(project: Project) -> Project:
    project.name = f"a{project.count}.csv"
    project.read(project.name, OLD)
    return project


def test_what_is_asked_and_what_is_known(work: Project) -> None:
    reply = work.get(work.name).data
    assert (reply["name"], reply["state"], reply["sha256"], reply["answers"]) == (work.name, "missing", OLD, {})
    assert reply["said"] == "document missing"
    assert reply["file"] == f".aisec/assets/{work.name}.toml"
    assert reply["derived"]["location"] == work.name
    assert set(ANSWERS) == set(reply["schema"]["required"])


def test_a_model_has_a_form_of_its_own(work: Project) -> None:
    name = f"model-{work.count}.bin"
    work.use(Use("u", "2026", Verb.SAVED, AssetKind.MODEL, "k", name, name, "joblib.dump", 1, "c", 1), OLD)
    assert {"purpose", "scope", "limits", "guardrails"} == set(work.get(name).data["schema"]["required"])
    reply = work.put(name, {"purpose": "To guess", "scope": "n/a: nobody uses it", "limits": "all", "guardrails": "us"})
    assert (reply.data["kind"], reply.data["state"]) == ("model", "documented")
    assert reply.data["answers"]["scope"] == "not applicable because nobody uses it"
    kept = tomllib.loads((work.root / reply.data["file"]).read_text())
    assert (kept["kind"], kept["scope"]) == ("model", {"not-applicable": "nobody uses it"})
    lineage = work.server.get(f"/aisec/api/lineage?path={work.path}").data
    [node] = [each for each in lineage["nodes"] if each["name"] == name]
    assert (node["describable"], node["asked"], node["documentation"]) == (True, False, "documented")


def test_whoever_wants_to_be_reminded_later_is_left_alone(work: Project) -> None:
    work.put(work.name, {"licence": "MIT"})
    reply = work.put(work.name, {}, postpone=True).data
    assert (reply["state"], reply["answers"]) == ("incomplete", {"licence": "MIT"})
    lineage = work.server.get(f"/aisec/api/lineage?path={work.path}").data
    [node] = [each for each in lineage["nodes"] if each["name"] == work.name]
    assert node["quiet"]
    assert node["later"] > dt.datetime.now(dt.UTC).date().isoformat()
    assert work.put(work.name, {"collected": "2024"}).status == 200
    assert "later" not in tomllib.loads((work.root / reply["file"]).read_text())


def test_names_of_columns_make_one_ask_how_sensitive_it_is(work: Project) -> None:
    name = f"people-{work.count}.csv"
    work.read(name, OLD, {"schema": "rooms: int64, Date of Birth: str, religion: str"})
    reply = work.get(name).data
    asked = reply["schema"]["properties"]["sensitivity"]["description"]
    assert "Column `Date of Birth` looks like data about people." in asked
    assert "`religion`" in asked
    assert reply["derived"]["schema"] == "rooms: int64, Date of Birth: str, religion: str"
    assert "description" not in work.get(work.name).data["schema"]["properties"]["sensitivity"]


def test_answers_are_in_the_file_and_in_the_lineage(work: Project) -> None:
    half = work.put(work.name, {"licence": "MIT"}).data
    assert (half["state"], half["answers"]) == ("incomplete", {"licence": "MIT"})
    whole = work.put(work.name, ANSWERS)
    assert (whole.data["state"], whole.data["problem"]) == ("documented", None)
    kept = tomllib.loads((work.root / whole.data["file"]).read_text())
    assert kept == {"name": work.name, "kind": "dataset", "sha256": OLD} | ANSWERS
    lineage = work.server.get(f"/aisec/api/lineage?path={work.path}").data
    assert [node["documentation"] for node in lineage["nodes"] if node["name"] == work.name] == ["documented"]
    assert work.put(work.name, {"licence": ""}).data["state"] == "incomplete"
    assert work.get(work.name).data["answers"].keys() == ANSWERS.keys() - {"licence"}


def test_answers_are_about_the_bytes_that_the_person_saw(work: Project) -> None:
    work.read(work.name, NEW)  # while the form was open
    assert work.put(work.name, ANSWERS, OLD).data["state"] == "stale"
    assert work.get(work.name).data["sha256"] == NEW
    # No answer differs, and they hold for the new bytes.
    assert work.put(work.name, {}, NEW).data["state"] == "documented"
    refused = work.put(work.name, ANSWERS, hashlib.sha256(b"never seen").hexdigest())
    assert refused.status == 400
    assert "no cell has used" in refused.data["message"]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"license": "MIT"}, "did you mean `licence`?"),
        ({"sensitivity": "very"}, "must be one of"),
        ({"sha256": NEW}, "no question `sha256`"),
        ({}, "no question is answered"),
    ],
)
def test_what_is_not_asked_is_refused_in_one_line(work: Project, answers: dict[str, str], said: str) -> None:
    reply = work.put(work.name, answers)
    assert reply.status == 400
    assert said in reply.data["message"]
    assert not (work.root / ".aisec" / "assets" / f"{work.name}.toml").exists()


def test_what_an_editor_wrote_meanwhile_stays(work: Project) -> None:
    file = work.root / work.put(work.name, ANSWERS).data["file"]
    file.write_text(file.read_text().replace('"CC-BY-4.0"', '"CC0-1.0"  # asked Ada') + 'reviewer = "Ada"\n')
    assert work.put(work.name, {"limits": "few cases"}).status == 200
    text = file.read_text()
    assert "# asked Ada" in text
    assert tomllib.loads(text) | {"limits": "few cases", "licence": "CC0-1.0", "reviewer": "Ada"} == tomllib.loads(text)


def test_a_file_that_is_broken_is_unknown_and_is_not_written_over(work: Project) -> None:
    file = work.root / work.put(work.name, ANSWERS).data["file"]
    file.write_text("licence = ")
    reply = work.get(work.name).data
    assert reply["state"] == "unknown"
    assert str(work.root) not in reply["problem"]
    refused = work.put(work.name, ANSWERS)
    assert refused.status == 400
    assert "Mend it by hand" in refused.data["message"]
    assert str(work.root) not in refused.data["message"]
    assert file.read_text() == "licence = "


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "# " + "x" * 2_000_000, "\ufeff", "licence = 3"])
def test_a_file_that_is_no_document_is_unknown_in_one_line(work: Project, text: str) -> None:
    file = work.root / work.put(work.name, ANSWERS).data["file"]
    file.write_text(text)
    reply = work.get(work.name).data
    assert (reply["state"], reply["answers"]) == ("unknown", {})
    assert "\n" not in reply["problem"]
    lineage = work.server.get(f"/aisec/api/lineage?path={work.path}").data
    assert [node["documentation"] for node in lineage["nodes"] if node["name"] == work.name] == ["unknown"]
    file.unlink()


def test_what_stands_beside_the_answers_is_not_sent(work: Project) -> None:
    file = work.root / work.put(work.name, ANSWERS).data["file"]
    file.write_text(file.read_text() + 'reviewer = "Ada"\nmore = {a = 1}\nshare = nan\n')
    assert work.get(work.name).data["answers"] == ANSWERS | {"reviewer": "Ada"}


def test_a_problem_is_a_line_however_long_a_name_is(work: Project) -> None:
    work.read("x" * 100_000, OLD)
    refused = work.get("absent.csv")
    assert refused.status == 400
    assert len(refused.data["message"]) < 2000


def around(root: Path) -> Iterator[Path]:
    """All that lies beside the project; in it, the mirror is at work meanwhile."""
    for folder, folders, files in os.walk(root.parent):
        if Path(folder) == root.parent:
            folders.remove(root.name)
        yield from (Path(folder, each) for each in (*folders, *files))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_no_way_out(work: Project, name: str) -> None:
    before = set(around(work.root))
    work.read(name, OLD)
    reply = work.put(name, {"licence": "MIT"})
    assert set(around(work.root)) == before
    if reply.status == 200:  # a path may be too long for any file
        kept = work.root / reply.data["file"]
        assert kept.resolve().is_relative_to(work.root / ".aisec" / "assets")
        assert tomllib.loads(kept.read_text())["name"] == name
        assert not any(ord(each) > 126 or each < " " for each in reply.data["file"])
    else:
        assert (reply.status, list(reply.data)) == (400, ["message"])


def test_names_too_long_for_a_file_are_still_two(work: Project) -> None:
    for name in (LONG + "4", LONG + "5"):
        work.read(name, OLD)
    work.put(LONG + "4", ANSWERS)
    assert (work.state(LONG + "4"), work.state(LONG + "5")) == ("documented", "missing")


def test_a_document_behind_a_link_is_neither_read_nor_written(work: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.toml"
    secret.write_text('licence = "of somebody else"\n')
    (work.root / ".aisec" / "assets").mkdir(exist_ok=True)
    (work.root / ".aisec" / "assets" / f"{work.name}.toml").symlink_to(secret)
    reply = work.get(work.name)
    assert (reply.data["state"], reply.data["answers"]) == ("unknown", {})
    assert work.put(work.name, ANSWERS).status == 400
    assert secret.read_text() == 'licence = "of somebody else"\n'


def test_a_name_that_is_not_quite_right_is_not_written_to(work: Project) -> None:
    work.read("data/b.csv", OLD)
    reply = work.put("b.csv", ANSWERS)
    assert reply.status == 400
    assert "did you mean `data/b.csv`?" in reply.data["message"]


def test_a_rule_has_a_page(server: Server) -> None:
    reply = server.get("/aisec/api/rules/yaml-unsafe-load").data
    assert reply["name"] == "yaml-unsafe-load"
    assert reply["bad"]
    assert reply["good"]
    assert any(line.startswith("CWE-") for line in reply["references"])
    unknown = server.get("/aisec/api/rules/yaml-unsave-load")
    assert (unknown.status, "did you mean `yaml-unsafe-load`?" in unknown.data["message"]) == (400, True)
