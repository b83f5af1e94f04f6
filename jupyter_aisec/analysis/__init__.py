"""The engine: what the code of a notebook means, and the findings that rules draw from it. Pure; runs nothing."""

from __future__ import annotations
