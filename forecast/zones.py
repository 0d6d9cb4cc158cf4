"""What zero-emission zones do to the fleets of terrains: exposure, relation and advance.

What is measured between terrains and zones, `forecast.zone_reach` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from forecast.adoption import SLOPE, ZONE_TERM, ClassGrowth
from forecast.assumptions import Assumptions
from forecast.vocabulary import MID_SCENARIO, VEHICLE_CLASSES
from forecast.years import ALL_YEARS
from forecast.zone_reach import ZoneReach, measure_reach, outline_of
from models.units import M_PER_KM

Floats = npt.NDArray[np.float64]

M2_PER_KM2 = M_PER_KM * M_PER_KM
VAGUE = "gemeente"
"""A point that knows only its municipality lies near the middle of it, as zones do."""


def measure_exposure_by_year(
    holders: pl.DataFrame,
    ze_zones: pl.DataFrame,
    terrain_outlines: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the exposure of every year of the forecast, as sales of all years bear it."""
    return measure_zone_exposure(holders, ze_zones, terrain_outlines, ALL_YEARS, assumptions)


def measure_zone_exposure(
    holders: pl.DataFrame,
    ze_zones: pl.DataFrame,
    terrain_outlines: pl.DataFrame,
    years: Sequence[int],
    assumptions: Assumptions,
) -> pl.DataFrame:
    r"""Return `zone_exposure` without its run and without the advance.

    ``exposure = 1 - exp(-(d_van / d_class)^2 sum_z A_z / (A_z + A_half) r_z)`` with ``r_z = s_z +
    (1 - s_z) exp(-d_z / d_class)`` over the zones in force on 31 December of the year; s_z is the
    part of the terrain inside the zone, d_z the distance of the middle of the rest to its edge
    [km]. Without an outline a terrain is a point: s_z is 0 or 1. A class that drives further
    reaches more zones (d_class in the exponent) but spreads its stops over more ground (the
    square). Where outlines overlap, the land counts once, with the larger zone. A zone without a
    known area counts with the smallest known one; one without a date not at all. No zone:
    exposure 0, relation ``none``.
    """
    dated = ze_zones.filter(
        pl.col("start_date").is_not_null() & pl.col("x_rd_m").is_not_null()
    ).sort("zone_name")
    area = dated["area_km2"].fill_null(ze_zones["area_km2"].min()).to_numpy()
    outlines = np.array([outline_of(wkt) for wkt in dated["outline_wkt"]], dtype=object)
    decay_km = {name: assumptions[f"zone.decay_distance_km.{name}"] for name in VEHICLE_CLASSES}
    reach = measure_reach(holders, dated, terrain_outlines)
    names = dated["zone_name"].to_numpy()
    frames = []
    for year in years:
        in_force = (dated["start_date"] <= date(year, 12, 31)).to_numpy()
        counted = count_area_once(area[in_force], outlines[in_force])
        size = counted / (counted + assumptions["zone.half_size_km2"])
        for vehicle_class in VEHICLE_CLASSES:
            decay = decay_km[vehicle_class]
            spread = (decay_km[VEHICLE_CLASSES[0]] / decay) ** 2
            inside = reach.share[:, in_force]
            reached = inside + (1 - inside) * np.exp(-reach.rest_km[:, in_force] / decay)
            pull = spread * reached @ size
            frames.append(
                holders.select(
                    "terrain_id",
                    "location_quality",
                    vehicle_class=pl.lit(vehicle_class),
                    year=pl.lit(year, dtype=pl.Int64),
                    zone_exposure_factor=pl.Series(-np.expm1(-pull)),
                ).hstack(_nearest(reach, in_force, names))
            )
    return (
        pl.concat(frames)
        .with_columns(zone_relation=_relation(assumptions))
        .drop("location_quality")
    )


