"""Logged models by their rank in a search, the newest first: to learn which lack a tag without asking for them all.

MLflow can't search for what is not there, and a page of models costs its server half a second. Where all models and
those with the tag have the same one at the same rank, none before it lacks the tag.
"""

from __future__ import annotations

import bisect

from jupyter_aisec.tracking.filters import PAGE, quoted
from jupyter_aisec.tracking.search import Search, is_known, moved
from jupyter_aisec.tracking.tables import Row

_FIRST = 100
"""Models of the first page round one that lacks the tag; each later page is twice as long."""


class Ranks:
    """What one search finds, by rank."""

    def __init__(self, search: Search, wanted: str) -> None:
        self._search = search
        self._wanted = wanted
        self._newest, self._token = search.page(wanted, 1)

    @property
    def are_known(self) -> bool:
        """Whether the store's tokens are understood."""
        return self._token is None or is_known(self._token, 1)

    def at(self, rank: int, size: int = 1) -> list[Row]:
        """The models from a rank on, so many if there are as many."""
        if rank == 0 and size == 1:
            return self._newest
        token = moved(self._token, rank) if rank and self._token else None
        return self._search.page(self._wanted, size, token)[0] if token or not rank else []

    def count(self) -> int:
        """How many there are, by asking for two dozen of them."""
        most = PAGE
        while self.at(most):
            most *= 2
        return bisect.bisect_left(range(most), 1, key=lambda rank: not self.at(rank))


def tagged_and_bare(search: Search, wanted: list[str], most: int) -> tuple[list[Row], list[Row], int]:
    """What searches for the tag find; the newest models that lack it, at most so many; and how many lack it."""
    newest, _ = search.page(None, 1)
    if not newest:
        return [], [], 0
    # What is logged meanwhile would move the ranks.
    until = f"creation_timestamp <= {newest[0].at}"
    every = Ranks(search, until)
    total = every.count() if every.are_known else 0
    if not total or any(Ranks(search, each).at(total // 2) for each in wanted):
        # Most have what is asked for: to ask for all is less.
        rows = list(search.models(None))
        bare = [each for each in rows if each.tag is None]
        return [each for each in rows if each.tag is not None], bare[:most], len(bare)
    found = {each.model_id: each for some in wanted for each in search.models(some)}
    tagged = Ranks(search, f"tags.`{search.tag}` LIKE {quoted('%')} AND {until}")
    count = 0 if tagged.at(total - 1) else total - tagged.count()
    return list(found.values()), _bare(every, tagged, total, min(count, most)), count


def _bare(every: Ranks, tagged: Ranks, total: int, most: int) -> list[Row]:
    """The newest of all models that are not among the tagged ones."""
    found: list[Row] = []
    start, size = 0, _FIRST
    while len(found) < most:
        start = _parting(every, tagged, range(start, total), len(found))
        page = every.at(start, size)
        if not page:
            break  # some were deleted meanwhile
        found += [each for each in page if each.tag is None]
        start, size = start + len(page), min(2 * size, PAGE)
    return found[:most]


def _parting(every: Ranks, tagged: Ranks, ranks: range, before: int) -> int:
    """The first of these ranks whose model lacks the tag; so many lack it ``before``, and move the others' ranks."""

    def part(rank: int) -> bool:
        here, there = every.at(rank), tagged.at(rank - before)
        return [each.model_id for each in here] != [each.model_id for each in there]

    return ranks.start + bisect.bisect_left(ranks, 1, key=part)
