"""Where vehicles are based, and how far that is from elsewhere, in RD metres."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.spatial.distance import cdist

from forecast.vocabulary import OFF_TERRAIN_PREFIX
from models.units import M_PER_KM

Floats = npt.NDArray[np.float64]


def vehicle_holders(terrains: pl.DataFrame, municipalities: pl.DataFrame) -> pl.DataFrame:
    """Return the points where vehicles are based: terrains, and each municipality's pseudo-terrain.

    Returns
    -------
    terrain_id, x_rd_m, y_rd_m [m], location_quality.
    """
    points = ("terrain_id", "x_rd_m", "y_rd_m", "location_quality")
    off_terrain = municipalities.with_columns(
        terrain_id=OFF_TERRAIN_PREFIX + pl.col("municipality_code"),
        location_quality=pl.lit("gemeente"),
    )
    return pl.concat([terrains.select(points), off_terrain.select(points)]).sort("terrain_id")


def rd_m(points: pl.DataFrame) -> Floats:
    """Return where points lie, from ``x_rd_m`` and ``y_rd_m``, shape (points, 2) [m]."""
    return points.select(pl.col("x_rd_m", "y_rd_m").cast(pl.Float64)).to_numpy()


def distances_km(points_m: Floats, others_m: Floats) -> Floats:
    """Return the distance from every point to every other, shape (points, others) [km].

    Both as of `rd_m`; RD New is flat enough for the Netherlands.
    """
    return np.asarray(cdist(points_m, others_m) / M_PER_KM)
