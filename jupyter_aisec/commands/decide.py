"""Write down what a named person decided about a finding, a claim, a threat or a CVE, why, and until when.

A finding is named by its fingerprint (`check --format json`, or the next step in `status`). Only *not-applicable*
changes the state of a claim; what is accepted stays what it is, and is shown as accepted.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re

from jupyter_aisec.claims import Choice, Subject
from jupyter_aisec.commands.overview import Said
from jupyter_aisec.commands.status.shown import tell
from jupyter_aisec.knowledge.guidelines import claims
from jupyter_aisec.model import AisecError
from jupyter_aisec.project import FOLDER, Project
from jupyter_aisec.statements import Record, day

_KINDS = (
    (Subject.CLAIM, re.compile(r"\d\.\d\.[a-z]")),
    (Subject.FINDING, re.compile(r"[0-9a-f]{16}")),
    (Subject.THREAT, re.compile(r"AML\.T\d{4}(?:\.\d{3})?")),
    (Subject.CVE, re.compile(r"(?:CVE|GHSA|PYSEC)-[\w-]{4,40}")),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add("what", metavar="WHAT", help="a finding's fingerprint, a claim (2.3.c), a threat (AML.T0020) or a CVE")
    add("choice", metavar="CHOICE", choices=[each.value for each in Choice], help=", ".join(Choice))
    add("reason", metavar="REASON", help="why")
    add("--by", required=True, metavar="NAME", help="who decides")
    add("--until", required=True, metavar="DATE", help="the day of review: 2026-08-31")
    add("--format", choices=("text", "json"), default="text", help="default: text")


def run(project: Project, options: argparse.Namespace) -> Said:
    """Write it down; `AisecError` for what nobody knows."""
    subject = next((kind for kind, looks in _KINDS if looks.fullmatch(options.what)), None)
    if subject is None or (subject is Subject.CLAIM and options.what not in claims()):
        raise AisecError(f"{options.what!r} is no fingerprint of a finding, claim, threat (AML.T…) or CVE")
    until = day(options.until)
    entry = {
        subject.value: options.what,
        "choice": options.choice,
        "reason": options.reason,
        "by": options.by,
        "on": dt.datetime.now(dt.UTC).date(),
        "until": until,
    }
    path = Record(project.root / FOLDER, project.root).add_decision(entry)
    tell(project)
    return Said(f"{options.what}: {options.choice} until {until}, in {project.name_of(path)}: commit it")
