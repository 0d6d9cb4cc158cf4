"""Service areas, rest areas and truck parkings along the roads."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.sources.files import EASTING, NORTHING, OPTIONAL_TEXT, TEXT, read_csv

FILE: Final = Path("truck_sites") / "truck_sites.csv"


def read_truck_sites(data_folder: Path) -> pl.DataFrame:
    """Return `truck_sites` without its edition.

    Rest areas and service areas both serve charging en route: location type ``service_area``.
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
        },
    )
    return rows.select(
        site_id="site_id",
        site_kind="kind",
        location_type=pl.when(pl.col("kind") == "truck_parking")
        .then(pl.lit("truck_parking"))
        .otherwise(pl.lit("service_area")),
        site_name=pl.col("name").fill_null(""),
        road_name=pl.col("road").fill_null(""),
        x_rd_m="x_rd",
        y_rd_m="y_rd",
    ).sort("site_id")
