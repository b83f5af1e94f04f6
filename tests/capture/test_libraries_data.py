"""Data of every library that has rows: a file is read, a model is fitted on it and saved, and the model leads back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import fsspec
import h5py
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet
import pytest
import scipy.io
import scipy.io.wavfile
import scipy.sparse
import zarr
from datasets import Dataset
from PIL import Image

from jupyter_aisec.model import Certainty, Verb
from tests.capture.conftest import Watched
from tests.capture.graph import above, graph_of, sha, sha_of_folder

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

FRAME = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [0.5, 0.25, 1.0]})
ARRAY = FRAME.to_numpy()

FIT = """
import joblib, numpy as np
from sklearn.linear_model import LinearRegression
X = np.asarray(X)
model = LinearRegression().fit(X, X[:, 0])
joblib.dump(model, 'model.joblib')
"""


def in_h5(path: str) -> None:
    with h5py.File(path, "w") as file:
        file["x"] = ARRAY


def in_netcdf(path: str) -> None:
    with scipy.io.netcdf_file(path, "w") as file:
        file.createDimension("n", 3)
        file.createVariable("v", "d", ("n",))[:] = ARRAY[:, 0]


def in_folder(path: str) -> None:
    pyarrow.dataset.write_dataset(pa.Table.from_pandas(FRAME), path, format="parquet")


def as_database(path: str) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("create table t as select 1.0 a, 2.0 b union all select 3.0, 5.0")


def csv(path: str) -> None:
    FRAME.to_csv(path, index=False)


def parquet(path: str) -> None:
    FRAME.to_parquet(path)


def wav(path: str) -> None:
    scipy.io.wavfile.write(path, 8000, np.arange(40, dtype="int16"))


READ: dict[str, tuple[str, Callable[[str], object], str]] = {
    "duckdb read_csv": ("d.csv", csv, "import duckdb\nX = duckdb.read_csv('d.csv').df()"),
    "duckdb read_parquet": ("d.pq", parquet, "import duckdb\nX = duckdb.read_parquet('d.pq').df()"),
    "duckdb sql over a file": ("d.csv", csv, "import duckdb\nX = duckdb.sql(\"select a, b from 'd.csv'\").df()"),
    "duckdb sql with a reader": (
        "d.pq",
        parquet,
        (
            "import duckdb\nrelation = duckdb.sql(\"select * from read_parquet('d.pq') where a > 0\")\n"
            "X = relation.fetchdf()"
        ),
    ),
    "duckdb of a connection": (
        "d.csv",
        csv,
        "import duckdb\ncon = duckdb.connect()\nX = con.sql(\"select * from 'd.csv'\").df()",
    ),
    "duckdb of a table that was made": (
        "d.csv",
        csv,
        (
            "import duckdb\ncon = duckdb.connect()\ncon.sql(\"create table t as from 'd.csv'\")\n"
            "X = con.sql('select * from t').df()"
        ),
    ),
    "duckdb of a database": (
        "d.duckdb",
        as_database,
        (
            "import duckdb\ncon = duckdb.connect('d.duckdb', read_only=True)\n"
            "X = con.sql('select * from t').df()\ncon.close()"
        ),
    ),
    "duckdb of a variable": (
        "d.csv",
        csv,
        "import duckdb, pandas as pd\nframe = pd.read_csv('d.csv')\nX = duckdb.sql('select a, b from frame').df()",
    ),
    "h5py": ("d.h5", in_h5, "import h5py\nwith h5py.File('d.h5', 'r') as f:\n    X = f['x'][:]"),
    "h5py with no mode": ("d.h5", in_h5, "import h5py\nf = h5py.File('d.h5')\nX = f['x'][()]\nf.close()"),
    "h5py in a function": (
        "d.h5",
        in_h5,
        "import h5py\ndef load(path):\n    with h5py.File(path) as f:\n        return f['x'][:]\nX = load('d.h5')",
    ),
    "pandas store": (
        "d.xlsx",
        lambda path: FRAME.to_excel(path, index=False),
        "import pandas as pd\nbook = pd.ExcelFile('d.xlsx')\nX = pd.read_excel(book)",
    ),
    "zarr open": (
        "d.zarr",
        lambda path: zarr.save(path, ARRAY),
        "import zarr\nz = zarr.open('d.zarr', mode='r')\nX = z[:]",
    ),
    "zarr load": ("d.zarr", lambda path: zarr.save(path, ARRAY), "import zarr\nX = zarr.load('d.zarr')"),
    "zarr array": (
        "d.zarr",
        lambda path: zarr.save(path, ARRAY),
        "import zarr\nX = zarr.open_array('d.zarr', mode='r')[:]",
    ),
    "scipy mat": (
        "d.mat",
        lambda path: scipy.io.savemat(path, {"x": ARRAY}),
        "import scipy.io\nX = scipy.io.loadmat('d')['x']",
    ),
    "scipy market": (
        "d.mtx",
        lambda path: scipy.io.mmwrite(path, ARRAY),
        "from scipy.io import mmread\nX = mmread('d.mtx')",
    ),
    "scipy sparse": (
        "d.npz",
        lambda path: scipy.sparse.save_npz(path, scipy.sparse.csr_array(ARRAY)),
        "from scipy import sparse\nX = sparse.load_npz('d.npz').toarray()",
    ),
    "scipy wav": (
        "d.wav",
        wav,
        "from scipy.io import wavfile\nrate, data = wavfile.read('d.wav')\nX = data.reshape(-1, 2)",
    ),
    "scipy netcdf": (
        "d.nc",
        in_netcdf,
        (
            "from scipy.io import netcdf_file\nwith netcdf_file('d.nc', mmap=False) as f:\n"
            "    X = f.variables['v'][:].copy().reshape(-1, 1)"
        ),
    ),
    "soundfile": ("d.wav", wav, "import soundfile as sf\ndata, rate = sf.read('d.wav')\nX = data.reshape(-1, 2)"),
    "soundfile object": (
        "d.wav",
        wav,
        "import soundfile as sf\nwith sf.SoundFile('d.wav') as f:\n    X = f.read().reshape(-1, 2)",
    ),
    "pillow": (
        "d.png",
        lambda path: Image.fromarray(np.arange(16, dtype="uint8").reshape(4, 4)).save(path),
        "import numpy as np\nfrom PIL import Image\nX = np.array(Image.open('d.png'))",
    ),
    "imageio": (
        "d.png",
        lambda path: Image.fromarray(np.arange(16, dtype="uint8").reshape(4, 4)).save(path),
        "import imageio.v3 as iio\nX = iio.imread('d.png')",
    ),
    "imageio, as it was": (
        "d.png",
        lambda path: Image.fromarray(np.arange(16, dtype="uint8").reshape(4, 4)).save(path),
        "import imageio.v2 as imageio\nX = imageio.imread('d.png')",
    ),
    "pyarrow parquet file": (
        "d.pq",
        parquet,
        "import pyarrow.parquet as pq\nX = pq.ParquetFile('d.pq').read().to_pandas()",
    ),
    "pyarrow feather": (
        "d.feather",
        lambda path: pyarrow.feather.write_feather(FRAME, path),
        "import pyarrow.feather as feather\nX = feather.read_feather('d.feather')",
    ),
    "pyarrow csv": ("d.csv", csv, "from pyarrow import csv\nX = csv.read_csv('d.csv').to_pandas()"),
    "pyarrow dataset": (
        "parts",
        in_folder,
        "import pyarrow.dataset as ds\nX = ds.dataset('parts', format='parquet').to_table().to_pandas()",
    ),
    "polars lazy": (
        "d.csv",
        csv,
        "import polars as pl\nlazy = pl.scan_csv('d.csv')\nX = lazy.select('a', 'b').collect()",
    ),
    "polars lazy parquet": (
        "d.pq",
        parquet,
        "import polars as pl\nX = pl.scan_parquet('d.pq').filter(pl.col('a') > 0).collect().to_numpy()",
    ),
    "polars lazy ipc": (
        "d.ipc",
        lambda path: pl.DataFrame(FRAME).write_ipc(path),
        "import polars as pl\nX = pl.scan_ipc('d.ipc').collect()",
    ),
    "polars lazy json": (
        "d.ndjson",
        lambda path: pl.DataFrame(FRAME).write_ndjson(path),
        "import polars as pl\nX = pl.scan_ndjson('d.ndjson').collect()",
    ),
    "datasets csv": (
        "d.csv",
        csv,
        "from datasets import load_dataset\nX = load_dataset('csv', data_files='d.csv', split='train').to_pandas()",
    ),
    "datasets parquet": (
        "d.pq",
        parquet,
        (
            "from datasets import load_dataset\n"
            "data = load_dataset('parquet', data_files={'train': ['d.pq']})\n"
            "X = data['train'].to_pandas()"
        ),
    ),
    "datasets from_csv": ("d.csv", csv, "from datasets import Dataset\nX = Dataset.from_csv('d.csv').to_pandas()"),
    "datasets on disk": (
        "disk",
        lambda path: Dataset.from_pandas(FRAME).save_to_disk(path),
        "from datasets import load_from_disk\nX = load_from_disk('disk').to_pandas()",
    ),
    "json of an open file": (
        "d.json",
        lambda path: Path(path).write_text("[[1, 2], [3, 5]]"),
        "import json\nwith open('d.json') as f:\n    X = json.load(f)",
    ),
    "lines of an open file": (
        "d.txt",
        lambda path: Path(path).write_text("1 2\n3 5\n"),
        "X = [[float(word) for word in line.split()] for line in open('d.txt')]",
    ),
    "text of a path": (
        "d.json",
        lambda path: Path(path).write_text("[[1, 2], [3, 5]]"),
        "import json\nfrom pathlib import Path\nX = json.loads(Path('d.json').read_text())",
    ),
    "fsspec": (
        "d.csv",
        csv,
        "import fsspec, pandas as pd\nwith fsspec.open('d.csv') as f:\n    X = pd.read_csv(f)",
    ),
    "fsspec by protocol": (
        "d.json",
        lambda path: Path(path).write_text("[[1, 2], [3, 5]]"),
        (
            "import fsspec, json, os\n"
            "with fsspec.open('file://' + os.path.abspath('d.json'), 'rt') as f:\n"
            "    X = json.load(f)"
        ),
    ),
}


@pytest.fixture(autouse=True)
def _caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.mark.parametrize("name", READ)
def test_a_model_leads_back_to_the_bytes_of_the_file(watched: Watched, name: str) -> None:
    file, make, read = READ[name]
    make(file)
    expected = sha_of_folder(file) if Path(file).is_dir() else sha(file)
    watched.run(read, FIT)
    found = above(graph_of(watched), "model.joblib")
    assert found.get(file) == expected, found
    assert not [each for each in found if "unknown" in each], found


WRITE: dict[str, tuple[str, str]] = {
    "h5py": ("o.h5", "import h5py\nwith h5py.File('o.h5', 'w') as f:\n    f['x'] = frame.to_numpy()"),
    "h5py, a data set at once": (
        "o.h5",
        "import h5py\nf = h5py.File('o.h5', 'w')\ndata = f.create_dataset('x', data=frame.to_numpy())\nf.close()",
    ),
    "h5py in a function": (
        "o.h5",
        (
            "import h5py\ndef keep(values, path):\n    with h5py.File(path, 'w') as f:\n"
            "        f['x'] = values\nkeep(frame.to_numpy(), 'o.h5')"
        ),
    ),
    "zarr": ("o.zarr", "import zarr\nzarr.save('o.zarr', frame.to_numpy())"),
    "zarr array": (
        "o.zarr",
        "import zarr\nz = zarr.open('o.zarr', mode='w', shape=frame.shape, dtype='f8')\nz[:] = frame.to_numpy()",
    ),
    "zarr created": ("o.zarr", "import zarr\nz = zarr.create_array('o.zarr', data=frame.to_numpy())"),
    "scipy mat": ("o.mat", "import scipy.io\nscipy.io.savemat('o.mat', {'x': frame.to_numpy()})"),
    "scipy sparse": ("o.npz", "from scipy import sparse\nsparse.save_npz('o', sparse.csr_array(frame.to_numpy()))"),
    "soundfile": ("o.wav", "import soundfile\nsoundfile.write('o.wav', frame['x'].to_numpy() / 99, 8000)"),
    "pillow": (
        "o.png",
        "import numpy as np\nfrom PIL import Image\nImage.fromarray(frame.to_numpy().astype('uint8')).save('o.png')",
    ),
    "duckdb": ("o.pq", "import duckdb\nduckdb.sql('select * from frame').write_parquet('o.pq')"),
    "datasets": (
        "o",
        "from datasets import Dataset\nDataset.from_pandas(frame).save_to_disk('o')",
    ),
    "pyarrow writer": (
        "o.pq",
        (
            "import pyarrow as pa, pyarrow.parquet as pq\ntable = pa.Table.from_pandas(frame)\n"
            "with pq.ParquetWriter('o.pq', table.schema) as writer:\n    writer.write_table(table)"
        ),
    ),
    "an open file": ("o.txt", "with open('o.txt', 'w') as f:\n    f.write(frame.to_string())"),
    "a file that nobody names": ("o.txt", "open('o.txt', 'w').write(frame.to_string())"),
    "csv": ("o.csv", "import csv\nwith open('o.csv', 'w') as f:\n    csv.writer(f).writerows(frame.to_numpy())"),
    "json": ("o.json", "import json\nwith open('o.json', 'w') as f:\n    json.dump(frame.to_dict(), f)"),
    "a path": ("o.txt", "from pathlib import Path\nPath('o.txt').write_text(frame.to_string())"),
    "pandas to sqlite": ("o.db", "import sqlite3\ncon = sqlite3.connect('o.db')\nframe.to_sql('t', con)\ncon.close()"),
}


@pytest.mark.parametrize("name", WRITE)
def test_a_file_leads_back_to_what_was_written(watched: Watched, name: str) -> None:
    file, write = WRITE[name]
    watched.run("import pandas as pd\nframe = pd.read_csv('a.csv')\nother = pd.read_csv('b.csv')", write)
    found = graph_of(watched)
    assert {each for each in above(found, file) if not each.startswith("query ")} == {"a.csv"}
    own = next(each for each in found.nodes if each.location == file)
    assert own.sha256 == (sha_of_folder(file) if Path(file).is_dir() else sha(file))


def test_a_file_that_is_written_cell_by_cell_is_hashed_as_it_ends(watched: Watched) -> None:
    watched.run(
        "import h5py, pandas as pd\na = pd.read_csv('a.csv').to_numpy()\nb = pd.read_csv('b.csv').to_numpy()",
        "f = h5py.File('o.h5', 'w')\nf['a'] = a\nf.flush()",
        "f['b'] = b",
        "f.close()",
    )
    last = [use for use in watched.uses if use.location == "o.h5"][-1]
    assert watched.went_into(last) == {"a.csv", "b.csv"}
    assert above(graph_of(watched), "o.h5").keys() == {"a.csv", "b.csv"}
    assert [each.sha256 for each in graph_of(watched).nodes if each.location == "o.h5"] == [sha("o.h5")]


def test_a_file_that_is_added_to_comes_from_what_it_was(watched: Watched) -> None:
    in_h5("o.h5")
    before = sha("o.h5")
    watched.run(
        "import h5py, pandas as pd\nframe = pd.read_csv('a.csv')\n"
        "with h5py.File('o.h5', 'a') as f:\n    f['more'] = frame['x']"
    )
    wrote = watched.only(Verb.WROTE)
    assert watched.digest(wrote).sha256 == sha("o.h5")
    assert watched.went_into(wrote) == {"o.h5", "a.csv"}
    read = next(use for use in watched.uses if use.call == "h5py.File")
    assert watched.digest(read).sha256 in (None, before)


def test_an_open_file_of_which_nothing_is_made_is_no_asset(watched: Watched) -> None:
    Path("notes.txt").write_text("x")
    watched.run(
        "text = open('notes.txt').read()\nprint(text)",
        "with open('log.txt', 'w') as f:\n    f.write('done')",
    )
    assert watched.uses == []


def test_files_that_a_loop_writes_do_not_come_from_one_another(watched: Watched) -> None:
    watched.run(
        "from pathlib import Path\nimport pandas as pd",
        "for n in range(3):\n    Path(f'{n}.csv').write_text(f'n\\n{n}\\n')",
        "for n in range(3):\n    with open(f'{n}.txt', 'w') as f:\n        f.write(str(n))",
        "frames = [pd.read_csv(f'{n}.csv') for n in range(3)]",
    )
    assert [(use.verb, use.name, use.sources) for use in watched.uses] == [
        (Verb.READ, f"{n}.csv", ()) for n in range(3)
    ]


def test_what_a_library_opens_on_its_own_account_is_no_asset(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("library.py").write_text("from pathlib import Path\ndef note(data): Path('note.txt').write_text(str(data))\n")
    monkeypatch.syspath_prepend(Path.cwd())
    watched.run("import library, pandas as pd\nframe = pd.read_csv('a.csv')", "library.note(frame)")
    assert [use.name for use in watched.uses] == ["a.csv"]


def test_a_container_of_data_in_memory_is_no_reading(watched: Watched) -> None:
    watched.run("import numpy as np, xgboost, lightgbm\nX = np.eye(3)\na = xgboost.DMatrix(X)\nb = lightgbm.Dataset(X)")
    assert watched.uses == []


def test_a_relation_of_two_files_is_one_asset_of_both(watched: Watched) -> None:
    watched.run("import duckdb\njoined = duckdb.sql(\"select * from 'a.csv' a join 'b.csv' b using (x)\").df()")
    use = watched.only(Verb.READ)
    assert [Path(each.path).name for each in use.files] == ["a.csv", "b.csv"]
    assert len(str(use.facts["query_sha256"])) == 64


def test_what_a_query_takes_from_variables_is_observed(watched: Watched) -> None:
    watched.run("import duckdb, pandas as pd\nframe = pd.read_csv('a.csv')\nfew = duckdb.sql('select x from frame')")
    assert [each.certainty for each in watched.uses[-1].sources] == [Certainty.OBSERVED]


def test_a_file_system_in_memory_is_named(watched: Watched) -> None:
    with fsspec.open("memory://d.csv", "wt") as file:
        FRAME.to_csv(file, index=False)
    watched.run("import fsspec, pandas as pd\nwith fsspec.open('memory://d.csv') as f:\n    X = pd.read_csv(f)")
    assert watched.only(Verb.READ).location == "memory://d.csv"


def test_a_function_that_opens_files_travels_to_worker_processes(watched: Watched) -> None:
    watched.run(
        "import joblib\nfrom pathlib import Path\n"
        "def length(name):\n    with open(name) as f:\n        return len(f.read()), len(Path(name).read_text())",
        "lengths = joblib.Parallel(n_jobs=2)(joblib.delayed(length)(name) for name in ('a.csv', 'b.csv'))",
    )
    assert watched.shell.user_ns["lengths"] == [(156, 156)] * 2


def test_a_query_finds_the_variables_of_the_function_that_asks(watched: Watched) -> None:
    watched.run(
        "import duckdb, pandas as pd\n"
        "def few():\n    local = pd.read_csv('a.csv')\n    return duckdb.sql('select x from local where x < 3').df()",
        "count = len(few())",
    )
    assert watched.shell.user_ns["count"] == 3
    assert watched.went_into(watched.uses[-1]) == {"a.csv"}