def state_zone_advance(
    exposure_by_year: pl.DataFrame,
    growth: Mapping[tuple[str, str], ClassGrowth],
    years: Sequence[int],
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `zone_exposure` without its run: the years asked for, with the advance.

    ``advance = effect x exposure / slope``, in mid: so much earlier the log-odds of sales are where
    they would be without zones. Effect and slope are those that were fitted; low and high take the
    bounds of the assumed effect instead (or the fitted one, should it lie outside). Empty where
    sales don't grow.
    """
    bounds = assumptions.by_key[f"adoption.policy.{ZONE_TERM}"]
    rows = []
    for name in VEHICLE_CLASSES:
        found = growth[MID_SCENARIO, name]
        slope = found.fits[0].parameters[SLOPE]
        fitted = found.zone_effect
        effects = (fitted, min(bounds.low, fitted), max(bounds.high, fitted))
        rows.append([name, *(effect / slope if slope > 0 else None for effect in effects)])
    columns = ("zone_advance_years", "zone_advance_years_low", "zone_advance_years_high")
    per_class = pl.DataFrame(
        rows,
        schema={"vehicle_class": pl.String, **dict.fromkeys(columns, pl.Float64)},
        orient="row",
    )
    return (
        exposure_by_year.filter(pl.col("year").is_in(list(years)))
        .join(per_class, on="vehicle_class", how="left", maintain_order="left")
        .with_columns(pl.col(columns) * pl.col("zone_exposure_factor"))
    )


def count_area_once(area_km2: Floats, outlines: npt.NDArray[np.object_]) -> Floats:
    """Return the area of each zone without what a larger one already covers [km2].

    Only outlines tell an overlap; a circle of equal area keeps its own.
    """
    counted = area_km2.astype(np.float64)
    covered = shapely.Polygon()
    for index in np.argsort(-area_km2, kind="stable"):
        outline = outlines[index]
        if outline is not None:
            shared = shapely.intersection(outline, covered).area / M2_PER_KM2
            counted[index] = max(counted[index] - shared, 0.0)
            covered = shapely.union(covered, outline)
    return counted


def _nearest(
    reach: ZoneReach, in_force: npt.NDArray[np.bool_], names: npt.NDArray[np.object_]
) -> pl.DataFrame:
    """Return name, distance and share of the nearest zone; nulls where there is none.

    Of zones that overlap the terrain it is the one that holds most of it.
    """
    rows = reach.distance_km.shape[0]
    found: list[str | None] = [None] * rows
    distance: Sequence[float | None] = [None] * rows
    share: list[float | None] = [None] * rows
    if in_force.any():
        apart, inside = reach.distance_km[:, in_force], reach.share[:, in_force]
        each, nearest = np.arange(rows), (apart - inside).argmin(axis=1)
        found = names[in_force][nearest].tolist()
        distance = apart[each, nearest].tolist()
        parts = inside[each, nearest].tolist()
        share = [
            part if is_known else None
            for part, is_known in zip(parts, reach.is_outline, strict=True)
        ]
    return pl.DataFrame(
        {
            "nearest_zone_name": found,
            "nearest_zone_distance_km": distance,
            "nearest_zone_share": share,
        },
        schema={
            "nearest_zone_name": pl.String,
            "nearest_zone_distance_km": pl.Float64,
            "nearest_zone_share": pl.Float64,
        },
    )


def _relation(assumptions: Assumptions) -> pl.Expr:
    """Return inside, near, serving or none; inside only of a terrain whose place is known.

    One with an outline is inside a zone that holds at least a stated part of it.
    """
    distance = pl.col("nearest_zone_distance_km")
    is_most = pl.col("nearest_zone_share").fill_null(1.0) >= assumptions["zone.inside_share"]
    return (
        pl.when((distance == 0) & is_most & (pl.col("location_quality") != VAGUE))
        .then(pl.lit("inside"))
        .when(distance <= assumptions["zone.near_distance_km"])
        .then(pl.lit("near"))
        .when(pl.col("zone_exposure_factor") >= assumptions["zone.serving_exposure"])
        .then(pl.lit("serving"))
        .otherwise(pl.lit("none"))
    )
