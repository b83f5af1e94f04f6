"""What is pushed to a hub: a repository is public unless somebody says otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.experiments import SOME
from jupyter_aisec.analysis.hit import ANYTHING, Deed, Fact, Hit
from jupyter_aisec.analysis.rule import Family, Topics
from jupyter_aisec.analysis.values import Constant
from jupyter_aisec.model import Confidence, Severity

FAMILY = Family(
    "data protection and provenance",
    cwe="CWE-200",
    atlas="AML.T0035",
    topics=Topics("ML05", "LLM02", "LLM02"),
    guidelines=("3.2", "3.4"),
)

_PUSHES = frozenset(
    {"push_to_hub", "push_to_hub_merged", "push_to_hub_gguf", "push_to_hub_fastai", "push_to_hub_keras"}
)
_MAKES = frozenset({"create_repo", "upload_large_folder", "save_pretrained"})
_ARGUMENTS = frozenset(
    {"TrainingArguments", "Seq2SeqTrainingArguments", "SFTConfig", "DPOConfig", "GRPOConfig", "RewardConfig"}
    | {"ORPOConfig", "KTOConfig", "CPOConfig", "RLOOConfig", "PPOConfig", "SentenceTransformerTrainingArguments"}
)
_DATASETS = ("datasets.",)
_SPACE = "space"
_API = "huggingface_hub.HfApi()."
_HUB = "https://huggingface.co"
_HARMLESS = re.compile(r"(?i)tokenizer|config|processor|feature_extractor|scheduler")


@FAMILY.rule(Severity.MEDIUM, named=_PUSHES | _MAKES | _ARGUMENTS)
def public_push(call: Call | Command) -> Iterator[Hit]:
    """A model or dataset is pushed to a hub, and nothing says who may see it.

    A new repository on the Hugging Face Hub is public at once, unless the organisation's default says otherwise: so
    are the training data that a model remembers, and the examples in a dataset. High for a dataset, low for a
    tokenizer or a configuration; silent for `HfApi(endpoint=…)`, a server of one's own. Say `private=True`, and open
    the repository after somebody has looked at it; `private=False` says that you have.

    Bad:
        model.push_to_hub("example/model")

    Good:
        model.push_to_hub("example/model", private=True)
    """
    if isinstance(call, Command):
        yield from _of_command(call)
    elif call.name in _ARGUMENTS:
        if call.is_constant(True, "push_to_hub") and call.given("hub_private_repo") is False:  # noqa: FBT003 - the constant
            yield _found(call, call.text("hub_model_id"), "hub_private_repo", Severity.MEDIUM)
    elif call.name == "save_pretrained":
        if call.is_constant(True, "push_to_hub") and not _is_said(call):  # noqa: FBT003 - as above
            repository = call.text("repo_id") or (call.path_text("save_directory", 0) or "").rpartition("/")[2] or None
            yield _found(call, repository, "private", _severity(call))
    elif not _is_said(call) and not _is_elsewhere(call):
        name = "repo_path_or_name" if call.name == "push_to_hub_merged" else "repo_id"
        node = call.argument(name, 0)
        is_push = call.name in _PUSHES
        if node is None or (is_push and (_is_trainer(call) or call.is_constant(True, "create_pr"))):  # noqa: FBT003 - as above
            return
        repository = call.text(name, 0)
        if is_push and repository is not None and " " in repository:
            return  # a commit message: the repository is that of a trainer
        yield _found(call, repository, "private", _severity(call))


def _is_said(call: Call) -> bool:
    """Whether the call decides who may see it, or might."""
    given = call.given("private")
    is_none = isinstance(call.value("private"), Constant) and call.is_constant(None, "private")
    return (given is not False and not is_none) or call.given("visibility") is not False


def _is_elsewhere(call: Call) -> bool:
    """Whether this is a server of one's own that speaks as the Hub does."""
    return call.path.startswith(_API) and call.origin is not None and not call.origin.startswith(_HUB)


def _severity(call: Call) -> Severity | None:
    """High for data, low for what tells nothing of them."""
    if call.path.startswith(_DATASETS) or call.text("repo_type") == "dataset":
        return Severity.HIGH
    return Severity.LOW if _HARMLESS.search(_receiver(call)) else None


def _receiver(call: Call) -> str:
    """What the object whose method is called is named, where it has a name."""
    node = call.receiver_node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_trainer(call: Call) -> bool:
    """Whether this is a trainer's method, which takes a commit message."""
    return "Trainer" in call.path or "trainer" in _receiver(call).lower()


def _found(call: Call, repository: str | None, parameter: str, severity: Severity | None) -> Hit:
    what = repository or "a repository"
    return call.found(
        f"{call.called} makes {what} public, unless it exists and is private; add {parameter}=True",
        severity=severity,
        confidence=Confidence.MEDIUM,
        repair=call.with_keyword(parameter, "True", "push to a private repository", safe=False),
        once=repository,
        unless=_private(repository),
    )


def _private(repository: str | None) -> tuple[Fact, ...]:
    """What makes it private elsewhere; of a name that is not known, anything may."""
    return (Fact(Deed.MADE_PRIVATE, repository or SOME), Fact(Deed.MADE_PRIVATE, ANYTHING))


_VALUES = frozenset(
    {"--repo-type", "--type", "--token", "--revision", "--include", "--exclude", "--delete", "--commit-message"}
    | {"--commit-description", "--organization", "--space_sdk", "--space-sdk", "--every", "--num-workers"}
)


def _of_command(command: Command) -> Iterator[Hit]:
    if command.program not in {"hf", "huggingface-cli"} or command.flag("--private", "--public"):
        return
    words = [word.text for word in command.positionals(_VALUES)]
    if words[:1] in (["upload"], ["upload-large-folder"]):
        repository = words[1] if len(words) > 1 else None
    elif words[:2] in (["repo", "create"], ["repos", "create"]):
        repository = words[2] if len(words) > 2 else None  # noqa: PLR2004 - behind the two verbs
    else:
        return
    kind = command.option("--repo-type", "--type")
    if kind is not None and kind.text == _SPACE:
        return
    yield command.found(
        f"{command.program} {words[0]} makes {repository or 'a repository'} public, unless it exists; add --private",
        severity=Severity.HIGH if kind is not None and kind.text == "dataset" else None,
        confidence=Confidence.MEDIUM,
        once=repository,
        unless=_private(repository),
    )
