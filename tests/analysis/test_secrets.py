from __future__ import annotations

import json
import random
import string
import time
import zlib
from typing import TYPE_CHECKING

import pytest

from jupyter_aisec import knowledge
from jupyter_aisec.model import Edit, Finding, Part, Severity
from jupyter_aisec.rules import all_rules
from jupyter_aisec.rules.secret_names import is_secret_name, variable
from jupyter_aisec.rules.tokens import tokens

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

LETTERS = string.ascii_letters + string.digits
RULES = {rule.name: rule for rule in all_rules()}


def drawn(size: int, letters: str = LETTERS, seed: int = 3) -> str:
    """Drawn by lot, and the same each time: nothing that looks like a token stands in this file."""
    return "".join(random.Random(seed).choices(letters, k=size))


def hexadecimal(size: int) -> str:
    return drawn(size, "0123456789abcdef", 5)


def with_checksum(prefix: str) -> str:
    """As GitHub and npm make them: thirty characters, and their CRC-32 in base 62."""
    body, number, digits = drawn(30), 0, ""
    number = zlib.crc32(body.encode())
    base = string.digits + string.ascii_uppercase + string.ascii_lowercase
    while number:
        number, digit = divmod(number, 62)
        digits = base[digit] + digits
    return prefix + body + digits.rjust(6, "0")


def password() -> str:
    return "Tr0ub4dor&" + drawn(4)


KEY = drawn(32)
TOKENS = {
    "Hugging Face token": "hf_" + drawn(34),
    "AWS access key": "AKIA" + drawn(16, string.ascii_uppercase + "234567"),
    "OpenAI key": "sk-" + drawn(48),
    "Anthropic key": "sk-ant-api03-" + drawn(93) + "AA",
    "Google API key": "AIza" + drawn(35),
    "GitLab token": "glpat-" + drawn(20),
    "Slack token": "xoxb-" + drawn(12, "2468091357") + "-" + drawn(24),
    "Stripe key": "sk_live_" + drawn(24),
    "Databricks token": "dapi" + hexadecimal(32),
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + drawn(60),
    "SendGrid key": "SG." + drawn(22) + "." + drawn(43, seed=4),
    "Azure storage key": "AccountKey=" + drawn(86) + "==",
    "Azure AI key": drawn(52) + "JQQJ99" + drawn(26, seed=8),
    "Groq key": "gsk_" + drawn(52),
    "LangSmith key": "lsv2_pt_" + hexadecimal(32) + "_" + hexadecimal(10),
    "GitHub token": with_checksum("ghp_"),
    "npm token": with_checksum("npm_"),
    "JSON web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ." + drawn(43),
    "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{drawn(64)}\n{drawn(64, seed=9)}\n-----END",
}


@pytest.mark.parametrize("name", TOKENS)
def test_token_is_known_by_its_format(name: str) -> None:
    text = f"one = 1\nkey = {TOKENS[name]!r}  # for the job" if "\n" not in TOKENS[name] else TOKENS[name]
    (found,) = tokens(text)
    assert found.format.name == name
    assert text[found.start : found.end] == found.text
    assert TOKENS[name] not in found.shown
    assert len(found.shown) < 22


NO_TOKENS = [
    "hf_" + "x" * 34,
    "sk-" + "1234567890abcdef" * 3,
    "sk-...",
    "hf_your_token_goes_here_0123456789abc",
    "AKIAIOSFODNN7" + "EXAMPLE",
    "ghp_" + drawn(36),
    "task-" + drawn(48),
    "A" + "AIza" + drawn(35),
    "hf_" + drawn(40),
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.bm90IGpzb24." + drawn(43),
]


@pytest.mark.parametrize("text", NO_TOKENS)
def test_what_only_looks_like_a_token_is_none(text: str) -> None:
    assert [*tokens(f"key = '{text}'")] == []


def test_every_format_has_a_pattern_that_its_prefix_begins() -> None:
    for each in knowledge.secret_formats():
        assert all(len(prefix) >= 3 for prefix in each.prefixes)
        assert each.variable.isupper()


