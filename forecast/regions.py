"""Terrains added up to municipalities, provinces, NAL regions, supply areas and the nation.

Numbers of terrains, vehicles, energy and charge points add. Peaks don't: the sessions of all
terrains of a region are pooled and the peak is that of the pool, as for a supply area in
`forecast.grid_fit`. A terrain of uncertain supply area counts in each candidate with its
probability, so that the areas together hold every terrain once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from forecast.assumptions import Assumptions
from forecast.design_peaks import estimate_design_peaks
from forecast.pooled_sessions import pool_sessions
from forecast.sessions import LocationCharging
from forecast.vocabulary import (
    ACCESS,
    NATION,
    NATION_ID,
    NO_AREA_ID,
    ON_TERRAIN_LOCATION_TYPES,
    PLAN_CLASSES,
    STRATEGIES,
    TRUCK_CLASSES,
)

ADDITIVE: Final = (
    "terrains",
    *(f"{name}_terrains" for name in PLAN_CLASSES),
    "vehicles",
    "electric_vans",
    "electric_trucks",
    *(f"{name}_energy_kwh_per_year" for name in ON_TERRAIN_LOCATION_TYPES),
    *(f"{ACCESS[name]}_charge_points" for name in ON_TERRAIN_LOCATION_TYPES),
)
"""Columns of `regional_summary` whose sum over the regions of a level is that of the nation."""

_PLACED: Final = {
    "municipality": ("municipality_code", "municipality_name"),
    "province": ("province_name", "province_name"),
    "nal_region": ("nal_region_name", "nal_region_name"),
}
"""Levels that a municipality says, with the columns of id and name."""
_REGION: Final = ("level", "region_id")
_WHEN: Final = ("year", "scenario")
_TERRAIN_WHEN: Final = ("terrain_id", *_WHEN)
_NOTHING: Final = 1e-9
"""Probability below which a terrain counts as wholly matched: rounding."""


def list_region_members(
    terrains: pl.DataFrame, municipalities: pl.DataFrame, terrain_supply_areas: pl.DataFrame
) -> pl.DataFrame:
    """Return which part of each terrain belongs to each region; one per terrain and level.

    A region without terrains is there too, with an empty ``terrain_id``. What is left of a terrain
    after its candidate areas belongs to the area ``none``.

    Returns
    -------
    level, region_id, region_name, terrain_id, share [1].
    """
    placed = municipalities.join(
        terrains.select("terrain_id", "municipality_code"), on="municipality_code", how="left"
    )
    frames = [
        placed.select(
            level=pl.lit(level),
            region_id=region_id,
            region_name=region_name,
            terrain_id="terrain_id",
            share=pl.lit(1.0),
        )
        for level, (region_id, region_name) in _PLACED.items()
    ]
    frames += [
        _area_members(terrains, terrain_supply_areas),
        terrains.select(
            level=pl.lit(NATION),
            region_id=pl.lit(NATION_ID),
            region_name=pl.lit("Nederland"),
            terrain_id="terrain_id",
            share=pl.lit(1.0),
        ),
    ]
    return pl.concat(frames)


def _area_members(terrains: pl.DataFrame, terrain_supply_areas: pl.DataFrame) -> pl.DataFrame:
    matched = terrain_supply_areas.select(
        "terrain_id", region_id="supply_area_id", share="match_probability"
    )
    left = (
        terrains.select("terrain_id")
        .join(matched.group_by("terrain_id").agg(pl.col("share").sum()), "terrain_id", "left")
        .select("terrain_id", region_id=pl.lit(NO_AREA_ID), share=1 - pl.col("share").fill_null(0))
        .filter(pl.col("share") > _NOTHING)
    )
    return pl.concat([matched, left]).select(
        level=pl.lit("supply_area"),
        region_id="region_id",
        region_name="region_id",
        terrain_id="terrain_id",
        share="share",
    )


def gather_terrain_figures(
    electric_vehicles: pl.DataFrame,
    energy: pl.DataFrame,
    charge_points: pl.DataFrame,
    plan_class: pl.DataFrame,
) -> pl.DataFrame:
    """Return what adds up, one row per terrain, year and scenario.

    Returns
    -------
    terrain_id, year, scenario and the columns of `ADDITIVE`.
    """
    is_truck = pl.col("vehicle_class").is_in(TRUCK_CLASSES)
    electric = pl.col("electric_vehicles")
    vehicles = electric_vehicles.group_by(_TERRAIN_WHEN).agg(
        pl.col("vehicles").sum(),
        electric_vans=electric.filter(~is_truck).sum(),
        electric_trucks=electric.filter(is_truck).sum(),
    )
    kwh, points = pl.col("energy_kwh_per_year"), pl.col("charge_points")
    charged = energy.group_by(_TERRAIN_WHEN).agg(
        kwh.filter(pl.col("location_type") == name).sum().alias(f"{name}_energy_kwh_per_year")
        for name in ON_TERRAIN_LOCATION_TYPES
    )
    standing = (
        charge_points.filter(pl.col("location_type").is_in(ON_TERRAIN_LOCATION_TYPES))
        .group_by(*_WHEN, terrain_id="place_id")
        .agg(
            points.filter(pl.col("location_type") == name)
            .sum()
            .alias(f"{ACCESS[name]}_charge_points")
            for name in ON_TERRAIN_LOCATION_TYPES
        )
    )
    classes = plan_class.select(
        *_TERRAIN_WHEN,
        terrains=pl.lit(1.0),
        **{
            f"{name}_terrains": (pl.col("plan_class") == name).cast(pl.Float64)
            for name in PLAN_CLASSES
        },
    )
    for frame in (vehicles, charged, standing):
        classes = classes.join(frame, on=_TERRAIN_WHEN, how="left")
    return classes.select(*_TERRAIN_WHEN, pl.col(ADDITIVE).fill_null(0))


def pool_peaks(
    region_members: pl.DataFrame,
    terrain_sessions: pl.DataFrame,
    charging: Mapping[tuple[int, str, str], LocationCharging],
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the peaks of the pooled sessions of regions.

    Returns
    -------
    level, region_id, year, scenario, and ``..._design_peak_kw`` per strategy [kW].
    """
    regions = region_members.select(_REGION).unique().sort(_REGION).with_row_index("pool")
    members = region_members.join(regions, on=_REGION)
    pooled = pool_sessions(terrain_sessions, members, "pool")
    return (
        estimate_design_peaks(pooled, charging, assumptions, "pool")
        .pivot("strategy", index=["pool", *_WHEN], values="design_peak_kw")
        .rename({strategy: f"{strategy}_design_peak_kw" for strategy in STRATEGIES})
        .join(regions, on="pool")
        .drop("pool")
    )


