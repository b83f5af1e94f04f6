"""A check as JSON: the contract with programs. Keys are added in later versions, never changed or taken away."""

from __future__ import annotations

import json
import re
from typing import Any

from jupyter_aisec.model import Fix
from jupyter_aisec.report.checked import FileReport, Shown, Total, counted

_HALF = re.compile("[\ud800-\udfff]")


def dumped(data: object) -> str:
    """JSON that can be written as UTF-8: half of a surrogate pair, in a path or in code, is escaped."""
    said = json.dumps(data, indent=2, ensure_ascii=False)
    return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", said)


def to_json(total: Total, *, statistics: bool = False) -> dict[str, Any]:
    """What ``--format json`` prints."""
    scripts = {file.path for file in total.files if file.is_script}
    found: dict[str, Any] = {
        "findings": [_finding(shown, file) for file in total.files for shown in file.findings],
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
    if statistics:
        found["statistics"] = [{"rule": rule, "findings": number} for rule, number in counted(total.findings).items()]
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
