"""Added charging power of a supply area, for every year to 2050.

Sessions of its terrains are added up, and the peak is taken of the pool. The run forecasts a few
years; whether power fits for good asks all of them. Peaks are computed every five years and in the
years of the run, and lie on a straight line in between. In years that the run does not hold an area
has the sessions of the nearest year of the run, times the growth of electric vehicles in the
country, per class.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from forecast.assumptions import Assumptions
from forecast.design_peaks import estimate_design_peaks
from forecast.pooled_sessions import pool_sessions
from forecast.schema import no_results
from forecast.sessions import LocationCharging, charging_by_year
from forecast.vehicle_energy import estimate_vehicle_energy
from forecast.vocabulary import (
    FIRST_YEAR,
    LAST_YEAR,
    VEHICLE_CLASSES,
)
from forecast.years import ALL_YEARS

_STEP_YEARS = 5
_KEYS = ("supply_area_id", "scenario", "strategy")


def estimate_area_power(
    terrain_sessions: pl.DataFrame,
    terrain_supply_areas: pl.DataFrame,
    national_electric: pl.DataFrame,
    charging: Mapping[tuple[int, str, str], LocationCharging],
    years: Sequence[int],
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the added power of each area, every year from 2025 to 2050.

    A terrain of uncertain area gives each candidate its sessions times the probability. What
    charging asks in the first year is in the published figures already, so only what is added since
    then counts.

    Returns
    -------
    supply_area_id, year, scenario, strategy, added_design_peak_kw [kW].
    """
    pooled = pool_by_area(terrain_sessions, terrain_supply_areas)
    if pooled.is_empty():  # no terrain lies in any area
        return no_results("area_power")
    between = [year for year in range(FIRST_YEAR, LAST_YEAR + 1, _STEP_YEARS) if year not in years]
    grown = pl.concat(
        [pooled, *(_grown_to(pooled, year, national_electric, years) for year in between)]
    ).sort("supply_area_id", "year", "scenario", "location_type")
    vehicle_energy = estimate_vehicle_energy(national_electric, between, assumptions)
    known = {**charging, **charging_by_year(vehicle_energy, assumptions)} if between else charging
    return _every_year(estimate_design_peaks(grown, known, assumptions, "supply_area_id"))


def pool_by_area(
    terrain_sessions: pl.DataFrame, terrain_supply_areas: pl.DataFrame
) -> pl.DataFrame:
    """Return the sessions on business parks of each area, terrains by their probability."""
    members = terrain_supply_areas.select("supply_area_id", "terrain_id", share="match_probability")
    return pool_sessions(terrain_sessions, members, "supply_area_id")


def _grown_to(
    pooled: pl.DataFrame, year: int, national_electric: pl.DataFrame, years: Sequence[int]
) -> pl.DataFrame:
    """Return the sessions of a year that the run does not hold."""
    nearest = min(years, key=lambda held: (abs(held - year), held))
    electric = national_electric.filter(
        pl.col("vehicle_class").is_in(VEHICLE_CLASSES) & pl.col("year").is_in([nearest, year])
    ).pivot("year", index=["scenario", "vehicle_class"], values="electric_vehicles")
    growth = electric.select(
        "scenario", "vehicle_class", growth=pl.col(str(year)) / pl.col(str(nearest))
    ).pivot("vehicle_class", index="scenario", values="growth")
    return (
        pooled.filter(pl.col("year") == nearest)
        .join(growth, on="scenario", suffix="_growth")
        .select(
            "supply_area_id",
            pl.lit(year, dtype=pl.Int64).alias("year"),
            "scenario",
            "location_type",
            *(pl.col(name) * pl.col(f"{name}_growth") for name in VEHICLE_CLASSES),
        )
    )


def _every_year(peaks: pl.DataFrame) -> pl.DataFrame:
    """Return the added peak of every year, on straight lines between the computed ones."""
    wide = peaks.sort("year").pivot("year", index=list(_KEYS), values="design_peak_kw").sort(_KEYS)
    held = sorted(peaks["year"].unique())
    computed = wide.select(str(year) for year in held).to_numpy()
    added = np.maximum(computed - computed[:, :1], 0)
    lines = np.stack([np.interp(ALL_YEARS, held, row) for row in added])
    return (
        wide.select(_KEYS)
        .with_columns(
            pl.Series(str(year), lines[:, column]) for column, year in enumerate(ALL_YEARS)
        )
        .unpivot(index=list(_KEYS), variable_name="year", value_name="added_design_peak_kw")
        .with_columns(pl.col("year").cast(pl.Int64))
        .select("supply_area_id", "year", "scenario", "strategy", "added_design_peak_kw")
        .sort("supply_area_id", "year", "scenario", "strategy")
    )
