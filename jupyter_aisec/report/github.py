"""A check as annotations of GitHub Actions. Its runner reads lines as commands, so nothing else may look like one."""

from __future__ import annotations

from collections.abc import Iterator

from jupyter_aisec.model import Severity
from jupyter_aisec.report.checked import FileReport, Shown, Total, where
from jupyter_aisec.report.text import summary
from jupyter_aisec.report.words import visible

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def to_annotations(total: Total) -> str:
    """One for each finding, the worst first: GitHub shows ten of each level and step. The summary ends it."""
    found = [(file, shown) for file in total.files for shown in file.findings]
    found.sort(key=lambda each: -each[1].finding.severity.rank)
    lines = [_annotation(file, shown) for file, shown in found]
    lines += _missed(total)
    # The runner looks for commands at the beginning of each line.
    return "\n".join([*lines, f"aisec: {visible(summary(total))}"])


def _annotation(file: FileReport, shown: Shown) -> str:
    finding, place = shown.finding, shown.finding.place
    said = f"{where(finding, is_script=file.is_script)}: {finding.message}"
    line = place.line if file.is_script else shown.file_line
    properties: dict[str, str | int] = {
        "file": file.name,
        "line": line,
        "title": f"{finding.severity.value}: {finding.rule}",
    }
    if file.is_script:
        properties |= {"col": place.column, "endLine": place.end_line}
        if place.end_line == place.line:
            properties["endColumn"] = place.end_column
    return _command(_LEVELS[finding.severity], properties, said)


def _missed(total: Total) -> Iterator[str]:
    for each in (*total.not_analysed, *total.folders):
        if each.cell_index is None:
            yield _command("warning", {"file": each.path, "title": "not analysed"}, each.reason)


def _command(level: str, properties: dict[str, str | int], message: str) -> str:
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{level} {said}::{_data(message)}"


def _data(text: str) -> str:
    """The runner decodes these three in a message; what is invisible is spelled out."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
