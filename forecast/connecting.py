"""Opening a DuckDB file that another process may hold: wait, then name the holder."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb

from forecast.errors import DatabaseError, DatabaseInUseError

WAIT_SECONDS: Final = 20.0
"""A holder is waited for as long, unless told otherwise."""
_RETRY_SECONDS: Final = 0.05
_HELD: Final = re.compile(
    r"could not set lock|\block is|unique file handle conflict|already open in"
    "|used by another process",
    re.IGNORECASE,
)
"""What DuckDB says of a file that another process holds, that another thread reads while one would
write, and both on Windows, whose own sentence is in the language of the system."""
_ATTACHED_AS: Final = "laadvraag"
_FREE: Final[deque[duckdb.DuckDBPyConnection]] = deque()
"""Empty ones that wait for a file."""
_MOST_FREE: Final = 4
_HOLDER: Final = re.compile(r"(?:held in|already open in)\s+(.+?) \(PID (\d+)\)")


@contextmanager
def opened(
    path: Path, *, read_only: bool, wait_seconds: float
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database, after a wait where another holds it.

    The file is attached to a DuckDB that stays: making one costs several times as much. Nobody else
    uses that one meanwhile, so that settings and failures touch no other file.

    Raises
    ------
    DatabaseInUseError
        If it is still held; names the holder where that is known.
    DatabaseError
        If the file can't be opened; says why.
    """
    engine = _engine()
    # After a failure an open transaction may be left, and it is not known what still works.
    is_whole = read_only
    try:
        _attach(engine, path, read_only=read_only, wait_seconds=wait_seconds)
        with cursor_of(engine) as connection:
            yield connection
        is_whole = True
    finally:
        _let_go(engine, is_whole=is_whole)


def cursor_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a cursor that reads the database of a connection, for another thread or query.

    DuckDB's own looks at the file that was connected to, not at one that was attached.
    """
    cursor = connection.cursor()
    with suppress(duckdb.CatalogException):
        cursor.execute(f"USE {_ATTACHED_AS}")
    return cursor


def _engine() -> duckdb.DuckDBPyConnection:
    with suppress(IndexError):
        return _FREE.pop()
    engine = duckdb.connect()
    # It would print a bar among our results, for whatever takes two seconds.
    engine.execute("SET enable_progress_bar = false")
    return engine


def _attach(
    engine: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool, wait_seconds: float
) -> None:
    quoted = str(path).replace("'", "''")
    mode = "READ_ONLY" if read_only else "READ_WRITE"
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            engine.execute(f"ATTACH '{quoted}' AS {_ATTACHED_AS} (TYPE duckdb, {mode})")
        except duckdb.Error as error:
            message = str(error)
            is_held = bool(_HELD.search(message))
            if is_held and time.monotonic() < deadline:
                time.sleep(_RETRY_SECONDS)
                continue
            raise (_in_use(path, message) if is_held else _why_closed(path, message)) from None
        # What does not fit the memory goes beside the database, as of one that is connected to.
        engine.execute(f"SET temp_directory = '{quoted}.tmp'")
        return


def _let_go(engine: duckdb.DuckDBPyConnection, *, is_whole: bool) -> None:
    """Close the file, and keep the DuckDB for the next one if nothing went wrong with it."""
    if is_whole:
        # A full disk can keep it from tidying up the file; what was committed stands in its log.
        with suppress(duckdb.Error):
            engine.execute(f"DETACH {_ATTACHED_AS}")
            engine.execute("RESET threads")
            if len(_FREE) < _MOST_FREE:
                _FREE.append(engine)
                return
    engine.close()


def is_there(path: Path) -> bool:
    """Return whether something stands in the place of a database.

    Raises
    ------
    DatabaseError
        If its folder may not be looked into.
    """
    try:
        return path.exists()
    except OSError as error:
        reason = error.strerror or str(error)
        raise DatabaseError("not_looked_for", path=path, problem=reason) from None


def _in_use(path: Path, message: str) -> DatabaseInUseError:
    holder = _HOLDER.search(message)
    if holder is None:
        return DatabaseInUseError("in_use", path=path)
    return DatabaseInUseError("in_use_by", path=path, program=holder[1], pid=holder[2])


def _why_closed(path: Path, message: str) -> DatabaseError:
    if path.is_dir():
        return DatabaseError("folder", path=path)
    if "not a valid DuckDB database" in message:
        return DatabaseError("no_duckdb", path=path)
    if not path.exists():
        return DatabaseError("not_made", path=path)
    return DatabaseError("not_opened", path=path, problem=message.splitlines()[0])
