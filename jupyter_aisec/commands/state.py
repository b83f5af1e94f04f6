"""Say, by name and until a day, that a claim of the guidelines holds, or that it does not.

It is written into .aisec/statements.toml, bound to the bytes that the asset has now: when those change, it is stale.
"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from jupyter_aisec.claims import Thing
from jupyter_aisec.commands.overview import Said
from jupyter_aisec.commands.status.gather import gathered
from jupyter_aisec.commands.status.shown import tell
from jupyter_aisec.knowledge.guidelines import Claim, claims
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import FOLDER, Project
from jupyter_aisec.report.words import visible
from jupyter_aisec.statements import Record, day


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("claim", metavar="CLAIM", help="its id, as `status` shows it: 1.2.b")
    parser.add_argument("words", metavar="WORDS", help="what is so, and where that can be read")
    parser.add_argument("--by", required=True, metavar="NAME", help="who says so")
    parser.add_argument(
        "--until", metavar="DATE", help="the last day it counts: 2026-08-31; default: as long as it may"
    )
    parser.add_argument(
        "--about", metavar="ASSET", help="the asset, by the name that `status` has; one is enough to know"
    )
    parser.add_argument("--fails", action="store_true", help="say that it does not hold")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def words(_: Project) -> list[str]:
    """What can be completed: the ids."""
    return list(claims())


def run(project: Project, options: argparse.Namespace) -> Said:
    """Write it down; `AisecError` for what is no claim or no asset of the newest model's lineage."""
    claim = claims().get(options.claim)
    if claim is None:
        raise AisecError(f"there is no claim {options.claim!r}: `{project.mouth} status` lists them")
    today = dt.datetime.now(dt.UTC).date()
    until = day(options.until) if options.until else today + dt.timedelta(days=claim.valid_days)
    entry: dict[str, Any] = {"claim": claim.id, "holds": not options.fails}
    if claim.about.has_digest:
        thing = _thing(project, claim, options.about)
        entry |= {"about": thing.name, "sha256": thing.sha256}
    elif options.about:
        raise AisecError(f"claim {claim.id} is about the {claim.about} as a whole: leave out --about")
    entry |= {"by": options.by, "on": today, "until": until, "text": options.words}
    path = Record(project.root / FOLDER, project.root).add_statement(entry)
    tell(project)
    about = f" about {visible(entry['about'])}" if "about" in entry else ""
    # Longer than a claim may go without a look, no word counts.
    last = min(until, today + dt.timedelta(days=claim.valid_days))
    return Said(f"{claim.id} is stated{about} until {last}, in {project.name_of(path)}: commit it")


def _thing(project: Project, claim: Claim, name: str | None) -> Thing:
    """The asset that is meant, with bytes that a statement can be bound to."""
    things = [each for each in gathered(project, None).things if each.about is claim.about]
    if not things:
        raise AisecError(f"the newest model's lineage has no {claim.about}: there is nothing to state {claim.id} about")
    names = ", ".join(dict.fromkeys(visible(each.name) for each in things[:5]))
    if name is None and len(things) > 1:
        raise AisecError(f"claim {claim.id} is about each {claim.about}: name one with --about, such as {names}")
    found = things if name is None else [each for each in things if each.name == name]
    if not found:
        raise AisecError(f"the newest model's lineage has no {claim.about} {name!r}; it has {names}")
    if found[-1].sha256 is None:
        raise AisecError(f"{found[-1].name} has no digest that a statement could be bound to: save it, or read a file")
    return found[-1]