def summarise_regions(
    region_members: pl.DataFrame,
    terrain_figures: pl.DataFrame,
    regional_peaks: pl.DataFrame,
    charge_points: pl.DataFrame,
) -> pl.DataFrame:
    """Return `regional_summary` without its run.

    ``figure of a region = sum over terrains of share x figure of the terrain``; a peak is that of
    the pooled sessions, a region without terrains has zeros.
    """
    regions = region_members.select(*_REGION, "region_name").unique().sort(_REGION)
    when = terrain_figures.select(_WHEN).unique()
    sums = (
        region_members.join(terrain_figures, on="terrain_id")
        .group_by(*_REGION, *_WHEN)
        .agg((pl.col(name) * pl.col("share")).sum() for name in ADDITIVE)
    )
    # Sites along the roads are points without a municipality: public points are the nation's.
    public = (
        charge_points.filter(pl.col("access") == "public")
        .group_by(_WHEN)
        .agg(public_charge_points=pl.col("charge_points").sum())
        .with_columns(level=pl.lit(NATION))
    )
    figures = pl.selectors.exclude(*_REGION, "region_name", *_WHEN)
    return (
        regions.join(when, how="cross")
        .join(sums, on=[*_REGION, *_WHEN], how="left")
        .join(regional_peaks, on=[*_REGION, *_WHEN], how="left")
        .with_columns(figures.fill_null(0))
        .join(public, on=["level", *_WHEN], how="left")
        .sort(*_REGION, *_WHEN)
    )
