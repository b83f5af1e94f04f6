"""Folders whose files a loop reads by the dozen are one asset."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_aisec.model import AssetKind, Verb
from tests.capture.conftest import Watched
from tests.capture.graph import above, graph_of, node, sha, sha_of_folder

LOOP = """
import glob, joblib, numpy as np
from PIL import Image
from sklearn.linear_model import Ridge
rows = []
for path in sorted(glob.glob(WHERE)):
    rows.append(np.asarray(Image.open(path)).ravel())
"""
FIT = "X = np.stack(rows)\njoblib.dump(Ridge().fit(X, X[:, 0]), 'model.joblib')"


@pytest.fixture
def pictures(folder: Path) -> Path:
    from PIL import Image

    for kind in ("cat", "dog"):
        (folder / "pictures" / kind).mkdir(parents=True)
        for index in range(40):
            Image.new("L", (2, 2), index).save(folder / "pictures" / kind / f"{index}.png")
    return folder / "pictures"


@pytest.mark.parametrize(("where", "count"), [("pictures/cat/*.png", 40), ("pictures/*/*.png", 80)])
@pytest.mark.parametrize("cells", [(LOOP, FIT), (LOOP + FIT,)])
def test_many_pictures_that_one_line_reads_are_their_folder(
    watched: Watched, pictures: Path, where: str, count: int, cells: tuple[str, ...]
) -> None:
    watched.shell.user_ns["WHERE"] = where
    watched.run(*cells)
    location = where.partition("/*")[0]
    graph = graph_of(watched)
    assert [each.location for each in graph.nodes if each.kind is AssetKind.DATASET] == [location]
    assert above(graph, "model.joblib")[location] == sha_of_folder(location)
    assert node(graph, location).facts["files"] == count
    assert pictures.is_dir()


def test_a_few_pictures_are_assets_of_their_own(watched: Watched, pictures: Path) -> None:
    watched.shell.user_ns["WHERE"] = "pictures/cat/1*.png"
    watched.run(LOOP, FIT)
    found = above(graph_of(watched), "model.joblib")
    names = [f"pictures/cat/{each.name}" for each in pictures.glob("cat/1*.png")]
    assert {each: found[each] for each in names} == {each: sha(each) for each in names}


def test_pictures_that_lie_about_in_the_project_are_not_the_project(watched: Watched, pictures: Path) -> None:
    for index, each in enumerate(sorted(pictures.rglob("*.png"))):
        each.rename(f"{index}.png")
    watched.shell.user_ns["WHERE"] = "*.png"
    watched.run(LOOP)
    assert {Path(each.location or "").suffix for each in watched.uses} == {".png"}


def test_pictures_are_said_when_their_cell_ends_though_nothing_is_made_of_them(
    watched: Watched, pictures: Path
) -> None:
    watched.run("from PIL import Image\npicture = Image.open('pictures/cat/1.png')\npicture.load()")
    assert watched.only(Verb.READ).location == "pictures/cat/1.png"
    assert watched.digest(watched.only(Verb.READ)).sha256 == sha(pictures / "cat" / "1.png")
