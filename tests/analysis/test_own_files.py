from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

PICKLES = [
    ("pickle.dump(m, open('m.pkl', 'wb'))", "pickle.load(open('m.pkl', 'rb'))"),
    ("with open('m.pkl', 'wb') as f:\n    pickle.dump(m, f)", "with open('m.pkl', 'rb') as f:\n    m = pickle.load(f)"),
    ("joblib.dump(m, 'm.joblib')", "joblib.load('m.joblib')"),
    ("joblib.dump(m, Path('d') / 'm')", "joblib.load(Path('d') / 'm')"),
    ("frame.to_pickle('f.pkl')", "pandas.read_pickle('f.pkl')"),
    ("torch.save(m, 'm.pt')", "torch.load('m.pt', weights_only=False)"),
    ("numpy.save('a.npy', a)", "numpy.load('a.npy', allow_pickle=True)"),
    ("dill.dump(m, open('m', 'wb'))", "dill.load(open('m', 'rb'))"),
]
IMPORTS = "import pickle, joblib, pandas, torch, numpy, dill\nfrom pathlib import Path"


@pytest.mark.parametrize(("written", "read"), PICKLES)
def test_pickle_of_the_notebook_itself_is_a_low_finding(written: str, read: str, analyse: Analyse) -> None:
    alone = [each.severity for each in analyse(IMPORTS, read).findings]
    assert alone in ([Severity.HIGH], [Severity.MEDIUM])
    assert [each.severity for each in analyse(IMPORTS, written, read).findings] == [Severity.LOW]
    other = read.replace("'m", "'other").replace("'f", "'other").replace("'a", "'other")
    assert [each.severity for each in analyse(IMPORTS, written, other).findings] == alone


PUSHED = [
    ("from transformers import AutoModel\nAutoModel.from_pretrained('me/m')", "hf-from-pretrained-unpinned"),
    ("from transformers import pipeline\npipeline('text-generation', model='me/m')", "hf-pipeline-default-model"),
    ("from datasets import load_dataset\nload_dataset('me/m')", "hf-load-dataset-unpinned"),
    ("from huggingface_hub import snapshot_download\nsnapshot_download('me/m')", "hf-hub-download-unpinned"),
]


@pytest.mark.parametrize(("fetched", "rule"), PUSHED)
def test_what_the_notebook_pushes_itself_needs_no_pin(fetched: str, rule: str, check: Check) -> None:
    assert check(fetched) == [(rule, 0, 2)]
    assert check("model.push_to_hub('me/m', private=True)", fetched) == []
    assert check("model.push_to_hub('me/other', private=True)", fetched) == [(rule, 1, 2)]


TRUSTING = [
    "import transformers\ntransformers.AutoModel.from_pretrained('a/b', trust_remote_code=True)",
    "import transformers\ntransformers.AutoModel.from_pretrained('a/b', revision='main', trust_remote_code=True)",
    "import transformers\ntransformers.pipeline('text-generation', model='a/b', trust_remote_code=True)",
    "import vllm\nvllm.LLM(model='a/b', trust_remote_code=True)",
]


@pytest.mark.parametrize("source", TRUSTING)
def test_code_of_a_repository_is_said_and_not_its_missing_pin_too(source: str, check: Check) -> None:
    assert check(source) == [("trust-remote-code", 0, 2)]
