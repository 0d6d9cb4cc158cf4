"""The DuckDB file: publish a run in one transaction, and open it for reading.

DuckDB lets one process write and refuses all others meanwhile. So nothing is computed with the file
open: it is opened for writing only to publish, which takes about a second, and whoever finds it
locked waits a stated time before naming the holder.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from forecast.errors import DatabaseError
from forecast.schema import SCHEMA_VERSION, TABLES, tables_of

if TYPE_CHECKING:
    import polars as pl

    from forecast.replaced import Replaced

KEPT_RUNS: Final = 2
"""Runs whose results stay in the file: the last one and the one before it, to compare with."""
WAIT_SECONDS: Final = 20.0
_RETRY_SECONDS: Final = 0.05
_HELD: Final = (
    "could not set lock",
    "lock is",
    "with a different configuration than existing connections",
    "already open in",
    "used by another process",
)
"""What DuckDB says of a file that another process holds, that another thread reads while one would
write, and both on Windows, whose own sentence is in the language of the system."""
_HOLDER: Final = re.compile(r"(?:held in|already open in)\s+(.+?) \(PID (\d+)\)")

_TRY_RUN: Final = "run `laadvraag run --db {path}` to make it"


@contextmanager
def open_layout(
    path: Path, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database of this layout for reading, with a run or without.

    Raises
    ------
    DatabaseError
        As `open_published`, but for a missing run.
    """
    if not _is_there(path):
        raise DatabaseError(f"there is no database {path}; {_TRY_RUN.format(path=path)}")
    connection = _connect(path, read_only=True, wait_seconds=wait_seconds)
    try:
        if not _has_this_version(connection):
            _check_layout(connection, path)
        yield connection
    except duckdb.CatalogException:  # a table is not there
        _check_layout(connection, path)
        raise
    finally:
        connection.close()


