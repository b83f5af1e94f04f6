"""Which cells were moved: the fewest that have to be lifted out, so that the others stand as they stood."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence


def moved(keys: Sequence[str], positions: Mapping[str, int]) -> set[str]:
    """The keys to lift out of a sequence so that the positions of those that stay ascend."""
    # The longest ascending subsequence stays, found with one pile for each length (patience sorting).
    tops: list[int] = []
    last: list[str] = []
    below: dict[str, str | None] = {}
    for key in keys:
        pile = bisect_left(tops, positions[key])
        below[key] = last[pile - 1] if pile else None
        if pile == len(tops):
            tops.append(positions[key])
            last.append(key)
        else:
            tops[pile], last[pile] = positions[key], key
    stays: set[str] = set()
    top = last[-1] if last else None
    while top is not None:
        stays.add(top)
        top = below[top]
    return set(keys) - stays
