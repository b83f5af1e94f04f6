"""What looks like a danger in real notebooks and is none, or a smaller one; and what was missed there."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

KEY = "AKIA" + "IWQNJYX4CSVEH53T"
"""The name of a key, as signed links show it."""
LINK = f"https://objects.githubusercontent.com/a/b?X-Amz-Credential={KEY}%2F20221221&X-Amz-Expires=300"


def web_token(**payload: object) -> str:
    parts = [{"alg": "RS256", "typ": "JWT"}, {"sub": "admin", **payload}]
    words = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*words, "q7Zt3vXk" * 8])


HOURS = web_token(iat=1607388000, exp=1607431164)
MONTHS = web_token(iat=1607388000, exp=1617388000)

SILENT = [
    (f"!wget -q x\n--- output\nLocation: {LINK} [following]",),
    (f"x = 1\n--- output\nhttps://a.s3.amazonaws.com/b?AWSAccessKeyId={KEY}&Expires=1",),
    (f"x = 1\n--- output\nhttps://release-assets.githubusercontent.com/b?sp=r&jwt={HOURS}",),
    ("import requests\nrequests.post('http://nim.test/v1/chat', json={}, timeout=5)",),
    ("import requests\nrequests.get('http://data-store.example:3000/v1', timeout=5)",),
    (
        "from huggingface_hub import HfApi\nhf = HfApi(endpoint=f'{URL}/v1/hf', token=None)",
        "hf.create_repo('a/data', repo_type='dataset')",
    ),
    ("from huggingface_hub import HfApi\nHfApi('https://hub.corp.io').create_repo('a/b')",),
    ("x = 1\n--- output\nhttps://a.io/img?q=xnhsk\n{'rank': " + "45055" + "70002}",),
    ("exec(open('helper.py').read())",),
    ("from pytorch_transformers import BertModel\nBertModel.from_pretrained('bert-base-uncased')",),
]


@pytest.mark.parametrize("cells", SILENT)
def test_what_is_no_danger_is_silent(cells: tuple[str, ...], check: Check) -> None:
    assert check(*cells) == []


JUDGED = [
    ("secret-in-output", Severity.CRITICAL, (f"x = 1\n--- output\naws_access_key_id = {KEY}",)),
    ("secret-in-output", Severity.CRITICAL, (f"x = 1\n--- output\n{MONTHS}",)),
    ("secret-in-output", Severity.CRITICAL, (f"x = 1\n--- output\n{web_token(exp=1607431164)}",)),
    ("secret-in-output", Severity.MEDIUM, (f"x = 1\n--- output\n{{'token': '{HOURS}'}}",)),
    ("secret-in-output", Severity.CRITICAL, (f"x = 1\n--- output\n{HOURS}\n{MONTHS}",)),
    ("secret-in-output", Severity.CRITICAL, (f"x = 1\n--- output\nhttps://a.io/b?sp=r&jwt={MONTHS}",)),
    ("provider-token", Severity.MEDIUM, (f"x = '{HOURS}'",)),
    ("public-push", Severity.MEDIUM, ("from huggingface_hub import HfApi\nHfApi(token=t).create_repo('a/b')",)),
    ("public-push", Severity.MEDIUM, ("from huggingface_hub import HfApi\nHfApi(endpoint=None).create_repo('a/b')",)),
    (
        "public-push",
        Severity.MEDIUM,
        ("from huggingface_hub import HfApi\nHfApi(endpoint='https://huggingface.co').create_repo('a/b')",),
    ),
    (
        "pickle-load",
        Severity.LOW,
        (
            "import pickle\nwith open('index.pkl', 'wb') as file:\n    pickle.dump(index, file)",
            "import pickle\nwith open('./index.pkl', 'rb') as file:\n    index = pickle.load(file)",
        ),
    ),
    (
        "pickle-load",
        Severity.LOW,
        (
            "import pickle\ndef one(folder):\n    with open(f'{folder}/frame', 'wb') as f:\n        pickle.dump(x, f)",
            "import pickle\ndef train(folder):\n    return pickle.load(open(folder + '/frame', 'rb'))",
        ),
    ),
    (
        "joblib-load",
        Severity.LOW,
        (
            "import os, joblib\njoblib.dump(model, os.path.join(folder, 'model.joblib'))",
            "joblib.load(os.path.join(folder, 'model.joblib'))",
        ),
    ),
    (
        "pickle-load",
        Severity.LOW,
        (
            "import os, pickle\nto = os.path.join('app', 'objects')\npickle.dump(m, open(to + '/m.pkl', 'wb'))",
            "os.chdir('app')\nm = pickle.load(open(os.path.join('objects', 'm.pkl'), 'rb'))",
        ),
    ),
    (
        "pickle-load",
        Severity.LOW,
        (
            "import os, pickle\npickle.dump(m, open('objects/m.pkl', 'wb'))",
            "m = pickle.load(open(os.path.join(os.path.dirname(__file__), 'objects', 'm.pkl'), 'rb'))",
        ),
    ),
    (
        "pickle-load",
        Severity.LOW,
        (
            "import pickle\nwith open(f'{base}_summary.pkl', 'wb') as file:\n    pickle.dump(m, file)",
            "m = pickle.load(open(f'{base}_summary.pkl', 'rb'))",
        ),
    ),
    (
        "pickle-load",
        Severity.HIGH,
        ("import pickle\npickle.dump(m, open(f'{mine}.pkl', 'wb'))", "pickle.load(open(f'{theirs}.pkl', 'rb'))"),
    ),
    (
        "pickle-load",
        Severity.HIGH,
        ("import pickle\npickle.dump(m, open('mine/m.pkl', 'wb'))", "pickle.load(open('theirs/m.pkl', 'rb'))"),
    ),
    (
        "joblib-load",
        Severity.HIGH,
        (
            "import os, joblib\njoblib.dump(model, os.path.join(folder, name))",
            "joblib.load(os.path.join(folder, 'model.joblib'))",
        ),
    ),
    (
        "allow-dangerous-flag",
        Severity.LOW,
        (
            "from langchain_community.vectorstores import FAISS\nstore.save_local('./index/')",
            "FAISS.load_local('index', embeddings, allow_dangerous_deserialization=True)",
        ),
    ),
    (
        "shell-download-no-checksum",
        Severity.LOW,
        ("!wget https://images.unsplash.com/photo-1546964124-0cce460f38ef",),
    ),
    ("shell-download-no-checksum", Severity.LOW, ("!wget 'https://a.io/uc?export=download&id=1sP' -O dog.jpeg",)),
    (
        "url-download-no-hash",
        Severity.LOW,
        ("import urllib.request\nurllib.request.urlretrieve('https://a.io/uc?id=1', 'cat.png')",),
    ),
    (
        "cleartext-download",
        Severity.LOW,
        ("import requests\nfrom PIL import Image\nImage.open(requests.get('http://a.io/a.jpg', timeout=5).raw)",),
    ),
    ("cleartext-download", Severity.LOW, ("!wget http://images.cocodataset.org/val2017/1.jpg -O input.jpg",)),
    ("cleartext-download", Severity.MEDIUM, ("!wget http://images.cocodataset.org/zips/val2017.zip",)),
    (
        "torch-url-no-hash-check",
        Severity.LOW,
        ("import torch\ntorch.hub.download_url_to_file('https://a.io/raw/dog.jpg', 'dog.jpg')",),
    ),
    ("torch-hub-remote-code", Severity.MEDIUM, ("import torch\ntorch.hub.load('pytorch/vision:v0.6.0', 'resnet18')",)),
    ("torch-hub-remote-code", Severity.HIGH, ("import torch\ntorch.hub.load('pytorch/vision:main', 'resnet18')",)),
    (
        "bind-all-interfaces",
        Severity.MEDIUM,
        ("%%writefile server.py\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP(host='0.0.0.0')",),
    ),
    (
        "bind-all-interfaces",
        Severity.HIGH,
        ("from mcp.server.fastmcp import FastMCP\nmcp = FastMCP(host='0.0.0.0')",),
    ),
    ("shell-injection", Severity.LOW, ("host = input('host: ')\n!ping {host}",)),
    (
        "shell-injection",
        Severity.MEDIUM,
        ("import os, requests\nhost = requests.get(u, timeout=5).text\nos.system(f'ping {host}')",),
    ),
]


@pytest.mark.parametrize(("rule", "severity", "cells"), JUDGED)
def test_how_bad_it_is(rule: str, severity: Severity, cells: tuple[str, ...], analyse: Analyse) -> None:
    assert [(each.rule, each.severity) for each in analyse(*cells).findings] == [(rule, severity)]


MISSED = [
    (
        "other-hub-loader-unpinned",
        "import nemo.collections.asr as nemo_asr\nnemo_asr.models.ASRModel.from_pretrained('stt_en_citrinet_512')",
    ),
    ("trust-remote-code", "HuggingFaceCausalLM().setModelConfig(local_files_only=False, trust_remote_code=True)"),
    ("hf-load-dataset-unpinned", "from datasets import load_dataset\nload_dataset('embedding-data/SPECTER')"),
    ("hf-load-dataset-unpinned", "from datasets import load_dataset\nload_dataset('detection-datasets/coco')"),
    ("eval-exec-dynamic", "import json\nfor code in json.loads(open('tools.json').read()):\n    exec(code)"),
    ("url-download-no-hash", "from dspy.utils import download\ndownload('https://a.io/tools.json')"),
    (
        "trust-remote-code",
        "import langchain_huggingface as lh\nk = {'trust_remote_code': True}\nlh.HuggingFaceEmbeddings(model_kwargs=k)",
    ),
    (
        "datasets-trust-remote-code-dead",
        "from dspy.datasets import DataLoader\nDataLoader().from_huggingface('a/b', trust_remote_code=True, **options)",
    ),
    ("shell-download-no-checksum", "%sh\n\nwget https://a.io/data.zip\nunzip data.zip"),
    ("shell-download-no-checksum", "%sh wget https://a.io/data.zip"),
    ("hf-load-dataset-unpinned", "from dspy.datasets import DataLoader\nDataLoader().from_huggingface('Tevatron/x')"),
    (
        "hf-load-dataset-unpinned",
        "from dspy.datasets import DataLoader\ndl = DataLoader()\ndl.from_huggingface(dataset_name='Tevatron/x')",
    ),
]


@pytest.mark.parametrize(("rule", "source"), MISSED)
def test_what_was_missed_is_found(rule: str, source: str, check: Check) -> None:
    assert [each[0] for each in check(source)] == [rule]


def test_a_name_like_that_of_a_folder_is_one_where_people_call_folders_so(check: Check) -> None:
    load = "from datasets import load_dataset\nload_dataset('{}')"
    folders = ("data/train", "train_data/a", "my-data/a", "processed-datasets/a", "trained_models/a", "local-models/a")
    assert [check(load.format(name)) for name in folders] == [[]] * len(folders)


def test_the_revision_that_dspy_hands_on_is_a_pin(check: Check) -> None:
    given = f"revision='{'0f3c' * 10}'"
    assert check(f"from dspy.datasets import DataLoader\nDataLoader().from_huggingface('Tevatron/x', {given})") == []


def test_a_long_path_is_shown_from_a_whole_name_on(analyse: Analyse) -> None:
    source = "from transformers import AutoModelForCausalLM as A\nA.from_pretrained(\n    new\n).push_to_hub('a/b')"
    (finding,) = analyse(source).findings
    assert finding.message.startswith(("transformers.AutoModel", "AutoModel"))
