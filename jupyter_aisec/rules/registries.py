"""Names in a registry that somebody else can point at another model later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Hit
from jupyter_aisec.analysis.rule import Topics
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import outline, short
from jupyter_aisec.rules.downloads import FAMILY

_MODEL = re.compile(r"models:/[^/@\s]+(?:@[^/\s]+|/(?:latest|production|staging|archived|none))", re.IGNORECASE)
_MOVING = frozenset({"latest", "best", "production", "prod", "staging", "champion", "main", "master"})
_STAGED = frozenset({"get_latest_versions", "get_model_version_by_alias"})
_ARTIFACTS = frozenset({"use_artifact", "artifact", "use_model"})
_IMAGE_VALUES = frozenset(
    {
        "-p",
        "--publish",
        "-v",
        "--volume",
        "-e",
        "--env",
        "--name",
        "--network",
        "--gpus",
        "-w",
        "--workdir",
        "-u",
        "--user",
    }
    | {"--mount", "--env-file", "--entrypoint", "--shm-size", "--ipc", "--platform", "--restart", "-h", "--hostname"}
    | {"-m", "--memory", "--cpus", "--device", "--add-host", "-l", "--label", "--runtime", "--ulimit", "--user"}
)


@FAMILY.rule(
    Severity.LOW,
    libraries=("mlflow",),
    named=_ARTIFACTS | _STAGED,
    default=False,
    topics=Topics("ML10", "LLM03", "LLM04"),
    atlas="AML.T0109",
    guidelines=("2.2", "3.2", "4.3"),
)
def registry_mutable_alias(call: Call | Command) -> Iterator[Hit]:
    """A model, an artifact or an image is taken by a name that can move.

    `latest`, a stage or an alias means whatever somebody set it to: who may write to the registry changes what runs
    here, and afterwards nobody can say which version it was. Use the number of the version, or the digest of an image.

    Bad:
        import wandb
        artifact = wandb.use_artifact("team/project/model:latest")

    Good:
        import wandb
        artifact = wandb.use_artifact("team/project/model:v12")
    """
    if isinstance(call, Command):
        name = _named_by(call)
        if name:
            yield call.found(f"{name} can be another one tomorrow; name a version or digest", once=name)
        return
    if call.name in _ARTIFACTS:
        name = outline(call.value("artifact_or_name", 0)) or outline(call.value("name"))
        tag = (name or "").rpartition(":")[2]
        is_wandb = call.path.startswith("wandb.") or call.name == "use_artifact"
        if name and is_wandb and ":" in name and tag.lower() in _MOVING:
            yield call.found(f"{call.called} takes {short(name)}, which moves; name its version, as in :v3", once=name)
    elif call.name in _STAGED:
        if "mlflow" in call.path:
            yield call.found(f"{call.called} takes whatever the registry points at; name the version", once=call.name)
    elif call.name != "load_model":
        # Of a model that is loaded, mlflow-load-executes-code says so already.
        given = [outline(call.value(*at)) for at in (("", 0), ("", 1), ("artifact_uri",), ("model_uri",))]
        uri = next((each for each in given if each and _MODEL.fullmatch(each)), None)
        if uri:
            yield call.found(f"{call.called} takes {short(uri)}, which moves; name its version, as in /3", once=uri)


def _named_by(command: Command) -> str | None:
    words = command.known
    if command.program == "mlflow":
        return next((word for word in words if _MODEL.fullmatch(word)), None)
    if command.program in {"docker", "podman"} and words[:1] in {("pull",), ("run",)}:
        given = command.positionals(_IMAGE_VALUES)
        image = given[1].text if len(given) > 1 else None
        # What is run by a name of one part may have been built a cell before.
        return image if image and _moves(image) and (words[0] == "pull" or "/" in image) else None
    return None


def _moves(image: str) -> bool:
    """Whether an image has no digest, and no tag or one that is meant to move."""
    tag = image.rpartition("/")[2].partition(":")[2]
    return "@sha256:" not in image and tag.lower() in {"", *_MOVING}
