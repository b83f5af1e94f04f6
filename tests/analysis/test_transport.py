"""Rules on certificates and on what crosses the network unencrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from jupyter_aisec.model import Finding, Severity
from jupyter_aisec.rules import all_rules

if TYPE_CHECKING:
    from tests.analysis.conftest import Analyse, Check

RULES = {rule.name: rule for rule in all_rules()}
MINE = frozenset(rule.name for rule in all_rules() if rule.family == "transport security")

FOUND = [
    ("tls-verify-off", "import requests as r\nr.post(url, data=d, verify=False, timeout=1)", 2),
    ("tls-verify-off", "from requests import get\nget(url, verify=False, timeout=1)", 2),
    ("tls-verify-off", "import requests\ns = requests.Session()\ns.get(url, verify=False)", 3),
    ("tls-verify-off", "import requests\ns = requests.Session()\ns.verify = False", 3),
    ("tls-verify-off", "self.session.verify = False", 1),
    (
        "tls-verify-off",
        "import requests\noptions = {'verify': False}\nrequests.get(url, timeout=1, verify=options['verify'])",
        3,
    ),
    ("tls-verify-off", "import requests\noptions = {'verify': False, 'timeout': 1}\nrequests.get(url, **options)", 3),
    ("tls-verify-off", "import httpx\nclient = httpx.AsyncClient(verify=False)", 2),
    ("tls-verify-off", "import aiohttp\nc = aiohttp.TCPConnector(ssl=False)", 2),
    ("tls-verify-off", "import aiohttp\nc = aiohttp.TCPConnector(verify_ssl=False)", 2),
    (
        "tls-verify-off",
        "import aiohttp\nasync with aiohttp.ClientSession() as s:\n    r = await s.get(url, ssl=False)",
        3,
    ),
    ("tls-verify-off", "import urllib3\np = urllib3.PoolManager(cert_reqs='CERT_NONE')", 2),
    ("tls-verify-off", "import urllib3, ssl\np = urllib3.PoolManager(cert_reqs=ssl.CERT_NONE)", 2),
    ("tls-verify-off", "import boto3\ns3 = boto3.client('s3', verify=False)", 2),
    ("tls-verify-off", "import boto3\ns3 = boto3.Session().resource('s3', verify=False)", 2),
    ("tls-verify-off", "import gdown\ngdown.download(url, 'f', verify=False)", 2),
    ("tls-verify-off", "from elasticsearch import Elasticsearch\ne = Elasticsearch(hosts, verify_certs=False)", 2),
    ("tls-verify-off", "from pymongo import MongoClient\nm = MongoClient(uri, tlsAllowInvalidCertificates=True)", 2),
    ("tls-verify-off", "from minio import Minio\nm = Minio(host, cert_check=False)", 2),
    ("tls-verify-off", "loader.requests_kwargs = {'verify': False}", 1),
    (
        "ssl-unverified-context",
        "import ssl\nf = ssl._create_unverified_context\nssl._create_default_https_context = f",
        3,
    ),
    (
        "ssl-unverified-context",
        (
            "import ssl\ntry:\n    f = ssl._create_unverified_context\nexcept AttributeError:\n    pass\nelse:\n"
            "    ssl._create_default_https_context = f"
        ),
        7,
    ),
    (
        "ssl-unverified-context",
        "import ssl\nssl._create_default_https_context = lambda: ssl._create_unverified_context()",
        2,
    ),
    ("ssl-unverified-context", "import ssl\nurlopen(url, context=ssl._create_unverified_context())", 2),
    ("ssl-unverified-context", "import ssl\nc = ssl.create_default_context()\nc.verify_mode = ssl.CERT_NONE", 3),
    ("shell-tls-off", "!curl -skL https://example.org/d.zip -o d.zip", 1),
    ("shell-tls-off", "!curl --insecure https://example.org/d.zip", 1),
    ("shell-tls-off", "!git -c http.sslVerify=false clone https://example.org/o/r", 1),
    ("shell-tls-off", "!git config --global http.sslVerify false", 1),
    ("shell-tls-off", "!aria2c --check-certificate=false https://example.org/d.zip", 1),
    ("shell-tls-off", "!conda config --set ssl_verify false", 1),
    ("shell-tls-off", "!npm config set strict-ssl false", 1),
    ("shell-tls-off", "%%bash\nset -e\nwget -q --no-check-certificate https://example.org/$NAME", 3),
    ("shell-tls-off", "import os\nos.system('wget --no-check-certificate https://example.org/d.zip')", 2),
    ("env-tls-off", '%env CURL_CA_BUNDLE=""', 1),
    ("env-tls-off", "import os\nos.environ.update(GIT_SSL_NO_VERIFY='1')", 2),
    ("env-tls-off", "%env GIT_SSL_NO_VERIFY=0", 1),
    ("env-tls-off", "%env CURL_CA_BUNDLE=", 1),
    ("env-tls-off", "!NODE_TLS_REJECT_UNAUTHORIZED=0 node app.js", 1),
    ("env-tls-off", "%env MLFLOW_TRACKING_INSECURE_TLS=true", 1),
    ("env-tls-off", "%env WANDB_INSECURE_DISABLE_SSL=true", 1),
    ("env-tls-off", "%env CLEARML_API_HOST_VERIFY_CERT=0", 1),
    ("env-tls-off", "import os\nos.environ['PYTHONHTTPSVERIFY'] = '0'", 2),
    ("env-tls-off", "%env HF_HUB_DISABLE_SSL_VERIFICATION=1", 1),
    ("cleartext-download", "import requests\nrequests.get('http://example.org/d')", 2),
    ("cleartext-download", "import requests\nrequests.request('GET', 'http://example.org/d')", 2),
    ("cleartext-download", "import requests\ns = requests.Session()\ns.get(url='http://example.org/d')", 3),
    ("cleartext-download", "import urllib.request as u\nu.urlopen(u.Request('http://example.org/d'))", 2),
    ("cleartext-download", "import urllib.request as u\nu.urlretrieve('ftp://ftp.example.org/d', 'd')", 2),
    ("cleartext-download", "B = 'http://example.org/'\n---\nimport pandas as pd\npd.read_json(B + 'd.json')", 2),
    ("cleartext-download", "import tensorflow as tf\ntf.keras.utils.get_file('d', 'http://example.org/d')", 2),
    (
        "cleartext-download",
        "from datasets import load_dataset\nload_dataset('csv', data_files='http://example.org/d.csv')",
        2,
    ),
    (
        "cleartext-download",
        "import aiohttp\nasync with aiohttp.ClientSession() as s:\n    r = s.get('http://example.org')",
        3,
    ),
    ("cleartext-download", "import urllib3\nurllib3.PoolManager().request('GET', 'http://example.org/d')", 2),
    ("cleartext-download", "from skimage.io import imread\nimread('http://example.org/a.png')", 2),
    ("cleartext-download", "import requests\nrequests.get(f'http://example.org/{name}')", 2),
    ("cleartext-download", "import requests\nrequests.get('http://example.org/' + name)", 2),
    ("cleartext-download", "!wget http://example.org/$NAME", 1),
    ("cleartext-download", "!wget http://example.org/d.zip", 1),
    ("cleartext-download", "!wget -qO- http://example.org/d.tgz | tar xz", 1),
    ("cleartext-download", "!curl -sL http://example.org/d.csv.gz | gunzip > d.csv", 1),
    ("cleartext-download", "!curl -O http://example.org/d.zip", 1),
    ("cleartext-download", "!wget --no-check-certificate http://example.org/d.zip", 1),
    ("cleartext-download", "!git clone http://example.org/o/r.git", 1),
    ("cleartext-download", "!git clone git://example.org/o/r.git", 1),
    ("tracking-server-cleartext", "import mlflow\nmlflow.set_registry_uri('http://mlflow.example.com')", 2),
    ("tracking-server-cleartext", "from mlflow import MlflowClient\nMlflowClient('http://mlflow.example.com')", 2),
    ("tracking-server-cleartext", "%env MLFLOW_TRACKING_URI=http://mlflow.example.com", 1),
    ("tracking-server-cleartext", "import ray\nray.init('ray://head.example.com:10001')", 2),
    ("tracking-server-cleartext", "import wandb\nwandb.login(host='http://wandb.example.com')", 2),
    ("request-without-timeout", "from requests import post\npost(url, json=d)", 2),
    ("request-without-timeout", "import requests\nwith requests.Session() as s:\n    s.get(url)", 3),
    ("request-without-timeout", "from urllib.request import urlopen\nurlopen(url)", 2),
]


@pytest.mark.parametrize(("rule", "source", "line"), FOUND)
def test_other_ways_to_write_it(rule: str, source: str, line: int, check: Check) -> None:
    cells = source.split("\n---\n")
    found = check(*cells, rule=RULES[rule])
    assert [(name, at) for name, _, at in found if name in MINE] == [(rule, line)]


SILENT = [
    ("tls-verify-off", "import requests\nrequests.get(url, verify=True, timeout=1)"),
    ("tls-verify-off", "import requests\nrequests.get(url, verify='ca.pem', timeout=1)"),
    ("tls-verify-off", "import requests\nrequests.get(url, verify=verify, timeout=1)"),
    ("tls-verify-off", "import requests\nrequests.get('https://localhost:8888/api', verify=False, timeout=1)"),
    ("tls-verify-off", "jwt.decode(token, verify=False)\nimage.verify = False\nconfig.get('k', verify_all=False)"),
    ("tls-verify-off", "data.get('ssl')\ndatabase.connect(dsn, ssl=False)"),
    (
        "ssl-unverified-context",
        "import ssl\nc = ssl.create_default_context(cafile='ca.pem')\nc.verify_mode = ssl.CERT_REQUIRED",
    ),
    ("shell-tls-off", "!curl -k https://localhost:8888/api"),
    ("shell-tls-off", "!curl -o k.zip -H 'key: k' https://example.org/d.zip"),
    ("shell-tls-off", "!grep -k x\n!ls -k\n!git config user.name false"),
    ("env-tls-off", "import os\nos.environ['REQUESTS_CA_BUNDLE'] = '/etc/ssl/ca.pem'"),
    ("env-tls-off", "import os\nos.environ['CURL_CA_BUNDLE'] = bundle"),
    ("env-tls-off", "%env NODE_TLS_REJECT_UNAUTHORIZED=1"),
    (
        "cleartext-download",
        "import requests\nrequests.get('http://localhost:8000/d')\nrequests.get('http://127.0.0.1/d')",
    ),
    ("cleartext-download", "import requests\nrequests.get('http://minio:9000/d')\nrequests.get('http://10.1.2.3/d')"),
    (
        "cleartext-download",
        "import requests\nrequests.get('http://data.corp.internal/d')\nrequests.get('http://a.svc.cluster.local/d')",
    ),
    (
        "cleartext-download",
        "import requests\nrequests.get('http://<your-server>/d')\nrequests.get('http://YOUR_HOST/d')",
    ),
    ("cleartext-download", "import requests\nrequests.get(url)\nrequests.get('https://example.org')"),
    (
        "cleartext-download",
        "NS = 'http://www.w3.org/2001/XMLSchema#'\ntree.find('{http://www.w3.org/2000/svg}g')\nprint('http://example.org')",
    ),
    (
        "cleartext-download",
        "import requests\nrequests.get(f'http://{host}/d')\n!wget http://$HOST/d\n!wget http://{host}/d",
    ),
    ("cleartext-download", "import rdflib\ng = rdflib.Namespace('http://example.org/ns#')"),
    (
        "cleartext-download",
        "import keras\nkeras.utils.get_file('d', origin='http://example.org/d', file_hash='9f' * 32)",
    ),
    ("cleartext-download", "!wget http://example.org/d.zip\n!echo '9f d.zip' | sha256sum -c"),
    ("tracking-server-cleartext", "import mlflow\nmlflow.set_tracking_uri('http://localhost:5000')"),
    (
        "tracking-server-cleartext",
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///mlflow.db')\nmlflow.set_tracking_uri(uri)",
    ),
    ("tracking-server-cleartext", "HOST = ''\nimport mlflow\nmlflow.set_tracking_uri(f'http://{HOST}:5000')"),
    ("tracking-server-cleartext", "import ray\nray.init()\nray.init('auto')\nray.init('ray://localhost:10001')"),
    (
        "request-without-timeout",
        "import requests, httpx\nrequests.get(url, timeout=3)\nhttpx.get(url)\nrequests.get(url, **more)",
    ),
    ("request-without-timeout", "import requests\nrequests.codes.get('ok')\nrequests.utils.quote(url)"),
    ("request-without-timeout", "from urllib.request import urlopen\nurlopen(url, None, 5)"),
]


@pytest.mark.parametrize(("rule", "source"), SILENT)
def test_what_is_fine_or_unknown_has_no_finding(rule: str, source: str, check: Check) -> None:
    assert [name for name, _, _ in check(source, rule=RULES[rule]) if name in MINE] == []


ONE_SPEAKS = [
    ("!wget --no-check-certificate https://example.org/d.zip", "shell-tls-off"),
    ("!wget http://example.org/d.zip", "cleartext-download"),
    ("!git clone http://example.org/o/r", "cleartext-download"),
    ("import urllib.request as u\nu.urlretrieve('http://example.org/d', 'd')", "cleartext-download"),
    ("import pandas as pd\npd.read_csv('http://example.org/d.csv')", "cleartext-download"),
    ("import keras\nkeras.utils.get_file('d', 'http://example.org/d')", "cleartext-download"),
    ("import requests\nrequests.post('http://example.org/d', timeout=1, verify=False)", "cleartext-download"),
    ("import pandas as pd\npd.read_pickle('http://example.org/d.pkl')", "pandas-read-pickle"),
    ("!curl http://example.org/i.sh | bash", "pipe-to-shell"),
    ("from datasets import load_dataset as l\nl('csv', data_files='http://example.org/d.csv')", "cleartext-download"),
    (
        "from datasets import load_dataset as l\nl('csv', data_files={'train': 'http://example.org/d.csv'})",
        "cleartext-download",
    ),
    ("import torch\ntorch.hub.load_state_dict_from_url('http://example.org/d.pth')", "cleartext-download"),
]


@pytest.mark.parametrize(("source", "rule"), ONE_SPEAKS)
def test_a_download_without_encryption_or_certificate_is_said_once(source: str, rule: str, check: Check) -> None:
    assert [name for name, _, _ in check(source)] == [rule]


SEVERITIES = [
    ("import os\nos.environ['CURL_CA_BUNDLE'] = ''", {"requests": "2.27.1"}, Severity.HIGH),
    ("import os\nos.environ['CURL_CA_BUNDLE'] = ''", {"requests": "2.32.0"}, Severity.LOW),
    ("import os\nos.environ['CURL_CA_BUNDLE'] = ''", {}, Severity.HIGH),
    ("%env PYTHONHTTPSVERIFY=0", {}, Severity.LOW),
    ("import mlflow\nmlflow.set_tracking_uri('http://mlflow.example.com')", {}, Severity.MEDIUM),
    ("import mlflow\nmlflow.set_tracking_uri('http://mlflow:5000')", {}, Severity.LOW),
]


@pytest.mark.parametrize(("source", "versions", "severity"), SEVERITIES)
def test_severity(source: str, versions: dict[str, str], severity: Severity, analyse: Analyse) -> None:
    assert [each.severity for each in analyse(source, versions=versions).findings] == [severity]


FIXES = [
    ("tls-verify-off", "import requests\nrequests.get(u, verify=False, timeout=1)", "requests.get(u, timeout=1)"),
    ("tls-verify-off", "import requests\nrequests.get(u, timeout=1, verify=False)", "requests.get(u, timeout=1)"),
    ("tls-verify-off", "import requests\nrequests.Session().verify = False", "requests.Session().verify = True"),
    (
        "ssl-unverified-context",
        "import ssl\nssl._create_default_https_context = ssl._create_unverified_context",
        "ssl._create_default_https_context = ssl.create_default_context",
    ),
    (
        "cleartext-download",
        "import pandas as pd\npd.read_csv('http://example.org/d')",
        "pd.read_csv('https://example.org/d')",
    ),
    ("cleartext-download", "import sys\n!wget 'http://example.org/d' -O d", "!wget 'https://example.org/d' -O d"),
    ("cleartext-download", "import pandas as pd\npd.read_csv(f'http://example.org/d')", None),
    ("cleartext-download", "import pandas as pd\npd.read_csv('ftp://example.org/d')", None),
    (
        "tracking-server-cleartext",
        "import mlflow\nmlflow.set_tracking_uri('http://m.example.com')",
        "mlflow.set_tracking_uri('https://m.example.com')",
    ),
    ("request-without-timeout", "import requests\nrequests.get(u)", "requests.get(u, timeout=30)"),
    ("shell-tls-off", "# é\n!wget --no-check-certificate https://x.example.org/d", "!wget https://x.example.org/d"),
    ("shell-tls-off", "# a\n!wget https://x.example.org/d --no-check-certificate", "!wget https://x.example.org/d"),
    ("shell-tls-off", "# a\n!curl -skL https://x.example.org/d | cat", "!curl -sL https://x.example.org/d | cat"),
    ("shell-tls-off", "# a\n!curl -k https://x.example.org/d", "!curl https://x.example.org/d"),
    ("shell-tls-off", "# a\n!git -c http.sslVerify=false clone git@h:o/r", "!git clone git@h:o/r"),
    ("shell-tls-off", "import os\nos.system('curl -k https://x.example.org/d')", None),
]


@pytest.mark.parametrize(("rule", "source", "expected"), FIXES)
def test_fix_gives_the_source_that_is_meant(rule: str, source: str, expected: str | None, analyse: Analyse) -> None:
    (finding,) = (each for each in analyse(source, rule=RULES[rule]).findings if each.rule == rule)
    assert fixed(finding, source) == (None if expected is None else source.split("\n", 1)[0] + "\n" + expected)
    assert finding.fix is None or not finding.fix.safe


def fixed(finding: Finding, source: str) -> str | None:
    """The source after the one edit of a finding's fix."""
    if finding.fix is None:
        return None
    (edit,) = finding.fix.edits
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    start = starts[edit.place.line - 1] + edit.place.column - 1
    end = starts[edit.place.end_line - 1] + edit.place.end_column - 1
    return source[:start] + edit.text + source[end:]
