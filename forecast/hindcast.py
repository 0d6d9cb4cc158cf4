"""Forecasts and aims that others published for the fleet of today, beside what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from forecast.sources.fleet_history import decimal_year, electric_counts
from forecast.vocabulary import REFERENCE_YEAR, VEHICLE_GROUPS

LAST_PUBLISHED: Final = 2022
"""Last year of publication: three years later there is a count to compare with."""
YEARS: Final = (2025, REFERENCE_YEAR)
"""Years whose figures are read: few publications name one for 2025 itself."""


@dataclass(frozen=True)
class Hindcast:
    """A published forecast, read at the day of the last count, beside that count.

    Attributes
    ----------
    stated_year, stated
        The published figure and its year [vehicles].
    expected
        At the day of the count, by constant growth from the last count before the publication to
        the stated figure [vehicles].
    counted
        The last count [vehicles].
    """

    publisher: str
    published_year: int
    kind: str
    group: str
    stated_year: int
    stated: float
    expected: float
    counted: float

    @property
    def error(self) -> float:
        """How far the expected lies above the count, relative to it [1]."""
        return self.expected / self.counted - 1


def hindcast(fleet_history: pl.DataFrame, published_figures: pl.DataFrame) -> list[Hindcast]:
    """Return forecasts and aims published until the end of 2022 beside the last count.

    A figure of a later day is read at the day of the count on the curve of constant growth that
    leads to it from the last count known when it was published.
    """
    rows = published_figures.filter(
        pl.col("kind").is_in(["forecast", "aim"])
        & (pl.col("published_on").dt.year() <= LAST_PUBLISHED)
        & pl.col("year").is_in(YEARS)
    ).with_columns(
        published=decimal_year(pl.col("published_on")), holds=decimal_year(pl.col("holds_on"))
    )
    groups = {f"electric_{group}s": group for group in VEHICLE_GROUPS}
    found = []
    for row in rows.sort("year", "published_on", "quantity").iter_rows(named=True):
        if row["quantity"] not in groups:
            continue
        counts = electric_counts(fleet_history, groups[row["quantity"]])
        known = counts.filter(pl.col("known") <= row["published"])
        if known.is_empty():
            continue
        before, last = known.row(-1, named=True), counts.row(-1, named=True)
        part = (last["date"] - before["date"]) / (row["holds"] - before["date"])
        found.append(
            Hindcast(
                publisher=row["publisher"],
                published_year=row["published_on"].year,
                kind=row["kind"],
                group=groups[row["quantity"]],
                stated_year=row["year"],
                stated=row["value"],
                expected=float(before["value"] * (row["value"] / before["value"]) ** part),
                counted=float(last["value"]),
            )
        )
    return found
