"""Values that somebody else wrote, followed to where they are run, queried, shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

CLIENT = "from openai import OpenAI\nclient = OpenAI()"
ASK = """def ask(question, model="gpt"):
    reply = client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}])
    return reply.choices[0].message.content"""

WAYS = [
    ("straight", "exec(ask('x'))"),
    ("name", "code = ask('x')\nexec(code)"),
    ("cut out of a fence", "code = ask('x').split('```')[1].removeprefix('python').strip()\nexec(code)"),
    ("regular expression", "import re\ncode = re.search('```(.*)```', ask('x'), re.S).group(1)\nexec(code)"),
    ("json", "import json\nplan = json.loads(ask('x'))\nexec(plan['code'])"),
    ("f-string", "code = ask('x')\nexec(f'import os\\n{code}')"),
    ("percent", "exec('import os\\n%s' % ask('x'))"),
    ("format", "exec('import os\\n{}'.format(ask('x')))"),
    ("sum", "exec('import os\\n' + ask('x'))"),
    ("list", "parts = []\nfor question in questions:\n    parts.append(ask(question))\nexec('\\n'.join(parts))"),
    ("dict", "state = {'code': ask('x')}\nexec(state['code'])"),
    ("comprehension", "for code in [ask(question) for question in questions]:\n    exec(code)"),
    ("either", "exec(ask('x') or 'pass')"),
    ("another function", "def clean(text):\n    return text.strip('`')\nexec(clean(ask('x')))"),
    ("lambda", "clean = lambda text: text.strip('`')\nexec(clean(ask('x')))"),
    ("keyword", "def clean(n, text='', *rest):\n    return text\nexec(clean(1, text=ask('x')))"),
    ("sink in a function", "def run(code):\n    import os\n    os.system(code)\nrun(ask('x'))"),
    ("walrus", "if code := ask('x'):\n    exec(code)"),
    ("with", "with client.responses.stream(input='x') as stream:\n    exec(stream.get_final_response().output_text)"),
    ("shell line", "command = ask('x')\n!{command}"),
    ("shell word", "command = ask('x')\n!bash -c \"$command\""),
    ("os.system", "import os\nos.system(ask('x'))"),
    ("subprocess", "import subprocess\nsubprocess.run(ask('x'), shell=True)"),
    ("subprocess -c", "import subprocess\nsubprocess.run(['bash', '-c', ask('x')])"),
    ("run_cell", "get_ipython().run_cell(ask('x'))"),
    ("%run", "name = ask('x')\n%run {name}"),
]


@pytest.mark.parametrize("source", [source for _, source in WAYS], ids=[name for name, _ in WAYS])
def test_what_a_model_wrote_is_followed_to_where_it_is_run(source: str, check: Check) -> None:
    found = [(rule, cell) for rule, cell, _ in check(CLIENT, ASK, source)]
    assert found == [("llm-output-executed", 2)]


@pytest.mark.parametrize(
    "source",
    [
        "print(ask('x'))",
        "import subprocess\nsubprocess.run(['say', ask('x')])",
        "import shlex\nword = shlex.quote(ask('x'))\n!say {word}",
        "n = int(ask('x'))\nimport os\nos.system(f'seq {n}')",
        "handlers = {'a': print}\nhandlers[ask('x')]()",
        "def run(code):\n    print(code)\nrun(ask('x'))",
    ],
)
def test_what_runs_nothing_is_silent(source: str, check: Check) -> None:
    assert check(CLIENT, ASK, source) == []


MODELS = [
    "from anthropic import Anthropic\nt = Anthropic().messages.create(model='m').content[0].text",
    "import anthropic\nc = anthropic.Anthropic()\nt = c.messages.create(model='m').content[0].text",
    "from langchain_openai import ChatOpenAI\nt = ChatOpenAI().invoke('x').content",
    "from langchain_openai import ChatOpenAI\nchain = prompt | ChatOpenAI() | parser\nt = chain.invoke({})",
    "import litellm\nt = litellm.completion(model='m').choices[0].message.content",
    "import ollama\nt = ollama.chat(model='m')['message']['content']",
    "from google import genai\nt = genai.Client().models.generate_content(model='m', contents='x').text",
    "import transformers\np = transformers.pipeline('text-generation', 'a/b', revision=R)\nt = p('x')[0]['text']",
]


@pytest.mark.parametrize("source", MODELS)
def test_the_clients_of_language_models_are_known(source: str, check: Check) -> None:
    assert [rule for rule, _, _ in check(source, "exec(t)")] == ["llm-output-executed"]


FOUND = [
    ("eval-exec-dynamic", "def f(text):\n    return eval(text)"),
    ("eval-exec-dynamic", "exec(f'{name} = 1')"),
    ("eval-exec-dynamic", "import pandas as pd\ndf = pd.read_parquet('d')\ndf.query(input())"),
    ("exec-downloaded-code", "import requests\nexec('x = 1\\n' + requests.get('https://example.org/a').text)"),
    ("shell-injection", "name = input()\n!rm {name}"),
    ("shell-injection", "import os\nos.system('rm %s' % input())"),
    ("shell-injection", "import subprocess\nsubprocess.run('rm ' + input(), shell=True)"),
    ("shell-injection", "for line in open('names.txt'):\n    get_ipython().system(f'rm {line}')"),
    ("sql-string-built", "cursor.execute('SELECT * FROM t WHERE a = \\'%s\\'' % name)"),
    ("sql-string-built", "cursor.execute('SELECT * FROM t WHERE a = {}'.format(name))"),
    ("sql-string-built", "cursor.execute('INSERT INTO t VALUES (' + name + ')')"),
    ("sql-string-built", "query = f'DELETE FROM t WHERE a IN ({names})'\ncursor.execute(query)"),
    ("sql-string-built", "spark.sql(f\"SELECT * FROM t WHERE day = '{day}'\")"),
    ("sql-string-built", "table = input()\ncursor.execute(f'SELECT * FROM {table}')"),
]


@pytest.mark.parametrize(("rule", "source"), FOUND)
def test_other_ways_to_write_it(rule: str, source: str, check: Check) -> None:
    assert [name for name, _, _ in check(source)] == [rule]


SILENT = [
    "eval('1 + 1')",
    "model.eval()\ntf.keras.backend.eval(x)",
    "exec(open('setup.py').read())",
    "exec(compile(open('setup.py').read(), 'setup.py', 'exec'))",
    "df.query(f'year == {year}')",
    "index.query(input())",
    "cursor.execute('SELECT * FROM t WHERE a = ?', (name,))",
    "cursor.execute(f'SELECT * FROM {table}')",
    "spark.sql(f'CREATE SCHEMA IF NOT EXISTS {catalog}.{schema}')",
    "spark.sql(f'SELECT a, b FROM {catalog}.t LIMIT {limit:d}')",
    "cursor.execute(f'SELECT * FROM t WHERE a = {int(name)}')",
    "limit = 5\ncursor.execute(f'SELECT * FROM t WHERE a = {limit}')",
    "agent.execute(f'please choose = {x}')",
    "import os\nos.system(f'tar xf {path}')",
    "!rm {path}",
    "from huggingface_hub import hf_hub_download\np = hf_hub_download('a/b', 'c', revision=R)\n!tar xf {p}",
]


@pytest.mark.parametrize("source", SILENT)
def test_what_is_fine_or_unknown_has_no_finding(source: str, check: Check) -> None:
    assert check(source) == []


def test_the_finding_is_where_the_value_is_given_to_the_function(analyse: Analyse) -> None:
    run = "import os\n\ndef run(line):\n    os.system(line)"
    (finding,) = analyse(CLIENT, ASK, run, "run('ls')\nrun(ask('x'))").findings
    assert (finding.place.cell_index, finding.place.line) == (3, 2)
    assert finding.message.startswith("in run(), ")


@pytest.mark.parametrize(
    "source",
    [
        "def f(n):\n    return f(n - 1) + g(n)\ndef g(n):\n    return f(n) + f(n)\nprint(f(3))",
        "\n".join(f"def f{n}(x):\n    return f{n + 1}(x) + f{n + 1}(x)" for n in range(40)) + "\nprint(f0(input()))",
        "def f(x):\n" + "    x = g(x)\n" * 400 + "    return x\ng = f\nprint(f(input()))",
    ],
    ids=["each other", "tree", "long"],
)
def test_functions_that_call_each_other_are_followed_so_far(source: str, check: Check) -> None:
    assert check(source) == []


def test_literal_eval_is_the_fix_for_what_is_typed_in(analyse: Analyse) -> None:
    (finding,) = analyse("x = eval(input())").findings
    assert finding.fix is not None
    assert not finding.fix.safe
    assert [edit.text for edit in finding.fix.edits] == ["import ast\n", "ast.literal_eval"]
