"""Notebooks as data: what is in the file, and what a cell's source says. Nothing in here is ever executed."""

from __future__ import annotations