FOUND = [
    ("provider-token", f"from huggingface_hub import login\nlogin('{TOKENS['Hugging Face token']}')", 2),
    ("provider-token", f"!hf download x # {TOKENS['Hugging Face token']}", 1),
    ("provider-token", f"KEY = <{TOKENS['OpenAI key']}>", 1),
    ("provider-token", f"# key: {TOKENS['Google API key']}\nx = 1", 1),
    ("provider-token", f"x = '''a\n{TOKENS['OpenAI key']}'''", 2),
    ("secret-literal-assigned", f"DB_PASSWORD = '{password()}'", 1),
    ("secret-literal-assigned", f"user, password = 'ann', '{password()}'", 1),
    ("secret-literal-assigned", f"settings.secret_key = '{KEY}'", 1),
    ("secret-literal-assigned", f"config = {{'api_key': '{KEY}'}}", 1),
    ("secret-literal-assigned", f"config['apiKey'] = '{KEY}'", 1),
    ("secret-literal-assigned", f"def connect(password='{password()}'): pass", 1),
    ("secret-literal-assigned", f"class C:\n    api_key: str = '{KEY}'", 2),
    ("secret-literal-assigned", f"SECRET_KEY = b'{KEY}'", 1),
    ("secret-literal-assigned", f"access_token = '{KEY}'", 1),
    ("secret-literal-assigned", f"access_token = '{drawn(32, string.ascii_letters)}'", 1),
    ("secret-literal-assigned", f"connection_string = 'Server=db;User=ann;Password={password()};'", 1),
    ("secret-literal-argument", f"c = Client(api_key='{KEY}')", 1),
    ("secret-literal-argument", f"c = connect(user='ann', password='{password()}')", 1),
    ("secret-literal-argument", f"login(token='{KEY}')", 1),
    ("secret-literal-argument", f"get(u, headers={{'Authorization': 'Bearer {KEY}'}})", 1),
    ("secret-literal-argument", f"get(u, headers={{'x-api-key': '{KEY}'}})", 1),
    ("secret-literal-argument", f"get(u, auth=('ann', '{password()}'))", 1),
    ("secret-literal-argument", f"import wandb\nwandb.login('{hexadecimal(40)}')", 2),
    ("secret-literal-argument", f"server.login('ann', '{password()}')", 1),
    ("secret-literal-environ", f"%%writefile .env\nDEBUG=1\nAPI_KEY={KEY}", 1),
    ("secret-literal-environ", f"%env WANDB_API_KEY={hexadecimal(40)}", 1),
    ("secret-literal-environ", f"%set_env WANDB_API_KEY {hexadecimal(40)}", 1),
    ("secret-literal-environ", f"import os\nos.environ['WANDB_API_KEY'] = '{hexadecimal(40)}'", 2),
    ("secret-literal-environ", f"from os import environ as e\ne['API_KEY'] = '{KEY}'", 2),
    ("secret-literal-environ", f"import os\nos.putenv('API_KEY', '{KEY}')", 2),
    ("secret-literal-environ", f"import os\nos.environ.setdefault('API_KEY', '{KEY}')", 2),
    ("secret-literal-environ", f"import os\nos.environ.update(API_KEY='{KEY}')", 2),
    ("secret-literal-environ", f"!export API_KEY={KEY}", 1),
    ("secret-literal-environ", f"!API_KEY={KEY} python train.py", 1),
    ("secret-on-shell-line", f"!hf auth login --token {KEY}", 1),
    ("secret-on-shell-line", f"%%bash\ncurl -H 'Authorization: Bearer {KEY}' https://api.bigbank.co.uk", 2),
    ("secret-on-shell-line", f"!curl -u 'ann:{password()}' https://api.bigbank.co.uk", 1),
    ("secret-on-shell-line", f"!wandb login {hexadecimal(40)}", 1),
    ("secret-on-shell-line", f"!ngrok config add-authtoken {KEY}", 1),
    ("secret-on-shell-line", f"!docker login -u ann -p '{password()}'", 1),
    ("secret-on-shell-line", f"import os\nos.system('wandb login {hexadecimal(40)}')", 2),
    ("secret-on-shell-line", f"!echo 'API_KEY={KEY}' > .env", 1),
    ("credentials-in-url", f"u = 'postgresql://ann:{password()}@db.bigbank.co.uk/prod'", 1),
    ("credentials-in-url", f"u = f'mongodb+srv://ann:{password()}@{{host}}.bigbank.co.uk'", 1),
    ("credentials-in-url", f"u = 'https://api.bigbank.co.uk/v1?api_key={KEY}'", 1),
    ("credentials-in-url", f"u = 'https://x.blob.core.windows.net/c?sv=1&sig={drawn(40)}'", 1),
    ("secret-in-output", f"x\n--- output\nHF_TOKEN {TOKENS['Hugging Face token']}", 1),
    ("secret-in-output", f"x\n--- output\n{{'OPENAI_API_KEY': '{KEY}'}}", 1),
    ("secret-in-output", f"x\n--- error\nValueError: no such key: {TOKENS['OpenAI key']}", 1),
    ("secret-in-notebook-other", f"--- markdown\nkey: {TOKENS['Hugging Face token']}", 2),
    ("secret-in-notebook-other", f"--- raw\nkey: {TOKENS['Hugging Face token']}", 2),
    ("secret-in-notebook-other", f"x = 1\n--- metadata\n{TOKENS['Hugging Face token']}", 1),
    ("secret-printed", "import os\nprint(dict(os.environ))", 2),
    ("secret-printed", "import os\nos.environ", 2),
    ("secret-printed", "import os\nprint(os.environ['HF_TOKEN'])", 2),
    ("secret-printed", "import os\nprint(f'key: {os.getenv(\"OPENAI_API_KEY\")}')", 2),
    ("secret-printed", "import os\nos.environ.get('OPENAI_API_KEY')", 2),
    ("secret-printed", "from getpass import getpass\nk = getpass()\nprint(k)", 3),
    ("secret-printed", "print('key', api_key)", 1),
    ("secret-printed", "hf_token", 1),
    ("secret-printed", "%env", 1),
    ("secret-printed", "!env", 1),
    ("secret-printed", "!printenv HF_TOKEN", 1),
    ("secret-printed", "!cat ~/.aws/credentials", 1),
    ("secret-printed", "!echo $OPENAI_API_KEY", 1),
    ("secret-logged-to-tracker", "import mlflow\nmlflow.log_params({'lr': 1, 'api_key': key})", 2),
    ("secret-logged-to-tracker", "import mlflow\nmlflow.set_tag('hf_token', value)", 2),
    ("secret-logged-to-tracker", "import mlflow\nmlflow.log_param('k', api_key)", 2),
    ("secret-logged-to-tracker", "import mlflow, os\nmlflow.log_dict(dict(os.environ), 'env.json')", 2),
    ("secret-logged-to-tracker", "import wandb\nwandb.init(config={'openai_api_key': key})", 2),
]


