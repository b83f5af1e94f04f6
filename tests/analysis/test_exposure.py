"""Rules on servers, tunnels, rights, digests and ciphers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Severity
from jupyter_aisec.rules import all_rules
from tests.analysis.test_transport import fixed

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}
CORS = "from fastapi.middleware.cors import CORSMiddleware\n"
CRYPTO = "from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\n"

FOUND = [
    ("bind-all-interfaces", "import uvicorn\nuvicorn.run(app, host='0.0.0.0')", 2),
    ("bind-all-interfaces", "import uvicorn\nc = uvicorn.Config(app, host='::')", 2),
    ("bind-all-interfaces", "from flask import Flask\napp = Flask('x')\napp.run(host='0.0.0.0', port=80)", 3),
    ("bind-all-interfaces", "import ray\nray.init(dashboard_host='0.0.0.0')", 2),
    ("bind-all-interfaces", "HOST = '0.0.0.0'\ndemo.queue().launch(server_name=HOST)", 2),
    ("bind-all-interfaces", "from http.server import HTTPServer as S\nS(('', 8000), Handler).serve_forever()", 2),
    ("bind-all-interfaces", "import socket\ns = socket.socket()\ns.bind(('0.0.0.0', 9))", 3),
    ("bind-all-interfaces", "%tensorboard --logdir logs --bind_all", 1),
    ("bind-all-interfaces", "%tensorboard --logdir logs --host 0.0.0.0", 1),
    ("bind-all-interfaces", "!tensorboard --logdir logs --bind_all", 1),
    ("bind-all-interfaces", "!jupyter lab --ip=0.0.0.0 --no-browser", 1),
    ("bind-all-interfaces", "!jupyter lab --ServerApp.ip='*'", 1),
    ("bind-all-interfaces", "!vllm serve model --host 0.0.0.0", 1),
    ("bind-all-interfaces", "!A=1 \\\ntext-generation-launcher \\\n--hostname 0.0.0.0", 1),
    ("bind-all-interfaces", "!streamlit run app.py --server.address 0.0.0.0", 1),
    ("bind-all-interfaces", "!gunicorn -b 0.0.0.0:8000 app:app", 1),
    ("bind-all-interfaces", "!python -m http.server 8000", 1),
    ("bind-all-interfaces", "!python launch.py --listen --xformers", 1),
    ("bind-all-interfaces", "%env OLLAMA_HOST=0.0.0.0:11434", 1),
    ("bind-all-interfaces", "import subprocess\nsubprocess.Popen(['mlflow', 'ui', '--host', '0.0.0.0'])", 2),
    ("public-tunnel", "demo.queue().launch(debug=True, share=True)", 1),
    ("public-tunnel", "from pyngrok import ngrok\nurl = ngrok.connect(8501)", 2),
    ("public-tunnel", "import ngrok\nlistener = ngrok.forward(9000)", 2),
    ("public-tunnel", "from flask_ngrok import run_with_ngrok\nrun_with_ngrok(app)", 2),
    ("public-tunnel", "!ngrok http 8501 &", 1),
    ("public-tunnel", "!streamlit run app.py & npx localtunnel --port 8501", 1),
    ("public-tunnel", "!npx --yes localtunnel@2.0.2 --port 8501", 1),
    ("public-tunnel", "!lt --port 8501", 1),
    ("public-tunnel", "!./cloudflared-linux-amd64 tunnel --url http://localhost:8501", 1),
    ("public-tunnel", "!ssh -o StrictHostKeyChecking=no -R 80:localhost:3000 serveo.net", 1),
    ("public-tunnel", "!ssh -R 80:localhost:3000 nokey@localhost.run", 1),
    ("public-tunnel", "!python webui.py --share", 1),
    ("public-tunnel", "%env GRADIO_SHARE=True", 1),
    ("server-without-auth", "!jupyter notebook --NotebookApp.token= --no-browser", 1),
    ("server-without-auth", "!jupyter lab --ServerApp.disable_check_xsrf=True", 1),
    ("server-without-auth", "!jupyter lab --ServerApp.allow_origin='*'", 1),
    (
        "server-without-auth",
        "import subprocess\nsubprocess.Popen('jupyter lab --IdentityProvider.token=', shell=True)",
        2,
    ),
    ("server-without-auth", "%%writefile jupyter_server_config.py\nc = get_config()\nc.ServerApp.token = ''", 3),
    ("server-without-auth", CORS + "app.add_middleware(CORSMiddleware, allow_origins=['*'])", 2),
    ("server-without-auth", "from flask_cors import CORS\nCORS(app, origins='*')", 2),
    ("server-without-auth", "!streamlit run app.py --server.enableXsrfProtection=false", 1),
    ("server-without-auth", "!code-server --auth none", 1),
    ("server-without-auth", "%env OLLAMA_ORIGINS=*", 1),
    ("debug-server", "import flask\napp = flask.Flask('x')\napp.run(port=1, debug=True)", 3),
    ("debug-server", "from dash import Dash\napp = Dash()\napp.run_server(debug=True)", 3),
    ("debug-server", "from flask import Flask\napp = Flask('x')\napp.debug = True", 3),
    ("debug-server", "%env FLASK_DEBUG=1", 1),
    ("debug-server", "!flask --app a run --debug", 1),
    ("world-writable", "import os\nos.chmod('m', 0o777)", 2),
    ("world-writable", "from pathlib import Path\nPath('m').chmod(0o666)", 2),
    ("world-writable", "!chmod a+rwx m", 1),
    ("world-writable", "!chmod o+w m", 1),
    ("world-writable", "!mkdir -m 777 d", 1),
    ("world-writable", "import tempfile\nname = tempfile.mktemp()", 2),
    ("world-writable", "import os\nos.umask(0)", 2),
    ("root-shell", "!sudo -E apt-get update", 1),
    ("root-shell", "!jupyter lab --allow-root", 1),
    ("root-shell", "!docker run --privileged --rm image:1.0", 1),
    ("root-shell", "import subprocess\nsubprocess.run(['sudo', 'cp', 'a', 'b'])", 2),
    ("weak-hash", "import hashlib\nhashlib.sha1(open('m', 'rb').read()).hexdigest()", 2),
    ("weak-hash", "import hashlib\nhashlib.new('md5', open('m', 'rb').read())", 2),
    ("weak-hash", "import hashlib\nh = hashlib.md5()\nh.update(open('m', 'rb').read())", 3),
    ("weak-hash", "import hashlib\nh = hashlib.new('sha1')\nwith open('m', 'rb') as f:\n    h.update(f.read())", 4),
    ("weak-hash", "import hashlib\nwith open('m', 'rb') as f:\n    hashlib.file_digest(f, 'md5')", 3),
    ("weak-hash", "import hashlib\nfrom pathlib import Path\nhashlib.md5(Path('m').read_bytes())", 3),
    ("weak-hash", "import hashlib, requests\nhashlib.md5(requests.get(url).content)", 2),
    ("weak-hash", "import keras\nkeras.utils.get_file('d', 'https://example.org/d', md5_hash='9f')", 2),
    ("weak-hash", "import keras\nkeras.utils.get_file('d', origin=url, md5_hash=known['md5'])", 2),
    ("weak-hash", "import pooch\npooch.retrieve('https://example.org/d', known_hash='md5:9f')", 2),
    ("weak-hash", "!md5sum -c sums.txt", 1),
    ("weak-hash", "!shasum model.bin", 1),
    ("jwt-or-cipher-misuse", "import jwt\njwt.decode(t, key, algorithms=['none'])", 2),
    ("jwt-or-cipher-misuse", "from jwt import decode\ndecode(t, verify=False)", 2),
    ("jwt-or-cipher-misuse", "import jwt\njwt.encode(p, '', algorithm='none')", 2),
    ("jwt-or-cipher-misuse", "from jose import jwt\njwt.decode(t, k, options={'verify_signature': False})", 2),
    ("jwt-or-cipher-misuse", "from Crypto.Cipher import AES\nAES.new(key, AES.MODE_ECB)", 2),
    ("jwt-or-cipher-misuse", "from Cryptodome.Cipher import ARC4\nARC4.new(key)", 2),
    ("jwt-or-cipher-misuse", CRYPTO + "Cipher(algorithms.AES(key), modes.ECB())", 2),
]


@pytest.mark.parametrize(("rule", "source", "line"), FOUND)
def test_other_ways_to_write_it(rule: str, source: str, line: int, check: Check) -> None:
    assert [at for name, _, at in check(source, rule=RULES[rule]) if name == rule] == [line]


SILENT = [
    ("bind-all-interfaces", "demo.launch(server_name='127.0.0.1')\ndemo.launch(server_name=host)\ndemo.launch()"),
    ("bind-all-interfaces", "client.get('http://0.0.0.0:8000/health')\nchief_ip = '0.0.0.0'"),
    ("bind-all-interfaces", "from openai import OpenAI\nOpenAI(base_url='http://0.0.0.0:8000/v1')"),
    ("bind-all-interfaces", "import socket\ns = socket.socket()\ns.bind(('', 0))\nport = s.getsockname()[1]"),
    ("bind-all-interfaces", "import socket\ns = socket.socket()\ns.bind(('', port))"),
    ("bind-all-interfaces", "!curl http://0.0.0.0:8080/ping\n!docker run -p 0.0.0.0:80:80 image:1"),
    ("bind-all-interfaces", "!python -m http.server --bind 127.0.0.1\n!python main.py --listen 127.0.0.1"),
    ("bind-all-interfaces", "!python serve.py --listen $ADDRESS\n!jupyter lab --ip=127.0.0.1"),
    ("bind-all-interfaces", "model.fit(host='0.0.0.0')\nserver = 'listen 0.0.0.0'"),
    ("public-tunnel", "demo.launch()\ndemo.launch(share=False)\ndemo.launch(share=args.share)"),
    ("public-tunnel", "import ngrok\nfrom pyngrok import ngrok as n\nn.set_auth_token(token)"),
    (
        "public-tunnel",
        "!ngrok authtoken $TOKEN\n!npm install -g localtunnel\n!ssh -R 80:localhost:1 me@build.example.org",
    ),
    ("public-tunnel", "from google.colab import output\noutput.serve_kernel_port_as_window(8000)"),
    ("public-tunnel", "!ls --share\n!docker run --share x:1"),
    ("server-without-auth", "!jupyter lab --ServerApp.token=$TOKEN\n!jupyter lab --ServerApp.password=''"),
    ("server-without-auth", "!jupyter lab --ServerApp.token='' --ServerApp.password='argon2:x'"),
    ("server-without-auth", "!jupyter lab --NotebookApp.allow_origin='https://colab.research.google.com'"),
    ("server-without-auth", "c = get_config()\nc.ServerApp.token = token\nconfig.token = ''\nself.token = ''"),
    ("server-without-auth", CORS + "app.add_middleware(CORSMiddleware, allow_origins=origins)"),
    ("server-without-auth", CORS + "app.add_middleware(CORSMiddleware, allow_origins=['https://example.org'])"),
    ("debug-server", "demo.launch(debug=True)\nrunner.run(debug=True)\nlogging.debug = True"),
    ("debug-server", "from flask import Flask\napp = Flask('x')\napp.run(debug=False)\napp.run(debug=debug)"),
    ("world-writable", "!chmod +x run.sh\n!chmod 600 ~/.kaggle/kaggle.json\n!chmod -R 755 d\n!chmod u+w f"),
    ("world-writable", "!chmod 1777 /tmp"),
    ("world-writable", "import os, tempfile\nos.chmod(p, mode)\nos.chmod(p, 0o600)\ntempfile.mkstemp()"),
    ("root-shell", "!sudo -u postgres psql\n!apt-get --version\n!docker run --rm image:1.0\n!echo sudo"),
    ("weak-hash", "import hashlib\nkey = hashlib.md5(text.encode()).hexdigest()"),
    ("weak-hash", "import hashlib\nhashlib.md5(open('m', 'rb').read(), usedforsecurity=False)"),
    ("weak-hash", "import hashlib\nhashlib.sha256(open('m', 'rb').read())\nhashlib.new(name, open('m', 'rb').read())"),
    ("weak-hash", "!sha256sum -c sums.txt\n!shasum -a 256 model.bin"),
    ("jwt-or-cipher-misuse", "import jwt\njwt.decode(t, key, algorithms=['RS256'], options={'verify_exp': False})"),
    ("jwt-or-cipher-misuse", "import jwt\njwt.get_unverified_header(t)\njwt.decode(t, key, algorithms=algorithms)"),
    (
        "jwt-or-cipher-misuse",
        "from Crypto.Cipher import AES\nAES.new(key, AES.MODE_GCM)\ntokenizer.decode(t, verify=False)",
    ),
]


@pytest.mark.parametrize(("rule", "source"), SILENT)
def test_what_is_fine_or_unknown_has_no_finding(rule: str, source: str, check: Check) -> None:
    assert [name for name, _, _ in check(source, rule=RULES[rule]) if name == rule] == []


SEVERITIES = [
    ("public-tunnel", "demo.launch(share=True)", Severity.HIGH),
    ("public-tunnel", "demo.launch(share=True, auth=('user', secret))", Severity.MEDIUM),
    ("public-tunnel", "demo.launch(share=True, auth=None)", Severity.HIGH),
    ("debug-server", "from flask import Flask\napp = Flask('x')\napp.run(debug=True)", Severity.MEDIUM),
    ("debug-server", "from flask import Flask\napp = Flask('x')\napp.run('0.0.0.0', debug=True)", Severity.HIGH),
    ("debug-server", "from dash import Dash\napp = Dash()\napp.run(debug=True)", Severity.LOW),
    ("server-without-auth", "!jupyter lab --ServerApp.allow_origin='*'", Severity.MEDIUM),
    ("server-without-auth", "!jupyter lab --ServerApp.allow_origin='*' --ServerApp.token=''", Severity.HIGH),
    ("server-without-auth", CORS + "a.add_middleware(CORSMiddleware, allow_origins=['*'])", Severity.MEDIUM),
    (
        "server-without-auth",
        CORS + "a.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)",
        Severity.HIGH,
    ),
]


@pytest.mark.parametrize(("rule", "source", "severity"), SEVERITIES)
def test_severity(rule: str, source: str, severity: Severity, analyse: Analyse) -> None:
    assert [each.severity for each in analyse(source).findings if each.rule == rule] == [severity]


def test_a_weak_digest_still_silences_the_download(check: Check) -> None:
    fetch = "!wget https://example.org/d.zip"
    compare = "import hashlib\nassert hashlib.md5(open('d.zip', 'rb').read()).hexdigest() == want"
    assert check(fetch, compare) == [("weak-hash", 1, 2)]


FIXES = [
    ("bind-all-interfaces", "demo.launch(server_name='0.0.0.0')", 'demo.launch(server_name="127.0.0.1")', False),
    ("public-tunnel", "demo.launch(share=True)", "demo.launch(share=False)", True),
    ("public-tunnel", "!python app.py --share --port 1", "!python app.py --port 1", False),
    ("bind-all-interfaces", "!mlflow ui --host 0.0.0.0 --port 1", "!mlflow ui --host 127.0.0.1 --port 1", False),
    ("bind-all-interfaces", "!jupyter lab --ip='*'", "!jupyter lab --ip='127.0.0.1'", False),
    ("bind-all-interfaces", "!gunicorn -b 0.0.0.0:80 app:app", "!gunicorn -b 127.0.0.1:80 app:app", False),
    ("bind-all-interfaces", "!python main.py --listen", "!python main.py", False),
    ("bind-all-interfaces", "!tensorboard --bind_all --logdir x", "!tensorboard --logdir x", False),
    ("bind-all-interfaces", "!python -m http.server", None, False),
    (
        "debug-server",
        "import flask; app = flask.Flask('x'); app.run(debug=True)",
        "import flask; app = flask.Flask('x'); app.run()",
        True,
    ),
    ("world-writable", "!chmod -R 777 /data", "!chmod -R 750 /data", False),
    ("world-writable", "!chmod 666 m", "!chmod 640 m", False),
    ("world-writable", "!chmod a+w m", None, False),
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
