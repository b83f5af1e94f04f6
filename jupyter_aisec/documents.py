"""People's words about assets: one TOML file each under ``.aisec/assets/``, written with their comments kept."""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import hashlib
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_aisec import knowledge
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState

SUFFIX = ".toml"

_OURS = ("name", "kind", "sha256")
_HEAD = "What people know about this asset. The first three lines are filled in; the answers are yours to edit."
_LONGEST = 200
_LONGEST_PATH = 4096
_LARGEST = 1024 * 1024
"""Bytes of a document; people write a page or two."""
_PLAIN_WORDS = frozenset({"title", "description", "type", "minLength", "examples", "oneOf"})
_PLAIN_FORM = frozenset({"$schema", "title", "description", "type", "required", "properties"})
_SAFE = " !#$&'()+,-.;=@[]^_`{}~"


class Shelf:
    """The folder of documents. A file that can't be read as a document is *unknown*, never empty.

    Of ``root``, by default the folder itself, no link may lead out: what lies elsewhere is neither read nor written.
    """

    def __init__(self, folder: Path, root: Path | None = None) -> None:
        self.folder = folder
        self._root = (root or folder).resolve()

    def path(self, name: str) -> Path:
        """Where the document of an asset lies: the asset's name as a path, harmless parts only."""
        parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", "."}]
        clean = ["%2E%2E" if part == ".." else _fitting(quote(part, safe=_SAFE)) for part in parts] or ["unnamed"]
        return self.folder.joinpath(*clean[:-1], clean[-1] + SUFFIX)

    def names(self) -> Iterator[str]:
        """The asset names that have a file, readable or not."""
        for path in sorted(self.folder.rglob(f"*{SUFFIX}")):
            with contextlib.suppress(OSError, ValueError):
                yield str(_load(path).get("name") or path.relative_to(self.folder).with_suffix("").as_posix())

    def read(self, name: str, sha256: str | None = None) -> Document:
        """The document of an asset; with ``sha256``, one about other bytes is *stale*."""
        path = self.path(name)
        try:
            path.stat()  # most assets have no document, which is the cheapest to find out
            self._check(path)
            found = _load(path)
        except FileNotFoundError:
            return Document(name, AssetKind.DATASET, {}, None, DocumentState.MISSING)
        except (OSError, ValueError, RecursionError) as error:
            return _unknown(name, f"can't read {self._shown(path)}: {_one_line(error)}")
        try:
            kind = AssetKind(found.get("kind", "dataset"))
            schema = knowledge.form(kind)
        except (ValueError, FileNotFoundError):
            return _unknown(name, f"{path}: no form for the kind `{found.get('kind')}`")
        answers = {key: _plain(value) for key, value in found.items() if key not in _OURS}
        about = str(found.get("sha256") or "") or None
        wrong = problems(schema, answers)
        if wrong:
            return _unknown(name, f"{path}: {wrong[0]}")
        if missing(schema, answers):
            state = DocumentState.INCOMPLETE
        elif sha256 is not None and about is not None and about != sha256:
            state = DocumentState.STALE
        else:
            state = DocumentState.DOCUMENTED
        return Document(name, kind, answers, about, state)

    def state(self, name: str, sha256: str | None = None) -> DocumentState:
        """The state of an asset's document alone."""
        return self.read(name, sha256).state

    def write(self, name: str, answers: Mapping[str, str], sha256: str | None, kind: AssetKind) -> Path:
        """Add the answers to the document of an asset; what stands in it and is not answered anew stays.

        An empty answer takes back the one that was given.

        Raises `AisecError` when an answer is not what the form asks, or the file can't be read or written.
        """
        import tomlkit
        from tomlkit.exceptions import TOMLKitError

        schema = knowledge.form(kind)
        for key in answers:
            _known(key, schema)
        taken_back = [key for key, value in answers.items() if value == ""]
        given = {key: _plain(value) for key, value in answers.items() if value != ""}
        wrong = problems(schema, given)
        if wrong:
            raise AisecError(f"{name}: {wrong[0]}")
        path = self.path(name)
        try:
            self._check(path)
            document = tomlkit.parse(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            document = tomlkit.document()
            document.add(tomlkit.comment(_HEAD))
            document["name"] = name
            document["kind"] = str(kind)
        except (OSError, ValueError, RecursionError, TOMLKitError) as error:
            problem = f"can't read {self._shown(path)}: {_one_line(error)}"
            raise AisecError(f"{problem}. Mend it by hand, then try again") from error
        if sha256 is not None:
            document["sha256"] = sha256
        for key, value in given.items():
            document[key] = value
        for key in taken_back:
            document.pop(key, None)
        try:
            put(path, tomlkit.dumps(document).encode())
        except OSError as error:
            raise AisecError(f"can't write {path}: {error.strerror}") from error
        return path

    def _check(self, path: Path) -> None:
        """Raises ValueError for what is no file of the project's own."""
        if len(str(path)) > _LONGEST_PATH:
            raise ValueError("no file system takes a path that long")
        if not path.resolve().is_relative_to(self._root):
            raise ValueError("it is a link that leads out of the project")
        if not path.exists():
            return
        if not path.is_file():
            raise ValueError("it is not a file")
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"it is larger than {_LARGEST >> 10:,} kB")

    def _shown(self, path: Path) -> str:
        return str(path) if len(str(path)) <= _LONGEST_PATH else f"a document in {self.folder}"


