from __future__ import annotations

import datetime as dt
import json
import os
import re
import time
from importlib import metadata
from pathlib import Path

import pytest

from jupyter_aisec.digest import stamp
from jupyter_aisec.journal import Journal, now
from jupyter_aisec.model import AssetKind, CellRun, Certainty, Hashed, Session, Source, Use, Verb
from tests.status.conftest import Ask, Trained, claim, sha256, states

CVE = "CVE-2099-0001"


def use(key: str, verb: Verb, name: str, place: Path | None = None, *sources: str, **facts: str) -> Use:
    files = (stamp(str(place)),) if place else ()
    went_in = tuple(Source(each, Certainty.OBSERVED) for each in sources)
    kind = AssetKind.DATASET if verb is Verb.READ else AssetKind.MODEL
    location = place.name if place else None
    return Use(key, now(), verb, kind, key, name, location, "call", 1, "c1", 1, went_in, facts=facts, files=files)


def session(project: Path, name: str, *records: object) -> None:
    journal = Journal(project / ".aisec" / "journal" / f"{name}.jsonl")
    journal.write(Session(name, now(), "nb.ipynb", 1, "3.11"), CellRun(1, now(), "c1", "0" * 64), *records)  # type: ignore[arg-type]
    journal.close()


def test_what_to_do_about_a_notebook_without_a_path_can_be_done(trained: Trained, ask: Ask) -> None:
    trained(path=None)
    found = ask("status")
    for name in ("1.1.b", "2.4.a"):
        assert claim(found, name)["state"] == "unknown"
        assert claim(found, name)["next_step"].startswith(
            "run it again where its path is known: in JupyterLab, or with"
        )


