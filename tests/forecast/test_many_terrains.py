"""Reading many terrains at once gives what reading each alone gives, and all there is."""

from __future__ import annotations

import duckdb
import pytest

from forecast.day_curve import all_day_curves, day_curves
from forecast.few_sessions import all_few_sessions, read_few_sessions
from forecast.query import terrain_report, terrain_reports
from forecast.terrain_rows import TERRAINS_AT_ONCE
from forecast.vocabulary import LOCATION_TYPES

YEARS = (2025, 2030, 2035)


@pytest.fixture(scope="module")
def terrain_ids(published: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the largest, one without vehicles, some without a hub or zone, and some others."""
    rows = published.execute(
        "SELECT terrain_id FROM fleet JOIN terrains USING (terrain_id) GROUP BY terrain_id "
        "ORDER BY sum(vehicles) DESC"
    ).fetchall()
    by_fleet = [terrain_id for (terrain_id,) in rows]
    chosen = [*by_fleet[:2], *by_fleet[-2:], *by_fleet[50:3000:300]]
    assert len(set(chosen)) == len(chosen)
    return chosen


def test_reports_of_many_are_those_of_each(
    published: duckdb.DuckDBPyConnection, terrain_ids: list[str]
) -> None:
    many = list(terrain_reports(published, terrain_ids))
    assert many == [terrain_report(published, terrain_id) for terrain_id in terrain_ids]
    assert sum(many[2].vehicles.values()) == 0


def test_curves_and_few_sessions_of_many_are_those_of_each(
    published: duckdb.DuckDBPyConnection, terrain_ids: list[str]
) -> None:
    assert list(all_day_curves(published, terrain_ids, 2030, "mid")) == [
        day_curves(published, terrain_id, 2030, "mid") for terrain_id in terrain_ids
    ]
    few = list(all_few_sessions(published, terrain_ids, YEARS, "mid"))
    assert few == [read_few_sessions(published, key, YEARS, "mid") for key in terrain_ids]


def test_no_terrain_is_lost_between_two_readings(published: duckdb.DuckDBPyConnection) -> None:
    wanted = [
        terrain_id
        for (terrain_id,) in published.execute(
            "SELECT terrain_id FROM terrains ORDER BY terrain_name LIMIT ?",
            [2 * TERRAINS_AT_ONCE + 1],
        ).fetchall()
    ]
    reports = list(terrain_reports(published, wanted))
    assert [report.terrain.terrain_id for report in reports] == wanted
    [(energy,)] = published.execute(
        "SELECT sum(energy_kwh_per_year) FROM energy WHERE year = 2030 AND scenario = 'mid' "
        "AND terrain_id IN (SELECT unnest(?))",
        [wanted],
    ).fetchall()
    assert sum(
        report.energy_kwh_per_year[2030, "mid", name]
        for report in reports
        for name in LOCATION_TYPES
    ) == pytest.approx(energy, rel=1e-9)
    assert list(terrain_reports(published, [])) == []


def test_areas_and_zones_are_those_that_a_join_gives(
    published: duckdb.DuckDBPyConnection, terrain_ids: list[str]
) -> None:
    for report in terrain_reports(published, terrain_ids):
        areas = published.execute(
            "SELECT supply_area_id, grid_operator_name, match_probability, area_match, status, "
            "demand_available_capacity_mw, holds_on FROM terrain_supply_areas "
            "JOIN supply_areas USING (supply_area_id) WHERE terrain_id = ? "
            "ORDER BY match_probability DESC, supply_area_id",
            [report.terrain.terrain_id],
        ).fetchall()
        assert [
            (
                area.supply_area_id,
                area.grid_operator_name,
                area.match_probability,
                area.area_match,
                area.status,
                area.demand_available_capacity_mw,
                area.holds_on,
            )
            for area in report.areas
        ] == areas
        zones = published.execute(
            "SELECT DISTINCT year, nearest_zone_name, start_date, geometry_quality "
            "FROM zone_exposure LEFT JOIN ze_zones ON zone_name = nearest_zone_name "
            "WHERE terrain_id = ? ORDER BY year",
            [report.terrain.terrain_id],
        ).fetchall()
        assert [
            (
                year,
                zone.nearest_zone_name,
                zone.nearest_zone_start_date,
                zone.nearest_zone_geometry_quality,
            )
            for year, zone in report.zones.items()
        ] == zones
