"""Code of a cloned repository that runs here."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.call import Call
from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.deeds import RUNNERS
from jupyter_aisec.analysis.hit import Deed, Fact, Hit
from jupyter_aisec.analysis.subscriptions import LineMagic
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.remote_code import FAMILY

_AROUND = frozenset(
    {"", ".", "..", "~", "content", "home", "kaggle", "root", "src", "tmp", "work", "working", "workspace"}
)
"""Folders that clones lie in, and are not themselves."""


@FAMILY.rule(
    Severity.MEDIUM,
    calls=("sys.path.append", "sys.path.insert"),
    default=False,
    atlas="AML.T0010.001",
    guidelines=("2.1",),
)
def import_from_clone(use: Call | Command | LineMagic) -> Iterator[Hit]:
    """Code is run or imported from a repository that was cloned at no fixed commit.

    Whoever can push to the branch decides what the next run imports. Install the package at a full commit, or check
    one out behind the clone. The clone itself is said by git-clone-no-commit.

    Bad:
        import git
        git.Repo.clone_from("https://github.com/example/repository", "repository")
        ---
        import sys
        sys.path.append("repository")
        import training

    Good:
        !pip install git+https://github.com/example/repository@0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2
    """
    if isinstance(use, Call):
        path, what = use.path_text("", 1 if use.name == "insert" else 0), use.called
    elif isinstance(use, LineMagic):
        words = (use.text or "").split() if use.name == "run" else []
        path, what = next((word for word in words if not word.startswith("-")), None), "%run"
    else:
        words = [word for word in use.known if not word.startswith("-")]
        path, what = next(iter(words), None) if use.program in RUNNERS else None, use.program
    if not path or "://" in path:
        return
    folder = next((part for part in path.split("/") if part not in _AROUND), None)
    if folder:
        message = f"{what} runs what {folder} was cloned as that day; check a full commit out behind the clone"
        cloned, fixed = Fact(Deed.CLONED, folder), Fact(Deed.CHECKED_OUT, folder)
        yield Hit(use.span, message, once=folder, needs=(cloned,), unless=(fixed,))
