"""Zero-emission zones: the dated feed, with corrections laid over it.

The feed is the embedded table, or a file of outlines where the data folder holds one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl
import shapely

from forecast.errors import DataSourceError
from forecast.sources import zone_polygons, zone_sorting
from forecast.sources.files import EASTING, MUNICIPALITY_CODE, NORTHING, TEXT, Field, read_csv
from forecast.sources.zone_polygons import Zone

FILE: Final = Path("ze_zones") / "ze_zones.csv"
CORRECTIONS_FILE: Final = Path("ze_zones") / "ze_zone_corrections.csv"
IN_FEED: Final = "in the feed"
CORRECTION: Final = "correction"
SUSPENDED: Final = "suspended"
"""Status of a zone that the feed has, but that nobody has to mind for now."""
_M2_PER_KM2: Final = 1e6
_DECIMALS: Final = 1
"""Of the corners of an outline: decimetres, as zone_polygons.GRID_M."""
_ZONE: Final = {
    "zone_name": pl.String,
    "municipality_code": pl.String,
    "start_date": pl.Date,
    "area_km2": pl.Float64,
    "x_rd_m": pl.Float64,
    "y_rd_m": pl.Float64,
    "equivalent_radius_m": pl.Float64,
    "status": pl.String,
    "version": pl.String,
    "geometry_quality": pl.String,
    "outline_wkt": pl.String,
}
_ISSUE: Final = dict.fromkeys(("zone_name", "issue_code", "detail"), pl.String)


def read_ze_zones(
    data_folder: Path, municipalities: pl.DataFrame, places: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `ze_zones` and `zone_issues`, both without their edition.

    A correction replaces date and status of the zone with its name; one that the feed lacks is
    added at the main point of its municipality, without an area.

    Raises
    ------
    DataSourceError
        If a file is not what it should be, or a correction names no municipality that exists.
    """
    if (data_folder / zone_polygons.FILE).exists():
        zones = zone_polygons.read_zone_polygons(data_folder / zone_polygons.FILE)
        feed, issues = sort_zones(zones, municipalities, places)
    else:
        feed, issues = _read_table(data_folder / FILE)
    return correct_zones(feed, issues, data_folder, municipalities)


