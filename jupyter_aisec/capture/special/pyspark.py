"""Spark's readers of columns take any number of paths."""

from __future__ import annotations

from jupyter_aisec.capture.closure import Call


def paths(call: Call, result: object) -> object:
    """https://spark.apache.org/docs/latest/api/python/reference/pyspark.sql/api/pyspark.sql.DataFrameReader.parquet.html."""
    del result
    return list(call.args[1:]) or None
