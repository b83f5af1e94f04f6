"""Lineage in the words of others: documents for catalogues, archives and provenance tools. Pure functions.

They take a `Record`, from which all that is secret has been taken out, and give plain data.
"""

from __future__ import annotations

from jupyter_aisec.export.record import Execution, Record, Step

__all__ = ["Execution", "Record", "Step"]
