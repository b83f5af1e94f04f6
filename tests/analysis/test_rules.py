from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Family, Rule
from jupyter_aisec.model import Severity
from jupyter_aisec.rules import all_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = all_rules()
NAMES = [rule.name for rule in RULES]
FAMILIES = {
    "secrets",
    "unsafe deserialization",
    "unpinned and unverified downloads",
    "remote code",
    "package installs",
    "data protection and provenance",
    "hygiene and exposure",
    "injection and language models",
    "transport security",
}


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_bad_example_has_exactly_this_finding(rule: Rule, check: Check) -> None:
    assert {name for name, _, _ in check(*rule.bad, rule=rule)} == {rule.name}


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_good_example_has_none(rule: Rule, check: Check) -> None:
    assert check(*rule.good, rule=rule) == []


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_documentation_reads_well(rule: Rule) -> None:
    assert rule.title.endswith(".")
    assert len(rule.title) < 100
    assert rule.family in FAMILIES
    assert "…" not in "".join(rule.bad + rule.good)
    assert any(reference.standard == "CWE" and re.fullmatch(r"CWE-\d+", reference.id) for reference in rule.references)


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_message_says_what_to_do(rule: Rule, analyse: Analyse) -> None:
    for finding in analyse(*rule.bad, rule=rule).findings:
        assert "; " in finding.message
        assert "\n" not in finding.message
        assert not finding.message.endswith(".")


def test_rule_without_examples_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a title"):

        @Family("some", cwe="CWE-1").rule(Severity.LOW)
        def undocumented(call: tuple[Hit, ...]) -> Iterator[Hit]:
            """Only a title."""
            yield from call


SAID = [
    ("torch-load-implicit", {"torch": "2.5.1"}, Severity.HIGH),
    ("torch-load-implicit", {"torch": "2.10.0"}, Severity.INFO),
    ("torch-load-implicit", {}, Severity.LOW),
]


@pytest.mark.parametrize(("rule", "versions", "severity"), SAID)
def test_torch_version_decides_the_severity(
    rule: str, versions: dict[str, str], severity: Severity, analyse: Analyse
) -> None:
    found = analyse('import torch\nx = torch.load("w.pt")', versions=versions).findings
    assert [(each.rule, each.severity) for each in found] == [(rule, severity)]


SILENT = [
    'm = AutoModel.from_pretrained("./model")',
    'm = AutoModel.from_pretrained("models/mine")',
    "m = AutoModel.from_pretrained(name)",
    'm = AutoModel.from_pretrained("org/model", revision=rev)',
    'm = AutoModel.from_pretrained("org/model", **options)',
    'm.save_pretrained("fine/tuned")\nn = AutoModel.from_pretrained("fine/tuned")',
    'from pathlib import Path\nm = AutoModel.from_pretrained(Path("org") / "model")',
    'from datasets import load_dataset\nd = load_dataset("csv", data_files="d.csv")',
    'from datasets import load_dataset\nd = load_dataset("json", data_files={"train": "d.json"})',
    'import requests\nr = requests.get("https://example.org/api").json()',
    'import pandas as pd\nd = pd.read_csv("http://localhost:8000/d.csv")',
    'import tarfile\nt = tarfile.open("a.tgz")\nt.extractall(filter="tar")',
    'import numpy as np\na = np.load("a.npy", allow_pickle=False)',
    "import zipfile\nzipfile.ZipFile('a.zip').extractall()",
    "!curl -s https://example.org/data.json | python -m json.tool",
    "!curl -s https://example.org/api",
    "!pip install -r requirements.txt",
    "!pip install -e .",
    "!pip install {package}",
    "!pip install pkg==1.0 --extra-index-url https://download.pytorch.org/whl/cu126",
    "!wget $URL",
    "import yaml\nc = yaml.load(f, Loader=yaml.SafeLoader)",
    "import mlflow\nm = mlflow.pyfunc.load_model(uri)",
    'import torch\nm = torch.hub.load("./folder", "m", source="local")',
    'exec(open("setup.py").read())',
    "model.compile(optimizer)\nre.compile(x)\nmodel.load(path)\npipe.load(file)",
]


