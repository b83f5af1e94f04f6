"""What is known of a cell, as an editor is told."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from jupyter_aisec.analysis.hit import Change
from jupyter_aisec.analysis.incremental import Said
from jupyter_aisec.analysis.silence import silencing
from jupyter_aisec.analysis.walked import Settled
from jupyter_aisec.checking import messages
from jupyter_aisec.checking.columns import Columns
from jupyter_aisec.model import Confidence, Finding, Fix, Severity


def checked(key: str, said: Said, *, silenceable: bool = True) -> messages.CheckedCell:
    """One cell. Of one that can't be read, nothing is known but why: what an editor knew of it before still stands.

    ``silenceable``: whether to look for places of comments, which takes longer than all else.
    """
    sha256 = hashlib.sha256(said.source.encode("utf-8", "surrogatepass")).hexdigest()
    if not said.is_read:
        return messages.CheckedCell(key, [], said.problem, sha256)
    settled = said.settled
    ignores: Sequence[Change | None] = silencing(said.source, settled) if silenceable else [None] * len(settled)
    columns = Columns(said.source)
    seen: Counter[str] = Counter()
    findings = [_finding(each, ignore, columns, seen) for each, ignore in zip(settled, ignores, strict=True)]
    if said.problem is not None and findings and not any(said.problem in each.message for each in findings):
        findings.append(_rest(said.problem, findings[-1]))
    return messages.CheckedCell(key, findings, None, sha256)


def _finding(settled: Settled, ignore: Change | None, columns: Columns, seen: Counter[str]) -> messages.Finding:
    finding = settled.finding
    return messages.Finding(
        id=_id(finding, columns, seen),
        rule=finding.rule,
        severity=finding.severity.value,
        confidence=finding.confidence.value,
        message=finding.message,
        range=columns.range(finding.place),
        fix=_fix(finding.fix, columns),
        ignore=None if ignore is None else messages.TextEdit(columns.range(ignore.span), ignore.text),
    )


def _id(finding: Finding, columns: Columns, seen: Counter[str]) -> str:
    """The rule, and what the code says; the second that says the same in a cell has another number."""
    said = f"{finding.rule}\0{columns.text(finding.place)}"
    seen[said] += 1
    return hashlib.blake2b(f"{said}\0{seen[said]}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _fix(fix: Fix | None, columns: Columns) -> messages.Fix | None:
    if fix is None or not fix.edits:
        return None
    edits = [messages.TextEdit(columns.range(edit.place), edit.text) for edit in fix.edits]
    return messages.Fix(fix.description, fix.safe, edits)


def _rest(problem: str, last: messages.Finding) -> messages.Finding:
    """That there is more than is shown, said where the last one stands."""
    return messages.Finding(
        "rest", "not-analysed", Severity.INFO.value, Confidence.HIGH.value, problem, last.range, None, None
    )
