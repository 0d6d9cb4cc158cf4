"""Rows of a published run that take the place of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
        What comes, without its run.
    column, keys
        Rows whose column is one of the keys go; without a column all of the run go.
    """

    table: str
    rows: pl.DataFrame
    column: str | None = None
    keys: tuple[str, ...] = ()
