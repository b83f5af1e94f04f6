"""Rules on what is installed, and on corpora, shared files and names that move."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity
from jupyter_aisec.rules import all_rules
from jupyter_aisec.rules.lookalikes import likely
from tests.analysis.test_transport import fixed

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}

FOUND = [
    ("bang-pip", "pip install x==1", 1),
    ("bang-pip", "!pip3 install -q x==1", 1),
    ("bang-pip", "!python -m pip install x==1", 1),
    ("bang-pip", "out = !pip install x==1", 1),
    ("bang-pip", "%%bash\npip install x==1", 2),
    ("bang-pip", "!sudo pip install x==1", 1),
    ("bang-pip", "%pip install --break-system-packages x==1", 1),
    ("requirements-unhashed", "%pip install -qr requirements.txt -r more.txt", 1),
    ("requirements-unhashed", "%pip install --requirement=requirements.txt", 1),
    ("requirements-unhashed", "!uv pip install -r requirements.txt", 1),
    ("other-manager-unpinned", "%conda install -y -c pytorch pytorch", 1),
    ("other-manager-unpinned", "!mamba create -n env python=3.11 numpy", 1),
    ("other-manager-unpinned", "!sudo apt-get -qq install -y ffmpeg", 1),
    ("other-manager-unpinned", "!npm install -g localtunnel@latest", 1),
    ("other-manager-unpinned", "!npx -y create-app@latest .", 1),
    ("other-manager-unpinned", "!uvx ruff check", 1),
    ("other-manager-unpinned", "!uv tool install ruff", 1),
    ("other-manager-unpinned", "!pipx run black", 1),
    ("other-manager-unpinned", "!Rscript -e \"install.packages('dplyr')\"", 1),
    ("lookalike-package", "%pip install -U sckit-learn", 1),
    ("lookalike-package", "!uv pip install hugingface_hub==1.0", 1),
    ("lookalike-package", "import os\nos.system('pip install tokenziers')", 2),
    ("known-vulnerable-version", "!pip install -q 'transformers[torch]==4.35.2'", 1),
    ("pip-extra-index", "!pip config set global.extra-index-url https://packages.example.org/simple", 1),
    (
        "pip-extra-index",
        "%pip install x==1 -i https://packages.example.org/simple --extra-index-url https://pypi.org/simple",
        1,
    ),
    ("pip-git-unpinned", "%pip install git+ssh://git@example.org/o/r", 1),
    ("gdrive-download-no-hash", "!gdown 1abcdefghijklmnop -O data.zip", 1),
    ("gdrive-download-no-hash", "import gdown\ngdown.download_folder('https://drive.google.com/drive/folders/1a')", 2),
    ("corpus-model-download-unpinned", "import spacy\nspacy.cli.download('en_core_web_sm')", 2),
    ("corpus-model-download-unpinned", "import stanza\nstanza.download('en')", 2),
    ("corpus-model-download-unpinned", "import tensorflow_datasets as tfds\ntfds.load('mnist')", 2),
    ("corpus-model-download-unpinned", "import tensorflow_hub as hub\nhub.load('https://tfhub.dev/google/use')", 2),
    ("corpus-model-download-unpinned", "import gensim.downloader as api\napi.load('glove-wiki-gigaword-50')", 2),
    ("corpus-model-download-unpinned", "!python -m nltk.downloader punkt", 1),
    ("registry-mutable-alias", "import wandb\nrun = wandb.init()\nrun.use_artifact('model:latest')", 3),
    ("registry-mutable-alias", "import wandb\nwandb.Api().artifact('t/p/model:best')", 2),
    ("registry-mutable-alias", "import mlflow\nmlflow.artifacts.download_artifacts('models:/m/latest')", 2),
    (
        "registry-mutable-alias",
        "import mlflow\nmlflow.artifacts.download_artifacts(artifact_uri='models:/m@champion')",
        2,
    ),
    ("registry-mutable-alias", "import wandb\nwandb.use_artifact(f'{entity}/p/model:latest')", 2),
    ("registry-mutable-alias", "import mlflow\nmlflow.pyfunc.spark_udf(spark, 'models:/m/Staging')", 2),
    ("registry-mutable-alias", "import mlflow\nc = mlflow.MlflowClient()\nc.get_model_version_by_alias('m', 'a')", 3),
    ("registry-mutable-alias", "!mlflow models serve -m models:/m/Production", 1),
    ("registry-mutable-alias", "!docker pull ghcr.io/o/image:latest", 1),
    ("registry-mutable-alias", "!docker run -d -p 80:80 --gpus all ghcr.io/o/image", 1),
]


@pytest.mark.parametrize(("rule", "source", "line"), FOUND)
def test_other_ways_to_write_it(rule: str, source: str, line: int, check: Check) -> None:
    assert {at for name, _, at in check(source, rule=RULES[rule]) if name == rule} == {line}


SILENT = [
    ("bang-pip", "%pip install x==1\n!pip list\n!pip freeze"),
    ("bang-pip", "import sys\n!{sys.executable} -m pip install x==1"),
    ("bang-pip", "!uv pip install x==1"),
    ("bang-pip", "%%bash\nsource env/bin/activate\npip install x==1"),
    ("requirements-unhashed", "%pip install --require-hashes -r requirements.txt\n%pip install -r {path}"),
    ("other-manager-unpinned", "%conda install -y numpy=2.1 'scipy==1.14.1' --file list.txt"),
    ("other-manager-unpinned", "!apt-get update\n!apt-get install -y ffmpeg=7:6.1 ./own.deb $PACKAGE"),
    ("other-manager-unpinned", "!npm install\n!npm install -g localtunnel@2.0.2\n!npx -y @scope/tool@1.2.3 ."),
    ("other-manager-unpinned", "!uvx ruff@0.14.0 check\n!uvx --from 'ruff==0.14.0' ruff\n!conda env create -f e.yml"),
    ("lookalike-package", "%pip install tensorflow-cpu pytorch dataset vastai jupyterhub mypackage langchain-cohere"),
    ("lookalike-package", "%pip install ./tensorfow https://example.org/panddas.whl"),
    ("known-vulnerable-version", "%pip install transformers==4.36.0 transformers transformers>=4.30 torch==1.0"),
    (
        "pip-extra-index",
        "%pip install x==1 -i https://download.pytorch.org/whl/cpu --extra-index-url https://pypi.org/simple",
    ),
    ("pip-git-unpinned", "! pip install evaluate==1 git+https: // github.com/o/r"),
    ("gdrive-download-no-hash", "import gdown\ngdown.download(url)\ngdown.cached_download(u, 'd', hash='sha256:9f')"),
    ("gdrive-download-no-hash", "!gdown 1abcdefghijklmnop -O d.zip\n!echo '9f d.zip' | sha256sum -c"),
    ("corpus-model-download-unpinned", "import tensorflow_datasets as tfds\ntfds.load('mnist:3.0.1')\ntfds.load(name)"),
    ("corpus-model-download-unpinned", "import tensorflow_hub as hub\nhub.load('https://tfhub.dev/google/use/4')"),
    ("corpus-model-download-unpinned", "import tensorflow_hub as hub\nhub.load('./model')\nmodel.load('x')"),
    ("registry-mutable-alias", "import wandb\nwandb.use_artifact('t/p/model:v12')\nwandb.use_artifact(name)"),
    ("registry-mutable-alias", "import mlflow\nmlflow.artifacts.download_artifacts('models:/m/12')"),
    (
        "registry-mutable-alias",
        "!docker build -t mine .\n!docker run mine\n!docker pull image:1.2\n!docker push a/b:latest",
    ),
    ("registry-mutable-alias", "node.artifact('a:latest')\nprint('models:/m/latest')"),
]


@pytest.mark.parametrize(("rule", "source"), SILENT)
def test_what_is_fine_or_unknown_has_no_finding(rule: str, source: str, check: Check) -> None:
    assert [name for name, _, _ in check(source, rule=RULES[rule]) if name == rule] == []


SEVERITIES = [
    ("requirements-unhashed", "%pip install -r requirements.txt", Severity.INFO),
    ("requirements-unhashed", "%pip install -r https://example.org/requirements.txt", Severity.MEDIUM),
    ("requirements-unhashed", "%pip install -r http://example.org/requirements.txt", Severity.HIGH),
]


@pytest.mark.parametrize(("rule", "source", "severity"), SEVERITIES)
def test_severity(rule: str, source: str, severity: Severity, analyse: Analyse) -> None:
    found = analyse(source, rule=RULES[rule]).findings
    assert [each.severity for each in found if each.rule == rule] == [severity]


def test_a_model_that_is_loaded_by_an_alias_is_said_once(check: Check) -> None:
    source = "import mlflow\nm = mlflow.pyfunc.load_model('models:/fraud/latest')"
    assert check(source, rule=RULES["registry-mutable-alias"]) == [("mlflow-load-executes-code", 0, 2)]


LIKELY = [
    ("tensorfow", "tensorflow"),
    ("tensroflow", "tensorflow"),
    ("transformer", "transformers"),
    ("pandsa", "pandas"),
    ("numppy", "numpy"),
    ("scikitlearn", "scikit-learn"),
    ("python-dotnev", "python-dotenv"),
    ("langchain-opneai", "langchain-openai"),
    ("sentence-transformer", "sentence-transformers"),
    ("tensorflow", None),
    ("opencv-python-headless", None),
    ("openapi", None),
    ("fastui", None),
    ("polar", None),
    ("scikit-clean", None),
    ("langchain-aws", None),
    ("elasticsearch8", None),
    ("yolov9", None),
    ("x", None),
]


@pytest.mark.parametrize(("name", "meant"), LIKELY)
def test_which_package_is_probably_meant(name: str, meant: str | None) -> None:
    assert likely(name) == meant


FIXES = [
    ("bang-pip", "!pip install x==1 && echo done", "%pip install x==1 && echo done", True),
    ("bang-pip", "pip install x==1", "%pip install x==1", True),
    ("bang-pip", "!!pip install x==1", None, True),
    ("bang-pip", "%sx pip install x==1", None, True),
    ("bang-pip", "!cd d && pip install x==1", None, True),
    ("bang-pip", "!sudo pip install x==1", None, True),
    ("pip-index-insecure", "%pip install --trusted-host e.org x==1", "%pip install x==1", False),
    ("pip-index-insecure", "%pip install x==1 --trusted-host=e.org", "%pip install x==1", False),
    ("pip-index-insecure", "%pip install -i http://a.b.org/s x==1", "%pip install -i https://a.b.org/s x==1", False),
    (
        "pip-index-insecure",
        "%pip install x --index-url=http://a.b.org",
        "%pip install x --index-url=https://a.b.org",
        False,
    ),
    ("known-vulnerable-version", "!pip install 'transformers==4.35.2'", "!pip install 'transformers==4.36.0'", False),
]


@pytest.mark.parametrize(("rule", "source", "expected", "safe"), FIXES)
def test_fix_gives_the_source_that_is_meant(
    rule: str,
    source: str,
    expected: str | None,
    safe: bool,  # noqa: FBT001 - a column of the table
    analyse: Analyse,
) -> None:
    (finding,) = (each for each in analyse(source, rule=RULES[rule]).findings if each.rule == rule)
    assert fixed(finding, source) == expected
    assert finding.fix is None or finding.fix.safe is safe


PINNED = [
    ("%pip install numpy pandas==2.0", "%pip install numpy==1.2.3 pandas==2.0"),
    ("%pip install -qU 'some-thing[extra]' numpy", "%pip install -qU 'some-thing[extra]==4.5' numpy==1.2.3"),
    ("%pip install numpy>=1", None),
    ("%pip install numpy other", None),
]


@pytest.mark.parametrize(("source", "expected"), PINNED)
def test_what_is_installed_now_is_the_version_to_write(source: str, expected: str | None, analyse: Analyse) -> None:
    (finding,) = analyse(source, versions={"numpy": "1.2.3", "some-thing": "4.5"}).findings
    if expected is None:
        assert finding.fix is None
        return
    assert finding.fix is not None
    found = source
    for edit in reversed(finding.fix.edits):
        found = found[: edit.place.column - 1] + edit.text + found[edit.place.column - 1 :]
    assert found == expected


def test_a_message_repeats_nothing_that_stands_behind_the_option_of_a_secret(analyse: Analyse) -> None:
    [found] = [each for each in analyse("%pip install x --token open-sesame").findings if each.rule == "pip-unpinned"]
    assert "x" in found.message
    assert "open-sesame" not in found.message
