from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity
from jupyter_aisec.rules import all_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}

FOUND = [
    ("torch-safe-globals-widened", "import torch, os\ntorch.serialization.add_safe_globals([os.system, Mine])"),
    ("torch-safe-globals-widened", "from torch.serialization import safe_globals as s\nwith s([setattr]): pass"),
    ("keras-legacy-format", "import tensorflow as tf\ntf.keras.models.load_model('m.hdf5')"),
    ("keras-legacy-format", "import keras, pathlib\nkeras.saving.load_model(pathlib.Path('d') / 'm.H5')"),
    ("trust-remote-code", "from smolagents import load_tool\nload_tool('a/b', trust_remote_code=True)"),
    ("trust-remote-code", "import smolagents\nsmolagents.CodeAgent.from_hub('a/b', trust_remote_code=True)"),
    ("torch-package-import", "import torch\ntorch.package.PackageImporter(path)"),
    ("native-library-load", "import tensorflow as tf\ntf.load_op_library(path)"),
    ("native-library-load", "import torch\ntorch.classes.load_library('a.so')"),
    ("native-library-load", "import ctypes\nctypes.CDLL('./build/a.so')"),
    ("native-library-load", "import ctypes\nctypes.cdll.LoadLibrary('data/a.so')"),
    ("native-library-load", "import numpy\nnumpy.ctypeslib.load_library('a', 'build/a')"),
    ("native-library-load", "options = o\noptions.register_custom_ops_library('ops.so')"),
    ("mlflow-save-pickle", "import mlflow\nmlflow.sklearn.save_model(m, 'p', serialization_format='pickle')"),
    (
        "mlflow-save-pickle",
        "import mlflow.sklearn as s\ns.log_model(m, serialization_format=s.SERIALIZATION_FORMAT_PICKLE)",
    ),
    ("mlflow-save-pickle", "import mlflow\nmlflow.pytorch.log_model(m, name='m', serialization_format='pickle')"),
    ("model-saved-as-pickle", "import joblib\njoblib.dump(best_model, 'f')"),
    ("model-saved-as-pickle", "import pickle, sklearn.svm\npickle.dump(sklearn.svm.SVC(), f)"),
    ("model-saved-as-pickle", "import torch\ntorch.save(model, 'f.pt')"),
    ("model-saved-as-pickle", "import joblib\njoblib.dump(value=clf, filename='f')"),
    ("code-eval-metric-enabled", "import lm_eval\nlm_eval.simple_evaluate(model=m, confirm_run_unsafe_code=True)"),
    ("code-eval-metric-enabled", "!true\n!lm_eval --tasks humaneval --confirm_run_unsafe_code"),
    ("code-eval-metric-enabled", "!true\n%env HF_ALLOW_CODE_EVAL=1"),
    (
        "notebook-loads-remote-js",
        "from IPython.display import HTML\nHTML('<script src=\"https://cdn.example.org/a.js\">')",
    ),
    ("notebook-loads-remote-js", "from IPython.display import Javascript\nJavascript(\"$.getScript('//e.org/a.js')\")"),
    ("notebook-loads-remote-js", "import IPython\nIPython.display.Javascript('1', lib=['x'], url='http://e.org/a.js')"),
    ("notebook-loads-remote-js", "import requests, IPython.display as d\nd.HTML(requests.get('https://e.org').text)"),
]


@pytest.mark.parametrize(("rule", "source"), FOUND)
def test_other_ways_to_run_a_file(rule: str, source: str, check: Check) -> None:
    assert (rule, 0, 2) in check(source, rule=RULES[rule])


SCRIPTS = [
    "%%javascript\n$.getScript('https://e.org/a.js')",
    "%%js\nimport('https://e.org/a.mjs')",
    "%%javascript\nrequire.config({paths: {d3: '//e.org/d3.min'}})",
    "%%javascript\nconst s = document.createElement('script');\ns.src = 'https://e.org/a.js'",
    "%%html\n<p>chart</p>\n<script type='text/javascript' src='https://e.org/a.js'></script>",
]


@pytest.mark.parametrize("source", SCRIPTS)
def test_cell_of_the_page_that_loads_a_script(source: str, check: Check) -> None:
    assert check(source, rule=RULES["notebook-loads-remote-js"]) == [("notebook-loads-remote-js", 0, 1)]