@pytest.mark.parametrize("source", SILENT)
def test_what_is_fine_or_unknown_has_no_finding(source: str, check: Check) -> None:
    assert check(source) == []


STREAMED = """import requests
r = requests.get("https://example.org/m", stream=True)
with open("m", "wb") as f:
    for c in r.iter_content(9):
        f.write(c)"""

FOUND = [
    ("pickle-load", 'with open("m", "rb") as f:\n    m = __import__("pickle").load(f)', 2),
    ("pickle-load", "import pickle\nm = pickle.Unpickler(f).load()", 2),
    ("pickle-load", "import importlib\nm = importlib.import_module('pickle').loads(b)", 2),
    ("pickle-load", "import pickle\nm = getattr(pickle, 'load')(f)", 2),
    ("torch-load-full-pickle", "%env TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD=1", 1),
    ("torch-load-full-pickle", "import os\nos.environ['TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD'] = '1'", 2),
    ("keras-unsafe-mode", "import tensorflow as tf\nm = tf.keras.models.load_model('m', safe_mode=False)", 2),
    ("unsafe-archive-extract", "import tarfile\nwith tarfile.open(p) as t:\n    t.extractall()", 3),
    ("url-download-no-hash", "import requests as r\nopen('m', 'wb').write(r.get('https://example.org/m').content)", 2),
    (
        "url-download-no-hash",
        STREAMED,
        5,
    ),
    ("shell-download-no-checksum", "%%bash\nset -e\ncurl -L https://example.org/d.zip -o d.zip", 3),
    ("shell-download-no-checksum", "import os\nos.system('wget https://example.org/d.zip')", 2),
    ("pipe-to-shell", "!bash <(curl -s https://example.org/i.sh)", 1),
    ("pipe-to-shell", '!sh -c "$(wget -qO- https://example.org/i.sh)"', 1),
    ("pipe-to-shell", "import subprocess as s\ns.run('curl https://example.org | sudo bash -s -- -y', shell=True)", 2),
    ("exec-downloaded-code", "%run https://example.org/a.py", 1),
    ("trust-remote-code", "!vllm serve org/model --trust-remote-code", 1),
    ("install-from-code", "import subprocess as s, sys\ns.call([sys.executable, '-m', 'pip', 'install', 'x'])", 2),
    ("pip-unpinned", "!{sys.executable} -m pip install x", 1),
    ("pip-unpinned", "pip install x", 1),
    ("pip-index-insecure", "%env PIP_TRUSTED_HOST=example.org", 1),
    ("pip-index-insecure", "!PIP_TRUSTED_HOST=example.org pip install x==1", 1),
    ("pip-extra-index", "!uv pip install x==1 --extra-index-url=https://packages.example.org/simple", 1),
    ("hf-hub-download-unpinned", "!huggingface-cli download org/model", 1),
    ("kaggle-unversioned", "!kaggle datasets download -d owner/data", 1),
]


@pytest.mark.parametrize(("rule", "source", "line"), FOUND)
def test_other_ways_to_write_it(rule: str, source: str, line: int, check: Check) -> None:
    assert check(source) == [(rule, 0, line)]


NAMED = [
    "from pickle import load as L\nL(f)",
    "import pickle as p\np.load(f)",
    "import pickle\nfn = pickle.load\nfn(f)",
    "import pickle\ngetattr(pickle, 'load')(f)",
    "import importlib\nimportlib.import_module('pickle').load(f)",
]


@pytest.mark.parametrize("source", NAMED)
def test_message_names_the_function_and_not_its_alias(source: str, analyse: Analyse) -> None:
    (finding,) = analyse(source).findings
    assert finding.message.startswith("pickle.load runs code ")


