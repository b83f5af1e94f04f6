"""Options and environment variables that say certificates do not matter."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command, Word
from jupyter_aisec.analysis.fetched import is_remote
from jupyter_aisec.analysis.hit import Hit, Repair
from jupyter_aisec.analysis.rule import DATA
from jupyter_aisec.analysis.subscriptions import Setting
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import is_plain
from jupyter_aisec.rules.certificates import FAMILY
from jupyter_aisec.rules.shell_edits import replaced, without

_CURL_TAKE_VALUE = frozenset("AbCcDdEeFHhKmoPQrTtUuwXxYyz")
_AFTER_OFF = frozenset({"false", "0", "no", "off"})


@FAMILY.rule(Severity.HIGH, topics=DATA, atlas="AML.T0010.002")
def shell_tls_off(command: Command) -> Iterator[Hit]:
    """A shell command does not look at the server's certificate.

    What arrives can come from anybody who controls the network on the way, and so can what is installed from it. Take
    the option out; for a server of your own, name its authority: `--cacert`, `--ca-certificate`, `http.sslCAInfo`.

    Bad:
        !wget --no-check-certificate https://example.org/data.zip

    Good:
        !curl https://example.org/data.json
    """
    found = switched_off(command)
    if found and not _only_here(command):
        flags = [word for word in command.words if word.text == found]
        yield command.found(
            f"{command.program} with {found} accepts any server in place of the right one; leave it out",
            repair=_repaired(command, flags[0]) if flags else None,
        )


def _repaired(command: Command, flag: Word) -> Repair | None:
    what = "look at the certificate"
    text = flag.text or ""
    if command.program == "curl" and text != "--insecure" and len(text) > 2:  # noqa: PLR2004 - among other letters
        return replaced(command, flag, text, text.replace("k", "", 1), what)
    if command.program == "git":
        before = command.words[max(command.words.index(flag) - 1, 0)]
        return without(command, [before, flag], what) if before.text == "-c" else None
    return without(command, [flag], what)


def switched_off(command: Command) -> str | None:
    """How a command says that certificates do not matter, or None."""
    words = command.known
    program = command.program
    if program == "curl":
        return next((word for word in words if word == "--insecure" or _is_insecure_flag(word)), None)
    if program == "git":
        return _git(command)
    if program in {"conda", "mamba", "micromamba"}:
        if "ssl_verify" in words and words[-1].lower() in _AFTER_OFF:
            return "ssl_verify off"
        return "--insecure" if "--insecure" in words else None
    if program in {"npm", "yarn", "pnpm"}:
        return "strict-ssl off" if "strict-ssl" in words and words[-1] == "false" else None
    return next((word for word in words if _switch_of(program, word)), None)


def _is_insecure_flag(word: str) -> bool:
    """``-k``, also among other letters as in ``-skL``; what stands behind a letter with a value is that value."""
    if not word.startswith("-") or word.startswith("--"):
        return False
    for letter in word[1:]:
        if letter == "k":
            return True
        if letter in _CURL_TAKE_VALUE:
            return False
    return False


def _git(command: Command) -> str | None:
    words = command.known
    for word in words:
        if word.lower().startswith("http.sslverify=") and word.partition("=")[2].lower() in _AFTER_OFF:
            return word
    if words[:1] == ("config",) and words[-1].lower() in _AFTER_OFF:
        return next((f"{word} {words[-1]}" for word in words if word.lower() == "http.sslverify"), None)
    return None


def _switch_of(program: str, word: str) -> bool:
    if program in {"wget", "wget2", "gdown", "yt-dlp", "youtube-dl"}:
        return word in {"--no-check-certificate", "--no-check-certificates"}
    if program == "aria2c":
        return word.startswith("--check-certificate=") and word.partition("=")[2] in _AFTER_OFF
    if program in {"http", "https"}:
        return word in {"--verify=no", "--verify=false"}
    return program == "aws" and word == "--no-verify-ssl"


def _only_here(command: Command) -> bool:
    """Whether everything that is asked for is on this machine, or is not encrypted in the first place."""
    named = [word.text for word in command.words if word.text and "://" in word.text]
    return bool(named) and not any(is_remote(url) and not is_plain(url) for url in named)


_EMPTY = frozenset({"CURL_CA_BUNDLE"})
_TRUE = frozenset({"MLFLOW_TRACKING_INSECURE_TLS", "WANDB_INSECURE_DISABLE_SSL"})
_FALSE = frozenset(
    {"NODE_TLS_REJECT_UNAUTHORIZED", "CLEARML_API_HOST_VERIFY_CERT", "CONDA_SSL_VERIFY", "NPM_CONFIG_STRICT_SSL"}
)


@FAMILY.rule(Severity.HIGH)
def env_tls_off(setting: Setting) -> Iterator[Hit]:
    """An environment variable switches the check of certificates off.

    It holds for every later call of the session, and for every process that is started from it. An empty
    `CURL_CA_BUNDLE` is passed around as a cure for errors of the Hub: it made requests before 2.28 skip the check
    (psf/requests, release notes of 2.28.0). Point `REQUESTS_CA_BUNDLE` or `SSL_CERT_FILE` at the certificate of your
    proxy. Low where the variable does nothing today and only shows the wish: `PYTHONHTTPSVERIFY` on Python 3, an empty
    `CURL_CA_BUNDLE` with a newer requests, and `HF_HUB_DISABLE_SSL_VERIFICATION`, which huggingface_hub never had.

    Bad:
        import os
        os.environ["CURL_CA_BUNDLE"] = ""

    Good:
        import os
        os.environ["REQUESTS_CA_BUNDLE"] = "/etc/ssl/company.pem"
    """
    name, value = setting.name, setting.value
    if value is None:
        return
    given = value.strip("\"' ").lower()
    if name.upper() in _EMPTY and not given:
        newer = setting.context.older("requests", 2, 28) is False
        yield setting.found(
            f"an empty {name} makes requests before 2.28 accept any server; name the certificate of your proxy",
            severity=Severity.LOW if newer else None,
        )
    elif name == "GIT_SSL_NO_VERIFY":
        yield setting.found(f"{name} makes git accept any server, whatever its value is; leave it unset")
    elif (name in _TRUE and given not in {"", "0", "false"}) or (name.upper() in _FALSE and given in _AFTER_OFF):
        yield setting.found(f"{name}={value} accepts any server in place of the right one; leave it unset")
    elif (name == "PYTHONHTTPSVERIFY" and given == "0") or (name.startswith("HF_HUB_DISABLE_SSL") and given):
        yield setting.found(
            f"{name}={value} asks for no check of certificates and has no effect today; leave it unset",
            severity=Severity.LOW,
        )
