"""ESDL, read back with pyesdl."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import esdl
import pytest
from esdl.esdl_handler import EnergySystemHandler

from forecast.assumptions import load
from forecast.export.energy_system import Case, RegionTooLargeError, energy_system
from forecast.selection import select_terrain, select_terrains
from forecast.store import open_published
from tests.hostile import HOSTILE

HURK = "190044"
CASE = Case(2030, "mid", "unmanaged")


def read_back(body: bytes, folder: Path) -> Any:
    path = folder / "system.esdl"
    path.write_bytes(body)
    return EnergySystemHandler().load_file(str(path))


def energy_kwh(station: Any) -> float:
    """Return the sum of kW over quarter-hours, each a fourth of an hour."""
    [profile] = station.port[0].profile
    return float(sum(profile.values)) / 4


def test_a_terrain_keeps_its_energy_of_the_year(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    body = energy_system(connection, select_terrain(connection, HURK), CASE, load())
    system = read_back(body, tmp_path)
    [terrain] = system.instance[0].area.area
    grid, depot, hub = terrain.asset
    assert isinstance(grid, esdl.EConnection)
    assert isinstance(depot, esdl.EVChargingStation)
    [profile] = depot.port[0].profile
    assert len(profile.values) == 35_040
    assert profile.startDateTime == datetime(2029, 12, 31, 23, tzinfo=UTC)
    assert profile.timestep == 900
    unit = profile.profileQuantityAndUnit.reference
    assert (unit.multiplier.name, unit.unit.name) == ("KILO", "WATT")
    where = "year = 2030 AND scenario = 'mid' AND terrain_id = ?"
    [(kwh,)] = connection.execute(
        f"SELECT sum(energy_kwh_per_year) FROM energy WHERE location_type = 'depot' AND {where}",  # noqa: S608
        [HURK],
    ).fetchall()
    # Each value is rounded to a watt: at most half a watt over 8,760 hours is 4.4 kWh.
    assert energy_kwh(depot) == pytest.approx(kwh, abs=4.4)
    assert energy_kwh(hub) > 0
    [(points, installed_kw)] = connection.execute(
        "SELECT sum(charge_points), sum(installed_kw) FROM charge_points "
        "WHERE location_type = 'depot' AND year = 2030 AND scenario = 'mid' AND place_id = ?",
        [HURK],
    ).fetchall()
    assert depot.power == pytest.approx(installed_kw * 1000, abs=0.5)
    assert depot.aggregationCount == round(points)
    assert depot.port[0].connectedTo[0].energyasset == grid
    peaks = {kpi.name: kpi.value for kpi in terrain.KPIs.kpi}
    [(peak,)] = connection.execute(
        "SELECT design_peak_kw FROM power WHERE location_type = 'on_terrain' "  # noqa: S608
        f"AND strategy = 'smart' AND {where}",
        [HURK],
    ).fetchall()
    assert peaks["smart_design_peak_kw"] == pytest.approx(peak, abs=1e-3)
    sources = system.energySystemInformation.dataSources.dataSource
    assert any("GeoNames" in (source.attribution or "") for source in sources)


def test_a_municipality_has_an_area_per_terrain_with_its_name(
    hostile_database: Path, tmp_path: Path
) -> None:
    with open_published(hostile_database) as opened:
        selection = select_terrains(opened, "municipality", "GM0193")
        body = energy_system(opened, selection, CASE, load())
        assert energy_system(opened, selection, CASE, load()) == body
    whole = read_back(body, tmp_path).instance[0].area
    assert whole.scope.name == "MUNICIPALITY"
    assert len(whole.area) == len(selection.terrain_ids)
    assert {area.name for area in whole.area} >= {HOSTILE["script"], HOSTILE["formula"]}


def test_a_province_is_too_large(connection: duckdb.DuckDBPyConnection) -> None:
    selection = select_terrains(connection, "province", "Utrecht")
    with pytest.raises(RegionTooLargeError, match="one terrain or one municipality"):
        energy_system(connection, selection, CASE, load())
