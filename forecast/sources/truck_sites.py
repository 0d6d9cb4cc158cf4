"""Service areas, rest areas and truck parkings along the roads."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from sklearn.neighbors import radius_neighbors_graph

from forecast.sources.files import EASTING, NORTHING, OPTIONAL_TEXT, TEXT, Field, read_csv

FILE: Final = Path("truck_sites") / "truck_sites.csv"
MERGE_DISTANCE_M: Final = 300.0
"""Objects nearer than this on one road are parts of one site."""


def read_truck_sites(data_folder: Path) -> pl.DataFrame:
    """Return `truck_sites` without its edition.

    Rest areas and service areas both serve charging en route: location type ``service_area``.
    Objects within 300 m of each other on one road are one site: it keeps the first identifier, name
    and road, lies in their middle, and has their areas and places together. A road that is not
    known contradicts none.
    """
    rows = read_csv(
        data_folder / FILE,
        {
            "site_id": TEXT,
            "kind": TEXT,
            "name": OPTIONAL_TEXT,
            "road": OPTIONAL_TEXT,
            "x_rd": EASTING,
            "y_rd": NORTHING,
            "area_m2": Field(pl.Float64, low=0, high=1e7, is_optional=True),
            "truck_places": Field(pl.Float64, low=0, high=1e4, is_optional=True),
        },
    )
    objects = rows.select(
        site_id="site_id",
        site_kind="kind",
        location_type=pl.when(pl.col("kind") == "truck_parking")
        .then(pl.lit("truck_parking"))
        .otherwise(pl.lit("service_area")),
        site_name=pl.col("name").fill_null(""),
        road_name=pl.col("road").fill_null(""),
        x_rd_m="x_rd",
        y_rd_m="y_rd",
        area_m2="area_m2",
        truck_places="truck_places",
    ).sort("site_id")
    return merge_objects(objects)


def merge_objects(objects: pl.DataFrame) -> pl.DataFrame:
    """Return one row per site, of objects sorted by their identifier."""
    return pl.concat(
        _merge(objects.filter(pl.col("location_type") == location_type))
        for location_type in ("service_area", "truck_parking")
        if (objects["location_type"] == location_type).any()
    ).sort("site_id")


def _merge(objects: pl.DataFrame) -> pl.DataFrame:
    """Return one row per site of one location type."""
    near = radius_neighbors_graph(
        objects.select("x_rd_m", "y_rd_m").to_numpy(), MERGE_DISTANCE_M
    ).tocoo()
    road = objects["road_name"].to_numpy()
    one, other = road[near.row], road[near.col]
    is_same = (one == other) | (one == "") | (other == "")
    pairs = csr_array(
        (np.ones(is_same.sum()), (near.row[is_same], near.col[is_same])),
        shape=(objects.height, objects.height),
    )
    _, site = connected_components(pairs, directed=False)
    kinds = pl.col("site_kind")
    first = pl.col("site_name", "road_name")
    known = pl.col("area_m2", "truck_places")
    return (
        objects.with_columns(site=pl.Series(site))
        .group_by("site", maintain_order=True)
        .agg(
            pl.col("site_id").first(),
            # A site with a service area is one, whatever rest areas lie beside it.
            kinds.sort_by(kinds == "service_area", descending=True).first(),
            pl.col("location_type").first(),
            first.filter(first != "").first().fill_null(""),
            pl.col("x_rd_m", "y_rd_m").mean(),
            pl.when(known.count() > 0).then(known.sum()),
            merged_objects=pl.len().cast(pl.Int64),
        )
        .drop("site")
    )
