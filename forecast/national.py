"""The country in one row per year and scenario: all vehicles, on business parks and off them.

What lies on business parks, peaks among it, is the row of the nation in `regional_summary`.
"""

from __future__ import annotations

from math import fsum
from typing import Final

import polars as pl

from forecast.vocabulary import TRUCK_CLASSES

_KEYS: Final = ["year", "scenario"]


def summarise_nation(electric_vehicles: pl.DataFrame, energy: pl.DataFrame) -> pl.DataFrame:
    """Return `national_summary` without its run; the same to the last bit in any order of rows."""
    is_truck = pl.col("vehicle_class").is_in(TRUCK_CLASSES)
    vehicles = pl.col("electric_vehicles")
    return (
        electric_vehicles.group_by(_KEYS)
        .agg(
            electric_vans=_sum(vehicles.filter(~is_truck)),
            electric_trucks=_sum(vehicles.filter(is_truck)),
        )
        .join(energy.group_by(_KEYS).agg(_sum(pl.col("energy_kwh_per_year"))), on=_KEYS)
        .sort(_KEYS)
    )


def _sum(values: pl.Expr) -> pl.Expr:
    return values.map_batches(_rounded_once, return_dtype=pl.Float64, returns_scalar=True)


def _rounded_once(values: pl.Series) -> float:
    """Return the sum: added in threads, its last digit would differ between runs."""
    return fsum(values)
