"""The settings: ``[tool.aisec]`` in the project's pyproject.toml."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from jupyter_aisec.model import AisecError


class Mode(StrEnum):
    """What happens with a cell that has findings."""

    WARN = "warn"
    BLOCK = "block"
    OFF = "off"


class Documentation(StrEnum):
    """What happens with a release that rests on something that nobody has described."""

    WARN = "warn"
    REQUIRE = "require"


DEFAULT = "default"
"""The rules that run unless somebody says otherwise, as a selector."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default.

    ``mode``: ``warn`` shows findings, ``block`` also refuses to run a cell with a high or critical one, ``off``
    neither checks nor watches. ``select`` and ``ignore`` name rules, families, ``default`` or ``all``;
    ``per_file_ignores`` does so by a pattern of files, as in ``.gitignore``, seen from the project. ``advisories`` is
    a file with known vulnerabilities of packages. ``documentation``: with ``require``, ``status`` and ``verify`` of a
    model fail while a document of what it rests on is missing, incomplete or stale; a cell never does.
    """

    mode: Mode = Mode.WARN
    select: tuple[str, ...] = (DEFAULT,)
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    advisories: str | None = None
    documentation: Documentation = Documentation.WARN

    @property
    def chooses_rules(self) -> bool:
        """Whether other rules run than those that always do."""
        return self.select != (DEFAULT,) or bool(self.ignore or self.per_file_ignores)


_KEYS = ("mode", "select", "ignore", "per-file-ignores", "advisories", "documentation")


def table(root: Path) -> dict[str, object] | None:
    """``[tool.aisec]`` of the folder's pyproject.toml; None when there is none."""
    path = root / "pyproject.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise AisecError(f"can't read the settings in {path}: {error}.") from error
    tool = found.get("tool", {})
    section = tool.get("aisec") if isinstance(tool, dict) else tool
    if section is not None and not isinstance(section, dict):
        raise AisecError(f'[tool.aisec] in {path} must be a table, with lines such as: mode = "warn".')
    return section


def load(root: Path) -> Settings:
    """The settings of a project; an unknown key or value is an error that names the nearest known one."""
    section = table(root) or {}
    for key in section:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are: {', '.join(_KEYS)}."
            raise AisecError(f"[tool.aisec] in pyproject.toml has no setting `{key}`: {hint}")
    return Settings(
        mode=mode(str(section.get("mode", Mode.WARN))),
        select=_words(section.get("select", [DEFAULT]), "select"),
        ignore=_words(section.get("ignore", []), "ignore"),
        per_file_ignores=_by_file(section.get("per-file-ignores", {})),
        advisories=_file(section.get("advisories")),
        documentation=_documentation(section.get("documentation", Documentation.WARN)),
    )


def mode(word: str) -> Mode:
    """A mode by its word."""
    try:
        return Mode(word)
    except ValueError:
        raise AisecError(f"no mode `{word}`: use one of {', '.join(Mode)}.") from None


def _documentation(word: object) -> Documentation:
    try:
        return Documentation(str(word))
    except ValueError:
        raise AisecError(f"`documentation` in [tool.aisec] is one of {', '.join(Documentation)}.") from None


def _by_file(found: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(found, dict):
        example = '"old/**" = ["pip-unpinned"]'
        raise AisecError(f"`per-file-ignores` in [tool.aisec] must be a table, with lines such as: {example}.")
    return {pattern: _words(rules, f'per-file-ignores."{pattern}"') for pattern, rules in found.items()}


def _file(found: object) -> str | None:
    if found is not None and not isinstance(found, str):
        raise AisecError('`advisories` in [tool.aisec] must be the path of a file, such as: "advisories.json".')
    return found


def _words(found: object, key: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise AisecError(f'`{key}` in [tool.aisec] must be a list of names, such as: ["pip-unpinned"].')
    return tuple(found)
