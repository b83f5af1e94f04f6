"""Versions that are known to be vulnerable, by the advisories that the project keeps."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.analysis.command import Command
from jupyter_aisec.analysis.hit import Change, Hit, Repair
from jupyter_aisec.model import Severity
from jupyter_aisec.notebook.syntax import Span
from jupyter_aisec.rules.installs import FAMILY
from jupyter_aisec.rules.requirements import Requirement, install_of


@FAMILY.rule(Severity.HIGH, default=False, cwe="CWE-1395", guidelines=("2.1", "2.4"))
def known_vulnerable_version(command: Command) -> Iterator[Hit]:
    """A version is installed that has a published vulnerability.

    What an advisory describes, others try out: for the libraries of this field that is often a model file that runs
    code. Nothing is looked up on the network: the project keeps a file of advisories, OSV records or what
    `pip-audit --format json` says, names it with `advisories` in `[tool.aisec]`, and selects this rule. Without such a
    file, nothing is found.

    Bad:
        %pip install transformers==4.30.0

    Good:
        %pip install transformers==5.23.0
    """
    found = install_of(command)
    for requirement in found.named if found else ():
        version = requirement.version
        if version is None:
            continue
        known = command.context.advisories.of(requirement.distribution, version)
        if known:
            fixes = [fixed for each in known if (fixed := each.mended_after(version))]
            # Only a version without any of them is worth naming.
            better = next(
                (fixed for fixed in fixes if not command.context.advisories.of(requirement.distribution, fixed)), None
            )
            more = f" and {len(known) - 1} more" if len(known) > 1 else ""
            step = f"install {better}" if better and len(fixes) == len(known) else "look for a later version"
            yield command.found(
                f"{requirement.distribution} {version} has {known[0].id}{more}; {step}",
                span=requirement.word.span if command.via is None else None,
                repair=_with_version(requirement, better) if better and command.via is None else None,
            )


def _with_version(requirement: Requirement, better: str) -> Repair | None:
    word, version = requirement.word, requirement.version or ""
    at = word.written.rfind(version)
    if at < 0 or word.span.line != word.span.end_line:
        return None
    column = word.span.column + at
    span = Span(word.span.line, column, word.span.line, column + len(version))
    return Repair(f"install {better}", safe=False, changes=(Change(span, better),))
