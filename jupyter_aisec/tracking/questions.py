"""What MLflow is asked, as data: the same question is answered here, or by this module as a program.

A kernel asks a process: importing MLflow there would take seconds of the user's own interpreter, and asking would leave
MLflow's settings changed. The program reads a question from standard input and prints an `Answer`.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from jupyter_aisec.kept import Kept
from jupyter_aisec.model import AisecError, Hashed, Logged
from jupyter_aisec.tracking import kept
from jupyter_aisec.tracking.affected import Hits, of_assets, of_packages
from jupyter_aisec.tracking.logged import logged
from jupyter_aisec.tracking.reach import is_there
from jupyter_aisec.tracking.recall import Recalled, recalled
from jupyter_aisec.tracking.record import Record, record

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Contents(msgspec.Struct, frozen=True, tag=True):
    """The digests that logged models have now; one that is gone is left out."""

    tracking_uri: str
    model_ids: tuple[str, ...]

    def answer(self) -> list[Hashed]:
        """By fetching and hashing their files; the key is the model's id."""
        from jupyter_aisec.tracking.contents import contents

        with asked(self.tracking_uri) as client:
            return contents(client, self.tracking_uri, self.model_ids)


class Recall(msgspec.Struct, frozen=True, tag=True):
    """The lineage of a model, a version, a run, or of a data set by name or digest."""

    tracking_uri: str
    text: str

    def answer(self) -> Recalled:
        """As far as MLflow has it."""
        with asked(self.tracking_uri) as client:
            return recalled(client, self.tracking_uri, self.text)


class Affected(msgspec.Struct, frozen=True, tag=True):
    """What rests on some bytes, by the beginning of their SHA-256, on an address, or on packages.

    ``version`` is what begins every version of them that is meant.
    """

    tracking_uri: str
    digest: str | None = None
    origin: str | None = None
    packages: tuple[str, ...] = ()
    version: str = ""

    def answer(self) -> Hits:
        """Over the whole store."""
        with asked(self.tracking_uri) as client:
            if self.packages:
                return of_packages(client, self.tracking_uri, self.packages, self.version)
            return of_assets(client, self.tracking_uri, self.digest, self.origin)


class Runs(msgspec.Struct, frozen=True, tag=True):
    """All that can be compared of some runs, each by its id or by the ``models:/`` address of what it logged."""

    tracking_uri: str
    names: tuple[str, ...]

    def answer(self) -> list[Record]:
        """In the order in which they were asked for."""
        with asked(self.tracking_uri) as client:
            return [record(client, self.tracking_uri, name) for name in self.names]


class LoggedAs(msgspec.Struct, frozen=True, tag=True):
    """What was logged of a model: by its own id, or by that of the run that made it."""

    tracking_uri: str
    model_id: str | None
    run_id: str | None

    def answer(self) -> Logged:
        """Parameters, metrics, packages and registered versions."""
        with asked(self.tracking_uri) as client:
            return logged(client, self.tracking_uri, self.model_id, self.run_id)


class Attach(msgspec.Struct, frozen=True, tag=True):
    """Files about a model, put beside it: name and text by the word for what each is."""

    tracking_uri: str
    model_id: str | None
    run_id: str | None
    files: dict[str, tuple[str, str]]

    def answer(self) -> str:
        """The id of the run that has them now."""
        from jupyter_aisec.tracking.attached import attach

        with asked(self.tracking_uri) as client:
            return attach(client, self.model_id, self.run_id, self.files)


class Keeps(msgspec.Struct, frozen=True, tag=True):
    """What claims ask of runs and of logged models, by their ids."""

    tracking_uri: str
    run_ids: tuple[str, ...]
    model_ids: tuple[str, ...]

    def answer(self) -> Kept:
        """From the tables of the store where that can be; they take a thousandth of the time."""
        found = kept.here(self.tracking_uri, self.run_ids, self.model_ids)
        if found is not None:
            return found
        with asked(self.tracking_uri) as client:
            return kept.asked(client, self.run_ids, self.model_ids)


class Show(msgspec.Struct, frozen=True, tag=True):
    """The table of the guidelines, put on a run, and on a model and its versions: tags, and files of the run."""

    tracking_uri: str
    run_id: str
    model_id: str | None
    tags: dict[str, str]
    files: dict[str, str]

    def answer(self) -> list[str]:
        """By what it is on now, in words; only what differs is written."""
        from jupyter_aisec.tracking.shown import show

        with asked(self.tracking_uri) as client:
            return show(client, self.run_id, self.model_id, self.tags, self.files)


Question = Contents | Recall | Affected | Runs | LoggedAs | Attach | Keeps | Show


class Answer(msgspec.Struct, frozen=True):
    """What was found, or in one line what kept it from being found."""

    found: msgspec.Raw = msgspec.Raw(b"null")
    problem: str | None = None


@contextlib.contextmanager
def asked(tracking_uri: str) -> Iterator[MlflowClient]:
    """A client of a store that exists: a question makes none."""
    from jupyter_aisec.tracking.client import opened

    if not is_there(tracking_uri):
        raise AisecError(f"there is no MLflow store at {tracking_uri} yet: run `sync`, or set MLFLOW_TRACKING_URI")
    with opened(tracking_uri) as client:
        yield client


def main() -> None:
    """Answer the question on standard input."""
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    with contextlib.redirect_stdout(sys.stderr):
        try:
            answer = Answer(msgspec.Raw(msgspec.json.encode(question.answer())))
        except AisecError as error:
            answer = Answer(problem=str(error))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main()
