"""Rows of a published run that take the place of others."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from forecast.schema import conform


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


def narrowed(replaced: Replaced, then: pl.DataFrame) -> Replaced:
    """Return the same for the keys alone of which a row comes or goes.

    Parameters
    ----------
    replaced
        With a column.
    then
        The rows that go.
    """
    column = replaced.column
    if column is None:
        raise ValueError(f"all rows of {replaced.table} go, whatever their key")
    moved = rows_of_one(replaced.rows.select(then.columns), then)[column].unique()
    rows = replaced.rows.filter(pl.col(column).is_in(moved.implode()))
    return replace(replaced, rows=rows, keys=tuple(sorted(moved)))


def rows_of_one(now: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that only one of two frames of the same columns holds."""
    columns = now.columns
    return pl.concat(
        [
            now.join(then, on=columns, how="anti", nulls_equal=True),
            then.join(now, on=columns, how="anti", nulls_equal=True),
        ]
    )
