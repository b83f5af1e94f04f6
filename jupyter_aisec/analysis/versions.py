"""Versions of what is installed beside us, looked up when a rule asks."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib import metadata


class Installed(Mapping[str, str]):
    """The distributions of the running interpreter by name, and ``python`` itself. For a kernel, never for a file."""

    def __getitem__(self, name: str) -> str:
        if name == "python":
            return platform.python_version()
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        yield "python"
        yield from {each.metadata["Name"] for each in metadata.distributions()}

    def __len__(self) -> int:
        return sum(1 for _ in self)
