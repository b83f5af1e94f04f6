"""How bad a line is by what stands around it: files that the notebook writes itself, servers on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

KEY = "cadfeaf15a42dc57" + "44f2716fd33a69a37a35ac88"
ANSWER = "from llama_index.core import VectorStoreIndex\nengine = VectorStoreIndex.from_documents(d).as_query_engine()"

SILENT = [
    ("%env SERVER=http://0.0.0.0:9000", "!curl -Ik ${SERVER}/v2/ready"),
    ("import os\nos.environ['SERVER'] = 'http://localhost:9000'", "%%bash\ncurl -k $SERVER/v2/ready"),
    ("strong_computer_generated_password = 'c9lCwLBFmdLb" + "G6iWla4H'",),
    ("!curl -s -X POST https://api.example.org/mcp -d '{}' > response.json",),
    (
        "import requests\nserver = 'https://localhost:9200'",
        "requests.get(f'{server}/{name}/x', verify=False, timeout=3)",
    ),
    ("from opensearchpy import OpenSearch\nOpenSearch(hosts=['https://localhost:9200'], verify_certs=False)",),
    (
        "from opensearchpy import OpenSearch",
        "OpenSearch(hosts=[{'host': 'localhost', 'port': 9200}], verify_certs=False)",
    ),
    ("from opensearchpy import OpenSearch\nOpenSearch(hosts=hosts, use_ssl=False, verify_certs=False)",),
    (ANSWER, "import requests", "requests.get(engine.query('q').metadata['image_nodes'][0].node.image_url, timeout=3)"),
    ("x = 1\n--- output\nhttp://198.51.100.7:12345/#project?key=d58a5414-5d89-11ea-82fd-0242ac110002",),
    ("wanted = {'clientRequestToken': 'NovaRecipeSageMakerODI'}",),
    ("import os\nos.environ['ANTHROPIC_API_KEY'] = 'sk-ant-" + "api03-'",),
]


@pytest.mark.parametrize("cells", SILENT)
def test_what_is_no_danger_is_silent(cells: tuple[str, ...], check: Check) -> None:
    assert check(*cells) == []


JUDGED = [
    ("shell-tls-off", Severity.HIGH, ("%env SERVER=https://example.org", "!curl -Ik ${SERVER}/v2/ready")),
    ("shell-download-no-checksum", Severity.MEDIUM, ("!curl -X GET https://example.org/a.zip > a.zip",)),
    ("secret-literal-assigned", Severity.HIGH, ("strong_password = 3\ndb_password = 'c9lCwLBF" + "mdLbG6iWla4H'",)),
    # Which file it is that a helper reads nobody says; the notebook wrote such files.
    (
        "pickle-load",
        Severity.MEDIUM,
        (
            "import pickle\ndef save(what, name):\n    pickle.dump(what, open(name, 'wb'))",
            "def load(name):\n    return pickle.load(open(name, 'rb'))",
        ),
    ),
    ("pickle-load", Severity.HIGH, ("import pickle\ndef load(name):\n    return pickle.load(open(name, 'rb'))",)),
    (
        "pickle-load",
        Severity.HIGH,
        (
            "import joblib, pickle\njoblib.dump(model, name)",
            "def load(name):\n    return pickle.load(open(name, 'rb'))",
        ),
    ),
    (
        "pandas-read-pickle",
        Severity.MEDIUM,
        (
            "from pathlib import Path\nfrom mine import frame\nframe.to_pickle(f'{a}/{b}_result.pkl')",
            "import pandas as pd\nfor path in Path('results').iterdir():\n    pd.read_pickle(path)",
        ),
    ),
    (
        "pickle-load",
        Severity.MEDIUM,
        (
            "import os, pickle\npickle.dump(laps, open(data_path + 'laps_' + str(year) + '.pkl', 'wb'))",
            "for name in os.listdir(data_path):\n    pickle.load(open(data_path + name, 'rb'))",
        ),
    ),
    (
        "pickle-load",
        Severity.HIGH,
        (
            "import pickle\nfrom huggingface_hub import hf_hub_download\npickle.dump(laps, open(name, 'wb'))",
            "pickle.load(open(hf_hub_download('a/b', 'c.pkl', revision='" + "0f" * 20 + "'), 'rb'))",
        ),
    ),
    (
        "joblib-load",
        Severity.MEDIUM,
        (
            "import joblib\ndef train(kind):\n    joblib.dump(fit(kind), '{}.sav'.format(kind))",
            "kind = 'canadian'\nmodel = joblib.load(f'{kind}.sav')",
        ),
    ),
    (
        "joblib-load",
        Severity.HIGH,
        (
            "import joblib\ndef train(kind):\n    joblib.dump(fit(kind), '{}.sav'.format(kind))",
            "other = 'canadian'\nmodel = joblib.load(f'{other}.sav')",
        ),
    ),
    (
        "yaml-unsafe-load",
        Severity.MEDIUM,
        (
            "import yaml\ndef save(what, name):\n    yaml.dump(what, open(name, 'w'))",
            "def load(name):\n    return yaml.load(open(name), Loader=yaml.Loader)",
        ),
    ),
    ("yaml-unsafe-load", Severity.HIGH, ("import yaml\nyaml.load(open('a.yml'), Loader=yaml.Loader)",)),
    (
        "tls-verify-off",
        Severity.HIGH,
        ("from opensearchpy import OpenSearch\nOpenSearch(hosts=['https://localhost:9200', a], verify_certs=False)",),
    ),
    (
        "tls-verify-off",
        Severity.HIGH,
        ("import requests\nrequests.get(f'https://{server}/x', verify=False, timeout=3)",),
    ),
    (
        "llm-output-to-sql-or-path",
        Severity.HIGH,
        (ANSWER, "import requests", "requests.get(engine.query('q').response, timeout=3)"),
    ),
    (
        "secret-in-output",
        Severity.MEDIUM,
        (f"x = 1\n--- output\nhttps://wandb.ai/anony-moose-98000770/tuning?apiKey={KEY}",),
    ),
    ("secret-in-output", Severity.CRITICAL, (f"x = 1\n--- output\nhttps://wandb.ai/ann/tuning?apiKey={KEY}",)),
    (
        "trust-remote-code",
        Severity.LOW,
        ("import transformers as t\nt.Gemma3ForConditionalGeneration.from_pretrained(path, trust_remote_code=True)",),
    ),
    (
        "trust-remote-code",
        Severity.HIGH,
        ("import transformers as t\nt.AutoModelForCausalLM.from_pretrained(path, trust_remote_code=True)",),
    ),
    (
        "trust-remote-code",
        Severity.HIGH,
        ("import transformers as t\nt.Qwen2VLProcessor.from_pretrained(path, trust_remote_code=True)",),
    ),
    (
        "trust-remote-code",
        Severity.MEDIUM,
        (
            "tokenizer.save_pretrained('qwen18_int4')",
            "import transformers as t\nt.AutoTokenizer.from_pretrained('qwen18_int4', trust_remote_code=True)",
        ),
    ),
    # Others may write to a repository.
    (
        "trust-remote-code",
        Severity.HIGH,
        (
            "tool.push_to_hub('ann/tool', private=True)",
            "import smolagents\nsmolagents.load_tool('ann/tool', trust_remote_code=True)",
        ),
    ),
    (
        "trust-remote-code",
        Severity.LOW,
        ("from transformers.generation import GenerationConfig as G\nG.from_pretrained(path, trust_remote_code=True)",),
    ),
    (
        "pickle-load",
        Severity.MEDIUM,
        (
            "import pickle\nfrom pathlib import Path\npickle.dump(ranker, open(Path(FOLDER, 'ranker.pkl'), 'wb'))",
            "with open(Path(FOLDER, 'ranker.pkl'), 'rb') as file:\n    pickle.load(file)",
        ),
    ),
    (
        "pickle-load",
        Severity.HIGH,
        (
            "import pickle\nfrom pathlib import Path\nfrom huggingface_hub import hf_hub_download",
            "pickle.dump(ranker, open(name, 'wb'))",
            "pickle.load(open(Path(hf_hub_download('a/b', 'c.pkl', revision='" + "0f" * 20 + "')), 'rb'))",
        ),
    ),
    (
        "secret-in-notebook-other",
        Severity.MEDIUM,
        (f"--- markdown\nIt prints `http://localhost:8080/?token={KEY}`",),
    ),
    (
        "secret-in-notebook-other",
        Severity.HIGH,
        (f"--- markdown\nIt prints `https://hub.bigbank.co.uk/?token={KEY}`",),
    ),
    (
        "allow-dangerous-flag",
        Severity.MEDIUM,
        (
            "from langchain_community.vectorstores import FAISS",
            "def index(texts, folder):\n    FAISS.from_texts(texts, e).save_local(folder_path=folder)",
            "FAISS.load_local('./data/embedding', e, allow_dangerous_deserialization=True)",
        ),
    ),
    (
        "allow-dangerous-flag",
        Severity.HIGH,
        (
            "from langchain_community.vectorstores import FAISS",
            "FAISS.load_local('./data/embedding', e, allow_dangerous_deserialization=True)",
        ),
    ),
]


@pytest.mark.parametrize(("rule", "severity", "cells"), JUDGED)
def test_how_bad_it_is(rule: str, severity: Severity, cells: tuple[str, ...], analyse: Analyse) -> None:
    found = [(each.rule, each.severity) for each in analyse(*cells).findings]
    assert [each for each in found if each[0] == rule] == [(rule, severity)]


def test_a_pipeline_is_said_by_its_model(analyse: Analyse) -> None:
    line = "import transformers\ntransformers.pipeline('text2text-generation', model='a/b', trust_remote_code=True)"
    found = [each.message for each in analyse(line).findings if each.rule == "trust-remote-code"]
    assert [" of a/b;" in message for message in found] == [True]