@pytest.mark.parametrize(("rule", "source", "line"), FOUND)
def test_secret_is_found(rule: str, source: str, line: int, analyse: Analyse) -> None:
    found = [
        (each.rule, each.place.line)
        for each in analyse(source).findings
        if RULES[each.rule].family == "secrets" and each.place.cell_index == 0
    ]
    assert (rule, line if not source.startswith("---") else found[0][1]) in found
    assert {name for name, _ in found} == {rule}


SILENT = [
    "api_key = 'YOUR_API_KEY'",
    "api_key = 'xxx'",
    "api_key = '<your key>'",
    "api_key = 'sk-...'",
    "password = 'changeme'",
    "password = 'password123'",
    "password = 'P@ssw0rd'",
    "password = 'postgres'",
    "token = 'hf_xxx'",
    "api_key = 'OPENAI_API_KEY'",
    "api_key = os.environ['OPENAI_API_KEY']",
    "api_key = ''",
    "api_key = 'none'",
    "api_key = '0123456789abcdef0123456789abcdef'",
    "api_key = 'sk-1234567890abcdefghijklmnop'",
    "api_key = '/run/secrets/api_key.txt'",
    "secret_name = 'prod/openai/Key1-Alpha-7Beta'",
    "t = Tokenizer(pad_token='[PAD]', eos_token='<|endoftext|>', mask_token='[MASK]')",
    "x = load(token='[MASK]')",
    "m = Memory(memory_key='chat_history', input_key='question')",
    "token_type = 'bearer-token-Type2'",
    "d = {'key': 'Zk3v9QxT2mB7', 'password_field': 'Zk3v9QxT2mB7'}",
    "next_token = 'q7Zt2mXv9Kc4Lw8Rb3Np6Js1'",
    "from google.colab import userdata\nkey = userdata.get('HF_TOKEN')",
    "client = OpenAI(api_key='EMPTY', base_url='http://localhost:8000/v1')",
    "server.login('ann.lee', 'YOUR_PASSWORD')",
    "login('ann.lee@example.com', getpass())",
    "%%writefile .env.sample\nAPI_KEY=your-key\nMODEL=gpt-4o-mini-2024-07-18",
    "%%writefile train.cfg\nsecret_path = /run/secrets/Key1Alpha7Beta9",
    "embedding = Embedding(api_key='text-embedding-ada-002')",
    "headers = {'Authorization': 'Bearer YOUR_TOKEN'}",
    "headers = {'Authorization': f'Bearer {token}'}",
    "url = 'postgresql://user:password@localhost/db'",
    "url = 'postgresql://postgres:postgres@db:5432/app'",
    "url = f'postgresql://{user}:{password}@db/app'",
    "url = 'https://api.bigbank.co.uk/v1?api_key=YOUR_KEY'",
    "url = 'https://x.bigbank.co.uk/s.png?alt=media&token=523d73f4-3f6c-499c-b7e8-ef5b1a2c3d4e'",
    "!hf auth login --token $HF_TOKEN",
    "!hf auth login --token {token}",
    "!wandb login",
    "!wandb login YOUR_API_KEY",
    "!curl -H 'Authorization: Bearer $TOKEN' https://api.bigbank.co.uk",
    "!env | grep CUDA",
    "!cat train.py",
    "!echo $PATH",
    "%env CUDA_VISIBLE_DEVICES=0",
    "%env CUDA_VISIBLE_DEVICES",
    "print(token)",
    "print(len(api_key))",
    "print(api_key is not None)",
    "print('HF_TOKEN' in os.environ)",
    "api_key;",
    "api_key = 'YOUR_KEY'\nprint(api_key)",
    "for token in doc:\n    print(token)",
    "import os\nprint(os.environ['HOME'])",
    "import os\nprint(os.environ.get('CUDA_VISIBLE_DEVICES'))",
    "import mlflow\nmlflow.log_param('has_api_key', api_key is not None)",
    "import mlflow\nmlflow.log_param('api_key', 'redacted')",
    "import mlflow\nmlflow.log_params({'max_tokens': 5, 'pad_token': tokenizer.pad_token})",
    "x\n--- output\nhttps://hf.co/x?Signature=" + drawn(60),
    "x\n--- output\n{'OPENAI_API_KEY': '********'}",
    "--- markdown\nSet `OPENAI_API_KEY` to `sk-...`",
]