def correct_zones(
    feed: pl.DataFrame, issues: pl.DataFrame, data_folder: Path, municipalities: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `ze_zones` and `zone_issues`, corrections laid over a feed, without their edition.

    Raises
    ------
    DataSourceError
        If the file with corrections is not what it should be.
    """
    zones, corrected = _correct(feed, _read_corrections(data_folder, municipalities))
    told = _together(pl.concat([issues, corrected, _tell_gaps(zones)]))
    return zones.sort("zone_name"), told


def _together(told: pl.DataFrame) -> pl.DataFrame:
    """Return one row per zone and oddity."""
    return (
        told.group_by("zone_name", "issue_code", maintain_order=True)
        .agg(pl.col("detail").str.join("; "))
        .sort("zone_name", "issue_code")
    )


def _read_table(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return zones and issues of the table without outlines."""
    rows = read_csv(
        path,
        {
            "zone_name": TEXT,
            "authority": TEXT,
            "gemeente_code": MUNICIPALITY_CODE,
            "start_date": Field(pl.Date),
            "area_km2": Field(pl.Float64, low=0, high=10_000),
            "x_rd": EASTING,
            "y_rd": NORTHING,
            "equivalent_radius_m": Field(pl.Float64, low=0, high=100_000),
            "version": TEXT,
        },
    )
    # "ZE Zone" alone says nothing on a map.
    is_bare = pl.col("zone_name") == "ZE Zone"
    name = pl.when(is_bare).then("ZE " + pl.col("authority")).otherwise("zone_name")
    renamed = rows.filter(is_bare).select(
        zone_name=name,
        issue_code=pl.lit("renamed"),
        detail=pl.format("the feed calls it '{}'; shown as '{}'", "zone_name", name),
    )
    zones = rows.select(
        zone_name=name,
        municipality_code="gemeente_code",
        start_date="start_date",
        area_km2="area_km2",
        x_rd_m="x_rd",
        y_rd_m="y_rd",
        equivalent_radius_m="equivalent_radius_m",
        status=pl.lit(IN_FEED),
        version="version",
        geometry_quality=pl.lit("circle"),
        outline_wkt=pl.lit(None, dtype=pl.String),
    )
    return zones, renamed


def sort_zones(
    feed: Sequence[Zone], municipalities: pl.DataFrame, places: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return `ze_zones` and `zone_issues` of a feed, as it is: no edition, no corrections."""
    located = zone_sorting.locate(feed, municipalities, places)
    kept, told = zone_sorting.leave_out_copies(located)
    named = zone_sorting.tell_overlaps(zone_sorting.name_zones(kept))
    zones = [(_stop_suspended(zone), code) for zone, code in named]
    told += [(zone.name, code, detail) for zone, _ in zones for code, detail in zone.issues]
    rows = [_row(zone, code) for zone, code in zones]
    return (
        pl.DataFrame(rows, schema=_ZONE, orient="row").sort("zone_name"),
        _together(pl.DataFrame(told, schema=_ISSUE, orient="row")),
    )


def _stop_suspended(zone: Zone) -> Zone:
    """Take the date from a suspended zone, so that it is not in force in any year."""
    if zone.status.casefold() != SUSPENDED:
        return zone
    told = zone.tell("suspended", f"suspended in the feed; its date {zone.start_date} is not used")
    return Zone(**{**vars(told), "start_date": None})


def _row(zone: Zone, municipality_code: str) -> Sequence[object]:
    point = shapely.point_on_surface(zone.outline)
    return (
        zone.name,
        municipality_code,
        zone.start_date,
        zone.area_km2,
        point.x,
        point.y,
        math.sqrt(zone.area_km2 * _M2_PER_KM2 / math.pi),
        zone.status,
        f"version {zone.version or 'not stated'}",
        "polygon",
        shapely.to_wkt(zone.outline, rounding_precision=_DECIMALS),
    )


def _correct(feed: pl.DataFrame, corrections: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the zones with corrections laid over them, and what changed."""
    known = feed.join(
        corrections.select("zone_name", new_date="start_date", new_status="status", by="source"),
        on="zone_name",
        how="left",
        maintain_order="left",
    )
    is_corrected = pl.col("new_status").is_not_null()
    changed = known.filter(is_corrected).select(
        zone_name="zone_name",
        issue_code=pl.lit("corrected"),
        detail=pl.format(
            "start {} in the feed, {} by correction ({}); area and place are those of the feed",
            pl.col("start_date").cast(pl.String).fill_null("not stated"),
            pl.col("new_date").cast(pl.String).fill_null("not decided"),
            "by",
        ),
    )
    zones = known.with_columns(
        start_date=pl.when(is_corrected).then("new_date").otherwise("start_date"),
        status=pl.coalesce("new_status", "status"),
        version=pl.when(is_corrected)
        .then(pl.format("{}, corrected", "version"))
        .otherwise("version"),
    )
    added = corrections.join(feed, on="zone_name", how="anti", maintain_order="left")
    unseen = added.select(
        zone_name="zone_name",
        issue_code=pl.lit("not_in_feed"),
        detail=pl.format("added by a correction ({})", "source"),
    )
    extra = _without_outline(added)
    columns = list(_ZONE)
    return (
        pl.concat([zones.select(columns), extra.select(columns)]),
        pl.concat([changed, unseen]),
    )


def _without_outline(corrections: pl.DataFrame) -> pl.DataFrame:
    """Return zones that only a correction knows: of them no outline and no area are known."""
    missing = pl.lit(None)
    return corrections.with_columns(
        area_km2=missing.cast(pl.Float64),
        equivalent_radius_m=missing.cast(pl.Float64),
        version=pl.lit(CORRECTION),
        geometry_quality=pl.lit("municipality"),
        outline_wkt=missing.cast(pl.String),
    )


def _tell_gaps(zones: pl.DataFrame) -> pl.DataFrame:
    """Return the issues of zones without a date or without an area."""
    undated = zones.filter(pl.col("start_date").is_null()).select(
        zone_name="zone_name",
        issue_code=pl.lit("no_date"),
        detail=pl.lit("no first day is known; it counts in no year"),
    )
    unsized = zones.filter(pl.col("area_km2").is_null()).select(
        zone_name="zone_name",
        issue_code=pl.lit("no_area"),
        detail=pl.lit(
            "neither outline nor area is known; it lies at the main point of its municipality and "
            "counts with the smallest known area"
        ),
    )
    return pl.concat([undated, unsized])


def _read_corrections(data_folder: Path, municipalities: pl.DataFrame) -> pl.DataFrame:
    path = data_folder / CORRECTIONS_FILE
    rows = read_csv(
        path,
        {
            "zone_name": TEXT,
            "gemeente_name": TEXT,
            "start_date": Field(pl.Date, is_optional=True),
            "status": TEXT,
            "source": TEXT,
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
    repeated = rows.filter(pl.col("zone_name").is_duplicated())["zone_name"].unique().to_list()
    if repeated:
        raise DataSourceError(path, f"zone {', '.join(repeated)} is corrected more than once")
    return rows