def _fitting(part: str) -> str:
    """As long as a file's name may be, and still another for each part."""
    return part if len(part) <= _LONGEST else f"{part[:_LONGEST]}~{hashlib.sha256(part.encode()).hexdigest()[:16]}"


def problems(schema: Mapping[str, Any], answers: Mapping[str, object]) -> list[str]:
    """What is wrong with the answers that are there, one line each; a missing answer is not wrong."""
    if _is_plainly_right(schema, answers):
        return []
    import jsonschema

    partial = {key: value for key, value in schema.items() if key != "required"}
    found = jsonschema.Draft202012Validator(partial).iter_errors(dict(answers))
    return [_say(schema, error.path[0] if error.path else "", error) for error in found]


def _is_plainly_right(schema: Mapping[str, Any], answers: Mapping[str, object]) -> bool:
    """Whether each answer is text that its question takes, as far as that can be told without importing jsonschema.

    That import takes a second, for it brings grammars of every format along; most documents are right.
    """
    for key, value in answers.items():
        question = schema["properties"].get(key)
        if question is None or question.keys() - _PLAIN_WORDS or question.get("type") != "string":
            return False
        choices = question.get("oneOf")
        if not isinstance(value, str) or len(value) < question.get("minLength", 0):
            return False
        if choices is not None and value not in [each.get("const") for each in choices]:
            return False
    return not schema.keys() - _PLAIN_FORM


def _say(schema: Mapping[str, Any], key: object, error: Any) -> str:  # noqa: ANN401 - jsonschema has no stubs for it
    choices = [each["const"] for each in schema["properties"].get(key, {}).get("oneOf", ())]
    if choices:
        return f"`{key}` must be one of {', '.join(choices)}"
    if error.validator == "minLength":
        return f"`{key}` is empty"
    return f"`{key}`: {_one_line(error.message)}"


def missing(schema: Mapping[str, Any], answers: Mapping[str, object]) -> list[str]:
    """The questions that must be answered and are not."""
    return [key for key in schema["required"] if not answers.get(key)]


def _known(key: str, schema: Mapping[str, Any]) -> None:
    known = list(schema["properties"])
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"the form asks for {', '.join(known)}"
        raise AisecError(f"no question `{key}`: {hint}")


def _unknown(name: str, problem: str) -> Document:
    return Document(name, AssetKind.DATASET, {}, None, DocumentState.UNKNOWN, problem)


def _load(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever TOML holds; the schema judges it
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else value


def _one_line(error: object) -> str:
    return " ".join(str(error).split())


def put(path: Path, data: bytes) -> None:
    """Put the data at the path in one step, so that a reader sees the old file or the new one. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp makes it private; a document is for the whole team, as any file of the project.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
