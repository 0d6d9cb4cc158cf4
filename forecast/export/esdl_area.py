"""A terrain as an area of ESDL: the connections of its companies, and what charges behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from forecast.export.esdl_ground import Terrain, ground, point
from forecast.export.table import xml_safe
from forecast.run_info import latest_run
from forecast.terrain_charging import read_terrain_charging
from forecast.vocabulary import ON_TERRAIN, STRATEGIES
from forecast.year_series import year_series

if TYPE_CHECKING:
    import duckdb

    from forecast.assumptions import Assumptions

_W_PER_KW: Final = 1000
_SECONDS_PER_QUARTER: Final = 900
_DECIMALS: Final = 3
"""Of a power in kW: watts."""
_HUB: Final = "shared_hub"
_STATIONS: Final = {
    "depot": "depot",
    _HUB: "visits of vehicles of this terrain to a shared hub, wherever it stands",
}
"""Names of the stations of a terrain, by location type."""


@dataclass(frozen=True)
class Case:
    """Which of the possible futures a file holds."""

    year: int
    scenario: str
    strategy: str


@dataclass(frozen=True)
class Shared:
    """What all assets of a file refer to."""

    carrier: Any
    power_unit: Any
    source: Any


def terrain_area(
    connection: duckdb.DuckDBPyConnection,
    terrain: Terrain,
    case: Case,
    assumptions: Assumptions,
    shared: Shared,
) -> Any:
    """Return the area of one terrain with its assets and peaks."""
    import esdl

    area = esdl.Area(id=f"terrain-{terrain.key}", name=xml_safe(terrain.name))
    area.geometry = ground(terrain)
    grid, to_chargers = _connections(terrain, shared)
    area.asset.append(grid)
    charging = read_terrain_charging(connection, terrain.terrain_id, case.year, case.scenario)
    series = year_series(charging, case.year, case.strategy, assumptions)
    peaks = _peaks(connection, terrain.terrain_id, case)
    for location_type in _STATIONS:
        load = series[f"{location_type}_kw"].round(_DECIMALS)
        if location_type == _HUB and load.sum() == 0:
            continue  # none of its vehicles visits one
        profile = _profile(terrain, location_type, shared)
        profile.startDateTime = series["interval_start_utc"][0]
        profile.values.extend(load.to_list())
        peak_w = _watts(peaks[location_type, case.strategy])
        station = _station(connection, terrain, case, location_type, peak_w, shared.carrier)
        [port] = station.port
        port.connectedTo.append(to_chargers)
        port.profile.append(profile)
        area.asset.append(station)
    area.KPIs = _design_peaks(terrain, peaks, shared)
    return area


def _station(
    connection: duckdb.DuckDBPyConnection,
    terrain: Terrain,
    case: Case,
    location_type: str,
    peak_w: float,
    carrier: Any,
) -> Any:
    """Return all charge points of a location type as one station with its port."""
    import esdl

    is_hub = location_type == _HUB
    station = esdl.EVChargingStation(
        id=f"{location_type}-{terrain.key}",
        name=_STATIONS[location_type],
        description=_about_hub(connection, terrain, case) if is_hub else None,
        aggregated=True,
        geometry=point(terrain),
    )
    port = esdl.InPort(
        id=f"{location_type}-in-{terrain.key}",
        name="load",
        carrier=carrier,
        simultaneousPower=peak_w,
    )
    if not is_hub:
        count, installed_kw = _depot_points(connection, terrain.terrain_id, case)
        # Fleets so small that their points are rounded below their load: power is not known.
        if _watts(installed_kw) >= peak_w:
            station.power = port.maxPower = _watts(installed_kw)
            station.aggregationCount = max(round(count), 1)
    station.port.append(port)
    return station


def _about_hub(connection: duckdb.DuckDBPyConnection, terrain: Terrain, case: Case) -> str:
    """Return what the visits to a hub are, and where it stands if that is known."""
    rows = connection.execute(
        "SELECT hub_terrain_id, terrain_name, hub_distance_km FROM terrain_hubs AS served "
        "JOIN terrains AS place ON place.terrain_id = hub_terrain_id "
        "WHERE run_id = ? AND served.terrain_id = ? AND year = ? AND scenario = ?",
        [latest_run(connection).run_id, terrain.terrain_id, case.year, case.scenario],
    ).fetchall()
    where = "No hub in reach; where they charge is not known."
    for hub_id, name, distance_km in rows:
        where = f"Hub: {name} ({hub_id}), {distance_km:.1f} km from here as the crow flies."
        if hub_id == terrain.terrain_id:
            where = f"Hub: on this terrain ({hub_id})."
    about = (
        "What the vehicles based on this terrain charge at a shared hub, wherever it stands, "
        "without what others charge there. The charge points of a hub are in table hubs."
    )
    return xml_safe(f"{about} {where}")


def _connections(terrain: Terrain, shared: Shared) -> tuple[Any, Any]:
    """Return the connections of the companies as one asset, and its port to the chargers."""
    import esdl

    grid = esdl.EConnection(
        id=f"connections-{terrain.key}",
        name="connections of the companies",
        description="Contracted power is not known.",
        aggregated=True,
        geometry=point(terrain),
    )
    from_grid, to_chargers = (
        kind(id=f"connections-{name}-{terrain.key}", name=name, carrier=shared.carrier)
        for kind, name in ((esdl.InPort, "in"), (esdl.OutPort, "out"))
    )
    grid.port.extend([from_grid, to_chargers])
    return grid, to_chargers


def _profile(terrain: Terrain, location_type: str, shared: Shared) -> Any:
    """Return a profile of quarter-hours without its values."""
    import esdl

    return esdl.TimeSeriesProfile(
        id=f"{location_type}-profile-{terrain.key}",
        name=f"{location_type}_kw",
        timestep=_SECONDS_PER_QUARTER,
        interpolationMethod=esdl.InterpolationMethodEnum.PREVIOUS,
        profileType=esdl.ProfileTypeEnum.INPUT,
        profileQuantityAndUnit=esdl.QuantityAndUnitReference(reference=shared.power_unit),
        dataSource=esdl.DataSourceReference(reference=shared.source),
    )


def _design_peaks(terrain: Terrain, peaks: dict[tuple[str, str], float], shared: Shared) -> Any:
    """Return the design peaks of depots and hub together, per strategy."""
    import esdl

    return esdl.KPIs(
        id=f"kpis-{terrain.key}",
        kpi=[
            esdl.DoubleKPI(
                id=f"{strategy}-design-peak-{terrain.key}",
                name=f"{strategy}_design_peak_kw",
                value=round(peaks[ON_TERRAIN, strategy], _DECIMALS),
                quantityAndUnit=esdl.QuantityAndUnitReference(reference=shared.power_unit),
            )
            for strategy in STRATEGIES
        ],
    )


def _watts(power_kw: float) -> float:
    return float(round(power_kw * _W_PER_KW))


def _peaks(
    connection: duckdb.DuckDBPyConnection, terrain_id: str, case: Case
) -> dict[tuple[str, str], float]:
    """Return the design peaks per location type and strategy [kW]."""
    rows = connection.execute(
        "SELECT location_type, strategy, design_peak_kw FROM power "
        "WHERE run_id = ? AND terrain_id = ? AND year = ? AND scenario = ?",
        [latest_run(connection).run_id, terrain_id, case.year, case.scenario],
    ).fetchall()
    return {(place, strategy): peak_kw for place, strategy, peak_kw in rows}


def _depot_points(
    connection: duckdb.DuckDBPyConnection, terrain_id: str, case: Case
) -> tuple[float, float]:
    """Return the charge points of the depots and their installed power [kW]."""
    [(points, installed_kw)] = connection.execute(
        "SELECT coalesce(sum(charge_points), 0), coalesce(sum(installed_kw), 0) "
        "FROM charge_points WHERE run_id = ? AND location_type = 'depot' AND place_id = ? "
        "AND year = ? AND scenario = ?",
        [latest_run(connection).run_id, terrain_id, case.year, case.scenario],
    ).fetchall()
    return points, installed_kw
