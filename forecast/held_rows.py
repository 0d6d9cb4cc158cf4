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
    """Rows made of a table, those of each key from its rows alone."""

    source: str
    renew: Renew
    rows: KeyedRows


class HeldRows:
    """What a database holds in one state of its figures, as far as it was asked for.

    Safe between threads.
    """

    def __init__(self) -> None:
        self._tables: dict[str, KeyedRows] = {}
        self._derived: dict[str, _Derived] = {}
        self._lock = Lock()

    def table(self, name: str, read: Make) -> KeyedRows:
        """Return a table; it is read where it was not yet."""
        if name not in self._tables:
            rows = KeyedRows(read())
            with self._lock:
                self._tables.setdefault(name, rows)
        return self._tables[name]

    def derived(self, name: str, source: str, make: Make, renew: Renew) -> KeyedRows:
        """Return what is made of a table.

        Parameters
        ----------
        name, source
            Its own, and that of the table.
        make
            Makes it whole, where it was not made yet.
        renew
            Makes the rows of some keys of their rows of the table.
        """
        if name not in self._derived:
            rows = KeyedRows(make())
            with self._lock:
                self._derived.setdefault(name, _Derived(source, renew, rows))
        return self._derived[name].rows

    def replaced(self, every: Iterable[Replaced]) -> HeldRows:
        """Return what the database holds once rows took the place of others."""
        after = HeldRows()
        with self._lock:
            after._tables, after._derived = dict(self._tables), dict(self._derived)
        for each in every:
            after._put(each)
        return after

    def _put(self, each: Replaced) -> None:
        if each.table in self._tables:
            rows = self._tables[each.table]
            self._tables[each.table] = (
                KeyedRows(each.rows.select(rows.every().columns))
                if each.column is None
                else rows.replaced(each.column, each.keys, each.rows)
            )
        for name, derived in list(self._derived.items()):
            if derived.source != each.table:
                continue
            if each.column is None:
                del self._derived[name]
            else:
                rows = derived.rows.replaced(each.column, each.keys, derived.renew(each.rows))
                self._derived[name] = derived._replace(rows=rows)
