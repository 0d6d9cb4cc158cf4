"""Zero-emission zones over the places where vehicles are based, in RD metres."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.metrics import DistanceMetric

from forecast.assumptions import Assumptions
from forecast.vocabulary import OFF_TERRAIN_PREFIX
from models.units import M_PER_KM

Floats = npt.NDArray[np.float64]


def vehicle_holders(terrains: pl.DataFrame, municipalities: pl.DataFrame) -> pl.DataFrame:
    """Return the points where vehicles are based: terrains, and each municipality's pseudo-terrain.

    Returns
    -------
    terrain_id, x_rd_m, y_rd_m [m].
    """
    points = ("terrain_id", "x_rd_m", "y_rd_m")
    off_terrain = municipalities.with_columns(
        terrain_id=OFF_TERRAIN_PREFIX + pl.col("municipality_code")
    )
    return pl.concat([terrains.select(points), off_terrain.select(points)]).sort("terrain_id")


def measure_zone_exposure(
    holders: pl.DataFrame, ze_zones: pl.DataFrame, years: Sequence[int], assumptions: Assumptions
) -> pl.DataFrame:
    r"""Return `zone_exposure` without its run.

    ``exposure = 1 - exp(-sum_z A_z / (A_z + A_half) exp(-d_z / d_0))`` over the zones in force on
    31 December of the year; d is the distance to the edge of the circle of equal area, zero inside.
    A zone without a known area counts with the smallest known one; one without a date not at all.
    """
    dated = ze_zones.filter(pl.col("start_date").is_not_null()).sort("zone_name")
    area = dated["area_km2"].fill_null(ze_zones["area_km2"].min()).to_numpy()
    size = area / (area + assumptions["zone.half_size_km2"])
    distance_km = _edge_distance_km(holders, dated)
    pull = size * np.exp(-distance_km / assumptions["zone.decay_distance_km"])
    names = dated["zone_name"].to_numpy()
    frames = []
    for year in years:
        in_force = (dated["start_date"] <= date(year, 12, 31)).to_numpy()
        frame = holders.select("terrain_id", year=pl.lit(year, dtype=pl.Int64))
        if in_force.any():
            nearest = distance_km[:, in_force].argmin(axis=1)
            frame = frame.with_columns(
                zone_exposure_factor=pl.Series(-np.expm1(-pull[:, in_force].sum(axis=1))),
                nearest_zone_name=pl.Series(names[in_force][nearest].tolist(), dtype=pl.String),
                nearest_zone_distance_km=pl.Series(distance_km[:, in_force].min(axis=1)),
            )
        else:
            frame = frame.with_columns(
                zone_exposure_factor=pl.lit(0.0),
                nearest_zone_name=pl.lit(None, dtype=pl.String),
                nearest_zone_distance_km=pl.lit(None, dtype=pl.Float64),
            )
        frames.append(frame)
    return pl.concat(frames)


def distances_km(points: pl.DataFrame, others: pl.DataFrame) -> Floats:
    """Return the distance from every point to every other, shape (points, others) [km].

    Both have ``x_rd_m`` and ``y_rd_m`` [m]; RD New is flat enough for the Netherlands.
    """
    if others.is_empty():
        return np.empty((points.height, 0))
    axes = ("x_rd_m", "y_rd_m")
    metric = DistanceMetric.get_metric("euclidean")
    return np.asarray(
        metric.pairwise(points.select(axes).to_numpy(), others.select(axes).to_numpy()) / M_PER_KM
    )


def _edge_distance_km(holders: pl.DataFrame, zones: pl.DataFrame) -> Floats:
    radius_km = zones["equivalent_radius_m"].fill_null(0).to_numpy() / M_PER_KM
    return np.asarray(np.maximum(distances_km(holders, zones) - radius_km, 0))