@pytest.mark.parametrize("source", SILENT)
def test_placeholder_or_name_is_no_secret(source: str, analyse: Analyse) -> None:
    assert [each.rule for each in analyse(source).findings if RULES[each.rule].family == "secrets"] == []


def test_message_never_shows_the_secret(analyse: Analyse) -> None:
    for _, source, _ in FOUND:
        for finding in analyse(source).findings:
            said = json.dumps([finding.message, finding.fix and finding.fix.description])
            assert KEY not in said
            assert hexadecimal(32) not in said
            assert not any(token in said for token in TOKENS.values())
            assert "Tr0ub4dor" not in said


def edited(source: str, finding: Finding) -> str:
    assert finding.fix is not None
    lines = source.split("\n")

    def at(edit: Edit) -> tuple[int, int]:
        place = edit.place
        starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
        return starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1

    for edit in sorted(finding.fix.edits, key=at, reverse=True):
        start, end = at(edit)
        source = source[:start] + edit.text + source[end:]
    return source


FIXED = [
    ("login('{token}')", 'import os\nlogin(os.environ["HF_TOKEN"])'),
    ("import os\nlogin('{token}')", 'import os\nlogin(os.environ["HF_TOKEN"])'),
    ("login('{token}')\nimport os", 'import os\nlogin(os.environ["HF_TOKEN"])\nimport os'),
    ("x = f'{token}{{y}}'", None),
    ("u = 'https://ann:{word}@api.bigbank.co.uk/a/b'", 'import os\nu = os.environ["DATABASE_URL"]'),
    ("u = 'get https://ann:{word}@api.bigbank.co.uk/a'", None),
    ("x = 'a {token}'", None),
    ("!hf login # {token}", None),
    ("password = '{key}'", 'import os\npassword = os.environ["PASSWORD"]'),
    ("SECRET_KEY = b'{key}'", 'import os\nSECRET_KEY = os.environ["SECRET_KEY"].encode()'),
    ("f(openAIApiKey='{key}')", 'import os\nf(openAIApiKey=os.environ["OPEN_AI_API_KEY"])'),
    (
        "h = {{'Authorization': 'Bearer {key}'}}",
        'import os\nh = {\'Authorization\': "Bearer " + os.environ["AUTHORIZATION"]}',
    ),
    (
        "import os\nos.environ['API_KEY'] = '{key}'",
        "import getpass\nimport os\nos.environ['API_KEY'] = getpass.getpass(\"API_KEY: \")",
    ),
]


