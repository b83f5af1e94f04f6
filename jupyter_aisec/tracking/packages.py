"""The packages of a logged model: what MLflow wrote down beside it, read as text, never installed."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel

PACKAGES = "aisec.packages"
"""The tag: ``;name==version;name;``, so that a package is found by ``LIKE '%;name==%'``."""

LARGEST = 1 << 20
"""Bytes of a list of requirements that are still read."""

_FILES = ("requirements.txt", "python_env.yaml", "conda.yaml")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:={1,3}\s*([A-Za-z0-9._+!*-]+))?")
_PYTHON = re.compile(r"^\s*(?:-\s*)?python\s*[:=]=?\s*['\"]?([0-9][0-9.]*)", re.MULTILINE)
_CONDA = re.compile(r"^\s*-\s*['\"]?([^'\":#\n]+)", re.MULTILINE)


def recorded(client: MlflowClient, tracking_uri: str, model: LoggedModel) -> dict[str, str]:
    """Version by package as indexes compare names, ``python`` among them; an empty version where none was pinned."""
    import mlflow.artifacts

    sizes = {each.path: each.file_size or 0 for each in client.list_logged_model_artifacts(str(model.model_id))}
    texts: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="aisec-") as folder:
        for name in _FILES:
            # By file and by place: of a models:/ address, MLflow 3.17 asks its global store.
            if sizes.get(name, LARGEST) < LARGEST:
                place = mlflow.artifacts.download_artifacts(
                    artifact_uri=f"{model.artifact_location}/{name}", dst_path=folder, tracking_uri=tracking_uri
                )
                texts[name] = Path(place).read_text(encoding="utf-8", errors="replace")
    return read(texts)


def read(texts: dict[str, str]) -> dict[str, str]:
    """The packages of these files, by name."""
    found: dict[str, str] = {}
    # Under this key only lists of requirements stand, in the form that MLflow writes: no need for a YAML parser.
    conda = texts.get("conda.yaml", "").partition("dependencies:")[2]
    for line in (*texts.get("requirements.txt", "").splitlines(), *_CONDA.findall(conda)):
        match = _REQUIREMENT.match(line.strip())
        if match:
            found.setdefault(normal(match[1]), match[2] or "")
    python = _PYTHON.search(texts.get("python_env.yaml", "")) or _PYTHON.search(conda)
    return found | ({"python": python[1]} if python else {})


def as_tag(packages: dict[str, str]) -> str:
    """As the tag has them; ``;`` when nothing is recorded, which is not the same as not looked at."""
    return f";{''.join(f'{name}=={_normal_version(version)};' for name, version in packages.items())}"


def beginning(version: Version) -> str:
    """What begins every version in a tag that equals this one, which may be written with fewer zeros, or with more."""
    numbers = list(version.release)
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return f"{version.epoch}!" * bool(version.epoch) + ".".join(map(str, numbers))


def _normal_version(text: str) -> str:
    """The version as indexes compare it; nothing for what is none, such as ``1.*``."""
    try:
        return str(Version(text))
    except InvalidVersion:
        return ""


def of_tag(tag: str) -> dict[str, str]:
    """The packages that a tag names."""
    pairs = (each.partition("==") for each in tag.split(";") if "==" in each)
    return {name: version for name, _, version in pairs}


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
