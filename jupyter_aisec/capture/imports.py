"""Tells when a library has been imported, so that it can be watched from its first call on."""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_log = logging.getLogger(__name__)


class ImportWatch(MetaPathFinder):
    """A finder that finds nothing itself: it lets the others find, and calls ``imported`` once the module has run.

    ``modules`` gives those of a library that are of interest; it is asked only of ``libraries`` that are imported.
    """

    def __init__(
        self,
        libraries: frozenset[str],
        modules: Callable[[str], frozenset[str]],
        imported: Callable[[str], None],
    ) -> None:
        self._libraries = libraries
        self._modules = modules
        self._imported = imported
        self._looking: set[str] = set()
        self._asking: set[str] = set()

    def start(self) -> None:
        """Watch imports from now on, and tell of the modules that are already there."""
        sys.meta_path.insert(0, self)
        for name in sorted(filter(self._watched, list(sys.modules))):
            self._imported(name)

    def stop(self) -> None:
        """Leave the import system as it was."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def _watched(self, fullname: str) -> bool:
        library = fullname.partition(".")[0]
        if library not in self._libraries or library in self._asking:
            return False
        # To answer may take imports of its own, which ask nothing.
        self._asking.add(library)
        try:
            return fullname in self._modules(library)
        except Exception:  # the import of the user's must go on
            _log.exception("could not tell whether to watch %s", fullname)
            return False
        finally:
            self._asking.discard(library)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders give, with a loader that tells us."""
        del path, target
        if fullname in self._looking or not self._watched(fullname):
            return None
        self._looking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.discard(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Telling(spec.loader, self._imported)  # type: ignore[assignment]
        return spec


class _Telling:
    """Stands in for a loader while it loads one module, and is gone from the module afterwards."""

    def __init__(self, loader: Loader, imported: Callable[[str], None]) -> None:
        self._loader = loader
        self._imported = imported

    def __getattr__(self, name: str) -> object:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        try:
            self._imported(module.__name__)
        except Exception:  # the import has succeeded, and stays so
            _log.exception("could not watch %s", module.__name__)
