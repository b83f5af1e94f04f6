"""Where values come from: what is known of the live objects, and what the code says beside that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jupyter_aisec.capture import look
from jupyter_aisec.capture.alive import Alive
from jupyter_aisec.capture.choices import NONE, Origins, borne_out, possible, settled, sure
from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.flow import Flow, Site
from jupyter_aisec.capture.holdings import handed_out
from jupyter_aisec.capture.locate import Found
from jupyter_aisec.capture.origins import LiveOrigins
from jupyter_aisec.capture.places import Places
from jupyter_aisec.capture.selection import Selected, given
from jupyter_aisec.capture.told import Told
from jupyter_aisec.model import AssetKind, Certainty, Source

UNSEEN = Source("unknown", Certainty.INFERRED)
"""Data went in, and nobody knows where it came from."""


class Provenance:
    """What all acts share: each tells what it made, and asks what went into it."""

    def __init__(self, namespace: Mapping[str, Any], flow: Flow, live: LiveOrigins) -> None:
        self.flow = flow
        self.live = live
        self.being_fitted: dict[str, object] = {}
        """Models by the key that they will have: autologging logs one from inside its ``fit``."""
        self.fetched: dict[str, str] = {}
        """The places of files and folders that were fetched, by key."""
        self.places = Places()
        self._namespace = namespace
        flow.names.alive = Alive(namespace, live)

    def sources(
        self, chosen: Iterable[Selected], call: Call, where: Site, function: str | None = None
    ) -> tuple[Source, ...]:
        """The sources of a call; ``function`` is what the user's code calls, if not what the row names.

        A link that was seen on the live object is *observed*; one that only the code shows is *inferred*; data of which
        neither knows anything adds the unseen source.
        """
        stated = self.flow.arguments(where, function or call.row.call.rpartition(".")[2])
        around = self.flow.left_open(where) if stated is None else NONE
        observed: set[str] = set()
        inferred: set[str] = set()
        unseen = False
        for selector, value in chosen:
            seen = self._origins(value)
            told = around if stated is None else stated.get(selector, NONE)
            observed |= seen
            if not (seen and look.kind(value) is AssetKind.MODEL):
                # What went into a model is that model's own affair.
                inferred |= borne_out(told, seen) if seen else settled(told)
            # Of several that the code leaves open, nobody saw which.
            open_ = len(possible(told)) > (0 if sure(told) else 1)
            unseen |= not seen and (not told or open_) and look.is_data(value)
        found = [Source(key, Certainty.OBSERVED) for key in sorted(observed)]
        found += [Source(key, Certainty.INFERRED) for key in sorted(inferred - observed)]
        return (*found, UNSEEN) if unseen else tuple(found)

    def behind(self, call: Call, said: Told, found: Found, where: Site) -> tuple[Source, ...]:
        """What stands behind what arrives: of memory and of databases all that is known, of a file where it is from."""
        at = given(call, call.row.at) if call.row.at else []
        known: set[Source] = set()
        unknown = False
        for name in said.names:
            value = self._namespace.get(name)
            seen = self.live.of(value)
            told = self.flow.named(where, name) if value is None or look.is_data(value) else NONE
            known |= {Source(key, Certainty.OBSERVED) for key in seen}
            known |= {Source(key, Certainty.INFERRED) for key in told - seen}
            unknown |= not seen and not told
        if unknown or (found.location is None and not said.names):
            known |= set(self.sources(at, call, where))
        if found.location is None or said.names:
            return tuple(sorted(known - {UNSEEN}, key=lambda each: each.key))
        if not self.fetched:
            return ()
        # The same place is the same asset; another place in a folder that was fetched comes from it.
        return tuple(
            each
            for each in self.sources(at, call, where)
            if each.key in self.fetched and self.fetched[each.key] != found.location
        )

    def _origins(self, value: object) -> Origins:
        fitting = frozenset(key for key, each in self.being_fitted.items() if each is value)
        return fitting or self.live.of(value) or handed_out(value, self.live)
