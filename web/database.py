"""The database among the threads of the server: many readers, one writer, nobody while idle.

A connection lasts as long as a request. DuckDB doesn't let one process read and write a file at
the same time, so a writer waits until the readers of the moment are done; `forecast.store` does
that waiting. Pages read for a moment only. Computations hold the file longer: while something is
being saved they leave gaps, in which the writer finds the file free.
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
_GAP_SECONDS: Final = 0.25
"""Between computations while something is being saved; a writer looks far more often."""


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
        self._saving = 0
        self._last_ended = 0.0

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for the moment that a page needs.

        Raises
        ------
        DatabaseError
            As `forecast.store.open_published`.
        """
        with open_published(self.path) as connection:
            yield connection

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
                self._last_ended = time.monotonic()
                self._turn.notify_all()

    @contextmanager
    def saving(self) -> Iterator[Path]:
        """Be the only one that saves; meanwhile pages are read on, and computations leave gaps."""
        with self._turn:
            self._saving += 1
        try:
            with self._writer:
                yield self.path
        finally:
            with self._turn:
                self._saving -= 1
                self._turn.notify_all()

    @property
    def state(self) -> tuple[int, int]:
        """What changes with every publication and record: when the file was written, its size."""
        stat = self.path.stat()
        return stat.st_mtime_ns, stat.st_size

    def _take_turn(self, is_gone: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _MOST_WAIT_SECONDS
        with self._turn:
            while not self._is_free():
                if is_gone():
                    raise GoneError
                if time.monotonic() > deadline:
                    raise ServeError("busy")
                self._turn.wait(_LOOK_SECONDS)
            if is_gone():
                raise GoneError
            self._computing += 1

    def _is_free(self) -> bool:
        if not self._saving:
            return self._computing < _AT_ONCE
        return not self._computing and time.monotonic() > self._last_ended + _GAP_SECONDS
