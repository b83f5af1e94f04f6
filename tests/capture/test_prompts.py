"""Prompts: of MLflow's registry, and the instructions and templates that cells give to language models."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jupyter_aisec import lineage
from jupyter_aisec.journal import Log
from jupyter_aisec.lineage.described import expected
from jupyter_aisec.model import AssetKind, Certainty, DocumentState, Hashed, Session, Use, Verb
from tests.capture.conftest import Watched
from tests.capture.graph import graph_of, node

TEXT = "You are a careful clerk."
CLIENT = """
import httpx, openai
def answer(request):
    said = {'index': 0, 'finish_reason': 'stop', 'message': {'role': 'assistant', 'content': 'yes'}}
    whole = {'id': '1', 'object': 'chat.completion', 'created': 1, 'model': 'm', 'choices': [said]}
    return httpx.Response(200, json=whole)
there = httpx.Client(transport=httpx.MockTransport(answer))
client = openai.OpenAI(api_key='none', base_url='http://127.0.0.1:9/v1', http_client=there)
chat = client.chat.completions
"""


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def prompts(watched: Watched) -> dict[str, str | None]:
    """Name and digest of each."""
    return {each.name: each.sha256 for each in graph_of(watched).nodes if each.kind is AssetKind.PROMPT}


GIVEN = {
    "a variable": (
        (
            f"SYSTEM_PROMPT = {TEXT!r}\n"
            "asked = {'role': 'user', 'content': 'a'}\n"
            "chat.create(model='m', messages=[{'role': 'system', 'content': SYSTEM_PROMPT}, asked])"
        ),
        "SYSTEM_PROMPT",
    ),
    "a function, many times": (
        (
            f"PERSONA = {TEXT!r}\nfrom itertools import count\n"
            "def ask(question):\n"
            "    said = [{'role': 'system', 'content': PERSONA}, {'role': 'user', 'content': question}]\n"
            "    return chat.create(model='m', messages=said)\n"
            "for each in 'abc':\n    ask(each)"
        ),
        "PERSONA",
    ),
    "in place": (
        (
            f"block = {{'type': 'text', 'text': {TEXT!r}}}\n"
            "chat.create(model='m', messages=[{'role': 'developer', 'content': [block]}])"
        ),
        "system prompt",
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_instructions_that_a_model_is_given_are_a_prompt_of_that_name(watched: Watched, name: str) -> None:
    cell, called = GIVEN[name]
    watched.run(CLIENT, cell)
    assert prompts(watched) == {called: sha(TEXT)}
    use = watched.only(Verb.READ)
    assert (use.location, dict(use.facts)) == (None, {"characters": len(TEXT)})
    assert not [each for each in watched.records if TEXT in repr(each)]


def test_what_only_a_person_asks_is_no_prompt_and_neither_is_a_variable_that_nobody_uses(watched: Watched) -> None:
    watched.run(
        CLIENT,
        f"SYSTEM_PROMPT = {TEXT!r}\nchat.create(model='m', messages=[{{'role': 'user', 'content': 'Hello'}}])",
    )
    assert watched.uses == []


def test_texts_that_are_filled_in_anew_each_time_are_not_a_prompt_each(watched: Watched) -> None:
    watched.run(
        CLIENT,
        "for each in range(30):\n"
        "    chat.create(model='m', messages=[{'role': 'system', 'content': f'Today is day {each}.'}])",
    )
    assert len(watched.uses) == 3


def test_the_same_text_is_the_same_prompt_and_another_its_next_version(watched: Watched) -> None:
    say = "chat.create(model='m', messages=[{'role': 'system', 'content': SYSTEM_PROMPT}])"
    watched.run(CLIENT, f"SYSTEM_PROMPT = {TEXT!r}", say, say, f"SYSTEM_PROMPT = {TEXT!r} + ' Be brief.'", say)
    found = [each for each in graph_of(watched).nodes if each.kind is AssetKind.PROMPT]
    assert [(each.name, each.sha256) for each in found] == [
        ("SYSTEM_PROMPT", sha(TEXT)),
        ("SYSTEM_PROMPT", sha(f"{TEXT} Be brief.")),
    ]


def test_an_answer_that_is_written_down_comes_from_the_prompt(watched: Watched) -> None:
    watched.run(
        CLIENT,
        f"SYSTEM_PROMPT = {TEXT!r}\n"
        "said = chat.create(model='m', messages=[{'role': 'system', 'content': SYSTEM_PROMPT}])\n"
        "with open('said.txt', 'w') as file:\n    file.write(said.choices[0].message.content)",
    )
    wrote = watched.only(Verb.WROTE)
    assert [each.certainty for each in wrote.sources] == [Certainty.INFERRED]
    assert wrote.sources[0].key == watched.only(Verb.READ).key


def test_templates_are_prompts_of_the_name_of_their_variable(watched: Watched) -> None:
    watched.run(
        "from langchain_core.prompts import ChatPromptTemplate, PromptTemplate\n"
        "brief = ChatPromptTemplate.from_messages([('system', 'Be brief on {topic}.'), ('human', '{question}')])\n"
        "short = PromptTemplate.from_template('Shorten {text}')\n"
        "brief.invoke({'topic': 'law', 'question': 'Why?'})",
    )
    assert prompts(watched) == {
        "brief": sha("system: Be brief on {topic}.\nhuman: {question}"),
        "short": sha("Shorten {text}"),
    }


def test_of_jinja_templates_only_those_that_are_called_prompts(watched: Watched) -> None:
    watched.run(
        "import jinja2\nreport = jinja2.Template('<h1>{{ x }}</h1>')\n"
        "prompt = jinja2.Template('Translate {{ x }}.')\n"
        "other_prompt = jinja2.Environment().from_string('Repeat {{ x }}.')\n"
        "assert prompt.render(x='this') == 'Translate this.' and type(prompt) is jinja2.Template"
    )
    assert prompts(watched) == {"prompt": sha("Translate {{ x }}."), "other_prompt": sha("Repeat {{ x }}.")}


@pytest.mark.parametrize("module", ["mlflow.genai", "mlflow"])
@pytest.mark.filterwarnings("ignore")
def test_prompts_of_the_registry_have_name_version_and_digest(
    watched: Watched, folder: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
    watched.run(
        "import mlflow, mlflow.genai\n" + CLIENT,
        f"SYSTEM_PROMPT = {TEXT!r}\nchat.create(model='m', messages=[{{'role': 'system', 'content': SYSTEM_PROMPT}}])",
        f"{module}.register_prompt(name='clerk', template=SYSTEM_PROMPT)",
        f"{module}.register_prompt(name='clerk', template=[{{'role': 'system', 'content': 'Be brief.'}}])",
        f"prompt = {module}.load_prompt('prompts:/clerk/1')",
    )
    graph = graph_of(watched)
    first, second = node(graph, "prompts:/clerk/1"), node(graph, "prompts:/clerk/2")
    assert (first.name, first.sha256, first.facts["version"]) == ("clerk", sha(TEXT), 1)
    assert (second.sha256, second.facts["version"]) == (sha("system: Be brief."), 2)
    written = next(each for each in graph.nodes if each.name == "SYSTEM_PROMPT")
    assert [edge.source for edge in graph.edges if edge.target == first.id and edge.verb is Verb.SAVED] == [written.id]
    assert not [each for each in graph.nodes if each.kind is AssetKind.UNKNOWN]


def test_a_prompt_is_asked_about_and_is_one_through_all_sessions(watched: Watched) -> None:
    cell = (
        f"SYSTEM_PROMPT = {TEXT!r}\nchat.create(model='m', messages=[{{'role': 'system', 'content': SYSTEM_PROMPT}}])"
    )
    watched.run(CLIENT, cell)
    uses = tuple(each for each in watched.records if isinstance(each, Use))
    hashes = tuple(each for each in watched.records if isinstance(each, Hashed))
    sessions = [Session(name, "2026-01-01T00:00:00.000+00:00", f"{name}.ipynb", 1, "3") for name in "ab"]
    graph = lineage.build([Log(Path(f"{each.id}.jsonl"), each, (), uses, hashes, 0, 0) for each in sessions])
    [asked] = expected(graph)
    assert (asked.kind, asked.documentation) == (AssetKind.PROMPT, DocumentState.MISSING)
    assert len([edge for edge in graph.edges if edge.source == asked.id]) == 2
