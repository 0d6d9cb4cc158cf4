"""When the figures of a year hold, said once."""

from __future__ import annotations

from typing import Final, TypeVar

import polars as pl

from forecast.vocabulary import FIRST_YEAR, LAST_YEAR

Year = TypeVar("Year", int, pl.Expr)

ALL_YEARS: Final = tuple(range(FIRST_YEAR, LAST_YEAR + 1))


def year_end(year: Year) -> Year:
    """Return the date at which a year's figures hold: 31 December, as the start of the next."""
    return year + 1
