"""The 17 guidelines and their 51 claims: what there must be evidence for, and where it stands in other standards."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Literal

import msgspec


class ClaimKind(StrEnum):
    """Who can bear a claim out."""

    AUTOMATIC = "automatic"
    """A program; what a person says of it stays a person's word."""
    STATEMENT = "statement"
    """Only people."""


class About(StrEnum):
    """What a claim must hold for: each asset of the kind, or the project or environment as a whole."""

    PROJECT = "project"
    ENVIRONMENT = "environment"
    NOTEBOOK = "notebook"
    DATASET = "dataset"
    MODEL = "model"
    PROMPT = "prompt"

    @property
    def has_digest(self) -> bool:
        """Whether there are bytes that evidence is bound to."""
        return self not in (About.PROJECT, About.ENVIRONMENT)


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to show. Evidence older than ``valid_days`` is stale."""

    id: str
    kind: ClaimKind
    about: About
    valid_days: int
    text: str

    @property
    def is_automatic(self) -> bool:
        """Whether a program can bear it out."""
        return self.kind is ClaimKind.AUTOMATIC


class Guideline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One row. ``maps_to`` has ids by standard, whose name ends in its edition: ``OWASP-LLM:2025``."""

    id: str
    slug: str
    area: str
    title: str
    also_called: str
    maps_to: Mapping[str, str]
    atlas_techniques: tuple[str, ...]
    atlas_mitigations: tuple[str, ...] | Literal["all"]
    claims: tuple[Claim, ...]


class Guidelines(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows in their order, and whose words they are."""

    source: str
    edition: str
    guidelines: tuple[Guideline, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Of all rows."""
        return tuple(claim for row in self.guidelines for claim in row.claims)

    @property
    def standards(self) -> tuple[str, ...]:
        """Every standard that a row maps to, each with its edition."""
        return tuple(dict.fromkeys(name for row in self.guidelines for name in row.maps_to))


@cache
def guidelines() -> Guidelines:
    """The rows in ``guidelines.json``."""
    text = (resources.files(__package__) / "guidelines.json").read_bytes()
    return msgspec.json.decode(text, type=Guidelines)


@cache
def claims() -> Mapping[str, Claim]:
    """Every claim by its id."""
    return {claim.id: claim for claim in guidelines().claims}
