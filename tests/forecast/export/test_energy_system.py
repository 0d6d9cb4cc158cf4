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
from forecast.export.energy_system import RegionTooLargeError, energy_system
from forecast.export.esdl_area import Case
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
    published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    body = energy_system(published, select_terrain(published, HURK), CASE, load())
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
    [(kwh,)] = published.execute(
        f"SELECT sum(energy_kwh_per_year) FROM energy WHERE location_type = 'depot' AND {where}",  # noqa: S608
        [HURK],
    ).fetchall()
    # Each value is rounded to a watt: at most half a watt over 8,760 hours is 4.4 kWh.
    assert energy_kwh(depot) == pytest.approx(kwh, abs=4.4)
    assert "wherever it stands" in hub.name
    assert "(3080), 2.2 km from here" in hub.description
    assert not any(hub.eIsSet(name) for name in ("power", "aggregationCount"))
    [(points, installed_kw)] = published.execute(
        "SELECT sum(charge_points), sum(installed_kw) FROM charge_points "
        "WHERE location_type = 'depot' AND year = 2030 AND scenario = 'mid' AND place_id = ?",
        [HURK],
    ).fetchall()
    assert depot.power == pytest.approx(installed_kw * 1000, abs=0.5)
    assert depot.aggregationCount == round(points)
    assert depot.port[0].connectedTo[0].energyasset == grid
    peaks = {kpi.name: kpi.value for kpi in terrain.KPIs.kpi}
    [(peak,)] = published.execute(
        "SELECT design_peak_kw FROM power WHERE location_type = 'on_terrain' "  # noqa: S608
        f"AND strategy = 'smart' AND {where}",
        [HURK],
    ).fetchall()
    assert peaks["smart_design_peak_kw"] == pytest.approx(peak, abs=1e-3)
    sources = system.energySystemInformation.dataSources.dataSource
    assert any("GeoNames" in (source.attribution or "") for source in sources)


def test_a_municipality_holds_the_energy_of_its_vehicles(
    published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Wherever their hub stands: on most terrains whose vehicles visit one there is none."""
    selection = select_terrains(published, "municipality", "Zwolle")
    body = energy_system(published, selection, CASE, load())
    areas = read_back(body, tmp_path).instance[0].area.area
    stations = [
        asset for area in areas for asset in area.asset if isinstance(asset, esdl.EVChargingStation)
    ]
    for location_type in ("depot", "shared_hub"):
        [(kwh, least_share)] = published.execute(
            "SELECT sum(energy_kwh_per_year), min(served_share) FROM energy "
            "JOIN power USING (run_id, terrain_id, year, scenario, location_type) "
            "WHERE location_type = ? AND year = 2030 AND scenario = 'mid' "
            "AND strategy = 'unmanaged' AND terrain_id IN (SELECT unnest($2))",
            [location_type, list(selection.terrain_ids)],
        ).fetchall()
        held = [energy_kwh(each) for each in stations if each.id.startswith(location_type)]
        # A stay at a hub may be too short for all; shortest on a winter day, the one of `power`.
        rounding = 4.4 * len(held)
        assert kwh * least_share - rounding <= sum(held) <= kwh + rounding
        assert least_share > 0.98


def test_no_station_has_less_power_than_it_charges(
    published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Also on the terrain whose charge points fall furthest below its peak, by rounding."""
    [(least, year, scenario, strategy)] = published.execute(
        "SELECT terrain_id, year, scenario, strategy FROM power JOIN (SELECT run_id, "
        "place_id AS terrain_id, location_type, year, scenario, sum(installed_kw) AS held_kw "
        "FROM charge_points GROUP BY ALL) "
        "USING (run_id, terrain_id, location_type, year, scenario) "
        "WHERE location_type = 'depot' ORDER BY held_kw - design_peak_kw LIMIT 1"
    ).fetchall()
    for selection, case in (
        (select_terrain(published, least), Case(year, scenario, strategy)),
        (select_terrains(published, "municipality", "Zwolle"), CASE),
    ):
        system = read_back(energy_system(published, selection, case, load()), tmp_path)
        for area in system.instance[0].area.area:
            for station in area.asset[1:]:
                [port] = station.port
                assert station.eIsSet("power") == port.eIsSet("maxPower")
                if station.eIsSet("power"):
                    assert station.power == port.maxPower >= port.simultaneousPower


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


def test_a_province_is_too_large(published: duckdb.DuckDBPyConnection) -> None:
    selection = select_terrains(published, "province", "Utrecht")
    with pytest.raises(RegionTooLargeError, match="one terrain or one municipality"):
        energy_system(published, selection, CASE, load())
