"""Secrets on their way out of the notebook: shown under a cell, sent to an experiment tracker."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.evaluate import evaluate
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.result import Result
from jupyter_aisec.analysis.scope import Scope
from jupyter_aisec.analysis.subscriptions import LineMagic
from jupyter_aisec.analysis.values import Constant, Ref, Table, Value, text
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import ShellKind
from jupyter_aisec.rules.placeholders import is_secret
from jupyter_aisec.rules.secret_names import is_secret_name
from jupyter_aisec.rules.secrets import FAMILY

_SHOWERS = frozenset(
    {"builtins.print", "pprint.pprint", "pprint.pp", "rich.print", "IPython.display.display", "logging.info"}
    | {"logging.debug", "logging.warning", "logging.error"}
)
_SHOWING = frozenset({"print", "display", "pprint", "pp", "info", "debug", "warning", "error"})
_VAGUE = frozenset({"secret", "credentials", "credential", "authorization", "secrets", "session_token", "id_token"})
"""Names of objects as often as of texts."""
_CREDENTIAL_FILES = re.compile(
    r"(?:^|/)(?:\.aws/credentials|\.netrc|_netrc|\.env|\.pypirc|\.git-credentials|kaggle\.json|id_(?:rsa|ed25519|ecdsa)"
    r"|\.docker/config\.json|\.kube/config|huggingface/token|\.databrickscfg|application_default_credentials\.json)$"
)
_FOLDERS = frozenset({"PWD", "OLDPWD"})
_TRACKERS = frozenset({"log_param", "log_params", "set_tag", "set_tags", "log_dict", "log_text", "log_parameter"})
_CONFIGS = frozenset({"wandb.init", "wandb.config.update", "mlflow.start_run", "comet_ml.Experiment"})
_NAMES = _TRACKERS | {"log_parameters", "log_other", "log_others", "add_text", "add_hparams", "log_table"}
_STARTS = frozenset({"update", "init", "start_run"})


@FAMILY.rule(Severity.MEDIUM, named=_SHOWING, cwe="CWE-532", guidelines=("2.2",))
def secret_printed(shown: Call | Result | Command | LineMagic) -> Iterator[Hit]:
    """A secret is shown under the cell, and saved with the notebook.

    What a cell shows becomes part of the file: it is committed, sent by mail and rendered on web pages. To see whether
    a secret is there, show only that: `"HF_TOKEN" in os.environ`, or its length.

    Bad:
        import os
        print(os.environ)

    Good:
        import os
        print("HF_TOKEN" in os.environ)
    """
    what = _shown(shown)
    if what:
        yield shown.found(f"{what} is shown under the cell and saved with it; show only whether it is there")


@FAMILY.rule(Severity.HIGH, named=_NAMES | _STARTS, cwe="CWE-532")
def secret_logged_to_tracker(call: Call) -> Iterator[Hit]:
    """A secret is sent to an experiment tracker.

    Parameters, tags and texts of a run are seen by everybody who can open the tracker, they are searched, exported and
    copied, and many trackers have no way to take them back. Log which account was used, if that matters, never its key.

    Bad:
        import mlflow
        mlflow.log_param("api_key", api_key)

    Good:
        import mlflow
        mlflow.log_param("learning_rate", 0.1)
    """
    if not _is_tracker(call):
        return
    nodes = [*call.node.args, *(part.value for part in call.node.keywords)]
    what = next((each for node in nodes if (each := _sent(node, call.scope))), None)
    if what is None and call.name in {"log_param", "set_tag", "log_parameter", "log_other", "add_text"}:
        name = call.text("key", 0) or call.text("name", 0) or call.text("tag", 0)
        value = call.argument("value", 1)
        if name and is_secret_name(name) and value is not None and _may_be_secret(evaluate(value, call.scope), value):
            what = name
    if what:
        yield call.found(f"{call.called} sends {what} to the tracker, where everybody sees it; leave it out")


def _shown(shown: Call | Result | Command | LineMagic) -> str | None:
    """The name of the secret that is shown."""
    if isinstance(shown, Call):
        if shown.path not in _SHOWERS:
            return None
        arguments = [*shown.node.args, *(part.value for part in shown.node.keywords)]
        return next((each for part in arguments if (each := _exposed(part, shown.scope))), None)
    if isinstance(shown, Result):
        return _exposed(shown.node, shown.scope)
    if isinstance(shown, Command):
        return _of_command(shown)
    if shown.name != "env" or shown.text is None:
        return None
    name = shown.text.strip()
    is_secret_variable = re.fullmatch(r"\w+", name) is not None and is_secret_name(name)
    return (name or "the whole environment") if not name or is_secret_variable else None


def _is_tracker(call: Call) -> bool:
    if call.path in _CONFIGS:
        return True
    if call.name in _STARTS:
        return call.path.replace("()", "") in {"wandb.init.config.update", "wandb.run.config.update"}
    library = call.path.partition(".")[0]
    return library in {"mlflow", "wandb", "comet_ml", "tensorboardX", "torch", "neptune", "aim", "dagshub"}


def _sent(node: ast.expr, scope: Scope) -> str | None:
    """What secret an argument is, or has in it."""
    if isinstance(node, ast.Dict):
        return next((each for pair in zip(node.keys, node.values, strict=True) if (each := _entry(*pair, scope))), None)
    table = evaluate(node, scope)
    if isinstance(table, Table):
        return next((key for key, each in table.values.items() if is_secret_name(key) and isinstance(each, Ref)), None)
    return _exposed(node, scope)


def _entry(key: ast.expr | None, value: ast.expr, scope: Scope) -> str | None:
    name = text(evaluate(key, scope)) if key is not None else None
    if name and is_secret_name(name) and _may_be_secret(evaluate(value, scope), value):
        return name
    return _exposed(value, scope)


def _may_be_secret(value: Value | None, node: ast.expr) -> bool:
    """Whether something that has a secret's name can be one: no number, no placeholder, no test whether it is there."""
    if isinstance(node, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
        return False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"bool", "len", "hash"}:
        return False
    return not isinstance(value, Constant) or is_secret(text(value) or "")


