"""Columns and rows of the tables that lie over a terrain, as chains name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from forecast.explain.context import At, Field
from forecast.schema import TABLES, Column

WHEN: Final = ("year", "scenario")
RD: Final = "_rd_m"
"""End of the columns that say where an area is."""
_LAYOUT: Final = ("edition_id", "x_rd_m", "y_rd_m", "outline_wkt")


def columns_of(table: str) -> Iterator[Column]:
    """Iterate over the columns of a table that are figures or facts."""
    for column in TABLES[table].columns:
        if not column.is_key and column.name not in _LAYOUT and column.dtype != "Floats":
            yield column


def key_of(wanted: Field, at: At) -> dict[str, Any]:
    """Return the values that pick the row of a figure."""
    keys = TABLES[wanted.table].keys
    return {**wanted.parts, **{name: value for name, value in at.key.items() if name in keys}}


def only(rows: pl.DataFrame, column: str) -> Any:
    """Return a column of the one row; none without a row."""
    return rows[column].item() if rows.height else None
