"""Rows of a table that are asked for by key, and of which some take the place of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Bools = npt.NDArray[np.bool_]

_MOST_BLOCKS: Final = 100
_MOST_TIMES: Final = 2
"""With more blocks, or this many times the rows that count, all are put into one block again."""


class _Place(NamedTuple):
    """Where the rows of a key stand: from ``start`` up to ``stop`` of a block."""

    block: int
    start: int
    stop: int


class _Order(NamedTuple):
    """Blocks in each of which the rows of a key follow each other, and which of them count.

    None of it is changed: what replaces rows makes another order, of the same blocks and one more.
    Without a column it is one block in no order, of which all rows count.
    """

    column: str | None
    blocks: Sequence[pl.DataFrame]
    places: Mapping[str, _Place]
    counts: Sequence[Bools]
    """Whether each row of a block does."""

    def without(self, places: Iterable[_Place]) -> _Order:
        """Return the same with rows that count no more; their keys are still there."""
        counts = list(self.counts)
        for block, gone in _by_block(places).items():
            counts[block] = counts[block].copy()
            for _, start, stop in gone:
                counts[block][start:stop] = False
        return self._replace(counts=counts)

    def every(self) -> pl.DataFrame:
        """Return all rows that count."""
        found = [
            block if is_counted.all() else block.filter(pl.Series(is_counted))
            for block, is_counted in zip(self.blocks, self.counts, strict=True)
            if is_counted.any()
        ]
        return pl.concat(found) if found else self.blocks[0].clear()

    def is_scattered(self) -> bool:
        """Return whether the blocks are many, or hold mostly rows that count no more."""
        held = sum(block.height for block in self.blocks)
        counted = sum(int(np.count_nonzero(is_counted)) for is_counted in self.counts)
        return len(self.blocks) > _MOST_BLOCKS or held > _MOST_TIMES * counted

    def rows(self, keys: Iterable[str]) -> pl.DataFrame:
        """Return the rows of some keys that are there."""
        places = _by_block(self.places[key] for key in keys)
        found = [_part(self.blocks[block], here) for block, here in sorted(places.items())]
        return pl.concat(found) if found else self.blocks[0].clear()


class KeyedRows:
    """A table that is read far more often than it changes.

    To look a few keys up among half a million rows takes a tenth of a millisecond, and what
    replaces their rows leaves the others where they are. Never changed; safe between threads.

    Parameters
    ----------
    frame
        All rows.
    """

    def __init__(self, frame: pl.DataFrame | _Order) -> None:
        self._order = frame if isinstance(frame, _Order) else _one_block(frame, None, {})
        self._every: pl.DataFrame | None = None
        self._lock = Lock()

    def every(self) -> pl.DataFrame:
        """Return all rows, in no order."""
        with self._lock:
            if self._every is None:
                self._every = self._order.every()
            return self._every

    def of(self, column: str, keys: Iterable[str]) -> pl.DataFrame:
        """Return the rows whose column is one of some keys."""
        order = self._ordered(column)
        return order.rows(order.places.keys() & {*keys})

    def without(self, column: str, keys: Iterable[str]) -> pl.DataFrame:
        """Return the rows whose column is none of some keys."""
        order = self._ordered(column)
        return order.without(order.places[key] for key in order.places.keys() & {*keys}).every()

    def replaced(self, column: str, keys: Iterable[str], rows: pl.DataFrame) -> KeyedRows:
        """Return the table with rows in the place of those of some keys.

        Raises
        ------
        ValueError
            If a row has another key: it would hide the rows of that one.
        """
        order = self._ordered(column)
        new = _ordered(column, rows.select(order.blocks[0].columns), len(order.blocks))
        if new.places.keys() - {*keys}:
            raise ValueError(f"rows of {sorted(new.places.keys() - {*keys})} replace none")
        places = dict(order.places)
        left = order.without(places.pop(key) for key in places.keys() & {*keys})
        after = _Order(
            column,
            [*order.blocks, *new.blocks],
            {**places, **new.places},
            [*left.counts, *new.counts],
        )
        return KeyedRows(after.every() if after.is_scattered() else after)

    def _ordered(self, column: str) -> _Order:
        with self._lock:
            if self._order.column != column:
                self._order = _ordered(column, self._order.every(), 0)
            return self._order


def _ordered(column: str, frame: pl.DataFrame, block: int) -> _Order:
    """Return rows as one block, which will have a number among others."""
    if not frame[column].is_sorted():
        frame = frame.sort(column, maintain_order=True)
    runs = frame[column].rle().struct.unnest()
    stops = runs["len"].cast(pl.Int64).cum_sum().to_list()
    keys = runs["value"].to_list()
    places = map(_Place, [block] * len(keys), [0, *stops], stops)
    return _one_block(frame, column, dict(zip(keys, places, strict=True)))


def _one_block(frame: pl.DataFrame, column: str | None, places: Mapping[str, _Place]) -> _Order:
    return _Order(column, [frame], places, [np.ones(frame.height, dtype=np.bool_)])


def _by_block(places: Iterable[_Place]) -> dict[int, list[_Place]]:
    by_block: dict[int, list[_Place]] = {}
    for place in places:
        by_block.setdefault(place.block, []).append(place)
    return by_block


def _part(block: pl.DataFrame, places: Sequence[_Place]) -> pl.DataFrame:
    """Return the rows of some places of a block, in its order."""
    rows = np.concatenate([np.arange(start, stop) for _, start, stop in sorted(places)])
    return block if rows.size == block.height else block[rows]
