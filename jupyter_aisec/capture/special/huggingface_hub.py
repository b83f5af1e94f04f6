"""What was fetched from the Hugging Face Hub, and which commit of it: the cache names both.

https://huggingface.co/docs/huggingface_hub/guides/manage-cache
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told

_HUB = "https://huggingface.co"
_MANY = 10_000
_FOLDERS = {"model": "", "dataset": "datasets/", "space": "spaces/"}


def file(call: Call, result: object) -> object:
    """One file of a repository."""
    path = "/".join(str(each) for each in (call.argument("subfolder"), call.argument("filename")) if each)
    return _fetched(call, result, path)


def snapshot(call: Call, result: object) -> object:
    """A repository, or part of one."""
    return _fetched(call, result, "")


def _fetched(call: Call, result: object, path: str) -> object:
    repository = call.argument("repo_id")
    if not isinstance(repository, str) or not isinstance(result, (str, os.PathLike)):
        return None  # a dry run
    kind = call.argument("repo_type") or "model"
    return of_repository(repository, str(kind), call.argument("revision"), path, Path(result))


def of_repository(repository: str, kind: str, revision: object, path: str, local: Path | None) -> Told:
    """A repository, or a file in it, by its address on the hub; its commit, where the cache tells it."""
    parts = local.parts if local is not None else ()
    commit = parts[parts.index("snapshots") + 1] if "snapshots" in parts[:-1] else None
    at = commit or (revision if isinstance(revision, str) else None)
    folder = f"{'resolve' if path else 'tree'}/{at or 'main'}"
    url = "/".join(filter(None, (f"{_HUB}/{_FOLDERS.get(kind, '')}{repository}", folder, path)))
    name = f"{repository}/{path}" if path else repository
    return Told(_files(local) if local is not None else url, name, url, {"revision": at} if at else {})


def _files(local: Path) -> object:
    """The cache is made of links, which are followed one by one."""
    files = sorted(each for each in local.rglob("*") if each.is_file())[:_MANY] if local.is_dir() else []
    return files or local


def cached(repository: str, revision: object, cache: object) -> Path | None:
    """The folder of the cache that holds a model, if it is there."""
    hub = sys.modules.get("huggingface_hub.constants")
    home = cache if isinstance(cache, (str, os.PathLike)) else getattr(hub, "HF_HUB_CACHE", None)
    if home is None:
        return None
    folder = Path(home) / f"models--{repository.replace('/', '--')}"
    asked = revision if isinstance(revision, str) else "main"
    try:
        commit = (folder / "refs" / asked).read_text(encoding="utf-8").strip()
    except OSError:
        commit = asked
    found = folder / "snapshots" / commit
    return found if found.is_dir() else None
