"""Whether personal data are of people who did not put them there: most in notebooks are invented, or published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection

from jupyter_aisec.rules.personal import Datum, Kind

_FEW = 2
_LOOKED_AT = 300
"""Data in one text that are looked at; a longer list is one all the same."""
_AROUND = 2500
"""Characters in front and behind: the head of a paper, a screen of a table."""
_PUBLISHED = re.compile(r"abstract\b|arxiv\b|corresponding author|\bdoi\.org/|\bet al\.", re.IGNORECASE)
"""The head of a paper, where its authors say how to reach them; a line may begin there as ``\\n``."""
_INVENTED = re.compile(
    r"\bfak(?:e|er|ed)\b|\bsynthetic|\bdummy\b|\bmock(?:ed|aroo)?\b|\bfictitious|\bfictional|\bplaceholder"
    r"|@exampl|\bexample\.(?:com|org|net)\b|\bj(?:ohn|ane) doe\b|\bjohn smith\b|\blorem ipsum|\bpresidio\b|\bpii\b"
    r"|\bchinook|\bsakila|\bnorthwind|\badventure-?works|reqres\.in|april\.biz"
    r"|[0-9]{4}x[0-9]{2,5}\b|\b555-0?1[0-9]{2}|\b078-05-1126|\b123-45-6789|\b4111[ -]?1111",
    re.IGNORECASE,
)
"""Words of demonstrations, databases of samples, and numbers that only programs and examples have."""
_ANYBODY = re.compile(r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|aol|live|msn|proton|protonmail|gmx|web)\.")


def are_people(text: str, found: Collection[Datum]) -> bool:
    """Whether these data look like those of a list of people, or like a number that is somebody's alone.

    One or two addresses can be anybody's. Programs that invent people give each an address at a domain of its own;
    those of real ones meet at a large provider, or at work.
    """
    somebody = [each for each in [*found][:_LOOKED_AT] if not _is_shown(text, each)]
    if any(each.kind not in {Kind.EMAIL, Kind.PHONE} for each in somebody):
        return True
    addresses = {each.text.lower() for each in somebody if each.kind is Kind.EMAIL}
    domains = Counter(each.rpartition("@")[2] for each in addresses)
    meet = any(number > 1 or _ANYBODY.match(domain) for domain, number in domains.items())
    return len(addresses) > _FEW and meet


def _is_shown(text: str, datum: Datum) -> bool:
    """Whether what stands around says that it is invented, or that its owner published it."""
    start, end = max(0, datum.start - _AROUND), datum.end + _AROUND
    published = datum.kind in {Kind.EMAIL, Kind.PHONE} and _PUBLISHED.search(text, start, end)
    return bool(published or _INVENTED.search(text, start, end))
