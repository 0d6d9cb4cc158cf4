"""Opening a DuckDB file that another process may hold: wait, then name the holder."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from forecast.attaching import Attached, attach_to_read, attach_to_write, cursor_of, detach
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
_HOLDER: Final = re.compile(r"(?:held in|already open in)\s+(.+?) \(PID (\d+)\)")


@contextmanager
def opened(
    path: Path, *, read_only: bool, wait_seconds: float
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database, after a wait where another holds it.

    A writer may change the settings that `forecast.attaching` puts back; readers share theirs.

    Raises
    ------
    DatabaseInUseError
        If it is still held; names the holder where that is known.
    DatabaseError
        If the file can't be opened; says why.
    """
    attached = _attached(path, attach_to_read if read_only else attach_to_write, wait_seconds)
    is_whole = read_only
    try:
        with cursor_of(attached.engine) as connection:
            yield connection
        is_whole = True
    finally:
        detach(attached, is_whole=is_whole)


def _attached(path: Path, attach: Callable[[Path], Attached], wait_seconds: float) -> Attached:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return attach(path)
        except duckdb.Error as error:
            message = str(error)
            is_held = bool(_HELD.search(message))
            if is_held and time.monotonic() < deadline:
                time.sleep(_RETRY_SECONDS)
                continue
            raise (_in_use(path, message) if is_held else _why_closed(path, message)) from None


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
