"""Numbers out of the observations of a table of CBS: each key once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import polars as pl

from forecast.sources.contract import FileFacts, Reading
from forecast.sources.readers.cbs import CbsTable
from forecast.sources.readers.sieve import RowError, Sieve, refuse
from forecast.sources.untrusted.vector import as_json

Key = TypeVar("Key", bound=tuple[Any, ...])


def count_each(
    table: CbsTable, counted_in: Callable[[Mapping[str, Any]], tuple[Key, int] | None]
) -> tuple[dict[Key, int], Sieve]:
    """Return the numbers by key, and what was set apart.

    Parameters
    ----------
    counted_in
        Returns key and number of an observation, None if it is not of use, or raises `RowError`. A
        key that comes with another number is set apart.
    """
    sieve = Sieve()
    counted: dict[Key, int] = {}
    for number, observation in enumerate(table.observations, start=1):
        try:
            found = counted_in(observation)
            if found is None:
                sieve.passed_over += 1
                continue
            key, value = found
            if counted.setdefault(key, value) != value:
                refuse(f"it counts {value:,} where an earlier row has {counted[key]:,}")
        except RowError as error:
            sieve.set_apart(number, str(error), as_json(observation))
    return counted, sieve


def reading_of(table: CbsTable, name: str, frame: pl.DataFrame, sieve: Sieve) -> Reading:
    """Return the reading of a table of which one frame, with a ``count_date``, was made."""
    facts = FileFacts(
        dataset=table.identifier,
        format_name="CBS OData",
        encoding=table.encoding,
        rows=len(table.observations),
        passed_over=sieve.passed_over,
        reference_date=frame["count_date"].max(),  # type: ignore[arg-type]
    )
    return Reading({name: frame}, facts, tuple(sieve.quarantined), tuple(sieve.notes))
