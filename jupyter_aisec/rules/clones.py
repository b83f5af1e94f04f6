"""Repositories that are cloned: code that runs here as soon as something is imported from it."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Deed, Fact, Hit, thing
from jupyter_aisec.model import Severity
from jupyter_aisec.rules.addresses import is_public_plain, short
from jupyter_aisec.rules.downloads import FAMILY
from jupyter_aisec.rules.pins import is_full_hash

_CLONE_VALUES = frozenset(
    {"-b", "--branch", "--depth", "--revision", "-o", "--origin", "-c", "--config", "--filter", "-j", "--jobs"}
)


@FAMILY.rule(Severity.MEDIUM, atlas="AML.T0010.001")
def git_clone_no_commit(command: Command) -> Iterator[Hit]:
    """A repository is cloned at whatever its branch is that day.

    Whoever can push to that branch decides what the next run gets. Medium where code from the clone is run, installed
    or imported later, else low. Check a full commit out, in the same cell or another; `git rev-parse HEAD` in the
    clone says which one you have looked at.

    Bad:
        !git clone https://github.com/example/repository
        !python repository/train.py

    Good:
        !git clone https://github.com/example/repository
        !git -C repository checkout 0f3c2b7a9d8e4f5061728394a5b6c7d8e9f0a1b2
    """
    words = command.known
    if command.program != "git" or "clone" not in words[:3]:
        return
    revision = command.option("--revision")
    if revision is not None and (revision.text is None or is_full_hash(revision.text)):
        return
    given = command.positionals(_CLONE_VALUES | {"-C"})[1:]
    url = given[0].text if given else None
    if not url or not ("://" in url or url.startswith("git@")) or is_public_plain(url):
        return
    folder = (given[1].text or "") if len(given) > 1 else thing(url).removesuffix(".git")
    branch = command.option("-b", "--branch")
    what = f"{branch.text} of {short(url)}, which can move" if branch and branch.text else f"the newest {short(url)}"
    yield command.found(
        f"git clone takes {what}; check a full commit out behind it",
        severity=Severity.LOW,
        unless=(Fact(Deed.CHECKED_OUT, thing(folder)),),
        worse=() if branch else ((Fact(Deed.RAN, thing(folder)), Severity.MEDIUM),),
        once=url,
    )
