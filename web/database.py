"""The database among the threads of the server: many readers, one writer, nobody while idle.

A connection lasts as long as a request. DuckDB lets nobody write a file that others read, so a
writer, a thread here or another process, waits until it is free; `forecast.store` does that
waiting. With many readers there is always one, and the writer would wait for ever: so when readers
have followed each other for a while, the next ones wait until all are done, and a moment longer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.errors import ServeError
from forecast.store import open_published

if TYPE_CHECKING:
    import duckdb

_AT_ONCE: Final = 2
"""Computations side by side; more would only make each of them slower."""
_MOST_WAIT_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.1
_SERIES_SECONDS: Final = 2.0
"""How long readers may follow each other without a gap."""
_GAP_SECONDS: Final = 0.25
"""How long the file is left alone then; a writer looks far more often."""


class GoneError(ServeError):
    """Whoever asked has left, or asked something newer: there is nobody to answer."""

    def __init__(self) -> None:
        super().__init__("gone")


class Database:
    """One database file, for all threads of a server."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = threading.Lock()
        self._turn = threading.Condition()
        self._computing = 0
        self._reading = 0
        self._series_began = self._last_ended = time.monotonic()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for the moment that a page needs.

        Raises
        ------
        DatabaseError
            As `forecast.store.open_published`.
        """
        with self._turn:
            # A computation takes seconds: until it ends pages are read on, for there is no gap yet.
            while self._is_gap_due() and not self._computing:
                self._turn.wait(_LOOK_SECONDS)
            self._begin()
            self._reading += 1
        try:
            with open_published(self.path) as connection:
                yield connection
        finally:
            with self._turn:
                self._reading -= 1
                self._end()

    @contextmanager
    def computing(self, is_gone: Callable[[], bool]) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for a computation, as soon as it is its turn.

        Parameters
        ----------
        is_gone
            Whether whoever asked has left meanwhile.

        Raises
        ------
        GoneError
            If so.
        ServeError
            If there is no turn within half a minute.
        """
        self._take_turn(is_gone)
        try:
            with open_published(self.path) as connection:
                yield connection
        finally:
            with self._turn:
                self._computing -= 1
                self._end()

    @contextmanager
    def saving(self) -> Iterator[Path]:
        """Be the only one that saves; meanwhile pages are read on."""
        with self._writer:
            yield self.path

    @property
    def state(self) -> tuple[int, int]:
        """What changes with every publication and record: when the file was written, its size."""
        try:
            stat = self.path.stat()
        except OSError:  # who opens it is told why it can't be
            return 0, 0
        return stat.st_mtime_ns, stat.st_size

    def _take_turn(self, is_gone: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _MOST_WAIT_SECONDS
        with self._turn:
            while self._is_gap_due() or self._computing >= _AT_ONCE:
                if is_gone():
                    raise GoneError
                if time.monotonic() > deadline:
                    raise ServeError("busy")
                self._turn.wait(_LOOK_SECONDS)
            if is_gone():
                raise GoneError
            self._begin()
            self._computing += 1

    def _begin(self) -> None:
        """Note that somebody opens the file: after a gap a new series begins."""
        now = time.monotonic()
        if not self._is_held and now > self._last_ended + _GAP_SECONDS:
            self._series_began = now

    def _end(self) -> None:
        """Note that somebody let the file go."""
        self._last_ended = time.monotonic()
        self._turn.notify_all()

    @property
    def _is_held(self) -> bool:
        return bool(self._reading or self._computing)

    def _is_gap_due(self) -> bool:
        """Return whether a series has lasted long enough, and no gap came after it yet."""
        now = time.monotonic()
        if not self._is_held and now > self._last_ended + _GAP_SECONDS:
            return False
        return now > self._series_began + _SERIES_SECONDS
