"""A check as SARIF 2.1.0, for code scanning: places are those in the cell, which a logical location names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from jupyter_aisec.model import Finding, NotAnalysed, Part, Severity
from jupyter_aisec.report.checked import FileReport, Shown, Total, where
from jupyter_aisec.report.rulepage import RulePage
from jupyter_aisec.report.stream import Stream, listed, members
from jupyter_aisec.report.words import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "aisec/v1"
"""Its number changes when fingerprints are made otherwise."""
_ROOT = "%SRCROOT%"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.5",
}
"""What GitHub sorts by; its words for these numbers are ours."""


def to_sarif(stream: Stream, pages: Sequence[RulePage], failed: Callable[[Total], bool]) -> Iterator[str]:
    """One run, in pieces that come while files are checked.

    ``pages`` are of all rules that run; ``failed`` says in the end whether something could not be checked.
    """
    names = {page.name: index for index, page in enumerate(pages)}
    weaknesses = sorted({page.weakness for page in pages}, key=int)
    tool = {
        "driver": {
            "name": "jupyter-aisec",
            "semanticVersion": version("jupyter-aisec"),
            "rules": [_rule(page, weaknesses) for page in pages],
            "supportedTaxonomies": [{"name": "CWE", "index": 0}],
        }
    }
    run = {"tool": tool, "taxonomies": [_taxonomy(weaknesses)], "columnKind": "unicodeCodePoints"}
    yield f'{{\n{members({"$schema": SCHEMA, "version": "2.1.0"}, 0)},\n  "runs": [\n    {{\n{members(run, 2)},\n'
    yield from listed("results", (result for file in stream for result in _results(file, names)), 2)
    notes = list(_notifications(stream.rest))
    invocation = {"executionSuccessful": not failed(stream.rest), "toolExecutionNotifications": notes}
    yield f",\n{members({'invocations': [invocation]}, 2)}\n    }}\n  ]\n}}"


def _rule(page: RulePage, weaknesses: list[str]) -> dict[str, Any]:
    return {
        "id": page.name,
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": " ".join(page.text.split())},
        "help": {"text": page.plain(), "markdown": page.markdown()},
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
        "relationships": [
            {
                "target": {
                    "id": page.weakness,
                    "index": weaknesses.index(page.weakness),
                    "toolComponent": {"name": "CWE", "index": 0},
                },
                "kinds": ["relevant"],
            }
        ],
        "properties": {
            "tags": ["security", page.family, f"external/cwe/cwe-{page.weakness}"],
            "security-severity": _SCORES[page.severity],
        },
    }


def _taxonomy(weaknesses: list[str]) -> dict[str, Any]:
    return {
        "name": "CWE",
        "organization": "MITRE",
        "informationUri": "https://cwe.mitre.org/",
        "shortDescription": {"text": "Common Weakness Enumeration"},
        "isComprehensive": False,
        "taxa": [{"id": each, "helpUri": f"https://cwe.mitre.org/data/definitions/{each}.html"} for each in weaknesses],
    }


def _notifications(total: Total) -> Iterator[dict[str, Any]]:
    for each in (*total.not_analysed, *total.folders):
        yield {"level": "warning", "message": {"text": visible(each.reason)}, "locations": [_file_or_cell(each)]}


def _file_or_cell(missed: NotAnalysed) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(missed.path)}}
    if missed.cell_index is not None:
        location["logicalLocations"] = [{"name": f"cell {missed.cell_index + 1}", "kind": "cell"}]
    return location


def _artifact(path: str) -> dict[str, str]:
    uri = quote(path, errors="surrogateescape")
    return {"uri": uri} if path.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}


def _results(file: FileReport, names: dict[str, int]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for shown in file.findings:
        finding = shown.finding
        seen[shown.fingerprint] += 1
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": names[finding.rule],
            "level": _LEVELS[finding.severity],
            "message": {"text": visible(finding.message)},
            "locations": [_location(file, finding)],
            "partialFingerprints": {FINGERPRINT: f"{shown.fingerprint}:{seen[shown.fingerprint]}"},
            "properties": {"severity": finding.severity.value, "confidence": finding.confidence.value},
        }
        if shown.changes and finding.fix is not None:
            result["fixes"] = [_fix(file, shown, finding.fix.description)]
        yield result


def _location(file: FileReport, finding: Finding) -> dict[str, Any]:
    place = finding.place
    physical: dict[str, Any] = {"artifactLocation": _artifact(file.name)}
    # What is not in the source is there as a whole; without a line, a result is not shown everywhere.
    physical["region"] = {"startLine": place.line}
    if place.part is Part.SOURCE:
        physical["region"] |= {
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    location: dict[str, Any] = {"physicalLocation": physical}
    if not file.is_script:
        name = f"cell {place.cell_index + 1}"
        location["logicalLocations"] = [
            {
                "name": name,
                "fullyQualifiedName": f"{file.name}/{place.cell_id or name}",
                "kind": "cell",
                "properties": {"cell_index": place.cell_index, "cell_id": place.cell_id, "part": place.part.value},
            }
        ]
        location["message"] = {"text": where(finding, is_script=False)}
    return location


def _fix(file: FileReport, shown: Shown, description: str) -> dict[str, Any]:
    """In characters of the file: who applies it knows no cells."""
    return {
        "description": {"text": visible(description)},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file.name),
                "replacements": [
                    {
                        "deletedRegion": {"charOffset": each.start, "charLength": each.end - each.start},
                        "insertedContent": {"text": each.text},
                    }
                    for each in shown.changes
                ],
            }
        ],
    }
