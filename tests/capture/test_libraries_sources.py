"""Where data came from before it was a file: the network, the hub, a database."""

from __future__ import annotations

import http.server
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.databases import asked
from jupyter_aisec.knowledge import api
from jupyter_aisec.model import Verb
from tests.capture.conftest import Watched
from tests.capture.graph import above, graph_of, node, sha

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

FIT = """
import joblib
from sklearn.linear_model import Ridge
joblib.dump(Ridge().fit(frame[['x']], frame['y']), 'model.joblib')
"""
COMMIT = "0123456789abcdef" * 2 + "01234567"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: _Quiet(*given, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


DOWNLOADS = {
    "urlretrieve": "from urllib.request import urlretrieve\nurlretrieve(URL, 'got.csv')",
    "urlretrieve, by what it gives": (
        "import urllib.request\npath, _ = urllib.request.urlretrieve(URL, filename='got.csv')\nassert path == 'got.csv'"
    ),
    "urlopen": (
        "from urllib.request import urlopen\n"
        "with urlopen(URL) as answer, open('got.csv', 'wb') as f:\n    f.write(answer.read())"
    ),
    "urlopen, copied": (
        "import shutil, urllib.request\nwith urllib.request.urlopen(URL) as answer:\n"
        "    with open('got.csv', 'wb') as f:\n        shutil.copyfileobj(answer, f)"
    ),
    "requests": (
        "import requests\nanswer = requests.get(URL)\nwith open('got.csv', 'wb') as f:\n    f.write(answer.content)"
    ),
    "requests, in pieces": (
        "import requests\n"
        "with requests.get(URL, stream=True) as answer, open('got.csv', 'wb') as f:\n"
        "    for chunk in answer.iter_content(64):\n        f.write(chunk)"
    ),
    "requests, in one line": "import requests\nopen('got.csv', 'wb').write(requests.get(URL).content)",
    "requests, to a path": (
        "import requests\nfrom pathlib import Path\nPath('got.csv').write_bytes(requests.get(URL).content)"
    ),
    "a session": (
        "import requests\nwith requests.Session() as session:\n    text = session.get(URL).text\n"
        "with open('got.csv', 'w') as f:\n    f.write(text)"
    ),
    "a function": (
        "import requests\ndef fetch(url, path):\n    answer = requests.get(url)\n"
        "    answer.raise_for_status()\n    with open(path, 'wb') as f:\n"
        "        f.write(answer.content)\nfetch(URL, 'got.csv')"
    ),
    "gdown": "import gdown\ngdown.download(URL, 'got.csv', quiet=True)",
    "httpx": "import httpx\nwith open('got.csv', 'wb') as f:\n    f.write(httpx.get(URL).content)",
}


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_file_that_was_downloaded_and_read_later_comes_from_its_address(
    watched: Watched, url: str, name: str
) -> None:
    watched.shell.user_ns["URL"] = f"{url}/a.csv"
    watched.run(DOWNLOADS[name], "import pandas as pd\nframe = pd.read_csv('got.csv')", FIT)
    found = above(graph_of(watched), "model.joblib")
    assert found["got.csv"] == sha("got.csv") == sha("a.csv")
    assert f"{url}/a.csv" in found
    assert not [each for each in found if "unknown" in each], found


@pytest.mark.parametrize("how", ["requests.get(URL)", "requests.Session().get(URL)"])
def test_what_was_asked_of_a_service_has_the_digest_of_the_answer(watched: Watched, url: str, how: str) -> None:
    watched.shell.user_ns["URL"] = f"{url}/a.csv"
    watched.run(
        f"import io, requests, pandas as pd\nanswer = {how}\nframe = pd.read_csv(io.StringIO(answer.text))", FIT
    )
    assert above(graph_of(watched), "model.joblib")[f"{url}/a.csv"] == sha("a.csv")


def test_an_answer_of_which_nothing_is_made_is_no_asset(watched: Watched, url: str) -> None:
    watched.shell.user_ns["URL"] = f"{url}/a.csv"
    watched.run(
        "import requests\nanswer = requests.get(URL)\nprint(answer.status_code)\nmissing = requests.get(URL + 'x')"
    )
    assert watched.uses == []


def test_an_address_is_kept_without_its_secrets(watched: Watched, url: str) -> None:
    watched.shell.user_ns["URL"] = f"{url}/a.csv?token=" + "s3cret" * 3
    watched.run("from urllib.request import urlretrieve\nurlretrieve(URL, 'got.csv')")
    assert [use.location for use in watched.uses] == [f"{url}/a.csv?token=***", "got.csv"]


@pytest.fixture
def hub(folder: Path) -> Path:
    """A cache as huggingface_hub makes it, with one file of one commit of a data set."""
    repository = folder / "hub" / "datasets--org--data"
    blob = repository / "blobs" / "b"
    blob.parent.mkdir(parents=True)
    blob.write_bytes((folder / "a.csv").read_bytes())
    file = repository / "snapshots" / COMMIT / "train.csv"
    file.parent.mkdir(parents=True)
    file.symlink_to(blob)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(COMMIT)
    return folder / "hub"


@pytest.mark.parametrize(
    ("fetch", "location"),
    [
        (
            ("from huggingface_hub import hf_hub_download\npath = hf_hub_download('org/data', 'train.csv', **OF_HUB)"),
            f"https://huggingface.co/datasets/org/data/resolve/{COMMIT}/train.csv",
        ),
        (
            (
                "import huggingface_hub, os\n"
                "folder = huggingface_hub.snapshot_download(repo_id='org/data', **OF_HUB)\n"
                "path = os.path.join(folder, 'train.csv')"
            ),
            f"https://huggingface.co/datasets/org/data/tree/{COMMIT}",
        ),
    ],
)
def test_a_file_of_the_hub_keeps_its_commit(watched: Watched, hub: Path, fetch: str, location: str) -> None:
    assert hub.is_dir()
    watched.shell.user_ns["OF_HUB"] = {"repo_type": "dataset", "cache_dir": "hub", "local_files_only": True}
    watched.run(fetch, "import pandas as pd\nframe = pd.read_csv(path)", FIT)
    graph = graph_of(watched)
    assert location in above(graph, "model.joblib")
    assert node(graph, location).facts["revision"] == COMMIT
    assert node(graph, location).sha256 is not None


@pytest.fixture
def database(folder: Path) -> Path:
    path = folder / "d.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (x int, y int)")
        connection.executemany("insert into t values (?, ?)", [(each, each % 2) for each in range(20)])
    connection.close()
    return path


