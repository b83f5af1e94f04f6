"""Names under which secrets are kept, and those that only sound like it: a tokenizer's tokens, a table's keys."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET = re.compile(
    r"(?:^|_)(?:password|passwd|pwd|passphrase|passcode|secret|apikey|(?:api|access|secret|auth|account|subscription"
    r"|private|encryption|signing|master|service|admin|storage|role|app|license|shared|jwt|session|deploy)_key"
    r"|(?:access|auth|api|refresh|bearer|bot|sas|id|session|security|personal|oauth|service|write|read|login|user|app|hub"
    r"|hf|hugging_?face|git_?hub|gh|gitlab|slack|openai|wandb|kaggle|notion|telegram|discord|replicate|databricks"
    r"|astra_db_application|application|jwt|pat|colab|ngrok|mapbox|github_pat)_token"
    r"|connection_string|conn_str|credentials?|authorization|client_secret)$"
)
_TOKEN = re.compile(r"(?:^|_)token$")
_NO_TOKEN = re.compile(
    r"(?:^|_)(?:pad|eos|bos|sep|cls|mask|unk|special|stop|start|end|image|img|audio|video|text|next|first|last|prev|new"
    r"|sub|oov|blank|word|prompt|user|assistant|system|tool|think|thinking|fim|max|num|min|n|cancellation|page|eot"
    r"|continuation|begin|source|target|src|tgt|lang|language|additional|decoder|speaker|placeholder|answer|request|idempotency)_token$"
)
_NO_SECRET = re.compile(
    r"(?:^|_)(?:no|is|has|use|wrong|invalid|confirm|forgot|reset|show|hide"
    # Specimens, of which a notebook shows how good they are.
    r"|(?:strong|weak|common|typical|leaked|breached|guessable)(?=(?:_[a-z]+){0,2}_pass))_"
)


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether what has this name is a secret, if it is a text at all."""
    snake = snaked(name)
    return bool(_SECRET.search(snake)) and not (_NO_TOKEN.search(snake) or _NO_SECRET.search(snake))


@lru_cache(maxsize=4096)
def is_token_name(name: str) -> bool:
    """Whether this can name a credential as well as a word: ``token``."""
    snake = snaked(name)
    return bool(_TOKEN.search(snake)) and not (_NO_TOKEN.search(snake) or _NO_SECRET.search(snake))


def snaked(name: str) -> str:
    """``OpenAIApiKey`` and ``X-API-Key2`` as ``open_ai_api_key`` and ``x_api_key``: a number behind it says nothing."""
    if len(name) > 100 or not any(map(str.isalpha, name)):  # noqa: PLR2004 - no name is that long
        return ""
    words = _WORDS.findall(name)
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    return "_".join(words).lower()


def variable(name: str) -> str:
    """The environment variable that a secret of this name is kept in."""
    return snaked(name).upper() or "SECRET"
