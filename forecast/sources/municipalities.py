"""Municipalities with their structure, those that ended, and inhabited places."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.sources.files import (
    COUNT,
    EASTING,
    MUNICIPALITY_CODE,
    NORTHING,
    TEXT,
    Field,
    read_csv,
)
from forecast.vocabulary import NAMED_SECTORS

FILE: Final = Path("municipalities") / "gemeenten.csv"
SECTOR_COLUMNS: Final = tuple(f"share_{group}_2021_pct" for group in ("A", "BF", "GI", "HJ"))
SECTOR_SHARES: Final = tuple(f"share_{sector}" for sector in NAMED_SECTORS)
PER_CENT: Final = 100
PLACES_FILE: Final = Path("places") / "places.csv"
SUCCESSORS_FILE: Final = Path("municipalities") / "municipality_successors.csv"
WHOLE: Final = ""
"""Postcode of a municipality that went to one other as a whole."""


def read_municipalities(data_folder: Path) -> pl.DataFrame:
    """Return `municipalities` without its edition."""
    rows = read_csv(
        data_folder / FILE,
        {
            "gemeente_code": MUNICIPALITY_CODE,
            "gemeente_name": TEXT,
            "province": TEXT,
            "nal_region": TEXT,
            "x_rd": EASTING,
            "y_rd": NORTHING,
            "area_ha": Field(pl.Float64, low=1, high=1_000_000),
            "inhabitants_2024": Field(pl.Int64, low=1, high=10_000_000),
            "establishments_2026": Field(pl.Int64, low=1, high=10_000_000),
            **dict.fromkeys(SECTOR_COLUMNS, Field(pl.Float64, low=0, high=100, is_optional=True)),
        },
    )
    return rows.select(
        municipality_code="gemeente_code",
        municipality_name="gemeente_name",
        province_name="province",
        nal_region_name="nal_region",
        x_rd_m="x_rd",
        y_rd_m="y_rd",
        area_ha="area_ha",
        inhabitants="inhabitants_2024",
        establishments="establishments_2026",
        **{
            sector: pl.col(column) / PER_CENT
            for column, sector in zip(SECTOR_COLUMNS, SECTOR_SHARES, strict=True)
        },
    ).sort("municipality_code")


def read_places(data_folder: Path) -> pl.DataFrame:
    """Return `places` without its edition."""
    rows = read_csv(
        data_folder / PLACES_FILE,
        {
            "place_name": TEXT,
            "population": COUNT,
            "gemeente_code": MUNICIPALITY_CODE,
            "x_rd": EASTING,
            "y_rd": NORTHING,
        },
    )
    return (
        rows.select(
            place_name="place_name",
            municipality_code="gemeente_code",
            inhabitants="population",
            x_rd_m="x_rd",
            y_rd_m="y_rd",
        )
        # Two hamlets of one name in one municipality are one label.
        .sort("place_name", "municipality_code", "inhabitants", descending=[False, False, True])
        .unique(["place_name", "municipality_code"], keep="first", maintain_order=True)
    )


def read_successors(data_folder: Path) -> pl.DataFrame:
    """Return `municipality_successors` without its edition."""
    rows = read_csv(
        data_folder / SUCCESSORS_FILE,
        {
            "gemeente_code": MUNICIPALITY_CODE,
            "gemeente_name": TEXT,
            "postcode4": Field(pattern=r"[1-9]\d{3}", is_optional=True),
            "successor_code": MUNICIPALITY_CODE,
            "since": Field(pl.Date),
        },
    )
    return rows.select(
        ended_code="gemeente_code",
        postcode4=pl.col("postcode4").fill_null(WHOLE),
        ended_name="gemeente_name",
        municipality_code="successor_code",
        since="since",
    ).sort("ended_code", "postcode4")
