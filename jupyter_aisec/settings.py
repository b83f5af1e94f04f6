"""The settings: ``[tool.aisec]`` in the project's pyproject.toml."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

from jupyter_aisec.model import AisecError


class Mode(StrEnum):
    """What happens with a cell that has findings."""

    WARN = "warn"
    BLOCK = "block"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default.

    ``mode``: ``warn`` shows findings, ``block`` also refuses to run a cell with a high or critical one, ``off``
    neither checks nor watches.
    """

    mode: Mode = Mode.WARN


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
    known = [field.name for field in fields(Settings)]
    for key in section:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else f"known are: {', '.join(known)}."
            raise AisecError(f"[tool.aisec] in pyproject.toml has no setting `{key}`: {hint}")
    if "mode" not in section:
        return Settings()
    return Settings(mode=mode(str(section["mode"])))


def mode(word: str) -> Mode:
    """A mode by its word."""
    try:
        return Mode(word)
    except ValueError:
        raise AisecError(f"no mode `{word}`: use one of {', '.join(Mode)}.") from None
