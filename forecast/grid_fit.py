"""Does the added power fit the grid? Pooled per supply area, then back to the terrains.

Peaks of terrains do not add: their sessions are added up per area, and the peak is taken of the
pool. What charging asks today is in the published figures already, so only what is added since the
first year counts. The figures are indicative; cables and transformers below the area are not known.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from forecast.assumptions import Assumptions
from forecast.power import estimate_power
from forecast.sessions import LocationCharging
from forecast.vocabulary import (
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from forecast.years import year_end
from models.units import KW_PER_MW

_KEYS = ("year", "scenario", "strategy")


def estimate_area_fit(
    terrain_sessions: pl.DataFrame,
    terrain_supply_areas: pl.DataFrame,
    supply_areas: pl.DataFrame,
    charging: Mapping[tuple[int, str, str], LocationCharging],
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `area_fit` without its run.

    A terrain of uncertain area gives each candidate its sessions times the probability. Some time
    after the published year of relief the shortage counts as solved: what is added fits.
    """
    pooled = (
        terrain_sessions.filter(pl.col("location_type").is_in(ON_TERRAIN_LOCATION_TYPES))
        .join(terrain_supply_areas, on="terrain_id")
        .group_by("supply_area_id", "year", "scenario", "location_type")
        .agg(
            (pl.col(name).fill_null(0) * pl.col("match_probability")).sum()
            for name in VEHICLE_CLASSES
        )
        .sort("supply_area_id", "year", "scenario", "location_type")
    )
    peaks = estimate_power(pooled, charging, assumptions, "supply_area_id", STRATEGIES).filter(
        pl.col("location_type") == ON_TERRAIN
    )
    today = peaks.filter(pl.col("year") == pl.col("year").min()).select(
        "supply_area_id", "scenario", "strategy", today_kw="design_peak_kw"
    )
    queue_kw = pl.col("demand_queue_mw").fill_null(0) * KW_PER_MW
    relief = pl.col("demand_alleviation_year") + assumptions["grid.alleviation_slip_years"]
    is_alleviated = (relief <= year_end(pl.col("year"))).fill_null(value=False)
    return (
        peaks.join(today, on=["supply_area_id", "scenario", "strategy"])
        .join(supply_areas, on="supply_area_id")
        .with_columns(
            added_design_peak_kw=(pl.col("design_peak_kw") - pl.col("today_kw")).clip(0),
            headroom_kw=(pl.col("demand_available_mw") - pl.col("demand_required_mw")) * KW_PER_MW,
            is_alleviated=is_alleviated,
        )
        .with_columns(headroom_after_queue_kw=pl.col("headroom_kw") - queue_kw)
        .select(
            "supply_area_id",
            *_KEYS,
            "added_design_peak_kw",
            "headroom_kw",
            "headroom_after_queue_kw",
            "is_alleviated",
            fits=_fits("headroom_kw"),
            fits_after_queue=_fits("headroom_after_queue_kw"),
        )
        .sort("supply_area_id", *_KEYS)
    )


def estimate_grid_fit(terrain_supply_areas: pl.DataFrame, area_fit: pl.DataFrame) -> pl.DataFrame:
    """Return `grid_fit` without its run: probabilities over the candidate areas of a terrain."""
    probability = pl.col("match_probability")
    by_figures = pl.col("added_design_peak_kw") <= pl.col("headroom_after_queue_kw")
    return (
        terrain_supply_areas.join(area_fit, on="supply_area_id")
        .group_by("terrain_id", *_KEYS)
        .agg(
            known_probability=(probability * pl.col("fits").is_not_null()).sum(),
            fits_probability=(probability * pl.col("fits").fill_null(value=False)).sum(),
            fits_after_queue_probability=(
                probability * pl.col("fits_after_queue").fill_null(value=False)
            ).sum(),
            relief_probability=(
                probability * (pl.col("is_alleviated") & ~by_figures.fill_null(value=False))
            ).sum(),
        )
        .sort("terrain_id", *_KEYS)
    )


def _fits(headroom: str) -> pl.Expr:
    return (
        pl.when(pl.col("is_alleviated"))
        .then(pl.lit(value=True))
        .otherwise(pl.col("added_design_peak_kw") <= pl.col(headroom))
    )