@contextmanager
def open_published(
    path: Path, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database with a published run for reading.

    Raises
    ------
    DatabaseError
        If the file is missing, no laadvraag database, of another layout, without a run, or still
        locked after the wait; says what to do.
    """
    with open_layout(path, wait_seconds=wait_seconds) as connection:
        _check_published(connection, path)
        yield connection


@contextmanager
def open_any_layout(
    path: Path, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[tuple[duckdb.DuckDBPyConnection, int]]:
    """Open a database of this or an earlier layout for reading, with or without a run.

    Yields the connection and the layout: to save from an old file what people entered.

    Raises
    ------
    DatabaseError
        As `open_published`, but only for layouts that are newer.
    """
    if not _is_there(path):
        raise DatabaseError(f"there is no database {path}; {_TRY_RUN.format(path=path)}")
    connection = _connect(path, read_only=True, wait_seconds=wait_seconds)
    try:
        version = _layout(connection, path)
        if not isinstance(version, int) or version >= SCHEMA_VERSION:
            _check_layout(connection, path)
        yield connection, version or 0
    finally:
        connection.close()


def holds_run(path: Path) -> bool:
    """Return whether a database exists and holds a run.

    Raises
    ------
    DatabaseError
        As `open_any`.
    """
    with open_any(path) as connection:
        if connection is None:
            return False
        return connection.execute("SELECT count(*) FROM runs").fetchall() != [(0,)]


def publish(
    path: Path,
    frames: Mapping[str, pl.DataFrame],
    run: pl.DataFrame,
    *,
    wait_seconds: float = WAIT_SECONDS,
) -> None:
    """Write the tables of a run in one transaction: all of them or nothing.

    Parameters
    ----------
    path
        The database; made if it does not exist.
    frames
        Every table of the layers ``source`` and ``result``, conforming to its schema.
    run
        One row of `runs`.
    wait_seconds
        How long to wait for a reader or writer that holds the file.

    Raises
    ------
    DatabaseError
        As `open_published`; the file is as it was.
    """
    with writing(path, "the run", wait_seconds=wait_seconds) as connection:
        for table in tables_of("source"):
            connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - names of the schema
        for name, frame in (*frames.items(), ("runs", run)):
            insert(connection, name, frame)
        _forget_old_runs(connection)


@contextmanager
def writing(
    path: Path, what: str, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database, made if there is none, for one transaction: all of it or nothing.

    Raises
    ------
    DatabaseError
        As `open_published`, or if ``what`` can't be written; the file is as it was.
    """
    from forecast.new_database import create_tables, make_database, remove_database

    is_new = not _is_there(path) and make_database(path)
    is_done = False
    connection = _connect(path, read_only=False, wait_seconds=wait_seconds)
    try:
        connection.execute("BEGIN")
        if not _tables(connection):
            create_tables(connection)
        _check_layout(connection, path)
        yield connection
        connection.execute("COMMIT")
        is_done = True
    except duckdb.Error as error:
        raise DatabaseError(f"{what} could not be written to {path}: {error}") from error
    finally:
        connection.close()
        if is_new and not is_done:
            remove_database(path)


@contextmanager
def open_any(
    path: Path, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection | None]:
    """Open a database for reading, with a run or without; None if there is no file yet.

    Raises
    ------
    DatabaseError
        As `open_published`, but for a missing file or run.
    """
    if not _is_there(path):
        yield None
        return
    with open_layout(path, wait_seconds=wait_seconds) as connection:
        yield connection


@contextmanager
def open_records(
    path: Path, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database to write lasting records, in one transaction: all of them or nothing.

    What is read here is what is written on top of: another writer waits until this one is done. So
    look for what is there already inside, compute before.

    Raises
    ------
    DatabaseError
        As `open_published`, and if the records could not be written; the file is as it was.
    """
    if not _is_there(path):
        raise DatabaseError(f"there is no database {path}; {_TRY_RUN.format(path=path)}")
    connection = _connect(path, read_only=False, wait_seconds=wait_seconds)
    try:
        _check_layout(connection, path)
        _check_published(connection, path)
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    except duckdb.Error as error:
        raise DatabaseError(f"the records could not be written to {path}: {error}") from error
    finally:
        connection.close()


def insert_records(
    connection: duckdb.DuckDBPyConnection, table_name: str, frame: pl.DataFrame
) -> None:
    """Add rows to a table of the layer ``record``; they conform to its schema."""
    if TABLES[table_name].layer != "record":
        raise ValueError(f"{table_name} is no table of lasting records")
    insert(connection, table_name, frame)


def replace_results(connection: duckdb.DuckDBPyConnection, run_id: str, replaced: Replaced) -> None:
    """Put rows of a run in the place of others, on a connection of `open_records`."""
    from forecast.schema import conform

    of_keys = ""
    values: list[object] = [run_id]
    if replaced.column is not None:
        of_keys = f' AND "{replaced.column}" IN (SELECT unnest(?::VARCHAR[]))'
        values.append(list(replaced.keys))
    connection.execute(f'DELETE FROM "{replaced.table}" WHERE run_id = ?{of_keys}', values)  # noqa: S608 - names of the schema
    insert(
        connection, replaced.table, conform(replaced.rows, replaced.table, add={"run_id": run_id})
    )


def rewrite(path: Path, *, wait_seconds: float = WAIT_SECONDS) -> None:
    """Write a database anew, so that rows taken out of it stand nowhere in the file any more.

    DuckDB only marks their place as free. The new file takes the place of the old one while that is
    still held, so that nothing another process writes is lost.

    Raises
    ------
    DatabaseError
        As `open_published`, and if there is no room for a second file; the file is as it was.
    """
    from forecast.files import temporary_beside

    fresh = temporary_beside(path)
    connection = _connect(path, read_only=False, wait_seconds=wait_seconds)
    try:
        _check_layout(connection, path)
        _remove_unfinished(path)
        connection.execute("CHECKPOINT")
        [(name,)] = connection.execute("SELECT current_database()").fetchall()
        quoted = str(fresh).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS fresh")
        connection.execute(f'COPY FROM DATABASE "{name}" TO fresh')
        connection.execute("DETACH fresh")
        shutil.copymode(path, fresh)
        if os.name == "nt":  # which replaces no open file
            connection.close()
        fresh.replace(path)
    except (duckdb.Error, OSError) as error:
        raise DatabaseError(f"{path} could not be written anew: {error}") from error
    finally:
        connection.close()
        fresh.unlink(missing_ok=True)


def _remove_unfinished(path: Path) -> None:
    """Remove files that a killed rewriting left, which hold what was to be erased later.

    Nobody else writes one now: the database is held.
    """
    from forecast.files import TEMPORARY_PREFIX

    for left in path.parent.glob(f"{TEMPORARY_PREFIX}{glob.escape(path.name)}.*.tmp*"):
        left.unlink()


def _connect(path: Path, *, read_only: bool, wait_seconds: float) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            connection = duckdb.connect(path, read_only=read_only)
        except duckdb.Error as error:
            message = str(error)
            is_locked = any(words in message.lower() for words in _HELD)
            if is_locked and time.monotonic() < deadline:
                time.sleep(_RETRY_SECONDS)
                continue
            raise DatabaseError(_why_closed(path, message, is_locked=is_locked)) from None
        # It would print a bar among our results, for whatever takes two seconds.
        connection.execute("SET enable_progress_bar = false")
        return connection


def _is_there(path: Path) -> bool:
    """Return whether something stands in the place of a database.

    Raises
    ------
    DatabaseError
        If its folder may not be looked into.
    """
    try:
        return path.exists()
    except OSError as error:
        raise DatabaseError(
            f"the database {path} can't be looked for ({error.strerror or error}); ask for access "
            "to its folder or choose another path with --db"
        ) from None


def _check_published(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    if not connection.execute("SELECT 1 FROM runs LIMIT 1").fetchall():
        raise DatabaseError(f"the database {path} holds no run yet; {_TRY_RUN.format(path=path)}")


def _why_closed(path: Path, message: str, *, is_locked: bool) -> str:
    if is_locked:
        holder = _HOLDER.search(message)
        who = f"process {holder[2]} ({holder[1]})" if holder else "another process"
        return f"the database {path} is in use by {who}; close it or try again in a moment"
    if path.is_dir():
        return f"{path} is a folder; --db needs the path of a database file"
    if "not a valid DuckDB database" in message:
        return f"{path} is not a DuckDB database; move it away, then {_TRY_RUN.format(path=path)}"
    if not path.exists():
        return f"the database {path} can't be made: its folder is missing or not writable"
    return (
        f"the database {path} can't be opened ({message.splitlines()[0]}); "
        f"move it away, then {_TRY_RUN.format(path=path)}"
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    found = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    return {name for (name,) in found}


def _has_this_version(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the layout is that of this laadvraag; looking for each table takes longer."""
    try:
        [(version,)] = connection.execute("SELECT schema_version FROM meta").fetchall()
    except (duckdb.CatalogException, ValueError):
        return False
    return bool(version == SCHEMA_VERSION)


def _check_layout(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    version = _layout(connection, path)
    missing = sorted(TABLES.keys() - _tables(connection))
    if version == SCHEMA_VERSION and not missing:
        return
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise DatabaseError(
            f"{path} has layout {version}, made by a newer laadvraag; this one reads layout "
            f"{SCHEMA_VERSION}: update laadvraag or choose another path with --db"
        )
    what = f"lacks {', '.join(missing)}" if version == SCHEMA_VERSION else f"has layout {version}"
    raise DatabaseError(
        f"{path} {what}, this laadvraag needs layout {SCHEMA_VERSION}; "
        f"{_save_first(connection, path)}move it away, then {_TRY_RUN.format(path=path)}"
    )


def _layout(connection: duckdb.DuckDBPyConnection, path: Path) -> int | None:
    if "meta" not in _tables(connection):
        raise DatabaseError(
            f"{path} is a DuckDB database, but not one of laadvraag; choose another path with --db"
        )
    rows = connection.execute("SELECT schema_version FROM meta").fetchall()
    version: int | None = rows[0][0] if rows else None
    return version


def _save_first(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Return how to save the refinements of a file that can't be used any longer."""
    if "refinements" not in _tables(connection):
        return ""
    [(count,)] = connection.execute("SELECT count(*) FROM refinements").fetchall()
    if not count:
        return ""
    return (
        f"it holds {count} refinements: save them with `laadvraag refine export refinements.json "
        f"--db {path}`, and bring them back afterwards with `laadvraag refine import "
        "refinements.json`; so "
    )


def insert(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Append a frame to the table of its name."""
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    connection.register("incoming", frame.to_arrow())
    connection.execute(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM incoming')  # noqa: S608 - names of the schema
    connection.unregister("incoming")


def _forget_old_runs(connection: duckdb.DuckDBPyConnection) -> None:
    kept: Sequence[tuple[str]] = connection.execute(
        "SELECT run_id FROM runs ORDER BY ended_at DESC, run_id LIMIT ?", [KEPT_RUNS]
    ).fetchall()
    names = [run_id for (run_id,) in kept]
    for table in tables_of("result"):
        connection.execute(
            f'DELETE FROM "{table.name}" WHERE run_id NOT IN (SELECT unnest(?))',  # noqa: S608 - names of the schema
            [names],
        )
