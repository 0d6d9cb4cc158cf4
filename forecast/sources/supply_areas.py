"""Supply areas (voedingsgebieden) of the capaciteitskaart, demand side.

Traps of the source: "2099" means that the year is not known; "-" that none is given; missing
megawatts are not known, never zero; rows of the transmission operator overlay the regional ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from forecast.sources.files import (
    EASTING,
    NORTHING,
    OPTIONAL_MEGAWATTS,
    TEXT,
    Field,
    read_csv,
)

FILE: Final = Path("supply_areas") / "supply_areas.csv"
TSO_NAME: Final = "TenneT"
_NOT_KNOWN_YEAR: Final = "2099"
_NO_YEAR: Final = "-"
YEAR_OR_DASH: Final = Field(is_optional=True, pattern=r"-|\d{4}")


def read_supply_areas(data_folder: Path) -> pl.DataFrame:
    """Return `supply_areas` without its edition, with a status derived from the megawatts.

    ``room``: available covers required and queue; ``queue``: it covers required, not the queue;
    ``shortage``: it does not cover required; ``not_known``: available or required is missing.
    """
    rows = read_csv(
        data_folder / FILE,
        {
            "supply_area_id": TEXT,
            "grid_operator": TEXT,
            "demand_available_mw": OPTIONAL_MEGAWATTS,
            "demand_required_mw": OPTIONAL_MEGAWATTS,
            "demand_queue_mw": OPTIONAL_MEGAWATTS,
            "demand_alleviation_year": YEAR_OR_DASH,
            "tso_alleviation_year": YEAR_OR_DASH,
            "tso_status_code": Field(pl.Float64, low=0, high=3, is_optional=True),
            "x_rd": EASTING,
            "y_rd": NORTHING,
            "x_min_rd": EASTING,
            "y_min_rd": NORTHING,
            "x_max_rd": EASTING,
            "y_max_rd": NORTHING,
        },
    )
    return rows.select(
        supply_area_id="supply_area_id",
        grid_operator_name="grid_operator",
        is_tso=pl.col("grid_operator") == TSO_NAME,
        demand_available_mw="demand_available_mw",
        demand_required_mw="demand_required_mw",
        demand_queue_mw="demand_queue_mw",
        demand_alleviation_year=_year("demand_alleviation_year"),
        is_alleviation_known=pl.col("demand_alleviation_year").fill_null(_NO_YEAR)
        != _NOT_KNOWN_YEAR,
        tso_alleviation_year=_year("tso_alleviation_year"),
        tso_status_code=pl.col("tso_status_code").cast(pl.Int64),
        status=area_status(),
        x_rd_m="x_rd",
        y_rd_m="y_rd",
        x_min_rd_m="x_min_rd",
        y_min_rd_m="y_min_rd",
        x_max_rd_m="x_max_rd",
        y_max_rd_m="y_max_rd",
    ).sort("supply_area_id")


def area_status() -> pl.Expr:
    """Return the status of an area from its megawatts; an unknown queue counts as none."""
    room = pl.col("demand_available_mw") - pl.col("demand_required_mw")
    return (
        pl.when(room.is_null())
        .then(pl.lit("not_known"))
        .when(room < 0)
        .then(pl.lit("shortage"))
        .when(room < pl.col("demand_queue_mw").fill_null(0))
        .then(pl.lit("queue"))
        .otherwise(pl.lit("room"))
    )


def _year(column: str) -> pl.Expr:
    return pl.col(column).replace([_NO_YEAR, _NOT_KNOWN_YEAR], None).cast(pl.Int64, strict=True)
