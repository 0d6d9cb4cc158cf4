"""Tables of a run that were read whole, and what is made of them terrain by terrain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from forecast.keyed_rows import KeyedRows

if TYPE_CHECKING:
    import polars as pl

    from forecast.replaced import Replaced

    Make = Callable[[], pl.DataFrame]
    Renew = Callable[[pl.DataFrame], pl.DataFrame]


class _Derived(NamedTuple):
    """How rows are made of those of a table: those of each key from its rows alone."""

    source: str
    renew: Renew


class HeldRows:
    """What a database holds in one state of its figures, as far as it was asked for.

    Safe between threads.
    """

    def __init__(self) -> None:
        self._rows: dict[str, KeyedRows] = {}
        self._derived: dict[str, _Derived] = {}
        self._lock = Lock()

    def table(self, name: str, read: Make) -> KeyedRows:
        """Return a table; it is read where it was not yet."""
        if name not in self._rows:
            rows = KeyedRows(read())
            with self._lock:
                self._rows.setdefault(name, rows)
        return self._rows[name]

    def knows(self, name: str) -> bool:
        """Return whether a table was read."""
        return name in self._rows

    def derived(self, name: str, source: str, make: Make, renew: Renew) -> KeyedRows:
        """Return what is made of a table.

        Parameters
        ----------
        name, source
            Its own, which no table has, and that of the table.
        make
            Makes it whole, where it was not made yet.
        renew
            Makes the rows of some keys of their rows of the table.
        """
        with self._lock:
            self._derived.setdefault(name, _Derived(source, renew))
        return self.table(name, make)

    def replaced(self, every: Iterable[Replaced]) -> HeldRows:
        """Return what the database holds once rows took the place of others."""
        after = HeldRows()
        with self._lock:
            after._rows, after._derived = dict(self._rows), dict(self._derived)
        for each in every:
            after._put(each.table, each, each.rows)
            for name, (source, renew) in after._derived.items():
                if source == each.table:
                    after._put(name, each, renew(each.rows))
        return after

    def _put(self, name: str, replaced: Replaced, rows: pl.DataFrame) -> None:
        """Put rows in the place of those that a replacement takes, where they are known."""
        before = self._rows.get(name)
        if before is None:
            return
        if replaced.column is None:
            self._rows[name] = KeyedRows(rows.select(before.every().columns))
        else:
            self._rows[name] = before.replaced(replaced.column, replaced.keys, rows)
