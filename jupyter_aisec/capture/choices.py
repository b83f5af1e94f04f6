"""Origins of which the code leaves open whether they are those of a value.

Of what is taken out of a container, or comes from one of two branches, the code alone often says no more than that it
is one of several. Such an origin is marked. It counts when the live object bears it out; where nothing is known of the
live object, it is said only if there is no other: to name a source that went nowhere is worse than to name none.
"""

from __future__ import annotations

Origins = frozenset[str]
NONE: Origins = frozenset()

_MARK = "?"


def opened(origins: Origins) -> Origins:
    """The same origins, each of them left open."""
    return frozenset(each if each[0] == _MARK else _MARK + each for each in origins)


def one_of(origins: Origins) -> Origins:
    """The value comes from one of these, or from some: left open, if there is more than one."""
    return opened(origins) if len({each.lstrip(_MARK) for each in origins}) > 1 else origins


def either(*ends: Origins) -> Origins:
    """What all ends agree on, and the rest left open."""
    shared = ends[0].intersection(*ends[1:])
    return shared | opened(NONE.union(*ends) - shared)


def sure(origins: Origins) -> Origins:
    """Those that are not left open."""
    return frozenset(each for each in origins if each[0] != _MARK)


def possible(origins: Origins) -> Origins:
    """Those that are left open, without their mark."""
    return frozenset(each[1:] for each in origins if each[0] == _MARK) - origins


def settled(origins: Origins) -> Origins:
    """What is said where there is no live object to ask."""
    left = possible(origins)
    certain = sure(origins)
    return left if len(left) == 1 and not certain else certain


def borne_out(origins: Origins, seen: Origins) -> Origins:
    """Those that are not left open, and of the others what the live object is seen to come from."""
    return sure(origins) | (possible(origins) & seen)
