"""The supply areas of one terrain asked again, after figures of terrains in them changed."""

from __future__ import annotations

import polars as pl

from forecast.area_fit import measure_chances
from forecast.area_power import pool_by_area
from forecast.design_peaks import estimate_design_peaks
from forecast.grid_fit import estimate_grid_fit
from forecast.held import Held
from forecast.recompute import Terrains, sessions_of
from forecast.schema import no_results
from forecast.vocabulary import FIRST_YEAR


def ask_areas(
    held: Held, terrain_id: str, found: Terrains, year: int, scenario: str
) -> pl.DataFrame:
    """Return `grid_fit` of a terrain in one year and scenario.

    Parameters
    ----------
    held
        The run.
    found
        Terrains that changed.
    """
    every = held.table("terrain_supply_areas")
    candidates = every.filter(terrain_id=terrain_id)
    members = every.join(candidates, on="supply_area_id", how="semi")
    years = sorted({FIRST_YEAR, year})
    if members.is_empty():
        return no_results("grid_fit")
    sessions = sessions_of(held, found.sessions, members["terrain_id"]).filter(
        pl.col("year").is_in(years), pl.col("scenario") == scenario
    )
    peaks = estimate_design_peaks(
        pool_by_area(sessions, members), held.charging, held.assumptions, "supply_area_id"
    )
    keys = ["supply_area_id", "scenario", "strategy"]
    then = peaks.filter(year=FIRST_YEAR).select(*keys, before="design_peak_kw")
    added = (
        peaks.filter(year=year)
        .join(then, on=keys)
        .select(
            *keys,
            "year",
            added_design_peak_kw=(pl.col("design_peak_kw") - pl.col("before")).clip(0),
        )
    )
    [chances] = measure_chances(
        added,
        held.table("supply_areas"),
        held.national_electric,
        held.vehicle_energy,
        [year],
        held.assumptions,
    )
    return estimate_grid_fit(candidates, chances)
