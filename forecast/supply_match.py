"""Which supply area a terrain belongs to: by outline, else by bounding box, else the nearest.

Points of terrains are approximate and boxes overlap, so a terrain keeps all candidates with their
probabilities, and what follows from the area carries the ambiguity on. A terrain with an outline of
its own is placed by that: the parts of it in each area are the probabilities. Areas of the
transmission operator overlay the regional ones and are no candidates.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import polars as pl
import shapely

from forecast.assumptions import Assumptions
from forecast.footprints import outlines_of
from forecast.vocabulary import RD_NEW
from models.units import M_PER_KM

_LEAST_WEIGHT = 1e-6
"""A rounding that is left over is no candidate."""
_CANDIDATES = {
    "terrain_id": pl.String,
    "supply_area_id": pl.String,
    "area_match": pl.String,
    "weight": pl.Float64,
}


def match_supply_areas(
    terrains: pl.DataFrame,
    supply_areas: pl.DataFrame,
    terrain_outlines: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `terrain_supply_areas` without its run: candidates with probabilities that sum to one.

    - ``polygon``: outlines that the terrain may lie in, by the part that each covers of its own
      outline, or without one of a disc as large as the error of its point;
    - ``box``: for what outlines leave of that, the boxes of areas without one that hold its
      point, each weighing one over the square of the distance to the middle of the area (plus a
      distance that keeps it finite);
    - ``nearest``: without any of these, the nearest box within some kilometres.

    A terrain further off belongs to no area: it has no row.
    """
    regional = supply_areas.filter(~pl.col("is_tso")).sort("supply_area_id")
    points = gpd.GeoDataFrame(
        {"terrain_id": terrains["terrain_id"].to_list()},
        geometry=gpd.points_from_xy(terrains["x_rd_m"], terrains["y_rd_m"]),
        crs=RD_NEW,
    )
    grounds = _grounds(terrains, points, terrain_outlines, assumptions)
    by_outline = _by_outline(grounds, regional)
    covered = by_outline.group_by("terrain_id").agg(covered=pl.col("weight").sum())
    by_box = (
        _by_box(points, terrains, regional.filter(pl.col("outline_wkt").is_null()), assumptions)
        .join(covered, on="terrain_id", how="left")
        .filter((pl.col("area_match") == "box") | pl.col("covered").is_null())
        .with_columns(
            weight=pl.col("weight")
            / pl.col("weight").sum().over("terrain_id")
            * (1 - pl.col("covered").fill_null(0.0))
        )
        .drop("covered")
        .filter(pl.col("weight") > _LEAST_WEIGHT)
    )
    return (
        pl.concat([by_outline, by_box])
        .select(
            "terrain_id",
            "supply_area_id",
            match_probability=pl.col("weight") / pl.col("weight").sum().over("terrain_id"),
            area_match="area_match",
        )
        .sort("terrain_id", "supply_area_id")
    )


def _grounds(
    terrains: pl.DataFrame,
    points: gpd.GeoDataFrame,
    terrain_outlines: pl.DataFrame,
    assumptions: Assumptions,
) -> gpd.GeoDataFrame:
    """Return where each terrain lies or may lie: its outline, else the disc of its error."""
    error_m = [
        assumptions[f"grid.point_error_km.{quality}"] * M_PER_KM
        for quality in terrains["location_quality"]
    ]
    outlines = outlines_of(terrains, terrain_outlines)
    discs = points.buffer(error_m).to_numpy()
    return gpd.GeoDataFrame(
        {"terrain_id": points["terrain_id"]},
        geometry=np.where(shapely.is_missing(outlines), discs, outlines),
        crs=RD_NEW,
    )


def _by_outline(grounds: gpd.GeoDataFrame, regional: pl.DataFrame) -> pl.DataFrame:
    """Return the candidates among areas with an outline."""
    known = regional.filter(pl.col("outline_wkt").is_not_null())
    outlines = gpd.GeoDataFrame(
        {"supply_area_id": known["supply_area_id"].to_list()},
        geometry=shapely.from_wkt(known["outline_wkt"].to_list()),
        crs=RD_NEW,
    )
    if outlines.empty:
        return pl.DataFrame(schema=_CANDIDATES)
    pairs = grounds.sjoin(outlines, predicate="intersects")
    shapes = pairs.geometry.to_numpy()
    covered = shapely.area(
        shapely.intersection(shapes, outlines.geometry.loc[pairs["index_right"]].to_numpy())
    )
    return pl.DataFrame(
        {
            "terrain_id": pairs["terrain_id"].to_list(),
            "supply_area_id": pairs["supply_area_id"].to_list(),
            "area_match": ["polygon"] * len(pairs),
            "weight": covered / shapely.area(shapes),
        },
        schema=_CANDIDATES,
    ).filter(pl.col("weight") > _LEAST_WEIGHT)


def _by_box(
    points: gpd.GeoDataFrame,
    terrains: pl.DataFrame,
    regional: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return the candidates by bounding box, and the nearest of those in none."""
    boxes = gpd.GeoDataFrame(
        {"supply_area_id": regional["supply_area_id"].to_list()},
        geometry=shapely.box(
            *(regional[f"{side}_rd_m"].to_numpy() for side in ("x_min", "y_min", "x_max", "y_max"))
        ),
        crs=RD_NEW,
    )
    inside = _pairs(points.sjoin(boxes, predicate="within"), "box")
    outside = points[~points["terrain_id"].isin(inside["terrain_id"].to_list())]
    reach_m = assumptions["grid.nearest_area_km"] * M_PER_KM
    nearest = _pairs(outside.sjoin_nearest(boxes, max_distance=reach_m), "nearest").unique(
        "terrain_id", keep="first", maintain_order=True
    )
    distance_km = (
        (pl.col("x_rd_m") - pl.col("x_area")) ** 2 + (pl.col("y_rd_m") - pl.col("y_area")) ** 2
    ).sqrt() / M_PER_KM
    return (
        pl.concat([inside, nearest])
        .join(terrains.select("terrain_id", "x_rd_m", "y_rd_m"), on="terrain_id")
        .join(
            regional.select("supply_area_id", x_area="x_rd_m", y_area="y_rd_m"),
            on="supply_area_id",
        )
        .select(
            *("terrain_id", "supply_area_id", "area_match"),
            weight=(distance_km + assumptions["grid.match_distance_km"]) ** -2,
        )
    )


def _pairs(joined: gpd.GeoDataFrame, area_match: str) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "terrain_id": joined["terrain_id"].to_list(),
            "supply_area_id": joined["supply_area_id"].to_list(),
            "area_match": np.full(len(joined), area_match),
        },
        schema=dict.fromkeys(("terrain_id", "supply_area_id", "area_match"), pl.String),
    ).sort("terrain_id", "supply_area_id")