QUERIES = {
    "sqlite3": "import sqlite3\ncon = sqlite3.connect('d.db')\nframe = pd.read_sql('select * from t', con)",
    "sqlite3, by a cursor": (
        "import sqlite3\ncon = sqlite3.connect('d.db')\n"
        "rows = con.cursor().execute('select * from t').fetchall()\n"
        "frame = pd.DataFrame(rows, columns=['x', 'y'])"
    ),
    "sqlite3, in a function": (
        "import sqlite3\ndef load(path):\n    con = sqlite3.connect(path)\n"
        "    return pd.read_sql_query('select * from t', con)\nframe = load('d.db')"
    ),
    "an engine": (
        "import sqlalchemy\nengine = sqlalchemy.create_engine('sqlite:///d.db')\n"
        "frame = pd.read_sql(sqlalchemy.text('select * from t'), engine)"
    ),
    "a connection": (
        "import sqlalchemy\nwith sqlalchemy.create_engine('sqlite:///d.db').connect() as con:\n"
        "    frame = pd.read_sql_table('t', con)"
    ),
    "an address": "frame = pd.read_sql('select * from t', 'sqlite:///d.db')",
    "polars": (
        "import polars as pl, sqlite3\ncon = sqlite3.connect('d.db')\n"
        "frame = pl.read_database('select * from t', con).to_pandas()"
    ),
    "datasets": (
        "from datasets import Dataset\nframe = Dataset.from_sql('select * from t', 'sqlite:///d.db').to_pandas()"
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_what_a_database_gives_comes_from_its_file(
    watched: Watched, database: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", database.parent / "cache")
    watched.run("import pandas as pd", QUERIES[name], FIT)
    found = above(graph_of(watched), "model.joblib")
    assert found.get("d.db") == sha("d.db"), found
    reads = [use for use in watched.uses if use.call.endswith(("read_sql", "read_sql_query", "read_sql_table"))]
    assert all(len(str(use.facts["query_sha256"])) == 64 for use in reads)


MEMORY = {
    "sqlite3": (
        "import sqlite3\ncon = sqlite3.connect(':memory:')\nframe.to_sql('t', con)",
        "pd.read_sql('select * from t', con)",
    ),
    "by name, and a cursor": (
        "import sqlite3\ncon = sqlite3.connect(':memory:')\nframe.to_sql(name='t', con=con)",
        "pd.DataFrame(con.cursor().execute('select x, y from t').fetchall(), columns=['x', 'y'])",
    ),
    "SQLAlchemy": (
        "import sqlalchemy\ncon = sqlalchemy.create_engine('sqlite://')\nframe.to_sql('t', con)",
        "pd.read_sql_table('t', con)",
    ),
}


@pytest.mark.parametrize("name", MEMORY)
def test_a_database_in_memory_gives_what_was_put_into_it(watched: Watched, name: str) -> None:
    put, get = MEMORY[name]
    watched.run("import pandas as pd\nframe = pd.read_csv('a.csv')", put, f"frame = {get}", FIT)
    assert "a.csv" in above(graph_of(watched), "model.joblib")


MEMBERS = {
    "open": "with zipfile.ZipFile('p.zip') as packed:\n    with packed.open('in.csv') as file:\n"
    "        frame = pd.read_csv(file)",
    "without a name": "frame = pd.read_csv(zipfile.ZipFile('p.zip').open('in.csv'))",
    "read": "frame = pd.read_csv(io.BytesIO(zipfile.ZipFile('p.zip').read('in.csv')))",
    "extract": "zipfile.ZipFile('p.zip').extract('in.csv', 'out')\nframe = pd.read_csv('out/in.csv')",
    "by pandas": "frame = pd.read_csv('p.zip')",
}


@pytest.mark.parametrize("name", MEMBERS)
def test_what_a_member_of_an_archive_gives_comes_from_the_archive(watched: Watched, name: str) -> None:
    with zipfile.ZipFile("p.zip", "w") as packed:
        packed.write("a.csv", "in.csv")
    # Of another file, which has the name of the member, nothing is read.
    Path("in.csv").write_text("x,y\n1,1\n2,0\n")
    watched.run("import io, zipfile\nimport pandas as pd", MEMBERS[name], FIT)
    found = above(graph_of(watched), "model.joblib")
    assert found["p.zip"] == sha("p.zip")
    assert "in.csv" not in found


def test_a_member_that_is_written_is_written_into_its_archive(watched: Watched) -> None:
    watched.run(
        "import zipfile\nimport pandas as pd\nframe = pd.read_csv('a.csv')",
        "with zipfile.ZipFile('p.zip', 'w') as packed:\n    with packed.open('in.csv', 'w') as file:\n"
        "        frame.to_csv(file)",
    )
    wrote = watched.only(Verb.WROTE)
    assert wrote.location == "p.zip"
    assert watched.went_into(wrote) == {"a.csv"}


def test_a_table_that_is_written_is_its_database(watched: Watched) -> None:
    watched.run(
        "import pandas as pd, sqlalchemy\nframe = pd.read_csv('a.csv')\n"
        "frame.to_sql('t', sqlalchemy.create_engine('sqlite:///o.db'))"
    )
    wrote = watched.only(Verb.WROTE)
    assert wrote.location == "o.db"
    assert watched.went_into(wrote) == {"a.csv"}
    assert watched.digest(wrote).sha256 == sha("o.db")


def test_a_server_is_named_without_user_and_password_and_each_query_is_data_of_its_own() -> None:
    row = api("pandas.read_sql")
    assert row is not None
    word = "hun" + "ter2"
    address = f"postgresql+psycopg://me:{word}@db.example.org:5433/sales"
    one, other = (
        asked(Call(row, ("sql", "con"), (query, address), {})) for query in ("select 1", sqlalchemy.text("select 2"))
    )
    assert str(one.at).startswith("postgresql://db.example.org:5433/sales?query=")
    assert one.at != other.at
    assert word not in repr(one)
    assert "me" not in str(one.at).partition("?")[0].partition("@")[0].split("/")[2]
