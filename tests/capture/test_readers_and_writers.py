"""Every reader and writer of a row, called for real: the right file, the right digest, the right link."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jupyter_aisec.model import AssetKind, Certainty, Verb
from tests.capture.conftest import Watched

FRAME = "frame = pd.DataFrame({'a': [1, 2], 'b': [3.0, 4.0]})"

ROUND_TRIPS = {
    "pandas csv": ("import pandas as pd", FRAME, "frame.to_csv('f.csv')", "pd.read_csv('f.csv')", "f.csv"),
    "pandas table": (
        "import pandas as pd",
        FRAME,
        "frame.to_csv('f.tsv', sep='\\t')",
        "pd.read_table('f.tsv')",
        "f.tsv",
    ),
    "pandas fwf": ("import pandas as pd", FRAME, "frame.to_csv('f.txt')", "pd.read_fwf('f.txt')", "f.txt"),
    "pandas json": ("import pandas as pd", FRAME, "frame.to_json('f.json')", "pd.read_json('f.json')", "f.json"),
    "pandas excel": ("import pandas as pd", FRAME, "frame.to_excel('f.xlsx')", "pd.read_excel('f.xlsx')", "f.xlsx"),
    "pandas xml": ("import pandas as pd", FRAME, "frame.to_xml('f.xml')", "pd.read_xml('f.xml')", "f.xml"),
    "pandas feather": ("import pandas as pd", FRAME, "frame.to_feather('f.f')", "pd.read_feather('f.f')", "f.f"),
    "pandas parquet": ("import pandas as pd", FRAME, "frame.to_parquet('f.pq')", "pd.read_parquet('f.pq')", "f.pq"),
    "pandas orc": ("import pandas as pd", FRAME, "frame.to_orc('f.orc')", "pd.read_orc('f.orc')", "f.orc"),
    "pandas stata": ("import pandas as pd", FRAME, "frame.to_stata('f.dta')", "pd.read_stata('f.dta')", "f.dta"),
    "pandas pickle": ("import pandas as pd", FRAME, "frame.to_pickle('f.pkl')", "pd.read_pickle('f.pkl')", "f.pkl"),
    "series csv": ("import pandas as pd", FRAME, "frame['a'].to_csv('s.csv')", "pd.read_csv('s.csv')", "s.csv"),
    "numpy npy": ("import numpy as np", "a = np.arange(6)", "np.save('a', a)", "np.load('a.npy')", "a.npy"),
    "numpy npz": ("import numpy as np", "a = np.arange(6)", "np.savez('a', x=a)", "np.load('a.npz')['x']", "a.npz"),
    "numpy text": ("import numpy as np", "a = np.arange(6)", "np.savetxt('a.txt', a)", "np.loadtxt('a.txt')", "a.txt"),
    "numpy gen": (
        "import numpy as np",
        "a = np.arange(6)",
        "np.savetxt('g.txt', a)",
        "np.genfromtxt('g.txt')",
        "g.txt",
    ),
    "polars csv": (
        "import polars as pl",
        "f = pl.DataFrame({'a': [1]})",
        "f.write_csv('p.csv')",
        "pl.read_csv('p.csv')",
        "p.csv",
    ),
    "polars scan": (
        "import polars as pl",
        "f = pl.DataFrame({'a': [1]})",
        "f.write_parquet('p.pq')",
        "pl.scan_parquet('p.pq')",
        "p.pq",
    ),
    "polars sink": (
        "import polars as pl",
        "f = pl.LazyFrame({'a': [1]})",
        "f.sink_parquet('s.pq')",
        "pl.read_parquet('s.pq')",
        "s.pq",
    ),
    "polars ipc": (
        "import polars as pl",
        "f = pl.DataFrame({'a': [1]})",
        "f.write_ipc('p.ipc')",
        "pl.read_ipc('p.ipc')",
        "p.ipc",
    ),
    "polars json": (
        "import polars as pl",
        "f = pl.DataFrame({'a': [1]})",
        "f.write_ndjson('p.nd')",
        "pl.read_ndjson('p.nd')",
        "p.nd",
    ),
    "pyarrow parquet": (
        "import pyarrow as pa, pyarrow.parquet as pq",
        "t = pa.table({'a': [1]})",
        "pq.write_table(t, 't.pq')",
        "pq.read_table('t.pq')",
        "t.pq",
    ),
    "pyarrow csv": (
        "import pyarrow as pa\nfrom pyarrow import csv",
        "t = pa.table({'a': [1]})",
        "csv.write_csv(t, 't.csv')",
        "csv.read_csv('t.csv')",
        "t.csv",
    ),
    "pyarrow feather": (
        "import pyarrow as pa\nfrom pyarrow import feather",
        "t = pa.table({'a': [1]})",
        "feather.write_feather(t, 't.f')",
        "feather.read_table('t.f')",
        "t.f",
    ),
    "pyarrow orc": (
        "import pyarrow as pa\nfrom pyarrow import orc",
        "t = pa.table({'a': [1]})",
        "orc.write_table(t, 't.orc')",
        "orc.read_table('t.orc')",
        "t.orc",
    ),
    "joblib": ("import joblib", "v = {'a': [1]}", "joblib.dump(v, 'v.joblib')", "joblib.load('v.joblib')", "v.joblib"),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_what_is_written_and_read_back_is_the_same_bytes(watched: Watched, name: str) -> None:
    imports, make, write, read, file = ROUND_TRIPS[name]
    watched.run(imports, make, write, f"back = {read}")
    wrote, came = watched.only(Verb.WROTE), watched.only(Verb.READ)
    expected = hashlib.sha256(Path(file).read_bytes()).hexdigest()
    for use in (wrote, came):
        assert use.location == file
        assert use.name == file
        assert use.kind is AssetKind.DATASET
        assert watched.digest(use).sha256 == expected
        assert watched.digest(use).size == Path(file).stat().st_size


BUNDLED = ["load_breast_cancer", "load_diabetes", "load_digits", "load_iris", "load_linnerud", "load_wine"]


@pytest.mark.parametrize("loader", BUNDLED)
def test_a_bundled_data_set_has_the_bytes_of_the_files_in_the_package(watched: Watched, loader: str) -> None:
    watched.run(f"from sklearn.datasets import {loader}", f"X, y = {loader}(return_X_y=True)")
    use = watched.only(Verb.READ)
    assert use.location == f"sklearn.datasets.{loader}"
    assert use.name == f"sklearn/{loader.removeprefix('load_')}"
    assert use.files
    assert watched.digest(use).sha256 is not None


def test_a_fetched_data_set_has_the_bytes_of_the_librarys_own_cache(watched: Watched, folder: Path) -> None:
    watched.run(
        "import joblib, numpy as np\n"
        "joblib.dump(np.ones((20640, 9)), 'cal_housing_py3.pkz', compress=6)\n"
        "from sklearn.datasets import fetch_california_housing",
        f"data = fetch_california_housing(data_home={str(folder)!r}, download_if_missing=False)",
    )
    use = next(each for each in watched.uses if each.verb is Verb.READ)
    assert use.location == "sklearn.datasets.fetch_california_housing"
    assert watched.digest(use).sha256 == hashlib.sha256(Path("cal_housing_py3.pkz").read_bytes()).hexdigest()


def test_a_folder_has_the_digest_of_its_manifest(watched: Watched) -> None:
    watched.run(
        "import pyarrow as pa, pyarrow.parquet as pq\n"
        "pq.write_to_dataset(pa.table({'k': ['a', 'b'], 'v': [1, 2]}), 'parts', partition_cols=['k'])",
        "import pandas as pd\nframe = pd.read_parquet('parts')",
    )
    use = watched.only(Verb.READ)
    lines = sorted(
        (path.relative_to("parts").as_posix(), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in Path("parts").rglob("*.parquet")
    )
    manifest = "".join(f"{sha}  {name}\n" for name, sha in lines)
    assert watched.digest(use).sha256 == hashlib.sha256(manifest.encode()).hexdigest()


def test_several_files_of_a_pattern_are_one_asset_of_all_their_bytes(watched: Watched) -> None:
    watched.run("import polars as pl\nframe = pl.scan_csv('*.csv').collect()")
    use = watched.only(Verb.READ)
    assert [Path(each.path).name for each in use.files] == ["a.csv", "b.csv", "c.csv"]


def test_an_open_file_is_known_by_its_name(watched: Watched) -> None:
    watched.run("import pandas as pd\nwith open('a.csv') as file:\n    frame = pd.read_csv(file)")
    assert watched.only(Verb.READ).location == "a.csv"


def test_what_is_read_from_memory_says_so(watched: Watched) -> None:
    watched.run("import io, pandas as pd\nframe = pd.read_csv(io.StringIO('a,b\\n1,2\\n'))")
    use = watched.only(Verb.READ)
    assert use.location is None
    assert use.problem is not None
    assert "memory" in use.problem


def test_text_that_a_writer_gives_back_is_no_file(watched: Watched) -> None:
    watched.run("import pandas as pd\ntext = pd.DataFrame({'a': [1]}).to_csv()")
    assert watched.uses == []


def test_a_pickle_is_hashed_when_its_file_is_closed(watched: Watched) -> None:
    watched.run(
        "import pickle\nfrom sklearn.linear_model import LogisticRegression",
        "with open('m.pkl', 'wb') as file:\n    pickle.dump(LogisticRegression(), file)",
        "with open('m.pkl', 'rb') as file:\n    model = pickle.load(file)",
    )
    expected = hashlib.sha256(Path("m.pkl").read_bytes()).hexdigest()
    saved, loaded = watched.only(Verb.SAVED), watched.only(Verb.LOADED)
    assert saved.kind is loaded.kind is AssetKind.MODEL
    assert watched.digest(saved).sha256 == watched.digest(loaded).sha256 == expected


def test_a_file_that_changed_before_it_was_hashed_has_no_digest(watched: Watched) -> None:
    # The hasher is kept busy, so that the cell after the read is faster than it.
    Path("big.bin").write_bytes(b"0" * (1 << 28))
    watched.run("import numpy as np\nbig = np.fromfile('big.bin', dtype='u1')", "import pandas as pd")
    watched.run("frame = pd.read_csv('a.csv')", "frame.head(3).to_csv('a.csv')")
    read = next(each for each in watched.uses if each.call == "pandas.read_csv")
    assert watched.digest(read).sha256 is None
    assert watched.digest(read).problem == "the file changed before it was hashed"


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://me:secret@example.org/d.csv", "https://example.org/d.csv"),
        ("https://example.org/d.csv?sig=abc&v=2", "https://example.org/d.csv?sig=***&v=2"),
    ],
)
def test_a_location_holds_no_credentials(url: str, location: str) -> None:
    from jupyter_aisec.capture.locate import locate

    assert locate(url, Path("/p")).location == location


def test_a_link_from_the_frame_itself_is_observed(watched: Watched) -> None:
    watched.run("import pandas as pd", "pd.read_csv('a.csv').to_csv('copy.csv')", "pd.read_csv('copy.csv')")
    wrote = watched.only(Verb.WROTE)
    assert [source.certainty for source in wrote.sources] == [Certainty.OBSERVED]
    assert watched.went_into(wrote) == {"a.csv"}