def test_a_model_of_others_was_examined_by_nobody(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    assert states(ask("status"))["1.3.b"] == "verified", "it was made here"
    trained("import pickle\nbase = pickle.load(open('theirs.pkl', 'rb'))", session="t1")
    found = ask("status")
    assert states(found)["1.3.b"] == "unknown"
    assert "may be of others is loaded: nb.ipynb, cell 1, line 2" in claim(found, "1.3.b")["missing"]
    (project / "theirs.bin").write_bytes(b"base")
    (project / "tuned.bin").write_bytes(b"tuned")
    base, tuned = project / "theirs.bin", project / "tuned.bin"
    session(
        project, "t2",
        use("b", Verb.LOADED, "theirs.bin", base), Hashed("b", now(), sha256(base), 1),
        use("f", Verb.FITTED, "Net", None, "b"),
        use("m", Verb.SAVED, "tuned.bin", tuned, "f"), Hashed("m", now(), sha256(tuned), 1),
    )  # fmt: skip
    found = ask("status", "tuned.bin")
    assert states(found)["1.3.b"] == "unknown"
    assert claim(found, "1.3.b")["missing"].startswith("theirs.bin came from elsewhere, and nothing here examines")
    ask("state", "1.3.b", "examined by hand", "--about", "theirs.bin", "--by", "Ada")


def test_another_model_of_the_same_data_is_a_baseline_only_if_it_is_simpler(
    trained: Trained, ask: Ask, project: Path
) -> None:
    trained()
    assert "no other model was trained" in claim(ask("status"), "1.4.b")["missing"]
    data = project / "train.csv"
    read = (use("d", Verb.READ, "train.csv", data), Hashed("d", now(), sha256(data), 1))
    session(project, "net", *read, use("f", Verb.FITTED, "Net", None, "d", **{"class": "torch.Net"}))
    found = ask("status")
    assert states(found)["1.4.b"] == "unknown"
    assert "whether torch.Net" in claim(found, "1.4.b")["missing"]
    linear = {"class": "sklearn.linear_model.Ridge"}
    session(project, "ridge", *read, use("f", Verb.FITTED, "Ridge", None, "d", **linear))
    found = ask("status")
    assert states(found)["1.4.b"] == "unknown"
    assert "Ridge is in a run of its own" in claim(found, "1.4.b")["missing"]
    other = project / "other.csv"
    other.write_text("b\n")
    read = (use("d", Verb.READ, "other.csv", other), Hashed("d", now(), sha256(other), 1))
    trained(data="third.csv", session="third")
    session(project, "elsewhere", *read, use("f", Verb.FITTED, "Ridge", None, "d", **linear))
    (project / "third.csv").write_text("other bytes, but what was recorded counts\n")
    assert states(ask("status", "model.bin"))["1.4.b"] in ("missing", "unknown")


def test_a_copy_counts_while_it_is_there(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    copy = project / "backup.bin"
    copy.write_bytes((project / "model.bin").read_bytes())
    session(project, "b", use("m", Verb.LOADED, "backup.bin", copy), Hashed("m", now(), sha256(copy), 1))
    found = ask("status", "model.bin")
    assert states(found)["3.3.c"] == "verified"
    assert "backup.bin" in claim(found, "3.3.c")["known"][0]["said"]
    copy.write_bytes(b"other bytes")
    found = ask("status", "model.bin")
    assert states(found)["3.3.c"] == "unknown"
    assert "other bytes" in claim(found, "3.3.c")["missing"]


def test_a_model_that_was_written_over_is_kept_nowhere(trained: Trained, ask: Ask) -> None:
    trained(session="one")
    trained(session="two")
    found = ask("status")
    assert states(found)["4.3.b"] == "unknown"
    assert "written over" in claim(found, "4.3.b")["missing"]
    assert states(found)["4.3.a"] == "unknown"
    assert "no number of the model.bin before" in claim(found, "4.3.a")["missing"]


def test_a_card_prints_the_digests_of_files(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    assert "no card here prints SHA-256" in claim(ask("status"), "2.3.d")["missing"]
    card = project / "MODEL_CARD.md"
    card.write_text(f"| model | {sha256(project / 'model.bin')} |\n| data | {sha256(project / 'train.csv')} |\n")
    assert states(ask("status"))["2.3.d"] == "verified"
    card.write_text(f"{card.read_text()}| old data | {'b' * 64} |\n")
    found = ask("status")
    assert states(found)["2.3.d"] == "fail"
    assert "bbbbbbbbbbbb…" in claim(found, "2.3.d")["missing"]
    (project / "model.bin").write_bytes(b"another")
    card.write_text("\n".join(card.read_text().split("\n")[:2]))
    assert states(ask("status"))["2.3.d"] == "stale"


def test_a_bill_is_about_this_model_and_all_its_data(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    assert "no bill of materials here has" in claim(ask("status"), "2.1.c")["missing"]
    ours, data = sha256(project / "model.bin"), sha256(project / "train.csv")

    def bill(*digests: str, form: str = "CycloneDX") -> None:
        hashes = [{"type": "data", "name": "x", "hashes": [{"alg": "SHA-256", "content": each}]} for each in digests]
        found = {"bomFormat": form, "specVersion": "1.6", "version": 1, "components": hashes}
        (project / "model.cdx.json").write_text(json.dumps(found))

    bill("c" * 64)
    assert states(ask("status"))["2.1.c"] == "missing", "it is about another model"
    bill(ours)
    found = ask("status")
    assert states(found)["2.1.c"] == "unknown"
    assert "does not list train.csv" in claim(found, "2.1.c")["missing"]
    bill(ours, data, form="Other")
    assert states(ask("status"))["2.1.c"] == "fail"
    bill(ours, data)
    assert states(ask("status"))["2.1.c"] == "verified"
    found = json.loads((project / "model.cdx.json").read_text())
    (project / "model.cdx.json").write_text(json.dumps(found | {"unheard": "of"}))
    assert states(ask("status"))["2.1.c"] == "fail", "it breaks the schema"


def test_what_our_own_exports_say_counts(trained: Trained, ask: Ask) -> None:
    trained()
    found = ask("status")
    for name in ("2.1.c", "2.3.d"):
        words = claim(found, name)["next_step"].removeprefix("jupyter aisec ").split()
        ask(*words)
    said = states(ask("status"))
    assert said["2.1.c"] == said["2.3.d"] == "verified"


def report(project: Path, *, without: str = "", vulnerable: str = "") -> Path:
    """What pip-audit says of what is installed here."""
    names = {re.sub(r"[-_.]+", "-", each.name).lower(): each.version for each in metadata.distributions()}
    found = [
        {"name": name, "version": version, "vulns": [{"id": CVE, "fix_versions": ["99"]}] * (name == vulnerable)}
        for name, version in names.items()
        if name != without
    ]
    path = project / "audit.json"
    path.write_text(json.dumps({"dependencies": found}))
    return path


def replaced(subject: str, what: str, choice: str) -> str:
    """A choice that would hold for long yet, and the one that took its place and has ended."""
    today = dt.datetime.now(dt.UTC).date()
    ago = [today - dt.timedelta(days=days) for days in (10, 5, 1)]
    return "\n".join(
        f'[[decision]]\n{subject} = "{what}"\nchoice = "{each}"\nreason = "why"\n'
        f'by = "Ada"\non = {on}\nuntil = {until}\n'
        for each, on, until in ((choice, ago[0], "2099-01-01"), ("fix", ago[1], ago[2]))
    )


def test_a_decision_that_was_replaced_does_not_come_back(trained: Trained, ask: Ask, project: Path) -> None:
    trained("import pickle\nmodel = pickle.load(open('theirs.pkl', 'rb'))")
    step = claim(ask("status"), "1.1.b")["next_step"]
    fingerprint = re.search(r"decide ([0-9a-f]{16}) accept", step)
    assert fingerprint is not None
    path = project / ".aisec" / "decisions.toml"
    both = replaced("finding", fingerprint[1], "accept")
    path.write_text(both[: both.rindex("[[decision]]")])
    assert states(ask("status"))["1.1.b"] == "verified"
    path.write_text(both)
    assert states(ask("status"))["1.1.b"] == "fail"


def test_packages_against_a_report(trained: Trained, ask: Ask, project: Path) -> None:
    trained()
    assert "names no report" in claim(ask("status"), "2.1.a")["missing"]
    (project / "pyproject.toml").write_text('[tool.aisec]\nadvisories = "audit.json"\n')
    path = report(project)
    assert states(ask("status"))["2.1.a"] == "verified"
    old = time.time() - 8 * 24 * 3600
    os.utime(path, (old, old))
    assert states(ask("status"))["2.1.a"] == "stale"
    report(project, without="pytest")
    found = ask("status")
    assert states(found)["2.1.a"] == "unknown"
    assert "such as pytest" in claim(found, "2.1.a")["missing"]
    report(project, vulnerable="pytest")
    found = ask("status")
    assert states(found)["2.1.a"] == "fail"
    assert claim(found, "2.1.a")["missing"] == f"{CVE} in pytest"
    ask("decide", CVE, "not-applicable", "only in tests", "--by", "Ada", "--until", "2099-01-01")
    found = ask("status")
    assert states(found)["2.1.a"] == "verified"
    said = claim(found, "2.1.a")["known"][0]["said"]
    assert said.endswith(f": none open but decided: {CVE} not-applicable by Ada until 2099-01-01")
    decisions = project / ".aisec" / "decisions.toml"
    decisions.write_text(replaced("cve", CVE, "not-applicable"))
    assert states(ask("status"))["2.1.a"] == "fail", "the newest has ended, and what it replaced counts no more"
    decisions.unlink()
    ask("decide", CVE, "not-applicable", "only in tests", "--by", "Ada", "--until", "2099-01-01")
    path.write_text("[]")
    assert "does not say which packages" in claim(ask("status"), "2.1.a")["missing"]
    path.write_text("{")
    assert states(ask("status"))["2.1.a"] == "unknown"


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a Jupyter server writes down of itself: our own process stands for it."""
    folder = tmp_path_factory.mktemp("runtime")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(folder))
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    said = {"pid": os.getpid(), "port": 8888, "hostname": "localhost", "token": "not shown", "password": False}
    (folder / "jpserver-1.json").write_text(json.dumps(said))
    return folder


def test_the_set_up_as_far_as_it_can_be_seen(trained: Trained, ask: Ask, project: Path, server: Path) -> None:
    trained()
    found = ask("status")
    assert states(found)["3.1.a"] == "verified"
    assert "not shown" not in json.dumps(found)
    path = server / "jpserver-1.json"
    good = json.loads(path.read_text())
    for change, said in (({"token": ""}, "asks for no token"), ({"hostname": "0.0.0.0"}, "listens to everybody")):
        path.write_text(json.dumps(good | change))
        found = ask("status")
        assert states(found)["3.1.a"] == "fail"
        assert said in claim(found, "3.1.a")["missing"]
    path.write_text(json.dumps(good | {"pid": 2**30}))
    found = ask("status")
    assert states(found)["3.1.a"] == "unknown"
    assert "no Jupyter server" in claim(found, "3.1.a")["missing"]
    path.write_text(json.dumps(good))
    config = server / "jupyter_server_config.py"
    config.write_text("# c.ServerApp.disable_check_xsrf = True\n")
    assert states(ask("status"))["3.1.a"] == "verified"
    config.write_text("c.ServerApp.disable_check_xsrf = True\n")
    assert "XSRF" in claim(ask("status"), "3.1.a")["missing"]
    config.unlink()
    (project / "model.bin").chmod(0o666)
    found = ask("status")
    assert states(found)["3.1.a"] == "fail"
    assert claim(found, "3.1.a")["next_step"] == "chmod o-w model.bin"


@pytest.mark.usefixtures("server")
def test_a_server_of_mlflow_is_not_asked_and_is_said_so(
    trained: Trained, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow.example.org:5000")
    found = ask("status")
    assert states(found)["3.1.a"] == "fail"
    assert "clear text" in claim(found, "3.1.a")["missing"]
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://mlflow.example.org")
    assert "whether MLflow asks for a log-in" in claim(ask("status"), "3.1.a")["missing"]


def test_what_cannot_be_judged_is_missing_until_a_person_says_so(trained: Trained, ask: Ask) -> None:
    trained()
    found = ask("status")
    said = states(found)
    for kind in found["blind"]:
        for name in kind["claims"]:
            assert said[name] == "missing"
            assert claim(found, name)["missing"] == kind["why"]
    ask("state", "1.3.f", "checked with pandera", "--by", "Ada")
    assert states(ask("status"))["1.3.f"] == "stated"
    ask("state", "4.1.a", "no profile", "--by", "Ada", "--fails")
    assert states(ask("status"))["4.1.a"] == "fail"


def test_every_row_says_what_to_do_next(trained: Trained, ask: Ask) -> None:
    trained()
    for row in ask("status")["rows"]:
        for each in row["claims"]:
            is_open = each["state"] in ("fail", "missing", "unknown", "stale")
            assert bool(each["missing"]) is bool(each["next_step"]) is is_open, each
            for known in each["known"]:
                assert known["state"] == "missing" or (known["said"] and known["by"] and known["since"])
