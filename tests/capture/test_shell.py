"""Files that shell lines, scripts and processes fetch, copy or unpack, and that are read later."""

from __future__ import annotations

import http.server
import io
import os
import shutil
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_aisec.analysis import ran
from jupyter_aisec.capture.shell.move import How
from jupyter_aisec.capture.shell.moves import awaited
from jupyter_aisec.model import AssetKind, Certainty, Verb
from tests.capture.conftest import Watched
from tests.capture.graph import above, graph_of, node, sha, sha_of_folder

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

FIT = """
import joblib, pandas as pd
from sklearn.linear_model import Ridge
frame = pd.read_csv(PATH)
joblib.dump(Ridge().fit(frame[['x']], frame['y']), 'model.joblib')
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is served; ``{URL}`` in the shell, as in Python, is its address."""
    monkeypatch.setenv("SHELL", "/bin/bash")
    monkeypatch.setenv("http_proxy", "")
    site = folder / "site"
    site.mkdir()
    shutil.copy("a.csv", site / "far.csv")
    with zipfile.ZipFile(site / "far.zip", "w") as packed:
        packed.write("a.csv", "inner/far.csv")
        packed.write("b.csv", "other.csv")
    with tarfile.open(site / "far.tgz", "w:gz") as pack:
        pack.add("a.csv", "far.csv")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: _Quiet(*given, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setenv("AT", f"http://127.0.0.1:{server.server_address[1]}")
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def fetched(watched: Watched, cell: str, path: str) -> dict[str, str | None]:
    """What went into a model that was fitted on the file at the path."""
    watched.shell.user_ns |= {"URL": os.environ["AT"], "PATH": path}
    watched.run(cell, FIT)
    return data_above(watched)


def data_above(watched: Watched) -> dict[str, str | None]:
    """All that went into the model but what was fitted on the way."""
    found = above(graph_of(watched), "model.joblib")
    assert found.pop("Ridge") is None
    return found


LINES = {
    "wget": ("!wget -q {URL}/far.csv", "far.csv"),
    "wget, to a file": ("!wget -qO got.csv {URL}/far.csv", "got.csv"),
    "wget, to a folder": ("!mkdir -p data\n!wget -q -P data {URL}/far.csv", "data/far.csv"),
    "wget, once more": ("!touch far.csv\n!wget -q {URL}/far.csv", "far.csv.1"),
    "wget, in a loop": ("for name in ['far']:\n    !wget -q {URL}/{name}.csv", "far.csv"),
    "curl": ("!curl -sSLo got.csv {URL}/far.csv", "got.csv"),
    "curl, by its name": ("!curl -sO {URL}/far.csv", "far.csv"),
    "curl, by a redirection": ("!curl -s {URL}/far.csv > got.csv", "got.csv"),
    "an assignment": ("said = !curl -so got.csv {URL}/far.csv", "got.csv"),
    "a script": ("%%bash\nset -e\nmkdir in && cd in\ncurl -sO $AT/far.csv", "in/far.csv"),
    "os.system": ("import os\nos.system(f'wget -q {URL}/far.csv')", "far.csv"),
    "a process": ("import subprocess\nsubprocess.run(['wget', '-q', f'{URL}/far.csv'], check=True)", "far.csv"),
    "a process, elsewhere": (
        "import subprocess, os\nos.mkdir('in')\nsubprocess.check_call(f'curl -sO {URL}/far.csv', shell=True, cwd='in')",
        "in/far.csv",
    ),
    "a process that is waited for": (
        "import subprocess\nwith subprocess.Popen(['curl', '-so', 'got.csv', f'{URL}/far.csv']) as process:\n    pass",
        "got.csv",
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_a_file_that_a_shell_line_fetches_comes_from_its_address(watched: Watched, served: Path, name: str) -> None:
    cell, path = LINES[name]
    found = fetched(watched, cell, path)
    address = f"{os.environ['AT']}/far.csv"
    assert found == {address: sha(served / "far.csv"), path: sha(path)}
    assert str(node(graph_of(watched), address).facts["obtained"])[:2] == "20"


PACKED = {
    "unzip": ("!curl -sO {URL}/far.zip\n!unzip -q far.zip -d data", "data/inner/far.csv", "far.zip"),
    "tar": ("!curl -sO {URL}/far.tgz\n!mkdir data && tar -xzf far.tgz -C data", "data/far.csv", "far.tgz"),
    "tarfile": (
        (
            "!curl -sO {URL}/far.tgz\nimport tarfile\n"
            "with tarfile.open('far.tgz') as packed:\n    packed.extractall('data', filter='data')"
        ),
        "data/far.csv",
        "far.tgz",
    ),
    "zipfile": (
        "!curl -sO {URL}/far.zip\nimport zipfile\nzipfile.ZipFile('far.zip').extractall('data')",
        "data/inner/far.csv",
        "far.zip",
    ),
    "shutil": (
        "!curl -sO {URL}/far.zip\nimport shutil\nshutil.unpack_archive('far.zip', 'data')",
        "data/inner/far.csv",
        "far.zip",
    ),
    "urlretrieve": (
        "from urllib.request import urlretrieve\nurlretrieve(URL + '/far.zip', 'far.zip')\n!unzip -q far.zip -d data",
        "data/inner/far.csv",
        "far.zip",
    ),
}


@pytest.mark.parametrize("name", PACKED)
def test_what_is_unpacked_comes_from_the_archive_and_that_from_its_address(
    watched: Watched, served: Path, name: str
) -> None:
    cell, path, archive = PACKED[name]
    found = fetched(watched, cell, path)
    assert found[path] == sha("a.csv")
    assert found[archive] == found[f"{os.environ['AT']}/{archive}"] == sha(served / archive)


def test_an_archive_that_is_thrown_away_leaves_its_address(watched: Watched, served: Path) -> None:
    assert served.is_dir()
    found = fetched(watched, "!wget -q {URL}/far.zip && unzip -q far.zip && rm far.zip", "inner/far.csv")
    assert found["inner"] == sha_of_folder("inner")
    assert f"{os.environ['AT']}/far.zip" in found


def test_what_comes_through_a_pipe_is_unpacked_as_well(watched: Watched, served: Path) -> None:
    assert served.is_dir()
    assert set(fetched(watched, "!curl -s {URL}/far.tgz | tar xz", "far.csv")) == {
        "far.csv",
        f"{os.environ['AT']}/far.tgz",
    }


COPIES = {
    "cp": "!cp a.csv got.csv",
    "a folder": "!mkdir in; cp a.csv in; mv in/a.csv got.csv",
    "shutil": "import shutil\nshutil.copy('a.csv', 'got.csv')",
    "gzip": "!gzip -k a.csv && mv a.csv.gz got.csv.gz && gunzip got.csv.gz",
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_comes_from_the_original(watched: Watched, name: str) -> None:
    watched.shell.user_ns["PATH"] = "got.csv"
    watched.run(COPIES[name], FIT)
    found = data_above(watched)
    assert found["got.csv"] == sha("a.csv")
    if name != "gzip":
        assert found["a.csv"] == sha("a.csv")


def test_what_a_filter_lets_through_is_inferred(watched: Watched) -> None:
    watched.run("!cat a.csv b.csv | sort -u > got.csv")
    wrote = watched.only(Verb.WROTE)
    assert {(each.location, each.call) for each in watched.uses} == {
        ("a.csv", "sort"),
        ("b.csv", "sort"),
        ("got.csv", "sort"),
    }
    assert {each.certainty for each in wrote.sources} == {Certainty.INFERRED}


NOTHING = {
    "a server that fails": "!wget -q {URL}/no.csv",
    "a file that stays as it is": "!cp -u a.csv a.csv; curl -sS {URL}/no.csv --fail -o a.csv",
    "a word that is only said": "!echo wget {URL}/far.csv",
    "output alone": "!curl -s {URL}/far.csv",
    "code": "!wget -q {URL}/tool.py",
    "notes": "!cp notes.md more.md",
    "libraries": "import shutil, tempfile\nfrom pathlib import Path\nimport zipimport",
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_did_not_happen_or_is_no_data_is_no_asset(watched: Watched, served: Path, name: str) -> None:
    watched.shell.user_ns["URL"] = os.environ["AT"]
    (served / "tool.py").write_text("print('tool')")
    Path("notes.md").write_text("notes")
    watched.run(NOTHING[name])
    assert watched.uses == []


def test_weights_that_are_fetched_are_a_model(watched: Watched, served: Path) -> None:
    (served / "weights.pt").write_bytes(b"weights")
    watched.shell.user_ns["URL"] = os.environ["AT"]
    watched.run("!wget -q {URL}/weights.pt")
    assert {each.kind for each in watched.uses} == {AssetKind.MODEL}
    assert watched.only(Verb.SAVED).location == "weights.pt"


def test_a_clone_is_named_once_something_in_it_is_read_with_its_revision(watched: Watched, folder: Path) -> None:
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "init.defaultBranch=main")
    there = folder / "elsewhere"
    subprocess.run([*git, "init", "-q", str(there)], check=True)
    shutil.copy("a.csv", there)
    subprocess.run([*git, "add", "."], check=True, cwd=there)
    subprocess.run([*git, "commit", "-qm", "data"], check=True, cwd=there)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, cwd=there, capture_output=True, text=True).stdout
    watched.run(f"!git clone -q file://{there} copy")
    assert watched.uses == []
    watched.shell.user_ns["PATH"] = "copy/a.csv"
    watched.run(FIT)
    graph = graph_of(watched)
    assert set(data_above(watched)) == {"copy/a.csv", "copy", "elsewhere"}
    assert node(graph, "elsewhere").facts["revision"] == commit.strip()


@pytest.mark.parametrize(
    ("line", "how", "origins", "place"),
    [
        ("wget -c https://e.org/d/x.csv?v=1", How.FETCHED, ("https://e.org/d/x.csv?v=1",), ("x.csv?v=1", "x.csv")),
        ("sudo wget -nv -P in https://e.org/x.csv", How.FETCHED, ("https://e.org/x.csv",), ("x.csv", "x.csv")),
        ("U=https://e.org; curl -L $U/x.csv -o y.csv", How.FETCHED, ("https://e.org/x.csv",), "y.csv"),
        ("gdown --id 1aB -O y.csv", How.FETCHED, ("https://drive.google.com/uc?id=1aB",), "y.csv"),
        ("git clone git@github.com:o/r.git", How.CLONED, ("ssh://github.com/o/r.git",), "r"),
        ("git clone --depth 1 https://h.org/o/r.git in", How.CLONED, ("https://h.org/o/r.git",), "in"),
        ("aws s3 cp s3://b/x.csv y.csv", How.FETCHED, ("s3://b/x.csv",), "y.csv"),
        ("gsutil -m cp gs://b/x.csv .", How.FETCHED, ("gs://b/x.csv",), ("x.csv",)),
        ("kaggle datasets download -d o/d -p in", How.FETCHED, ("https://www.kaggle.com/datasets/o/d",), ()),
        (
            "hf download o/m --local-dir m",
            How.FETCHED,
            ("https://huggingface.co/o/m",),
            "m",
        ),
        ("rsync -avz -e ssh me@e.org:/d/x.csv y.csv", How.FETCHED, ("ssh://e.org/d/x.csv",), "y.csv"),
        ("rsync -a e.org::pub/d/ in", How.FETCHED, ("rsync://e.org/pub/d/",), ()),
        ("scp -P 22 box:d/x.csv in/", How.FETCHED, ("ssh://box/~/d/x.csv",), ("x.csv",)),
        ("aria2c -d in -o y.csv https://e.org/x.csv", How.FETCHED, ("https://e.org/x.csv",), ("y.csv",)),
    ],
)
def test_what_a_line_means(tmp_path: Path, line: str, how: How, origins: tuple[str, ...], place: object) -> None:
    [found] = awaited(ran.commands(line), str(tmp_path))
    assert (found.move.how, found.move.origins) == (how, origins)
    assert (os.path.relpath(found.move.to, tmp_path) if found.move.to else found.move.names) == place


@pytest.mark.parametrize("line", ["rsync -a a.csv me@e.org:/d/", "scp a.csv box:", "rsync -a $F e.org:x y"])
def test_what_is_sent_elsewhere_brings_nothing(folder: Path, line: str) -> None:
    assert awaited(ran.commands(line), str(folder)) == []


EITHER = {
    "the first": ("!cp a.csv got.csv || cp b.csv got.csv", {"a.csv"}),
    "the second": ("!cp away.csv got.csv 2>/dev/null || cp b.csv got.csv", {"b.csv"}),
    "a mirror, then a copy": ("!wget -qO got.csv {URL}/away.csv || cp b.csv got.csv", {"b.csv"}),
    "one mirror of two": ("!curl -sfo got.csv {URL}/away.csv || curl -sfo got.csv {URL}/far.csv", {"unknown source"}),
    "twice the same": ("!curl -sfo got.csv {URL}/far.csv || wget -qO got.csv {URL}/far.csv", {"far.csv"}),
    "what was moved": ("!mv away.csv got.csv 2>/dev/null || mv b.csv got.csv", {"unknown source"}),
    "what was not moved": ("!mv a.csv away/ 2>/dev/null && mv a.csv got.csv || mv b.csv got.csv", {"b.csv"}),
    "a filter": ("!grep nothing a.csv > got.csv || head -8 b.csv > got.csv", {"unknown source"}),
    "at the end of a chain": ("!test -d away && cp a.csv got.csv || cp b.csv got.csv", {"b.csv"}),
}


@pytest.mark.parametrize("name", EITHER)
def test_of_two_commands_of_which_one_runs_the_file_tells(watched: Watched, served: Path, name: str) -> None:
    line, names = EITHER[name]
    found = fetched(watched, line, "got.csv")
    assert served.is_dir()
    assert {each.rpartition("/")[2] for each in found} == names | {"got.csv"}


ADDED = {
    "to what was there": ("!cp c.csv got.csv\n!tail -n +2 a.csv >> got.csv", {"a.csv", "c.csv"}),
    "to what nobody made": ("import shutil\n!tail -n +2 b.csv >> c.csv\n!cp c.csv got.csv", {"b.csv", "c.csv"}),
    "to nothing": ("!cat a.csv >> got.csv", {"a.csv"}),
    "in one line": ("!cat a.csv > got.csv; tail -n +2 b.csv >> got.csv", {"a.csv", "b.csv"}),
    "twice": ("!cat a.csv > got.csv\n!tail -n +2 b.csv >> got.csv\n!tail -n +2 c.csv >> got.csv", set("abc")),
}


@pytest.mark.parametrize("name", ADDED)
def test_what_is_added_to_a_file_leaves_what_was_in_it(watched: Watched, served: Path, name: str) -> None:
    cell, names = ADDED[name]
    found = fetched(watched, cell, "got.csv")
    assert served.is_dir()
    assert set(found) == {each if "." in each else f"{each}.csv" for each in names} | {"got.csv"}


def test_ten_thousand_files_that_are_unpacked_are_one(watched: Watched) -> None:
    with zipfile.ZipFile("many.zip", "w") as packed:
        for index in range(300):
            packed.writestr(f"pictures/{index}.png", bytes([index % 256]))
    watched.run("!unzip -q many.zip")
    wrote = watched.only(Verb.WROTE)
    assert wrote.location == "pictures"
    assert watched.digest(wrote).sha256 == sha_of_folder("pictures")


def test_a_process_gives_what_it_gave(watched: Watched) -> None:
    watched.run(
        "import io, subprocess\nran = subprocess.run(['echo', 'wget'], capture_output=True, text=True)\n"
        "said = subprocess.getoutput('echo wget')\n"
        "with subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:\n"
        "    piped, _ = cat.communicate(b'cp')\n"
        "try:\n    subprocess.check_call(['cp', 'nowhere', 'here'], stderr=subprocess.DEVNULL)\n"
        "except subprocess.CalledProcessError as error:\n    code = error.returncode"
    )
    names = watched.shell.user_ns
    assert (names["ran"].stdout, names["said"], names["piped"]) == ("wget\n", "wget", b"cp")
    assert names["code"] == 1
    assert isinstance(names["io"].StringIO(), io.StringIO)
    assert watched.uses == []


def test_a_copy_into_a_folder_does_not_look_at_the_rest_of_it(
    watched: Watched, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "data").mkdir()
    listed: list[str] = []
    scan = os.scandir

    def counted(path: str = ".") -> object:
        listed.append(Path(path).name)
        return scan(path)

    monkeypatch.setattr(os, "scandir", counted)
    watched.run("import shutil\nfor name in ('a.csv', 'b.csv'):\n    shutil.copy(name, 'data')")
    monkeypatch.undo()
    assert "data" not in listed
    os.chdir(folder)
    assert node(graph_of(watched), "data/b.csv").sha256 == sha("data/b.csv")


def test_a_library_that_copies_on_its_own_account_pays_nothing(
    watched: Watched, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "data").mkdir()
    watched.run("import shutil")
    asked: list[object] = []
    stat = os.stat

    def counted(path: str, **options: int | None) -> os.stat_result:
        asked.append(path)
        return stat(path, **options)  # type: ignore[arg-type]

    def copy() -> int:
        asked.clear()
        exec("import shutil\nshutil.copy('a.csv', 'data')", {"__name__": "some_library"})
        return len(asked)

    monkeypatch.setattr(os, "stat", counted)
    with_us = copy()
    watched.capture.stop()
    assert with_us == copy()


def test_a_process_of_the_users_is_not_kept(watched: Watched) -> None:
    watched.run(
        "import subprocess, sys, weakref\n"
        "process = subprocess.Popen(['cp', 'a.csv', 'got.csv'])\nprocess.wait()\n"
        "there = weakref.ref(process)\ndel process\ngone = there() is None",
    )
    assert watched.shell.user_ns["gone"]
    assert node(graph_of(watched), "got.csv").sha256 == sha("a.csv")
