"""The DuckDB file: publish a run in one transaction, and open it for reading.

DuckDB lets one process write and refuses all others meanwhile. So nothing is computed with the file
open: it is opened for writing only to publish, which takes about a second, and whoever finds it
locked waits a stated time before naming the holder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from forecast.connecting import WAIT_SECONDS, is_there, opened
from forecast.database_layout import check_layout, layout_of, require_layout, table_names
from forecast.errors import DatabaseError
from forecast.schema import SCHEMA_VERSION, TABLES, tables_of
from forecast.spoken import Sentence, say

if TYPE_CHECKING:
    import polars as pl

    from forecast.replaced import Replaced

KEPT_RUNS: Final = 2
"""Runs whose results stay in the file: the last one and the one before it, to compare with."""


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
    if not is_there(path):
        raise DatabaseError("missing", path=path)
    with opened(path, read_only=True, wait_seconds=wait_seconds) as connection:
        try:
            require_layout(connection, path)
            yield connection
        except duckdb.CatalogException:  # a table is not there
            check_layout(connection, path)
            raise


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
    if not is_there(path):
        raise DatabaseError("missing", path=path)
    with opened(path, read_only=True, wait_seconds=wait_seconds) as connection:
        version = layout_of(connection, path)
        if not isinstance(version, int) or version >= SCHEMA_VERSION:
            check_layout(connection, path)
        yield connection, version or 0


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
        return _holds_run(connection)


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
    with writing(path, say("refusals.database.run"), wait_seconds=wait_seconds) as connection:
        for table in tables_of("source"):
            connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - names of the schema
        for name, frame in (*frames.items(), ("runs", run)):
            insert(connection, name, frame)
        _forget_old_runs(connection)


@contextmanager
def writing(
    path: Path, what: Sentence, *, wait_seconds: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database, made if there is none, for one transaction: all of it or nothing.

    Raises
    ------
    DatabaseError
        As `open_published`, or if ``what`` can't be written; the file is as it was.
    """
    from forecast.new_database import create_tables, make_database, remove_database

    is_new = not is_there(path) and make_database(path)
    with opened(path, read_only=False, wait_seconds=wait_seconds) as connection:
        is_empty = False
        try:
            connection.execute("BEGIN")
            if not table_names(connection):
                create_tables(connection)
            check_layout(connection, path)
            is_empty = is_new and not _holds_run(connection)
            yield connection
            connection.execute("COMMIT")
            is_empty = False
        except duckdb.Error as error:
            raise DatabaseError("not_written", what=what, path=path, problem=str(error)) from error
        finally:
            # Another process may have published in it by the time it was open here. While it is
            # held, nobody can.
            if is_empty:
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
    if not is_there(path):
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
        As `open_published`, and if the records could not be written; the file is as it was. That a
        table lacks is told only where it is asked for.
    """
    if not is_there(path):
        raise DatabaseError("missing", path=path)
    with opened(path, read_only=False, wait_seconds=wait_seconds) as connection:
        try:
            require_layout(connection, path)
            _check_published(connection, path)
            # An update is many statements of a few rows each: threads would only wait for each
            # other.
            connection.execute("SET threads = 1")
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")
        except duckdb.Error as error:
            if isinstance(error, duckdb.CatalogException):  # a table is not there
                with suppress(duckdb.Error):
                    connection.execute("ROLLBACK")
                check_layout(connection, path)
            raise DatabaseError("records_not_written", path=path, problem=str(error)) from error


def insert_records(
    connection: duckdb.DuckDBPyConnection, table_name: str, frame: pl.DataFrame
) -> None:
    """Add rows to a table of the layer ``record``; they conform to its schema."""
    if TABLES[table_name].layer != "record":
        raise ValueError(f"{table_name} is no table of lasting records")
    insert(connection, table_name, frame)


def replace_results(
    connection: duckdb.DuckDBPyConnection, run_id: str, every: Iterable[Replaced]
) -> None:
    """Put rows of a run in the place of others, on a connection of `open_records`.

    They conform to their tables: see `forecast.replaced.of_run`.
    """
    for replaced in every:
        _replace(connection, run_id, replaced)


def _replace(connection: duckdb.DuckDBPyConnection, run_id: str, replaced: Replaced) -> None:
    of_keys = ""
    values: list[object] = [run_id]
    if replaced.column is not None:
        of_keys = f' AND "{replaced.column}" IN (SELECT unnest(?::VARCHAR[]))'
        values.append(list(replaced.keys))
    connection.execute(f'DELETE FROM "{replaced.table}" WHERE run_id = ?{of_keys}', values)  # noqa: S608 - names of the schema
    if not replaced.rows.is_empty():
        insert(connection, replaced.table, replaced.rows)


def _check_published(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    if not _holds_run(connection):
        raise DatabaseError("no_run", path=path)


def _holds_run(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute("SELECT 1 FROM runs LIMIT 1").fetchall())


def insert(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Append a frame to the table of its name."""
    columns = ", ".join(f'"{column}"' for column in frame.columns)
    incoming_frame = frame.to_arrow()  # noqa: F841 - DuckDB finds it by its name, at half the cost of registering it
    connection.execute(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM incoming_frame')  # noqa: S608 - names of the schema


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
