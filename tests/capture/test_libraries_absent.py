"""A library with rows that nobody imports costs nothing: it is not imported, and its rows are not read."""

from __future__ import annotations

import subprocess
import sys

SESSION = """
import sys
from pathlib import Path
from jupyter_aisec import knowledge
from jupyter_aisec.capture import Capture
from jupyter_aisec.capture.hashing import Hasher
from jupyter_aisec.capture.recorder import Tracking

read = []
apis = knowledge.apis
knowledge.apis = lambda library: read.append(library) or apis(library)
capture = Capture({}, Path(), print, Tracking(), Hasher())
before = set(sys.modules)
capture.start()
assert set(read) <= set(sys.modules), read
assert not {"duckdb", "h5py", "numpy", "pandas", "requests", "torch", "xgboost"} & set(sys.modules)
read.clear()
import h5py
assert "h5py" in read, read
assert not {"duckdb", "pandas", "xgboost"} & {*read, *sys.modules}
capture.stop()
print("as it should be")
"""


def test_what_is_not_imported_is_not_looked_at() -> None:
    done = subprocess.run([sys.executable, "-c", SESSION], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "as it should be\n", done.stderr
