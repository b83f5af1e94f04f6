"""Files and hosts that no row knows: seen, not linked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jupyter_aisec.capture.acts import strays
from jupyter_aisec.capture.net import switch
from jupyter_aisec.model import AssetKind, Verb
from jupyter_aisec.report.lineage import lineage_text
from tests.capture.conftest import Watched
from tests.capture.graph import graph_of, node, sha

LIBRARY = """
import io, os
def load(path):
    with io.open(path, 'rb') as file:
        return file.read()
def descriptor(path):
    opened = os.open(path, os.O_RDONLY)
    os.close(opened)
def write(path):
    with io.open(path, 'wb') as file:
        file.write(b'1')
"""


@pytest.fixture
def library(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "site").mkdir()
    (folder / "site" / "some_reader.py").write_text(LIBRARY)
    monkeypatch.syspath_prepend(folder / "site")
    monkeypatch.delitem(sys.modules, "some_reader", raising=False)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("how", ["load", "descriptor"])
def test_a_file_that_an_unknown_library_reads_is_seen_and_not_linked(watched: Watched, how: str) -> None:
    watched.run(f"import some_reader\nfor _ in range(3):\n    some_reader.{how}('a.csv')")
    use = watched.only(Verb.READ)
    assert (use.location, use.line, use.facts["link"]) == ("a.csv", 3, "seen, not linked")
    graph = graph_of(watched)
    assert node(graph, "a.csv").sha256 == sha("a.csv")
    assert node(graph, "a.csv").documentation is None
    assert "seen, not linked" in lineage_text(graph)


@pytest.mark.usefixtures("library")
def test_what_is_no_data_of_the_users_is_not_seen(
    watched: Watched, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    for each in (other / "settings.json", folder / "notes.md", folder / ".aisec" / "x.json"):
        each.parent.mkdir(exist_ok=True)
        each.write_text("{}")
    watched.shell.user_ns["there"] = str(other / "settings.json")
    watched.run(
        "import json, pandas, some_reader\n"
        "some_reader.load(there)\nsome_reader.load('notes.md')\nsome_reader.load('.aisec/x.json')\n"
        "some_reader.write('new.csv')\nsome_reader.load('new.csv')\nsome_reader.load(json.__file__)"
    )
    assert watched.uses == []


@pytest.mark.usefixtures("library")
def test_what_a_row_knows_is_not_seen_twice(watched: Watched) -> None:
    watched.run(
        "import numpy as np, pandas as pd, some_reader\nframe = pd.read_csv('a.csv')\n"
        "np.loadtxt('b.csv', skiprows=1, delimiter=',')",
        "some_reader.load('a.csv')\nwith open('c.csv') as file:\n    file.read()",
    )
    assert [(each.location, "link" in each.facts) for each in watched.uses] == [("a.csv", False), ("b.csv", False)]


def test_a_host_that_is_asked_for_is_seen(watched: Watched) -> None:
    watched.run(
        "import socket\n"
        "for host in ('localhost', '127.0.0.1', 'nowhere.invalid'):\n"
        "    try:\n        socket.getaddrinfo(host, 80)\n    except OSError:\n        pass"
    )
    use = watched.only(Verb.READ)
    assert (use.kind, use.location, use.facts["link"]) == (AssetKind.SERVICE, "nowhere.invalid", "seen, not linked")


def test_this_machine_and_its_network_are_no_services_of_others(watched: Watched) -> None:
    watched.run(
        "import socket\n"
        "for host in (socket.gethostname(), '10.1.2.3', '192.168.0.7', '172.16.0.1', '172.31.9.9', '169.254.1.1',\n"
        "             'fe80::1', '8.8.8.8', '172.32.0.1', '11.0.0.1'):\n"
        "    try:\n        socket.getaddrinfo(host, 80)\n    except OSError:\n        pass"
    )
    assert [use.location for use in watched.uses] == ["8.8.8.8", "172.32.0.1", "11.0.0.1"]


@pytest.mark.usefixtures("library")
def test_files_that_were_written_long_ago_are_forgotten(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strays, "_MADE", 2)
    watched.run(
        "import some_reader\nfor number in range(3):\n    some_reader.write(f'{number}.csv')",
        "for number in range(3):\n    some_reader.load(f'{number}.csv')",
    )
    assert [use.location for use in watched.uses] == ["0.csv"]


@pytest.mark.usefixtures("library")
def test_nobody_listens_between_cells_and_when_the_capture_is_stopped(watched: Watched) -> None:
    watched.run("import some_reader")
    assert switch().listener is None
    watched.shell.user_ns["some_reader"].load("a.csv")
    watched.capture.stop()
    watched.shell.run_cell("some_reader.load('a.csv')")
    assert watched.uses == []
