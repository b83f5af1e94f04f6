"""A check as JSON: the contract with programs. Keys are added in later versions, never changed or taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jupyter_aisec.model import Fix
from jupyter_aisec.report.checked import FileReport, Shown, Total, counted
from jupyter_aisec.report.stream import Stream, dumped, listed, members

__all__ = ["dumped", "json_parts", "to_json"]


def to_json(total: Total, *, statistics: bool = False) -> dict[str, Any]:
    """What ``--format json`` prints."""
    findings = [_finding(shown, file) for file in total.files for shown in file.findings]
    return {"findings": findings, **_rest(total, counted(total.findings) if statistics else None)}


def json_parts(stream: Stream, *, statistics: bool = False) -> Iterator[str]:
    """The same as text, in pieces that come while files are checked."""
    yield "{\n"
    yield from listed("findings", (_finding(shown, file) for file in stream for shown in file.findings), 0)
    counts = dict(sorted(stream.found.items(), key=lambda each: (-each[1], each[0])))
    yield f",\n{members(_rest(stream.rest, counts if statistics else None), 0)}\n}}"


def _rest(total: Total, counts: Mapping[str, int] | None) -> dict[str, Any]:
    """All but the findings."""
    scripts = {file.path for file in total.files if file.is_script}
    found: dict[str, Any] = {
        "not_analysed": [
            {
                "path": each.path,
                "cell_index": None if each.path in scripts else each.cell_index,
                "reason": each.reason,
            }
            for each in (*total.not_analysed, *total.folders)
        ],
        "files": [file.path for file in total.files],
        "rules": sorted(total.rules),
        "fixed": [
            {"path": file.path, "rule": each.rule, "cell_index": each.cell_index, "description": each.description}
            for file in total.files
            for each in file.fixed
        ],
        "diffs": [{"path": file.path, "diff": file.diff} for file in total.files if file.diff],
        "not_fixed": [{"path": file.path, "reason": file.problem} for file in total.files if file.problem],
        "known": sum(file.known for file in total.files),
    }
    if counts is not None:
        found["statistics"] = [{"rule": rule, "findings": number} for rule, number in counts.items()]
    return found


def _finding(shown: Shown, file: FileReport) -> dict[str, Any]:
    finding = shown.finding
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "path": file.path,
        "cell_id": place.cell_id,
        "cell_index": None if file.is_script else place.cell_index,
        "part": place.part.value,
        "output": place.output,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
        "fingerprint": shown.fingerprint,
        "fix": _fix(finding.fix),
    }


def _fix(fix: Fix | None) -> dict[str, Any] | None:
    if fix is None:
        return None
    return {
        "description": fix.description,
        "safe": fix.safe,
        "edits": [
            {
                "line": edit.place.line,
                "column": edit.place.column,
                "end_line": edit.place.end_line,
                "end_column": edit.place.end_column,
                "text": edit.text,
                "output": edit.place.output,
            }
            for edit in fix.edits
        ],
    }
