"""What a check came to, as the reports need it: findings with what stands around them, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jupyter_aisec.model import Finding, NotAnalysed, Part
from jupyter_aisec.notebook.edits import Replacement


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding and the line of code that it begins on; ``code`` is empty where none is shown.

    ``file_line`` is its line in the file, and ``changes`` is its fix there, in characters from the start of the file.
    Like the fingerprint, both are only known where they were asked for.
    """

    finding: Finding
    fingerprint: str
    code: str = ""
    file_line: int = 1
    changes: tuple[Replacement, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed:
    """A fix that was applied, or would be."""

    rule: str
    cell_index: int
    description: str
    outputs: int = 0
    """How many outputs it takes out of the cell."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file; ``path`` is as the person named it, ``name`` as the project names it.

    ``diff`` is what the fixes change, ``problem`` why they could not be written.
    """

    path: str
    name: str
    findings: tuple[Shown, ...] = ()
    not_analysed: tuple[NotAnalysed, ...] = ()
    notes: tuple[str, ...] = ()
    is_script: bool = False
    is_unread: bool = False
    """It could not be read at all."""
    known: int = 0
    """Findings that the baseline has; they are not among the others."""
    fixed: tuple[Fixed, ...] = ()
    diff: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """All files, and the folders that could not be looked into."""

    files: Sequence[FileReport]
    folders: Sequence[NotAnalysed] = ()
    rules: Sequence[str] = ()
    """The names of the rules that ran."""

    @property
    def findings(self) -> list[Finding]:
        """Of all files."""
        return [each.finding for file in self.files for each in file.findings]

    @property
    def not_analysed(self) -> list[NotAnalysed]:
        """Files and cells."""
        return [each for file in self.files for each in file.not_analysed]

    @property
    def fixes(self) -> tuple[int, int]:
        """How many findings have a safe fix, and how many another one."""
        found = [each.fix.safe for each in self.findings if each.fix is not None and each.fix.edits]
        return sum(found), len(found) - sum(found)


def where(finding: Finding, *, is_script: bool) -> str:
    """``cell 3, line 2:5``, as people are told."""
    place = finding.place
    if place.part is Part.NOTEBOOK:
        return "metadata of the notebook"
    part = {
        Part.SOURCE: f"line {place.line}:{place.column}",
        Part.OUTPUT: f"output {(place.output or 0) + 1}",
        Part.METADATA: "metadata",
        Part.ATTACHMENT: "attachment",
    }[place.part]
    return part if is_script else f"cell {place.cell_index + 1}, {part}"


def plural(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """How many there are of each rule, the most first."""
    found: dict[str, int] = {}
    for each in findings:
        found[each.rule] = found.get(each.rule, 0) + 1
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))
