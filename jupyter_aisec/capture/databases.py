"""Databases: where they are, without user and password, and which query was asked of them."""

from __future__ import annotations

import hashlib
import sys

from jupyter_aisec.capture.closure import Call
from jupyter_aisec.capture.told import Told

_SHORT = 12


def asked(call: Call) -> Told:
    """The database of a query, or of a table that is read or written.

    SQLite's is a file. Of any other, each query is data of its own. What the code alone knows of, such as a connection
    of sqlite3, has no place here.
    """
    text = _text(call.argument(call.row.query))
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    facts: dict[str, str | int | float] = {"query_sha256": sha256}
    name = f"query {sha256[:_SHORT]}"
    address = _address(call.argument(call.row.at))
    if address is None:
        return Told(None, name=name, facts=facts)
    driver, where, database = address
    if driver.startswith("sqlite"):
        return Told(database, facts=facts) if database not in (None, "", ":memory:") else Told(None, name, facts=facts)
    location = f"{driver.partition('+')[0]}://{where}/{database or ''}"
    return Told(f"{location}?query={sha256}", name=f"{database or where}, {name}", facts=facts)


def _text(query: object) -> str:
    """A query as it was written; one that was put together is what its own library makes of it."""
    if isinstance(query, str):
        return query
    return str(query) if type(query).__module__.partition(".")[0] == "sqlalchemy" else type(query).__qualname__


def _address(connection: object) -> tuple[str, str, str | None] | None:
    """Driver, host with port, and database of a URL, or of an engine, connection or session of SQLAlchemy.

    https://docs.sqlalchemy.org/en/20/core/engines.html#sqlalchemy.engine.URL
    """
    sqlalchemy = sys.modules.get("sqlalchemy.engine")
    if sqlalchemy is None:
        return None
    if isinstance(connection, str):
        url = sqlalchemy.make_url(connection)
    elif type(connection).__module__.startswith("sqlalchemy."):
        engine = getattr(connection, "engine", None) or getattr(connection, "bind", None)
        url = getattr(getattr(engine, "engine", engine), "url", None)
    else:
        return None
    if not isinstance(url, sqlalchemy.URL):
        return None
    port = f":{url.port}" if url.port else ""
    return str(url.drivername), f"{url.host or 'localhost'}{port}", url.database
