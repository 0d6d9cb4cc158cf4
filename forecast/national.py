"""The country in one row per year and scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from forecast.assumptions import Assumptions
from forecast.power import estimate_power
from forecast.sessions import LocationCharging
from forecast.vocabulary import (
    OFF_TERRAIN_PREFIX,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    TRUCK_CLASSES,
    VEHICLE_CLASSES,
)

_KEYS: Final = ["year", "scenario"]


def summarise_nation(
    electric_vehicles: pl.DataFrame,
    energy: pl.DataFrame,
    terrain_sessions: pl.DataFrame,
    charging: Mapping[tuple[int, str, str], LocationCharging],
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `national_summary` without its run; the peak is that of all sessions pooled."""
    is_truck = pl.col("vehicle_class").is_in(TRUCK_CLASSES)
    on_terrain = pl.col("location_type").is_in(ON_TERRAIN_LOCATION_TYPES) & ~pl.col(
        "terrain_id"
    ).str.starts_with(OFF_TERRAIN_PREFIX)
    kwh = pl.col("energy_kwh_per_year")
    pooled = (
        terrain_sessions.group_by(*_KEYS, "location_type")
        .agg(pl.col(VEHICLE_CLASSES).sum())
        .with_columns(pool=pl.lit("nation"))
    )
    peaks = (
        estimate_power(pooled, charging, assumptions, "pool", STRATEGIES)
        .filter(pl.col("location_type") == ON_TERRAIN)
        .pivot("strategy", index=_KEYS, values="design_peak_kw", on_columns=list(STRATEGIES))
        .rename({strategy: f"{strategy}_design_peak_kw" for strategy in STRATEGIES})
    )
    return (
        electric_vehicles.group_by(_KEYS)
        .agg(
            electric_vans=pl.col("electric_vehicles").filter(~is_truck).sum(),
            electric_trucks=pl.col("electric_vehicles").filter(is_truck).sum(),
        )
        .join(
            energy.group_by(_KEYS).agg(
                kwh.sum(), on_terrain_energy_kwh_per_year=kwh.filter(on_terrain).sum()
            ),
            on=_KEYS,
        )
        .join(peaks, on=_KEYS)
        .sort(_KEYS)
    )
