"""Whether a database file has the layout of this laadvraag, and what to do if not."""

from __future__ import annotations

from pathlib import Path

import duckdb

from forecast.errors import DatabaseError
from forecast.schema import SCHEMA_VERSION, stored_tables
from forecast.spoken import say


def table_names(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the tables that a file holds."""
    found = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name for (name,) in found}


def require_layout(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse a file of another layout; that a table lacks is found where it is asked for.

    Raises
    ------
    DatabaseError
        As `check_layout`, which looks for every table: that takes longer.
    """
    try:
        [(version,)] = connection.execute("SELECT schema_version FROM meta").fetchall()
    except (duckdb.CatalogException, ValueError):
        version = None
    if version != SCHEMA_VERSION:
        check_layout(connection, path)


def check_layout(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Refuse a file of another layout, or that lacks a table.

    Raises
    ------
    DatabaseError
        Says what to do, and how many refinements there are to save.
    """
    version = layout_of(connection, path)
    missing = sorted({table.name for table in stored_tables()} - table_names(connection))
    if version == SCHEMA_VERSION and not missing:
        return
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise DatabaseError("newer_layout", path=path, layout=version, own=SCHEMA_VERSION)
    what = say("refusals.database.has_layout", layout=version)
    if version == SCHEMA_VERSION:
        what = say("refusals.database.lacks", missing=missing)
    count = _refinements(connection)
    if count:
        raise DatabaseError(
            "other_layout_with_refinements",
            path=path, what=what, own=SCHEMA_VERSION, count=count,
        )  # fmt: skip
    raise DatabaseError("other_layout", path=path, what=what, own=SCHEMA_VERSION)


def layout_of(connection: duckdb.DuckDBPyConnection, path: Path) -> int | None:
    """Return the version of the layout; None where it is not stated.

    Raises
    ------
    DatabaseError
        If another program made the file.
    """
    if "meta" not in table_names(connection):
        raise DatabaseError("of_another_program", path=path)
    rows = connection.execute("SELECT schema_version FROM meta").fetchall()
    version: int | None = rows[0][0] if rows else None
    return version


def _refinements(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many refinements there are to save from a file that can't be used any longer."""
    if "refinements" not in table_names(connection):
        return 0
    [(count,)] = connection.execute("SELECT count(*) FROM refinements").fetchall()
    return int(count)