def test_alias_is_judged_by_the_real_name(check: Check) -> None:
    source = "from keras.config import enable_unsafe_deserialization as on\non()"
    assert check(source) == [("keras-unsafe-mode", 0, 2)]


def test_message_names_the_setting(analyse: Analyse) -> None:
    (full, half, checks) = analyse(
        "import yaml\nyaml.load(f, Loader=yaml.Loader)\nyaml.load(f, yaml.FullLoader)",
        f"import datasets\ndatasets.load_dataset('a/b', revision='{'0f' * 20}', verification_mode='no_checks')",
    ).findings
    assert full.message.startswith("yaml.load with Loader=yaml.Loader creates arbitrary objects; ")
    assert half.message.startswith("yaml.load with Loader=yaml.FullLoader creates objects that the file names; ")
    assert checks.message.startswith('datasets.load_dataset with verification_mode="no_checks" checks neither ')


def test_download_that_is_verified_later_is_silent(check: Check) -> None:
    fetch = "!wget https://example.org/d.zip"
    assert check(fetch) == [("shell-download-no-checksum", 0, 1)]
    compare = "import hashlib\nassert hashlib.sha256(open('d.zip', 'rb').read()).hexdigest() == want"
    assert check(fetch, compare) == []
    assert check(fetch, "!sha256sum d.zip") == [("shell-download-no-checksum", 0, 1)]
    assert check(fetch, "!sha256sum -c sums.txt") == []
    assert check(fetch, "assert sha256_of('d.zip') == want") == []
    assert check(fetch, "assert hashtag == 'x'") == [("shell-download-no-checksum", 0, 1)]
    assert check(fetch, compare.replace("d.zip", "other.zip")) == [("shell-download-no-checksum", 0, 1)]


def test_clone_is_worse_when_its_code_runs(analyse: Analyse) -> None:
    clone = "!git clone https://example.org/o/r"
    assert [each.severity for each in analyse(clone).findings] == [Severity.LOW]
    assert [each.severity for each in analyse(clone, "!python r/train.py").findings] == [Severity.MEDIUM]
    assert analyse(clone, f"!cd r && git checkout {'0f' * 20}").findings == ()


def test_a_repository_is_said_once(check: Check) -> None:
    source = 'm = AutoModel.from_pretrained("org/model")'
    assert check(source, source) == [("hf-from-pretrained-unpinned", 0, 1)]


FIXES = [
    ("torch.load('w', weights_only=False)", "torch.load('w', weights_only=True)"),
    ("torch.load('w')", "torch.load('w', weights_only=True)"),
    ("torch.load((p))", "torch.load((p), weights_only=True)"),
    ("torch.load(\n  p,  # here\n)", "torch.load(\n  p,  # here\nweights_only=True)"),
    ("numpy.load('é', allow_pickle=True)", "numpy.load('é')"),
    ("numpy.load(('a'), allow_pickle=True)", None),
    ("tarfile.open('t').extractall()", "tarfile.open('t').extractall(filter=\"data\")"),
    ("yaml.load(f, Loader=yaml.FullLoader)", "yaml.load(f, Loader=yaml.SafeLoader)"),
    ("yaml.unsafe_load(f)", "yaml.safe_load(f)"),
    ("M.from_pretrained(p, use_safetensors=False)", "M.from_pretrained(p, use_safetensors=True)"),
]


@pytest.mark.parametrize(("source", "expected"), FIXES)
def test_fix_gives_the_source_that_is_meant(source: str, expected: str | None, analyse: Analyse) -> None:
    (finding,) = analyse("import torch, numpy, tarfile, yaml\n", source).findings
    if expected is None:
        assert finding.fix is None
        return
    assert finding.fix is not None
    (edit,) = finding.fix.edits
    lines = source.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    start = starts[edit.place.line - 1] + edit.place.column - 1
    end = starts[edit.place.end_line - 1] + edit.place.end_column - 1
    assert source[:start] + edit.text + source[end:] == expected
