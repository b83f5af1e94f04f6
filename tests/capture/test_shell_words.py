"""Words of shell lines that are taken for what they are: addresses, files, values of options, and those not known."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from jupyter_aisec.analysis import ran
from jupyter_aisec.capture.shell.move import How
from jupyter_aisec.capture.shell.moves import arrivals, awaited

TOKEN = ".".join(("eyJ" + "hbGciOi", "eyJ" + "zdWIiOi", "c2ln"))
FAR = "https://api.e.org/x.csv"


@pytest.mark.parametrize(
    ("line", "origins"),
    [
        (f"curl --oauth2-bearer {TOKEN} -o data.json {FAR}", (FAR,)),
        (f"curl --option-of-tomorrow {TOKEN} -o data.json {FAR}", (FAR,)),
        (f"curl --option-of-tomorrow {TOKEN} -o data.json api.e.org/x.csv", ("http://api.e.org/x.csv",)),
        (f"curl $OPTIONS {TOKEN} -sSL api.e.org/x.csv -o data.json", ("http://api.e.org/x.csv",)),
        ("curl --cookie-jar cookies.txt --limit-rate 1.5M --url api.e.org/x.csv -o y", ("http://api.e.org/x.csv",)),
        (f"curl -XGET {FAR} -o data.json", (FAR,)),
        (f"curl -sXGET {FAR} -sSLo data.json", (FAR,)),
        (f"curl -sSLo data.json -X GET {FAR}", (FAR,)),
        (f"wget --http-password {TOKEN} --save-cookies c.txt -q api.e.org/x.csv", ("http://api.e.org/x.csv",)),
        (f"wget --no-cookies --http-password {TOKEN} {FAR}", (FAR,)),
        (f"aria2c --http-passwd {TOKEN} {FAR}", (FAR,)),
        (f"gdown --proxy http://me:{TOKEN}@e.org 1aB", ("https://drive.google.com/uc?id=1aB",)),
        ("huggingface-cli download --local-dir-use-symlinks False o/m --local-dir m", ("https://huggingface.co/o/m",)),
        ("aws s3 cp s3://b/x.csv y.csv --endpoint-url https://e.org", ("s3://b/x.csv",)),
    ],
)
def test_the_value_of_an_option_is_no_address(tmp_path: Path, line: str, origins: tuple[str, ...]) -> None:
    assert [each.move.origins for each in awaited(ran.commands(line), str(tmp_path))] == [origins]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with two tables, an archive of both, and a folder of the same elsewhere."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"{name}\n1\n2\n")
    far = tmp_path / "far"
    far.mkdir()
    with zipfile.ZipFile(far / "data.zip", "w") as packed:
        packed.writestr("inner.csv", "x\n1\n")
    return tmp_path


Came = dict[str, tuple[How, tuple[str, ...]]]


def came(line: str, here: Path) -> Came:
    """What arrives when the line runs: by path, how it came and from what."""
    expected = awaited(ran.commands(line), str(here))
    subprocess.run(["bash", "-c", line], cwd=here, check=False, capture_output=True)
    found: Came = {}
    for each in arrivals(expected):
        origins = tuple(one if "://" in one else os.path.relpath(one, here) for one in each.move.origins)
        for path in each.paths:
            assert path not in found
            found[os.path.relpath(path, here)] = (each.move.how, origins)
    return found


def test_what_one_line_fetches_and_unpacks_is_told_apart(here: Path) -> None:
    far = f"file://{here}/far/data.zip"
    assert came(f"curl -sO {far} && unzip -q data.zip", here) == {
        "data.zip": (How.FETCHED, (far,)),
        "inner.csv": (How.UNPACKED, ("data.zip",)),
    }


@pytest.mark.parametrize(
    "line",
    [
        "for f in *.tgz; do tar xzf $f -C data; done",
        "tar -xzf $f",
        "tar xzf a.tgz -C $d",
        "unzip $f train.csv -d out",
        "unzip a.zip -d $d",
        "7z x $f b.7z",
        "huggingface-cli download $r config.json --local-dir m",
        "kaggle datasets download $d other",
        "gdown $i other",
        "gdown 1aB -O $o",
        "git clone $r in",
        "git clone https://e.org/r.git $d",
        "aws s3 cp s3://b/x.csv s3://b/y.csv $d",
        "cp a.csv $d",
        "cat a.csv > $o",
        "cd $d && unzip a.zip",
        "cd - && unzip a.zip",
    ],
)
def test_of_words_behind_one_that_is_not_known_nothing_is_said(here: Path, line: str) -> None:
    assert awaited(ran.commands(line), str(here)) == []


def test_what_is_written_meanwhile_was_not_unpacked(here: Path) -> None:
    for each in ("mlflow.db", "notebook.ipynb"):
        (here / each).write_text("before")
    meanwhile = "echo now | tee mlflow.db mlflow.db-wal notebook.ipynb && mkdir mlruns"
    assert came(f"unzip -q far/data.zip && {meanwhile}", here) == {
        "inner.csv": (How.UNPACKED, (os.path.join("far", "data.zip"),))  # noqa: PTH118 - a word
    }


@pytest.mark.parametrize("place", [".", "models"])
def test_a_model_that_is_put_beside_others_is_not_all_of_them(here: Path, place: str) -> None:
    (here / "models").mkdir()
    [found] = awaited(ran.commands(f"hf download o/b --local-dir {place}"), str(here))
    assert (found.move.to, found.move.into) == (None, str((here / place).resolve()))


def test_what_is_cut_of_what_is_fetched_is_not_the_whole(here: Path) -> None:
    far = f"file://{here}/a.csv"
    assert came(f"curl -s {far} | head -1 > s.csv; curl -s {far} > all.csv", here) == {
        "s.csv": (How.MADE, (far,)),
        "all.csv": (How.FETCHED, (far,)),
    }
