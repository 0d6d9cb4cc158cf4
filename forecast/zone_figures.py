"""Reading zero-emission zones from a published run: of one terrain, and the whole table.

Only DuckDB is used and plain Python values come back, as in `forecast.query`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from forecast.terrain_rows import Row, rows_by_terrain

if TYPE_CHECKING:
    import duckdb

    from forecast.zone_access import AccessRule


@dataclass(frozen=True)
class ZoneClassFigures:
    """What zones do to the vehicles of one class on a terrain in one year; see `zone_exposure`."""

    zone_exposure_factor: float
    zone_relation: str
    zone_advance_years: float | None
    zone_advance_years_low: float | None
    zone_advance_years_high: float | None


@dataclass(frozen=True)
class ZoneFigures:
    """Zero-emission zones around a terrain in one year.

    Attributes
    ----------
    nearest_zone_share
        Part of the terrain's outline inside that zone; None where no outline is known.
    nearest_zone_geometry_quality
        Whether the distance is to the outline (polygon), a circle of equal area or a point.
    by_class
        Per vehicle class.
    """

    nearest_zone_name: str | None
    nearest_zone_distance_km: float | None
    nearest_zone_share: float | None
    nearest_zone_start_date: date | None
    nearest_zone_geometry_quality: str | None
    by_class: dict[str, ZoneClassFigures]


@dataclass(frozen=True)
class ZoneRow:
    """One zone of `ze_zones`, with the name of its municipality."""

    zone_name: str
    municipality_name: str
    start_date: date | None
    area_km2: float | None
    status: str
    version: str
    geometry_quality: str


@dataclass(frozen=True)
class ZoneIssue:
    """One row of `zone_issues`."""

    zone_name: str
    issue_code: str
    detail: str


def zones_by_terrain(
    connection: duckdb.DuckDBPyConnection, run_id: str, terrain_ids: Sequence[str]
) -> dict[str, dict[int, ZoneFigures]]:
    """Return the zones around terrains, per year of the run."""
    rows = rows_by_terrain(
        connection,
        "SELECT terrain_id, year, vehicle_class, nearest_zone_name, nearest_zone_distance_km, "
        "nearest_zone_share, zone_exposure_factor, zone_relation, zone_advance_years, "
        "zone_advance_years_low, zone_advance_years_high FROM zone_exposure "
        "WHERE run_id = ? AND terrain_id IN {terrains}",
        [run_id],
        terrain_ids,
    )
    # Sorted and joined here, as `forecast.query` says why.
    zones = {
        name: facts
        for name, *facts in connection.execute(
            "SELECT zone_name, start_date, geometry_quality FROM ze_zones"
        ).fetchall()
    }
    found: dict[str, dict[int, ZoneFigures]] = {}
    for terrain_id, exposures in rows.items():
        years = found.setdefault(terrain_id, {})
        for year, vehicle_class, name, distance_km, share, *figures in sorted(
            exposures, key=_of_row
        ):
            start, quality = zones.get(name, (None, None))
            around = years.setdefault(
                year, ZoneFigures(name, distance_km, share, start, quality, {})
            )
            around.by_class[vehicle_class] = ZoneClassFigures(*figures)
    return found


def _of_row(row: Row) -> Row:
    """Return year and vehicle class."""
    return row[:2]


def all_zones(connection: duckdb.DuckDBPyConnection) -> list[ZoneRow]:
    """Return the zones by first day; those without one last."""
    rows = connection.execute(
        "SELECT zone_name, municipality_name, start_date, z.area_km2, status, version, "
        "geometry_quality FROM ze_zones z JOIN municipalities USING (municipality_code) "
        "ORDER BY start_date NULLS LAST, zone_name"
    ).fetchall()
    return [ZoneRow(*row) for row in rows]


def zone_issues(connection: duckdb.DuckDBPyConnection) -> list[ZoneIssue]:
    """Return what was odd in the zones."""
    rows = connection.execute(
        "SELECT zone_name, issue_code, detail FROM zone_issues ORDER BY issue_code, zone_name"
    ).fetchall()
    return [ZoneIssue(*row) for row in rows]


def access_rules(connection: duckdb.DuckDBPyConnection) -> list[AccessRule]:
    """Return the access rules in the order of reading."""
    from forecast.zone_access import AccessRule

    rows = connection.execute(
        "SELECT rule_code, priority, vehicle_class, emission_class, registered_from, "
        "registered_before, access_until, is_admitted, condition, status, source "
        "FROM ze_access_rules ORDER BY priority"
    ).fetchall()
    return [AccessRule(*row) for row in rows]
