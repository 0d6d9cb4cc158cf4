"""Rows of a published run that take the place of others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.schema import conform

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Replaced:
    """Rows of one table that take the place of others.

    Attributes
    ----------
    table
        Of the layer ``result``.
    rows
        What comes; without its run until `of_run` names it.
    column, keys
        Rows whose column is one of the keys go; without a column all of the run go.
    """

    table: str
    rows: pl.DataFrame
    column: str | None = None
    keys: tuple[str, ...] = ()


def of_run(replaced: Replaced, run_id: str) -> Replaced:
    """Return the same with rows that name their run and conform to their table.

    Raises
    ------
    SchemaError
        As `forecast.schema.conform`.
    """
    rows = conform(replaced.rows, replaced.table, add={"run_id": run_id})
    return replace(replaced, rows=rows)
