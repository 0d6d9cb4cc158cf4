"""Supply areas (voedingsgebieden) of the capaciteitskaart, demand side.

Columns are named after the information model of Netbeheer Nederland (v1.3.0): available is the
transport capacity that is present, quoted what is needed for those who have a contract, in queue
what waits. Traps of the source: "2099" means that the year is not known; "-" that none is given,
which says nothing to solve where there is no shortage, and not known where there is one; missing
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
from forecast.sources.packages import version_day
from forecast.sources.supply_area_outlines import read_outlines

FILE: Final = Path("supply_areas") / "supply_areas.csv"
TSO_NAME: Final = "TenneT"
_NOT_KNOWN_YEAR: Final = "2099"
_NO_YEAR: Final = "-"
YEAR_OR_DASH: Final = Field(is_optional=True, pattern=r"-|\d{4}")
TSO_STATUS: Final = ("room", "limited", "study", "shortage")
"""What the codes 0 to 3 are read to mean: white, yellow, orange and red."""
_FIRST_TSO_PROBLEM: Final = 2
_COLUMNS: Final = {
    "supply_area_id": TEXT,
    "grid_operator": TEXT,
    "demand_available_mw": OPTIONAL_MEGAWATTS,
    "demand_required_mw": OPTIONAL_MEGAWATTS,
    "demand_queue_mw": OPTIONAL_MEGAWATTS,
    "demand_queue_requests": Field(pl.Float64, low=0, high=100_000, is_optional=True),
    "demand_alleviation_year": YEAR_OR_DASH,
    "tso_alleviation_year": YEAR_OR_DASH,
    "tso_status_code": Field(pl.Float64, low=0, high=3, is_optional=True),
    "x_rd": EASTING,
    "y_rd": NORTHING,
    "x_min_rd": EASTING,
    "y_min_rd": NORTHING,
    "x_max_rd": EASTING,
    "y_max_rd": NORTHING,
}


def read_supply_areas(data_folder: Path) -> pl.DataFrame:
    """Return `supply_areas` without its edition, with a status derived from the megawatts.

    ``room``: available covers quoted and queue; ``queue``: it covers quoted, not the queue;
    ``shortage``: it does not cover quoted; ``not_known``: available or quoted is missing.
    """
    rows = read_csv(data_folder / FILE, _COLUMNS)
    named = rows.select(
        supply_area_id="supply_area_id",
        grid_operator_name="grid_operator",
        is_tso=pl.col("grid_operator") == TSO_NAME,
        demand_available_capacity_mw="demand_available_mw",
        demand_quoted_capacity_mw="demand_required_mw",
        demand_capacity_in_queue_mw="demand_queue_mw",
        demand_requests_in_queue=pl.col("demand_queue_requests").round().cast(pl.Int64),
        demand_alleviation_year=_year("demand_alleviation_year"),
        tso_alleviation_year=_year("tso_alleviation_year"),
        tso_status_code=pl.col("tso_status_code").cast(pl.Int64),
        said=pl.col("demand_alleviation_year"),
        tso_said=pl.col("tso_alleviation_year"),
        x_rd_m="x_rd",
        y_rd_m="y_rd",
        x_min_rd_m="x_min_rd",
        y_min_rd_m="y_min_rd",
        x_max_rd_m="x_max_rd",
        y_max_rd_m="y_max_rd",
    )
    statused = with_status(named)
    outlines = read_outlines(data_folder, statused["supply_area_id"])
    return (
        statused.join(outlines, on="supply_area_id", how="left")
        .with_columns(holds_on=pl.lit(version_day(data_folder / FILE.parent), dtype=pl.Date))
        .sort("supply_area_id")
    )


def with_status(named: pl.DataFrame) -> pl.DataFrame:
    """Return areas with their status and what is said of relief, derived as everywhere.

    The columns ``said`` and ``tso_said`` hold the texts that the year columns were read from; they
    fall away.
    """
    is_short = pl.col("status") != "room"
    tso_is_short = pl.col("tso_status_code").fill_null(_FIRST_TSO_PROBLEM) >= _FIRST_TSO_PROBLEM
    return (
        named.with_columns(status=area_status())
        .with_columns(
            demand_alleviation=_alleviation("said", is_short),
            tso_status=pl.col("tso_status_code")
            .replace_strict(dict(enumerate(TSO_STATUS)), default=None, return_dtype=pl.String)
            .fill_null("not_known"),
            tso_alleviation=_alleviation("tso_said", tso_is_short),
        )
        .drop("said", "tso_said")
    )


def area_status() -> pl.Expr:
    """Return the status of an area from its megawatts; an unknown queue counts as none."""
    room = pl.col("demand_available_capacity_mw") - pl.col("demand_quoted_capacity_mw")
    return (
        pl.when(room.is_null())
        .then(pl.lit("not_known"))
        .when(room < 0)
        .then(pl.lit("shortage"))
        .when(room < pl.col("demand_capacity_in_queue_mw").fill_null(0))
        .then(pl.lit("queue"))
        .otherwise(pl.lit("room"))
    )


def _year(column: str) -> pl.Expr:
    return pl.col(column).replace([_NO_YEAR, _NOT_KNOWN_YEAR], None).cast(pl.Int64, strict=True)


def _alleviation(said: str, is_short: pl.Expr) -> pl.Expr:
    """Return what a year, or its absence, says of relief: year, nothing_to_solve or not_known."""
    text = pl.col(said).fill_null(_NO_YEAR)
    return (
        pl.when(~text.is_in([_NO_YEAR, _NOT_KNOWN_YEAR]))
        .then(pl.lit("year"))
        .when((text == _NO_YEAR) & ~is_short)
        .then(pl.lit("nothing_to_solve"))
        .otherwise(pl.lit("not_known"))
    )
