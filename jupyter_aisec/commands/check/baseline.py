"""What an old project knows of already: a file of fingerprints beside which only what is new counts.

One line for each fingerprint of a file, with how often it stands there. A file that was renamed keeps what it had:
entries of files that are gone count for every file.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_aisec.model import AisecError
from jupyter_aisec.notebook.decode import LIMIT
from jupyter_aisec.report.checked import FileReport, Shown

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """Counts by file and by ``rule fingerprint``; files are named as seen from the folder of the baseline."""

    path: Path
    counts: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Raises `AisecError` for what is no baseline."""
        try:
            if path.stat().st_size > LIMIT:
                raise AisecError(f"{path}: too large to be a baseline; write it again")
            found = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise AisecError(f"{path}: no such baseline; `--write-baseline {path}` makes one") from None
        except OSError as error:
            raise AisecError(f"{path}: the baseline can't be read ({error.strerror})") from None
        except (ValueError, RecursionError):
            raise AisecError(f"{path}: not a baseline (not valid JSON); write it again") from None
        counts = found.get("findings") if isinstance(found, dict) else None
        if not isinstance(counts, dict) or found.get("version") != _VERSION or not _is_counts(counts):
            raise AisecError(f"{path}: not a baseline of version {_VERSION}; write it again")
        return cls(path, counts)

    def without_known(self, files: Iterable[FileReport], asked: Iterable[str]) -> Iterator[FileReport]:
        """The files with what is new in them; ``asked`` are those that were named, which need not be there."""
        here = {self.name_of(path) for path in asked}
        moved: Counter[str] = Counter()
        for name, counts in self.counts.items():
            if name not in here and not (self.path.parent / name).exists():
                moved.update(counts)
        for file in files:
            yield _new(file, Counter(self.counts.get(self.name_of(file.path), {})), moved)

    def name_of(self, path: str) -> str:
        """A file as seen from the baseline, which goes where the project goes."""
        return name_from(self.path, path)


def write(path: Path, files: Iterable[FileReport]) -> int:
    """Write a baseline of these files; of others that are there it keeps what it knew. Gives the number of findings.

    Raises `AisecError`.
    """
    found: dict[str, dict[str, int]] = {}
    before = Baseline.read(path).counts if path.exists() else {}
    for file in files:
        counts = Counter(_key(shown) for shown in file.findings)
        found[name_from(path, file.path)] = dict(counts)
    for name, known in before.items():
        if name not in found and (path.parent / name).exists():
            found[name] = dict(known)
    kept = {name: dict(sorted(counts.items())) for name, counts in sorted(found.items()) if counts}
    text = json.dumps({"version": _VERSION, "findings": kept}, indent=1, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AisecError(f"{path}: the baseline can't be written ({error.strerror})") from None
    return sum(sum(counts.values()) for counts in kept.values())


def name_from(baseline: Path, path: str) -> str:
    """A file as seen from the folder of a baseline."""
    file = Path(path).absolute()
    folder = baseline.absolute().parent.resolve()
    file = file.parent.resolve() / file.name
    try:
        return Path(os.path.relpath(file, folder)).as_posix()
    except ValueError:  # another drive
        return file.as_posix()


def _new(file: FileReport, known: Counter[str], moved: Counter[str]) -> FileReport:
    left: list[Shown] = []
    for shown in file.findings:
        key = _key(shown)
        source = known if known[key] else moved
        if source[key]:
            source[key] -= 1
        else:
            left.append(shown)
    return replace(file, findings=tuple(left), known=len(file.findings) - len(left))


def _key(shown: Shown) -> str:
    return f"{shown.finding.rule} {shown.fingerprint}"


def _is_counts(found: dict[str, object]) -> bool:
    return all(
        isinstance(each, dict) and all(isinstance(number, int) for number in each.values()) for each in found.values()
    )
