"""A writer of Parquet says nothing of a mode."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told


def writer(call: Call, result: object) -> object:
    """https://arrow.apache.org/docs/python/generated/pyarrow.parquet.ParquetWriter.html."""
    del result
    return Told(call.argument("where"), mode="w")
