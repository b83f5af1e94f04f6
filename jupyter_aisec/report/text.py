"""A check for people at a terminal: each finding with its line of code, and what it all came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from jupyter_aisec.model import NotAnalysed, Severity
from jupyter_aisec.report.checked import FileReport, Shown, Total, counted, plural, where
from jupyter_aisec.report.table import Table
from jupyter_aisec.report.words import visible, width

_COLUMNS = 100
"""Of a line of code that is shown; the rest is cut round the place."""
_BEFORE = 40
_INDENT = "    "
_COLOURS = {
    Severity.CRITICAL: "\x1b[1;31m",
    Severity.HIGH: "\x1b[31m",
    Severity.MEDIUM: "\x1b[33m",
    Severity.LOW: "\x1b[36m",
    Severity.INFO: "\x1b[2m",
}
_OFF = "\x1b[0m"


def text(total: Total, *, colour: bool = False, statistics: bool = False, fixing: bool = False) -> str:
    """Findings and a summary; with ``statistics`` the rules and how often, in the place of the findings."""
    return "\n".join(parts(total, colour=colour, statistics=statistics, fixing=fixing))


def parts(total: Total, *, colour: bool = False, statistics: bool = False, fixing: bool = False) -> Iterator[str]:
    """The same file by file, for of many files it is long."""
    for file in total.files:
        said = "\n".join(_file(file, colour=colour, statistics=statistics))
        if said:
            yield said
    if statistics and total.findings:
        yield _statistics(total)
    yield from (_missed(folder) for folder in total.folders)
    yield from _ends(total, fixing=fixing)


def _file(file: FileReport, *, colour: bool, statistics: bool) -> Iterator[str]:
    for note in file.notes:
        yield f"{visible(file.path)}: note: {visible(note)}"
    if not statistics:
        for shown in file.findings:
            yield from _finding(file, shown, colour=colour)
    if not file.findings:
        # A script that can't be read has a finding, which says it with its line.
        yield from (_missed(missed) for missed in file.not_analysed if missed.cell_index is None)
    if file.problem:
        yield f"{visible(file.path)}: not fixed: {visible(file.problem)}"


def _finding(file: FileReport, shown: Shown, *, colour: bool) -> Iterator[str]:
    finding = shown.finding
    severity = finding.severity.value
    if colour:
        severity = f"{_COLOURS[finding.severity]}{severity}{_OFF}"
    yield f"{visible(file.path)}: {where(finding, is_script=file.is_script)}: {severity} {finding.rule}"
    yield f"{_INDENT}{visible(finding.message)}"
    if shown.code.strip():
        yield from _code(shown, colour=colour)


def _code(shown: Shown, *, colour: bool) -> Iterator[str]:
    """The line, and carets below what is meant."""
    place = shown.finding.place
    start = place.column - 1
    end = place.end_column - 1 if place.end_line == place.line else len(shown.code.rstrip())
    end = max(end, start + 1)
    cut = max(0, start - _BEFORE) if len(shown.code) > _COLUMNS else 0
    line = shown.code[cut : cut + _COLUMNS]
    before, marked = line[: start - cut], line[start - cut : end - cut]
    if not cut:
        stripped = line.lstrip(" \t")
        lead = len(line) - len(stripped)
        line, before = stripped, before[lead:]
    number = f"{place.line} | "
    caret = "^" * max(1, width(_drawn(marked)))
    if colour:
        caret = f"{_COLOURS[shown.finding.severity]}{caret}{_OFF}"
    yield f"{_INDENT}{number}{_drawn(line)}"
    yield f"{_INDENT}{' ' * (len(number) - 2)}| {' ' * width(_drawn(before))}{caret}"


def _drawn(code: str) -> str:
    return visible(code.replace("\t", "    "))


def _statistics(total: Total) -> str:
    findings = total.findings
    rows = []
    for rule, number in counted(findings).items():
        alike = [each for each in findings if each.rule == rule]
        worst = max(each.severity for each in alike)
        fixable = sum(1 for each in alike if each.fix is not None and each.fix.edits)
        rows.append((str(number), rule, worst.value, str(fixable) if fixable else ""))
    return Table(rows, ("Findings", "Rule", "Severity", "Fixes")).text()


def _ends(total: Total, *, fixing: bool) -> Iterator[str]:
    fixed = sum(len(file.fixed) for file in total.files)
    if fixing:
        files = sum(bool(file.fixed) for file in total.files)
        yield f"{plural(fixed, 'finding')} fixed in {plural(files, 'file')}" if fixed else "nothing was fixed"
    yield summary(total)
    known = sum(file.known for file in total.files)
    if known:
        yield f"{plural(known, 'finding')} that the baseline knows {'is' if known == 1 else 'are'} not shown"
    safe, unsafe = total.fixes
    if safe or unsafe:
        yield _fixes(safe, unsafe)


def _fixes(safe: int, unsafe: int) -> str:
    more = f"{unsafe} {'more ' if safe else ''}with --fix --unsafe-fixes: look at --diff --unsafe-fixes first"
    if not safe:
        return f"fixes: {more}"
    return f"fixes: {safe} with --fix{f', {more}' if unsafe else ''}"


def _missed(missed: NotAnalysed) -> str:
    return f"{visible(missed.path)}: not analysed: {visible(missed.reason)}"


def summary(total: Total, severities: Counter[Severity] | None = None) -> str:
    """What was found in a sentence: never that something is safe, nor that a file was checked that was not.

    ``severities`` of the findings, where they are no longer with the files.
    """
    missed = total.not_analysed
    findings = Counter(finding.severity for finding in total.findings) if severities is None else severities
    whole = {each.path for each in missed if each.cell_index is None}
    read = sum(file.path not in whole for file in total.files)
    known = any(file.known for file in total.files)
    if findings:
        inside = f" in {plural(read, 'file')}" if read else ""
        what = f"{plural(findings.total(), 'finding')} ({_by_severity(findings)}){inside}"
    elif read and known:
        what = f"nothing new found by {len(total.rules)} rules in {plural(read, 'file')}"
    elif read:
        what = f"no known pattern found by {len(total.rules)} rules in {plural(read, 'file')}"
    elif total.files or total.folders:
        what = "nothing was checked"
    else:
        what = "nothing was checked: there is no notebook and no Python file"
    parts = sum(each.cell_index is not None for each in missed)
    numbers = ((len(total.folders), "folder"), (len(whole), "file"), (parts, "cell"))
    said = [plural(number, noun) for number, noun in numbers if number]
    return f"{what}; {' and '.join(said)} not analysed" if said else what


def _by_severity(counts: Counter[Severity]) -> str:
    return ", ".join(f"{counts[severity]} {severity.value}" for severity in reversed(Severity) if counts[severity])