@pytest.mark.parametrize(("source", "expected"), FIXED)
def test_fix_reads_it_from_elsewhere(source: str, expected: str | None, analyse: Analyse) -> None:
    source = source.format(token=TOKENS["Hugging Face token"], key=KEY, word=password())
    (finding,) = [each for each in analyse(source).findings if RULES[each.rule].family == "secrets"]
    if expected is None:
        assert finding.fix is None
        return
    assert finding.fix is not None
    assert not finding.fix.safe
    assert edited(source, finding) == expected


def test_output_is_cleared_by_its_fix(analyse: Analyse) -> None:
    token = TOKENS["Hugging Face token"]
    (finding,) = analyse(f"x = 1\n--- output\nnothing\n--- output\n{token}").findings
    assert (finding.rule, finding.severity) == ("secret-in-output", Severity.CRITICAL)
    assert (finding.place.part, finding.place.output) == (Part.OUTPUT, 1)
    assert finding.fix is not None
    assert finding.fix.safe
    (edit,) = finding.fix.edits
    assert (edit.place.part, edit.place.output, edit.text) == (Part.OUTPUT, 1, "")


def test_comment_in_the_cell_silences_what_its_outputs_show(check: Check) -> None:
    said = "# aisec: ignore[secret-in-output] of a test account that is gone"
    assert check(f"x = 1  {said}\ny = 2\n--- output\n{TOKENS['OpenAI key']}") == []
    # In an editor there are no outputs: the comment is not in vain for that.
    assert check(f"x = 1  {said}") == []


def test_note_in_prose_silences_what_stands_there(analyse: Analyse) -> None:
    text = f"--- markdown\nThe old key was {TOKENS['OpenAI key']}\n"
    assert [each.rule for each in analyse(text).findings] == ["secret-in-notebook-other"]
    assert analyse(text + "<!-- aisec: ignore[secret-in-notebook-other] revoked -->").findings == ()
    said = analyse(text + "<!-- aisec: ignore[secret-in-notebook-other] -->").findings
    assert [each.rule for each in said] == ["suppression-without-reason"]


def test_a_token_silenced_on_the_last_line_of_its_statement(check: Check) -> None:
    said = "# aisec: ignore[provider-token] revoked"
    assert check(f"x = '''a\n{TOKENS['OpenAI key']}\n'''  {said}") == []


def test_many_tokens_take_a_bounded_time(analyse: Analyse) -> None:
    lines = "\n".join(f"k{number} = 'sk-{drawn(48, seed=number)}'" for number in range(1500))
    start = time.perf_counter()
    assert len(analyse(lines).findings) == 100
    assert time.perf_counter() - start < 10


NAMES = ["password", "DB_PASSWORD", "openAIApiKey", "HF_TOKEN", "client_secret", "AWS_SECRET_ACCESS_KEY", "x-api-key"]
OTHER_NAMES = [
    "pad_token",
    "max_tokens",
    "api_key_name",
    "secret_path",
    "primary_key",
    "memory_key",
    "token_url",
    "is_secret",
]


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", OTHER_NAMES)
def test_name_of_something_else(name: str) -> None:
    assert not is_secret_name(name)


def test_variable_has_the_name_in_capitals() -> None:
    assert variable("openAIApiKey2") == "OPEN_AI_API_KEY"


@pytest.mark.parametrize("text", ["YOUR_HF_TOKEN", "<token>", "hf_xxxx", "..."])
def test_placeholder_is_said_when_it_is_asked_for(text: str, check: Check) -> None:
    rule = RULES["secret-placeholder-pattern"]
    assert check(f"login(token='{text}')", rule=rule) == [(rule.name, 0, 1)]
