"""What lies over the terrains, in RD metres: supply areas; zero-emission zones are in `zones`."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import polars as pl
from shapely import box
from sklearn.metrics import DistanceMetric

from forecast.assumptions import Assumptions
from forecast.vocabulary import OFF_TERRAIN_PREFIX
from models.units import M_PER_KM

RD_NEW = "EPSG:28992"
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


def match_supply_areas(
    terrains: pl.DataFrame, supply_areas: pl.DataFrame, assumptions: Assumptions
) -> pl.DataFrame:
    """Return `terrain_supply_areas` without its run: candidates with probabilities that sum to one.

    Only boxes of the regional areas are embedded, and they overlap: each area whose box holds the
    terrain is a candidate, weighing one over the square of the distance to its point (plus a
    distance that keeps it finite). A terrain in no box belongs to the nearest one.
    """
    regional = supply_areas.filter(~pl.col("is_tso")).sort("supply_area_id")
    boxes = gpd.GeoDataFrame(
        {"supply_area_id": regional["supply_area_id"].to_list()},
        geometry=box(
            *(regional[f"{side}_rd_m"].to_numpy() for side in ("x_min", "y_min", "x_max", "y_max"))
        ),
        crs=RD_NEW,
    )
    points = gpd.GeoDataFrame(
        {"terrain_id": terrains["terrain_id"].to_list()},
        geometry=gpd.points_from_xy(terrains["x_rd_m"], terrains["y_rd_m"]),
        crs=RD_NEW,
    )
    inside = _pairs(points.sjoin(boxes, predicate="within"), "box")
    outside = points[~points["terrain_id"].isin(inside["terrain_id"].to_list())]
    nearest = _pairs(outside.sjoin_nearest(boxes), "nearest").unique(
        "terrain_id", keep="first", maintain_order=True
    )
    distance_km = (
        (pl.col("x_rd_m") - pl.col("x_area")) ** 2 + (pl.col("y_rd_m") - pl.col("y_area")) ** 2
    ).sqrt() / M_PER_KM
    weight = (distance_km + assumptions["grid.match_distance_km"]) ** -2
    return (
        pl.concat([inside, nearest])
        .join(terrains.select("terrain_id", "x_rd_m", "y_rd_m"), on="terrain_id")
        .join(
            regional.select("supply_area_id", x_area="x_rd_m", y_area="y_rd_m"),
            on="supply_area_id",
        )
        .with_columns(weight=weight)
        .select(
            "terrain_id",
            "supply_area_id",
            match_probability=pl.col("weight") / pl.col("weight").sum().over("terrain_id"),
            area_match="area_match",
        )
        .sort("terrain_id", "supply_area_id")
    )


def _pairs(joined: gpd.GeoDataFrame, area_match: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "terrain_id": joined["terrain_id"].to_list(),
            "supply_area_id": joined["supply_area_id"].to_list(),
            "area_match": [area_match] * len(joined),
        },
        schema=dict.fromkeys(("terrain_id", "supply_area_id", "area_match"), pl.String),
    ).sort("terrain_id", "supply_area_id")


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
