"""Models behind an address: which one answers is its owner's choice, unless the name fixes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import MODEL, Family
from jupyter_aisec.model import Severity

FAMILY = Family(
    "data protection and provenance", cwe="CWE-1357", atlas="AML.T0109", topics=MODEL, guidelines=("2.2", "4.3")
)

_DATED = re.compile(r"-(?:20\d{2}-?\d{2}-?\d{2}|\d{4})(?:-|$)")
_ALIAS = re.compile(r"(?:[\w.-]+[-@]latest|(?:openai[:/])?(?:gpt-\d|chatgpt-|o\d)[\w.-]*)")
_NO_SNAPSHOT = re.compile(r"oss|image|realtime|audio|instruct|search|codex|transcribe|tts")
_PLACES = frozenset(
    {"create", "parse", "stream", "generate_content", "completion", "acompletion", "complete", "chat"}
    | {"ChatOpenAI", "OpenAI", "ChatAnthropic", "ChatMistralAI", "ChatGoogleGenerativeAI", "init_chat_model"}
    | {"LiteLLMModel", "OpenAIServerModel", "OpenAIChatCompletionClient", "LLM", "LM", "Agent", "create_agent"}
)
_LIBRARIES = (
    *(
        "openai.",
        "anthropic.",
        "mistralai.",
        "groq.",
        "litellm.",
        "google.g",
        "langchain",
        "llama_index.",
        "smolagents.",
    ),
    *("autogen_ext.", "crewai.", "dspy.", "agents.", "pydantic_ai."),
)


@FAMILY.rule(Severity.INFO, named=_PLACES, default=False)
def llm_model_alias(call: Call) -> Iterator[Hit]:
    """A hosted model is named by an alias that moves.

    `-latest`, and OpenAI's names without a date, mean another model after the next release: what you evaluated is no
    longer what answers. Name the dated snapshot.

    Bad:
        from openai import OpenAI
        answer = OpenAI().responses.create(model="gpt-4o", input="Hello")

    Good:
        from openai import OpenAI
        answer = OpenAI().responses.create(model="gpt-4o-2024-08-06", input="Hello")
    """
    if not call.path.startswith(_LIBRARIES) or "Azure" in call.path:
        return
    position = 0 if call.name in {"init_chat_model", "LM", "create_agent", "completion"} else None
    name = call.text("model", position) or call.text("model_name") or call.text("model_id")
    if not name or not _ALIAS.fullmatch(name) or _DATED.search(name):
        return
    if name.endswith("latest") or not _NO_SNAPSHOT.search(name):
        yield call.found(f"{name} is whatever its maker serves under that name; use a dated snapshot", once=name)
