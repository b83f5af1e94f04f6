"""Files from addresses: how bad it is by what they are, and what is no download of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse

KEPT = "import requests\nr = requests.{how}('{url}')\nopen('x', 'wb').write(r.content)"
DATA = ["https://e.org/data.csv", "https://e.org/model.pkl?a=b.png", "https://e.org/pictures.zip", "https://e.org/get"]
SHOWN = ["https://e.org/cat.JPG", "https://e.org/talk.mp3", "https://e.org/film.mp4?size=small"]


@pytest.mark.parametrize("url", DATA + SHOWN)
@pytest.mark.parametrize("cell", ["!wget {url}", "%%bash\ncurl -o x {url}", KEPT.replace("{how}", "get")])
def test_what_is_looked_at_is_low(url: str, cell: str, analyse: Analyse) -> None:
    (finding,) = analyse(cell.replace("{url}", url)).findings
    assert finding.severity is (Severity.LOW if url in SHOWN else Severity.MEDIUM)


def test_what_a_service_makes_has_no_digest(analyse: Analyse) -> None:
    got, made = (KEPT.format(how=how, url="https://e.org/audio/generations") for how in ("get", "post"))
    assert [finding.rule for finding in analyse(got).findings] == ["url-download-no-hash"]
    assert not analyse(made).findings
    assert not analyse(made.replace("open('x', 'wb').write", "import pathlib\npathlib.Path('x').write_bytes")).findings


def test_embeddings_of_llama_index_trust_code_too(analyse: Analyse) -> None:
    source = (
        "from llama_index.embeddings.huggingface import HuggingFaceEmbedding as E\nE('a/b', trust_remote_code=True)"
    )
    assert "trust-remote-code" in {finding.rule for finding in analyse(source).findings}


def test_model_of_a_service_is_none_of_the_hub(analyse: Analyse) -> None:
    source = "from vertexai.preview.vision_models import ImageGenerationModel as M\nM.from_pretrained('imagen-3.0-001')"
    assert not analyse(source).findings
