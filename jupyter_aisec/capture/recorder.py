"""Makes uses and digests, numbers what they speak of, and hands them to whoever records them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Site
from jupyter_aisec.capture.hashing import Done, Hasher
from jupyter_aisec.capture.locate import Found
from jupyter_aisec.capture.unsaid import Unsaid
from jupyter_aisec.journal import now
from jupyter_aisec.knowledge import Act, Api
from jupyter_aisec.model import AssetKind, Hashed, RunRef, Source, Use, Verb


def _unknown() -> None:
    """Nobody can say."""


class Tracking(NamedTuple):
    """What tells where MLflow would put a run at this moment, as far as the kernel's memory knows."""

    run: Callable[[], RunRef | None] = _unknown
    uri: Callable[[], str | None] = _unknown
    experiment: Callable[[], str | None] = _unknown


class Recorder:
    """``record`` takes uses and digests, from any thread; ``tracking`` is asked at each use."""

    def __init__(self, record: Callable[[Use | Hashed], None], tracking: Tracking, hasher: Hasher) -> None:
        self.record = record
        self.tracking = tracking
        self.hasher = hasher
        self.unsaid = Unsaid()
        self.cell: tuple[int, str | None] = (0, None)
        """The number and the id of the cell that is running."""
        self._count = 0
        self.touched: set[str] = set()
        """The files of all uses so far, by their paths."""

    def key(self, kind: AssetKind) -> str:
        """What a new asset is called in this session."""
        self._count += 1
        return f"{kind.value}-{self._count}"

    def use(
        self,
        verb: Verb,
        kind: AssetKind,
        key: str,
        call: Call,
        where: Site,
        found: Found,
        *,
        went_in: tuple[Source, ...] = (),
        facts: Mapping[str, str | int | float] | None = None,
    ) -> Use:
        """A use of this moment, in the cell that is running; it is not recorded yet."""
        self._count += 1
        self.touched.update(each.path for each in found.files)
        return Use(
            id=f"use-{self._count}",
            at=now(),
            verb=verb,
            kind=kind,
            key=key,
            name=found.name,
            location=found.location,
            call=call.row.call,
            cell=self.cell[0],
            cell_id=self.cell[1],
            line=None if where.beside else where.line,
            sources=self.unsaid.spoken_of(went_in),
            run=self.tracking.run(),
            tracking_uri=self.tracking.uri(),
            experiment=self.tracking.experiment(),
            facts=facts or {},
            problem=found.problem,
            files=found.files,
        )

    def say(self, use: Use) -> None:
        """Record a use, after those that were worth no word until it."""
        for source in use.sources:
            self.unsaid.say(source.key)
        self.record(use)

    def hash(self, key: str, found: Found) -> None:
        """Record the digest of an asset when its files have been read, or at once why there is none."""
        if found.files:
            self.hasher.add(found.files, self.done(key))
        elif found.problem is not None:
            self.record(Hashed(key, now(), None, None, found.problem))

    def done(self, key: str) -> Done:
        """Records the digest of an asset, once it is known."""

        def done(sha256: str | None, size: int | None, problem: str | None) -> None:
            self.record(Hashed(key, now(), sha256, size, problem))

        return done


def version(row: Api) -> dict[str, str | int | float]:
    """The fact which version of its library made this, where that decides what it is: a fit, or data it brings."""
    if not row.files and not row.cached and row.act is not Act.FITS:
        return {}
    library = row.call.partition(".")[0]
    found = getattr(sys.modules.get(library), "__version__", None)
    return {"library": f"{library} {found}"} if isinstance(found, str) else {}
