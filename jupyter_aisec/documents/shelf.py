"""The folder of documents, read and written."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyter_aisec import knowledge
from jupyter_aisec.documents.answers import NOT_APPLICABLE, parted
from jupyter_aisec.documents.files import put
from jupyter_aisec.documents.questions import check_known, is_day, missing, wrong
from jupyter_aisec.model import AisecError, AssetKind, Document, DocumentState

SUFFIX = ".toml"

_OURS = ("name", "kind", "sha256", "later")
_LONGEST = 200
_LONGEST_PATH = 4096
_LARGEST = 1024 * 1024
"""Bytes of a document; people write a page or two."""
_TO_DO = "correct what is not true any more, or confirm that all of it is"
_UNBOUND = "it does not say about which bytes: correct what is not true, then `document NAME --confirm`"
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
            with contextlib.suppress(OSError, ValueError, RecursionError):
                name = tomllib.loads(self._text(path)).get("name")
                yield str(name or path.relative_to(self.folder).with_suffix("").as_posix())

    def read(self, name: str, sha256: str | None = None) -> Document:
        """The document of an asset; with ``sha256``, one about other bytes is *stale*, as is one about none."""
        path = self.path(name)
        try:
            path.stat()  # most assets have no document, which is the cheapest to find out
            text = self._text(path)
            found = tomllib.loads(text)
        except FileNotFoundError:
            return Document(name, AssetKind.DATASET, {}, None, DocumentState.MISSING)
        except (OSError, ValueError, RecursionError) as error:
            return _unknown(name, f"can't read {self._shown(path)}: {_one_line(error)}")
        try:
            kind = AssetKind(found.get("kind", "dataset"))
            schema = knowledge.form(kind)
        except (ValueError, FileNotFoundError):
            return _unknown(name, f"{path}: no form for the kind `{found.get('kind')}`")
        given = parted({key: value for key, value in found.items() if key not in _OURS}, schema)
        later = found.get("later")
        # What people put there beside the answers is theirs.
        asked = {key: value for key, value in given.answers.items() if key in schema["properties"]}
        bad = given.wrong | wrong(schema, asked)
        if later is not None and (not isinstance(later, dt.date) or isinstance(later, dt.datetime)):
            bad["later"] = "`later` must be a day, without quotes: later = 2027-03-01"
        if bad:
            from jupyter_aisec.documents.page import place

            key, problem = next(iter(bad.items()))
            return _unknown(name, ", ".join(filter(None, (str(path), place(text, key)))) + f": {problem}")
        about = str(found.get("sha256") or "") or None
        state, problem = _judged(kind, given.answers, given.inapplicable, about, sha256)
        return Document(name, kind, given.answers, about, state, problem or None, given.inapplicable, later)

    def state(self, name: str, sha256: str | None = None) -> DocumentState:
        """The state of an asset's document alone."""
        return self.read(name, sha256).state

    def write(self, name: str, answers: Mapping[str, object], sha256: str | None, kind: AssetKind) -> Path:
        """Add the answers to the document of an asset; what stands in it and is not answered anew stays.

        An empty answer takes back the one that was given; one may say why the question does not apply, as `answers`
        has it. With none at all, those that were given hold for these bytes too.

        Raises `AisecError` when an answer is not what the form asks, or the file can't be read or written.
        """
        schema = knowledge.form(kind)
        for key in answers:
            check_known(key, schema)
        given = parted({key: value for key, value in answers.items() if value != ""}, schema)
        bad = given.wrong | wrong(schema, given.answers)
        if bad:
            raise AisecError(f"{name}: {next(iter(bad.values()))}")
        values = dict(given.answers)
        values |= {key: {NOT_APPLICABLE: reason} for key, reason in given.inapplicable.items()}
        if sha256 is not None:
            values["sha256"] = sha256
        taken_back = [key for key, value in answers.items() if value == ""]
        return self._edit(name, kind, values, [*taken_back, "later"])

    def postpone(self, name: str, until: dt.date, kind: AssetKind) -> Path:
        """Let nobody be reminded before that day; what was answered, and about which bytes, stays. As `write`."""
        return self._edit(name, kind, {"later": until}, [])

    def _edit(self, name: str, kind: AssetKind, values: Mapping[str, object], taken_back: list[str]) -> Path:
        from tomlkit.exceptions import TOMLKitError

        from jupyter_aisec.documents import page

        path = self.path(name)
        try:
            try:
                text = self._text(path)
            except FileNotFoundError:
                text = page.blank(name, str(kind), knowledge.form(kind))
            is_kind = str(tomllib.loads(text).get("kind", "dataset"))
            if is_kind != kind:
                raise AisecError(f"{self._shown(path)} is about a {is_kind} of that name: give the {kind} another name")
            data = page.edited(text, values, taken_back).encode()
        except (OSError, ValueError, RecursionError, TOMLKitError) as error:
            problem = f"can't read {self._shown(path)}: {_one_line(error)}"
            raise AisecError(f"{problem}. Mend it by hand, then try again") from error
        try:
            put(path, data)
        except OSError as error:
            raise AisecError(f"can't write {path}: {error.strerror}") from error
        return path

    def _text(self, path: Path) -> str:
        self._check(path)
        return path.read_bytes().decode("utf-8")

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


def _judged(
    kind: AssetKind,
    answers: Mapping[str, Any],
    inapplicable: Mapping[str, str],
    about: str | None,
    sha256: str | None,
) -> tuple[DocumentState, str]:
    """The state of a document that can be read, and why it is stale."""
    schema = knowledge.form(kind)
    given = {key for key, value in answers.items() if value} | inapplicable.keys()
    if not given & schema["properties"].keys():
        return DocumentState.MISSING, ""
    if missing(schema, given):
        return DocumentState.INCOMPLETE, ""
    if sha256 is not None and about is None:
        return DocumentState.STALE, _UNBOUND
    if sha256 is not None and about != sha256:
        why = ", for it was made anew" if kind is AssetKind.MODEL else ""
        return DocumentState.STALE, f"it changed since this was written{why}: {_TO_DO}"
    review = str(answers.get("review") or "")
    if is_day(review) and dt.date.fromisoformat(review) < dt.datetime.now(dt.UTC).date():
        return (
            DocumentState.STALE,
            f"it was to be looked at again by {review}: do so, then give the next `review`",
        )
    return DocumentState.DOCUMENTED, ""


def _fitting(part: str) -> str:
    """As long as a file's name may be, and still another for each part."""
    return part if len(part) <= _LONGEST else f"{part[:_LONGEST]}~{hashlib.sha256(part.encode()).hexdigest()[:16]}"


def _unknown(name: str, problem: str) -> Document:
    return Document(name, AssetKind.DATASET, {}, None, DocumentState.UNKNOWN, problem)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())
