"""Make a database file with empty tables, so that no half-made one ever stands in its place."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import duckdb

from forecast.errors import DatabaseError
from forecast.files import TEMPORARY_PREFIX, remove_leftovers
from forecast.schema import SCHEMA_VERSION, stored_tables


def make_database(path: Path) -> bool:
    """Make a database without a run beside its place, then put it there in one step.

    A process that is killed, or finds no room, leaves no file that the next one could not open.

    Returns
    -------
    bool
        Whether this made it; False if there was one, perhaps made by another process meanwhile.

    Raises
    ------
    DatabaseError
        If it can't be written, or a log (``.wal``) of an earlier database stands there: a new
        database would take its place, and what it holds would be lost.
    """
    log = log_of(path)
    if log.exists():
        raise DatabaseError("orphan_log", path=path, log=log.name)
    try:
        remove_leftovers(path.parent)
        with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX, dir=path.parent) as folder:
            fresh = Path(folder) / path.name
            with duckdb.connect(fresh) as connection:
                create_tables(connection)
            return _put(fresh, path)
    except duckdb.Error as error:
        raise DatabaseError("no_room", path=path, problem=str(error).splitlines()[0]) from None
    except OSError:
        raise DatabaseError("not_made", path=path) from None


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of this layout in an empty database."""
    connection.execute("CREATE TABLE meta (schema_version BIGINT NOT NULL)")
    connection.execute("INSERT INTO meta VALUES (?)", [SCHEMA_VERSION])
    for table in stored_tables():
        connection.execute(table.duckdb_ddl())


def remove_database(path: Path) -> None:
    """Remove a database without a run, and its log; where that is not allowed it does no harm."""
    # Once the file is gone, another process may make one, and a log of its own.
    for each in (log_of(path), path):
        with suppress(OSError):
            each.unlink()


def log_of(path: Path) -> Path:
    """Return where DuckDB keeps what was committed but is not in the file yet."""
    return path.with_name(f"{path.name}.wal")


def _put(fresh: Path, path: Path) -> bool:
    """Give a file its place unless there is one by now."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    except OSError:  # a disk without links
        if path.exists():
            return False
        fresh.rename(path)
    return True