def _exposed(node: ast.expr, scope: Scope) -> str | None:
    """The name of the secret whose text an expression has in it, if any."""
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return next((each for part in parts if (each := _exposed(part, scope))), None)
    if isinstance(node, ast.BinOp):
        return _exposed(node.left, scope) or _exposed(node.right, scope)
    if isinstance(node, ast.Call):
        return _called(node, scope)
    if isinstance(node, ast.Subscript):
        owner = evaluate(node.value, scope)
        name = text(evaluate(node.slice, scope))
        return name if isinstance(owner, Ref) and owner.path == "os.environ" and name and is_secret_name(name) else None
    return _named(node, scope)


def _named(node: ast.expr, scope: Scope) -> str | None:
    value = evaluate(node, scope)
    if isinstance(value, Ref):
        if value.path == "os.environ":
            return "the whole environment"
        if value.path in {"getpass.getpass()", "google.colab.userdata.get()"}:
            return ast.unparse(node)
    if not isinstance(node, ast.Name) or node.id.lower() in _VAGUE or not is_secret_name(node.id):
        return None
    return node.id if _may_be_secret(value, node) else None


def _called(node: ast.Call, scope: Scope) -> str | None:
    value = evaluate(node.func, scope)
    path = value.path if isinstance(value, Ref) else ""
    first = text(evaluate(node.args[0], scope)) if node.args else None
    if path in {"os.getenv", "os.environ.get", "google.colab.userdata.get"}:
        return first if first and is_secret_name(first) else None
    if path == "os.environ.copy":
        return "the whole environment"
    if isinstance(node.func, ast.Name) and node.func.id in {"dict", "str", "repr"} and len(node.args) == 1:
        return _exposed(node.args[0], scope)
    return None


def _of_command(command: Command) -> str | None:
    goes_on = bool(command.outputs) or (command.shell is not None and any(sign in command.shell.text for sign in "|>"))
    if command.via is not None or goes_on or (command.shell is not None and command.shell.kind is ShellKind.CAPTURED):
        return None
    words = command.positionals()
    if command.program in {"env", "printenv"}:
        names = [word.text or "" for word in words]
        if not command.words:
            return "the whole environment"
        return next((name for name in names if command.program == "printenv" and is_secret_name(name)), None)
    if command.program in {"cat", "head", "tail", "less", "more", "type"}:
        return next((word.text for word in words if _CREDENTIAL_FILES.search(word.text or "")), None)
    if command.program == "echo":
        names = [name for word in words for name in re.findall(r"\$\{?([A-Z][A-Z0-9_]+)\}?", word.written)]
        return next((name for name in names if is_secret_name(name) and name not in _FOLDERS), None)
    return None
