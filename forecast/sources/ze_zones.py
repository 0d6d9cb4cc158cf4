"""Zero-emission zones: the dated feed, with corrections laid over it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.files import EASTING, MUNICIPALITY_CODE, NORTHING, TEXT, Field, read_csv

FILE: Final = Path("ze_zones") / "ze_zones.csv"
CORRECTIONS_FILE: Final = Path("ze_zones") / "ze_zone_corrections.csv"
IN_FEED: Final = "in the feed"


def read_ze_zones(data_folder: Path, municipalities: pl.DataFrame) -> pl.DataFrame:
    """Return `ze_zones` without its edition.

    A correction replaces the date and status of the zone with its name; one that the feed lacks is
    added at the main point of its municipality, without an area.

    Raises
    ------
    DataSourceError
        If a corrected zone names a municipality that does not exist.
    """
    feed = read_csv(
        data_folder / FILE,
        {
            "zone_name": TEXT,
            "authority": TEXT,
            "gemeente_code": MUNICIPALITY_CODE,
            "start_date": Field(pl.Date),
            "area_km2": Field(pl.Float64, low=0, high=10_000),
            "x_rd": EASTING,
            "y_rd": NORTHING,
            "equivalent_radius_m": Field(pl.Float64, low=0, high=100_000),
        },
    ).select(
        # "ZE Zone" alone says nothing on a map.
        zone_name=pl.when(pl.col("zone_name") == "ZE Zone")
        .then("ZE " + pl.col("authority"))
        .otherwise("zone_name"),
        municipality_code="gemeente_code",
        start_date="start_date",
        area_km2="area_km2",
        x_rd_m="x_rd",
        y_rd_m="y_rd",
        equivalent_radius_m="equivalent_radius_m",
    )
    corrections = _read_corrections(data_folder, municipalities)
    joined = feed.join(
        corrections.select("zone_name", corrected="start_date", status="status", is_corrected=True),
        on="zone_name",
        how="left",
    ).with_columns(
        start_date=pl.when(pl.col("is_corrected").is_not_null())
        .then("corrected")
        .otherwise("start_date"),
        status=pl.col("status").fill_null(IN_FEED),
        geometry_quality=pl.lit("circle"),
    )
    added = corrections.join(feed, on="zone_name", how="anti").with_columns(
        area_km2=pl.lit(None, dtype=pl.Float64),
        equivalent_radius_m=pl.lit(None, dtype=pl.Float64),
        geometry_quality=pl.lit("municipality"),
    )
    columns = [*feed.columns, "status", "geometry_quality"]
    return pl.concat([joined.select(columns), added.select(columns)]).sort("zone_name")


def _read_corrections(data_folder: Path, municipalities: pl.DataFrame) -> pl.DataFrame:
    path = data_folder / CORRECTIONS_FILE
    rows = read_csv(
        path,
        {
            "zone_name": TEXT,
            "gemeente_name": TEXT,
            "start_date": Field(pl.Date, is_optional=True),
            "status": TEXT,
        },
    ).join(
        municipalities.select(
            "municipality_code", "x_rd_m", "y_rd_m", gemeente_name="municipality_name"
        ),
        on="gemeente_name",
        how="left",
    )
    unknown = rows.filter(pl.col("municipality_code").is_null())["gemeente_name"].to_list()
    if unknown:
        raise DataSourceError(path, f"there is no municipality {', '.join(unknown)}")
    return rows