SILENT = [
    ("torch-safe-globals-widened", "import torch\ntorch.serialization.add_safe_globals([Mine, name, (Other, 'o')])"),
    ("torch-safe-globals-widened", "import torch\ntorch.serialization.add_safe_globals(names)"),
    ("keras-legacy-format", "import keras\nkeras.models.load_model('m.keras')"),
    ("keras-legacy-format", "import keras\nkeras.models.load_model(path)"),
    ("keras-legacy-format", "import keras\nkeras.models.load_model('m.h5', safe_mode=False)"),
    ("native-library-load", "import ctypes\nctypes.CDLL('libc.so.6')"),
    ("native-library-load", "import ctypes\nctypes.CDLL('/usr/lib/libm.so')"),
    ("native-library-load", "import ctypes\nctypes.CDLL(path)"),
    ("native-library-load", "import onnxruntime_extensions as e\no.register_custom_ops_library(e.get_library_path())"),
    ("mlflow-save-pickle", "import mlflow\nmlflow.sklearn.log_model(m, name='m')"),
    ("mlflow-save-pickle", "import mlflow\nmlflow.sklearn.log_model(m, name='m', serialization_format=kind)"),
    ("model-saved-as-pickle", "import torch\ntorch.save(model.state_dict(), 'f.pt')"),
    ("model-saved-as-pickle", "import torch\ntorch.save({'model': model.state_dict()}, 'f.pt')"),
    ("model-saved-as-pickle", "import pickle\npickle.dump(frame, f)"),
    ("code-eval-metric-enabled", "import os\nos.environ['HF_ALLOW_CODE_EVAL'] = '0'"),
    ("notebook-loads-remote-js", "%%javascript\nconsole.log('https://e.org/a.js')"),
    ("notebook-loads-remote-js", "%%html\n<script src='chart.js'></script>"),
    ("notebook-loads-remote-js", "%%html\n<script src='https://e.org/a.js' integrity='sha384-x'></script>"),
    ("notebook-loads-remote-js", "%%html\n<img src='https://e.org/a.png'>"),
    ("notebook-loads-remote-js", "from IPython.display import HTML\nHTML(frame.to_html())"),
    ("notebook-loads-remote-js", "%%writefile page.html\n<script src='https://e.org/a.js'></script>"),
    ("import-from-clone", "import sys\nsys.path.append('repository')"),
]


@pytest.mark.parametrize(("rule", "source"), SILENT)
def test_what_runs_no_file_is_silent(rule: str, source: str, check: Check) -> None:
    assert rule not in {name for name, _, _ in check(source, rule=RULES[rule])}


CLONE = "!git clone https://example.org/o/repository"
USES = [
    "import sys\nsys.path.insert(0, '/content/repository/src')",
    "!true\n%run repository/train.py --fast",
    "!true\n!python repository/train.py",
    "import subprocess\nsubprocess.run(['bash', './repository/run.sh'])",
]


@pytest.mark.parametrize("use", USES)
def test_code_of_a_clone_is_found_where_it_runs(use: str, check: Check) -> None:
    rule = RULES["import-from-clone"]
    assert (rule.name, 1, 2) in check(CLONE, use, rule=rule)
    assert rule.name not in {name for name, _, _ in check(use, rule=rule)}
    fixed = f"!git -C repository checkout {'0f' * 20}"
    assert rule.name not in {name for name, _, _ in check(CLONE, fixed, use, rule=rule)}


VERSIONS = [({"keras": "3.11.2"}, Severity.MEDIUM), ({"keras": "3.11.3"}, Severity.LOW), ({}, Severity.MEDIUM)]


@pytest.mark.parametrize(("versions", "severity"), VERSIONS)
def test_keras_version_decides_the_severity(versions: dict[str, str], severity: Severity, analyse: Analyse) -> None:
    rule = RULES["keras-legacy-format"]
    found = analyse("import keras\nkeras.models.load_model('m.h5')", versions=versions, rule=rule).findings
    assert [(each.rule, each.severity) for each in found] == [(rule.name, severity)]
