"""DuckDBs that stay, to which a database file is attached while it is open.

Making one takes several times as long as attaching a file. All readers of a file share one: where
they each opened it, the first to end would take the lock of the process from the others, as the
locks of POSIX go with the first descriptor that is closed. Whoever writes has one alone.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock, Thread
from typing import Final

import duckdb

_NAME: Final = "laadvraag"
"""Of the attached file."""
_FREE: Final[deque[duckdb.DuckDBPyConnection]] = deque()
"""Empty ones that wait for a file."""
_BEGUN: Final[deque[Thread]] = deque()
"""What makes another."""
_MOST_FREE: Final = 4
_MAY_CHANGE: Final = ("threads", "memory_limit", "temp_directory")
"""Settings that are put back; the directory can't be once files were put there, which go as the
DuckDB is closed."""

_File = tuple[int, int]
"""Disk and number of a file, whatever it is called."""


@dataclass
class Attached:
    """A DuckDB with a file attached to it.

    Attributes
    ----------
    engine
        The DuckDB: ask `cursor_of` for what looks at the file.
    shared_as
        The file, where others may read it too: one that took its place is another.
    readers
        How many do.
    """

    engine: duckdb.DuckDBPyConnection
    shared_as: _File | None = None
    readers: int = 0


_READ: Final[dict[_File, Attached]] = {}
_LOCK: Final = RLock()
"""Of `_READ`, and of attaching and detaching the file of readers; one that garbage collection lets
go amid this, in the same thread, need not wait."""


def make_ready() -> None:
    """Begin to make a DuckDB for who attaches next, while the caller imports what it needs.

    It takes 20 ms, which Python need not wait for.
    """
    making = Thread(target=_make_free)
    making.start()
    _BEGUN.append(making)


def attach_to_read(path: Path) -> Attached:
    """Attach a file, or join those who read it.

    Raises
    ------
    duckdb.Error
        If it can't be opened now.
    """
    with _LOCK:
        file = _file_at(path)
        shared = _READ.get(file) if file else None
        if shared is None:
            shared = _attach_to_share(path)
            if shared.shared_as:
                _READ[shared.shared_as] = shared
        shared.readers += 1
        return shared


def _attach_to_share(path: Path) -> Attached:
    """Attach the file at a path; again if another took its place meanwhile, to know which it is."""
    while True:
        file = _file_at(path)
        engine = _attach(path, "READ_ONLY")
        if _file_at(path) == file:
            return Attached(engine, file)
        _let_go(engine, is_whole=True)


def attach_to_write(path: Path) -> Attached:
    """Attach a file, made if there is none, to write to it.

    Raises
    ------
    duckdb.Error
        If it can't be opened now.
    """
    return Attached(_attach(path, "READ_WRITE"))


def detach(attached: Attached, *, is_whole: bool) -> None:
    """Close the file, once the last reader has done so.

    Parameters
    ----------
    attached
        It is not used any more.
    is_whole
        Whether all went well; else a transaction may be open, and the DuckDB is thrown away.
    """
    if attached.shared_as is None:
        _let_go(attached.engine, is_whole=is_whole)
        return
    with _LOCK:
        attached.readers -= 1
        if not attached.readers:
            del _READ[attached.shared_as]
            _let_go(attached.engine, is_whole=is_whole)


def cursor_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Return a cursor that reads the database of a connection, for another thread or query.

    DuckDB's own looks at the file that was connected to, not at one that was attached.
    """
    cursor = connection.cursor()
    # A file that was connected to is looked at already.
    with suppress(duckdb.CatalogException):
        cursor.execute(f"USE {_NAME}")
    return cursor


def _file_at(path: Path) -> _File | None:
    """Return the file at a path; None if there is none, or the disk numbers none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if found.st_ino else None


def _attach(path: Path, mode: str) -> duckdb.DuckDBPyConnection:
    engine = _take()
    quoted = str(path.absolute()).replace("'", "''")
    try:
        # What does not fit the memory goes beside the database, as of one that is connected to.
        engine.execute(f"SET temp_directory = '{quoted}.tmp'")
        engine.execute(f"ATTACH '{quoted}' AS {_NAME} (TYPE duckdb, {mode})")
    except duckdb.Error:
        _give_back(engine)
        raise
    except BaseException:  # an interruption
        engine.close()
        raise
    return engine


def _let_go(engine: duckdb.DuckDBPyConnection, *, is_whole: bool) -> None:
    try:
        if not is_whole:
            engine.close()
            return
        engine.execute(f"DETACH {_NAME}")
    except duckdb.Error:
        # A full disk keeps it from tidying up the file; what was committed stands in its log.
        engine.close()
    except BaseException:
        engine.close()
        raise
    else:
        _give_back(engine)


def _take() -> duckdb.DuckDBPyConnection:
    with suppress(IndexError):
        _BEGUN.pop().join()
    with suppress(IndexError):
        return _FREE.pop()
    return _make()


def _make() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect()
    # It would print a bar among our results, for whatever takes two seconds.
    engine.execute("SET enable_progress_bar = false")
    return engine


def _make_free() -> None:
    with suppress(duckdb.Error):  # who attaches meets it
        _FREE.append(_make())


def _give_back(engine: duckdb.DuckDBPyConnection) -> None:
    """Keep a DuckDB without a file for the next one, as it was made."""
    with suppress(duckdb.Error):
        for setting in _MAY_CHANGE:
            engine.execute(f"RESET {setting}")
        if len(_FREE) < _MOST_FREE:
            _FREE.append(engine)
            return
    engine.close()
