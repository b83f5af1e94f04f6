"""Looks at what this machine shows of its set-up, and asks no server: addresses, files that configure, rights."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_config_path, jupyter_runtime_dir

from jupyter_aisec.evidence.around import Sight
from jupyter_aisec.model import Session
from jupyter_aisec.outbox import alive
from jupyter_aisec.project import FOLDER, Project

_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::", "*", ""})  # noqa: S104 - what is looked for
_NO_XSRF = re.compile(r"disable_check_xsrf['\"]?\s*[=:]\s*true", re.IGNORECASE)
_LARGEST = 1 << 20
_PICKLE = "MLFLOW_ALLOW_PICKLE_DESERIALIZATION"
_LOG_IN = ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_PASSWORD")


def sights(project: Project, files: Sequence[Path], environ: Mapping[str, str]) -> Iterator[Sight]:
    """What can be seen; ``files`` are those of the model."""
    yield _mlflow(project.tracking_uri, environ)
    yield from _servers(Path(jupyter_runtime_dir()))
    yield _xsrf([Path(each) for each in jupyter_config_path()])
    yield _rights(project, files)
    if environ.get(_PICKLE, "").lower() in ("false", "0"):
        yield Sight("MLflow loads no pickles here", is_safe=True)
    else:
        yield Sight("MLflow loads pickles here", is_safe=None, mend=f"set {_PICKLE}=false where models are loaded")


def _mlflow(uri: str, environ: Mapping[str, str]) -> Sight:
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https"):
        return Sight("MLflow's store is no server", is_safe=True)
    host = parts.hostname or ""
    if parts.scheme == "http" and host not in _LOCAL:
        return Sight(
            f"MLflow at {host} is talked to in clear text", is_safe=False, mend="give MLflow's address as https://"
        )
    with_log_in = any(environ.get(each) for each in _LOG_IN)
    said = (
        "a log-in is sent to MLflow, but not whether it asks for one"
        if with_log_in
        else "whether MLflow asks for a log-in"
    )
    return Sight(said, is_safe=None)


def _servers(folder: Path) -> Iterator[Sight]:
    """Jupyter servers of this user that run now, by what they write down of themselves."""
    found = []
    for path in sorted(folder.glob("jpserver-*.json")):
        try:
            server = json.loads(path.read_text(encoding="utf-8")) if path.stat().st_size < _LARGEST else {}
        except (OSError, ValueError):
            continue
        if isinstance(server, dict) and _runs(server.get("pid")):
            found.append(server)
    if not found:
        yield Sight("no Jupyter server of this user runs that could be looked at", is_safe=None)
    for server in found:
        where = f"the Jupyter server at port {server.get('port')}"
        if not server.get("token") and not server.get("password") and not server.get("sock"):
            yield Sight(f"{where} asks for no token", is_safe=False, mend=f"start {where} with a token or a password")
        elif str(server.get("hostname", "")) in _EVERYWHERE:
            mend = f"start {where} with --ip=127.0.0.1, behind a proxy that encrypts"
            yield Sight(f"{where} listens to everybody", is_safe=False, mend=mend)
        else:
            yield Sight(f"{where} listens at {server.get('hostname')} and asks for a log-in", is_safe=True)


def _runs(pid: object) -> bool:
    return isinstance(pid, int) and alive(Session("", "", None, pid, ""))


def _xsrf(folders: Sequence[Path]) -> Sight:
    for folder in folders:
        for path in sorted(folder.glob("jupyter_*config*")):
            try:
                text = path.read_text(encoding="utf-8", errors="replace") if path.stat().st_size < _LARGEST else ""
            except OSError:
                continue
            lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
            if any(_NO_XSRF.search(line) for line in lines):
                said = f"{path.name} turns Jupyter's XSRF check off"
                return Sight(said, is_safe=False, mend=f"take disable_check_xsrf out of {path.name}")
    return Sight("no configuration turns Jupyter's XSRF check off", is_safe=True)


def _rights(project: Project, files: Sequence[Path]) -> Sight:
    """Whether anybody on this machine may write what all rests on."""
    if os.name != "posix":
        return Sight("who may write the files", is_safe=None)
    for path in (project.root / FOLDER, project.journals, project.root / "mlflow.db", project.root / "mlruns", *files):
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
            name = project.name_of(path)
            return Sight(f"anybody on this machine may write {name}", is_safe=False, mend=f"chmod o-w {name}")
    return Sight("no file of the project that matters may be written by everybody", is_safe=True)
