"""The country in one row per year and scenario: all vehicles, on business parks and off them.

What lies on business parks, peaks among it, is the row of the nation in `regional_summary`.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from forecast.vocabulary import TRUCK_CLASSES

_KEYS: Final = ["year", "scenario"]


def summarise_nation(electric_vehicles: pl.DataFrame, energy: pl.DataFrame) -> pl.DataFrame:
    """Return `national_summary` without its run."""
    is_truck = pl.col("vehicle_class").is_in(TRUCK_CLASSES)
    return (
        electric_vehicles.group_by(_KEYS)
        .agg(
            electric_vans=pl.col("electric_vehicles").filter(~is_truck).sum(),
            electric_trucks=pl.col("electric_vehicles").filter(is_truck).sum(),
        )
        .join(energy.group_by(_KEYS).agg(pl.col("energy_kwh_per_year").sum()), on=_KEYS)
        .sort(_KEYS)
    )
