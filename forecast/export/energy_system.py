"""ESDL: what is charged on terrains as assets of an energy system, with quarter-hour profiles.

One area per terrain. In it stand the connections of its companies (`EConnection`) and, behind
them, all charge points of its depots together and the visits of its vehicles to a shared hub,
wherever that stands (`EVChargingStation`, aggregated). What a hub charges is told at the terrains
that its visitors are based on, so that areas add up; its charge points serve several terrains and
have no share here. The profile of a station is its mean load in every quarter-hour of the year,
the same as `laadvraag series` writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from forecast.errors import SpokenError
from forecast.export.content import provenance_of
from forecast.export.notices import Notice, notices_text, read_notices
from forecast.export.table import xml_safe
from forecast.footprints import read_footprints
from forecast.query import latest_run
from forecast.terrain_charging import read_terrain_charging
from forecast.vocabulary import ON_TERRAIN, RD_NEW, STRATEGIES
from forecast.year_series import year_series

if TYPE_CHECKING:
    import duckdb

    from forecast.assumptions import Assumptions
    from forecast.selection import Selection

LEVELS: Final = ("terrain", "municipality")
"""Levels of a selection that one ESDL file holds; a larger one would be too large to open."""
_W_PER_KW: Final = 1000
_SECONDS_PER_QUARTER: Final = 900
_DEGREE_DECIMALS: Final = 6
"""Of degrees: a decimetre."""
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


class RegionTooLargeError(SpokenError):
    """ESDL was asked of more than a municipality."""

    table = "refusals.export"

    def __init__(self, region_name: str) -> None:
        super().__init__("region_too_large", region=region_name)
        self.region_name = region_name


@dataclass(frozen=True)
class _Terrain:
    terrain_id: str
    name: str
    longitude: float
    latitude: float
    outline: Any

    @property
    def key(self) -> str:
        """The end of the ids of what stands on it: XML parts references by spaces."""
        return "-".join(xml_safe(self.terrain_id).split())


@dataclass(frozen=True)
class _Shared:
    """What all assets of a file refer to."""

    carrier: Any
    power_unit: Any
    source: Any


def energy_system(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection,
    case: Case,
    assumptions: Assumptions,
) -> bytes:
    """Return a terrain or municipality as ESDL.

    Raises
    ------
    RegionTooLargeError
        If the selection is larger.
    """
    import esdl
    from esdl.esdl_handler import EnergySystemHandler

    if selection.level not in LEVELS:
        raise RegionTooLargeError(selection.region_name)
    run = latest_run(connection)
    notices = read_notices(run, ["series"])
    provenance = provenance_of(selection, run)
    about = (
        f"Charging of electric vans and trucks on business parks; {case.year}, scenario "
        f"{case.scenario}, strategy {case.strategy}. "
        + "; ".join(f"{name}: {value}" for name, value in provenance.items())
    )
    handler = EnergySystemHandler()
    title = f"laadvraag, {xml_safe(selection.region_name)}"
    system = handler.create_empty_energy_system(title, xml_safe(about), "instance", "area")
    key = f"{run.run_id}-{selection.region_id}-{case.year}-{case.scenario}-{case.strategy}"
    system.id, system.instance[0].id = f"laadvraag-{key}", f"instance-{key}"
    system.version = run.code_version
    shared = _information(system, notices, run.run_id)
    whole = system.instance[0].area
    whole.id, whole.name = (
        f"region-{xml_safe(selection.region_id)}",
        xml_safe(selection.region_name),
    )
    is_municipality = selection.level == "municipality"
    whole.scope = esdl.AreaScopeEnum.MUNICIPALITY if is_municipality else whole.scope
    for terrain in _terrains(connection, selection):
        whole.area.append(_area(connection, terrain, case, assumptions, shared))
    return bytes(handler.to_string().encode())


def _information(system: Any, notices: tuple[Notice, ...], run_id: str) -> _Shared:
    """Add carrier, units and sources to the system."""
    import esdl

    carrier = esdl.ElectricityCommodity(id="electricity", name="electricity")
    power_unit = esdl.QuantityAndUnitType(
        id="power-in-kw",
        physicalQuantity=esdl.PhysicalQuantityEnum.POWER,
        multiplier=esdl.MultiplierEnum.KILO,
        unit=esdl.UnitEnum.WATT,
        description="Power in kW",
    )
    own = esdl.DataSource(
        id="source-laadvraag",
        name="laadvraag",
        description="Forecast of what electric vans and trucks charge on Dutch business parks",
        version=run_id,
        attribution=notices_text(notices),
    )
    system.energySystemInformation = esdl.EnergySystemInformation(
        id="information",
        carriers=esdl.Carriers(id="carriers", carrier=[carrier]),
        quantityAndUnits=esdl.QuantityAndUnits(id="units", quantityAndUnit=[power_unit]),
        dataSources=esdl.DataSources(
            id="sources",
            dataSource=[
                own,
                *(
                    esdl.DataSource(
                        id=f"source-{xml_safe('-'.join(notice.topic.split()))}",
                        name=notice.title,
                        attribution=notice.attribution,
                        license=notice.licence,
                        reference=next((path for _, path in notice.sources if path), ""),
                    )
                    for notice in notices
                ),
            ],
        ),
    )
    return _Shared(carrier, power_unit, own)


def _terrains(connection: duckdb.DuckDBPyConnection, selection: Selection) -> list[_Terrain]:
    import shapely
    from pyproj import Transformer

    rows = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT terrain_id, terrain_name, x_rd_m, y_rd_m FROM terrains "
            "WHERE terrain_id IN (SELECT unnest($1))",
            [list(selection.terrain_ids)],
        ).fetchall()
    }
    transformer = Transformer.from_crs(RD_NEW, "EPSG:4326", always_xy=True)
    footprints = read_footprints(connection, selection.terrain_ids)
    found = []
    for terrain_id in selection.terrain_ids:
        name, x, y = rows[terrain_id]
        longitude, latitude = transformer.transform(x, y)
        outline = shapely.from_wkt(footprints[terrain_id].outline_wkt)
        if outline is not None:
            outline = shapely.transform(outline, transformer.transform, interleaved=False)
        found.append(
            _Terrain(
                terrain_id,
                name,
                round(longitude, _DEGREE_DECIMALS),
                round(latitude, _DEGREE_DECIMALS),
                outline,
            )
        )
    return found


def _area(
    connection: duckdb.DuckDBPyConnection,
    terrain: _Terrain,
    case: Case,
    assumptions: Assumptions,
    shared: _Shared,
) -> Any:
    """Return the area of one terrain with its assets and peaks."""
    import esdl

    area = esdl.Area(id=f"terrain-{terrain.key}", name=xml_safe(terrain.name))
    area.geometry = _ground(terrain)
    grid, to_chargers = _connections(terrain, shared)
    area.asset.append(grid)
    charging = read_terrain_charging(connection, terrain.terrain_id, case.year, case.scenario)
    series = year_series(charging, case.year, case.strategy, assumptions)
    peaks = _peaks(connection, terrain.terrain_id, case)
    for location_type, name in _STATIONS.items():
        load = series[f"{location_type}_kw"].round(_DECIMALS)
        is_hub = location_type == _HUB
        if is_hub and load.sum() == 0:
            continue  # none of its vehicles visits one
        station = esdl.EVChargingStation(
            id=f"{location_type}-{terrain.key}",
            name=name,
            description=_about_hub(connection, terrain, case) if is_hub else None,
            aggregated=True,
            geometry=_point(terrain),
        )
        peak_w = _watts(peaks[location_type, case.strategy])
        port = esdl.InPort(
            id=f"{location_type}-in-{terrain.key}",
            name="load",
            carrier=shared.carrier,
            simultaneousPower=peak_w,
        )
        if not is_hub:
            count, installed_kw = _depot_points(connection, terrain.terrain_id, case)
            # Fleets so small that their points are rounded below their load: power is not known.
            if _watts(installed_kw) >= peak_w:
                station.power = port.maxPower = _watts(installed_kw)
                station.aggregationCount = max(round(count), 1)
        profile = _profile(terrain, location_type, shared)
        profile.startDateTime = series["interval_start_utc"][0]
        profile.values.extend(load.to_list())
        port.connectedTo.append(to_chargers)
        port.profile.append(profile)
        station.port.append(port)
        area.asset.append(station)
    area.KPIs = _design_peaks(terrain, peaks, shared)
    return area


def _about_hub(connection: duckdb.DuckDBPyConnection, terrain: _Terrain, case: Case) -> str:
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


def _connections(terrain: _Terrain, shared: _Shared) -> tuple[Any, Any]:
    """Return the connections of the companies as one asset, and its port to the chargers."""
    import esdl

    grid = esdl.EConnection(
        id=f"connections-{terrain.key}",
        name="connections of the companies",
        description="Contracted power is not known.",
        aggregated=True,
        geometry=_point(terrain),
    )
    from_grid, to_chargers = (
        kind(id=f"connections-{name}-{terrain.key}", name=name, carrier=shared.carrier)
        for kind, name in ((esdl.InPort, "in"), (esdl.OutPort, "out"))
    )
    grid.port.extend([from_grid, to_chargers])
    return grid, to_chargers


def _profile(terrain: _Terrain, location_type: str, shared: _Shared) -> Any:
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


def _design_peaks(terrain: _Terrain, peaks: dict[tuple[str, str], float], shared: _Shared) -> Any:
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


def _point(terrain: _Terrain) -> Any:
    import esdl

    return esdl.Point(lat=terrain.latitude, lon=terrain.longitude, CRS="WGS84")


def _ground(terrain: _Terrain) -> Any:
    """Return the outline of a terrain, else its point."""
    import esdl
    import shapely

    if terrain.outline is None:
        return _point(terrain)

    def ring(line: Any) -> Any:
        # A polygon of ESDL is closed by itself.
        corners = shapely.get_coordinates(line)[:-1].round(_DEGREE_DECIMALS).tolist()
        return esdl.SubPolygon(point=[esdl.Point(lat=lat, lon=lon) for lon, lat in corners])

    polygons = [
        esdl.Polygon(exterior=ring(part.exterior), interior=[ring(hole) for hole in part.interiors])
        for part in shapely.get_parts(terrain.outline)
    ]
    for each in polygons:
        each.CRS = "WGS84"
    return polygons[0] if len(polygons) == 1 else esdl.MultiPolygon(polygon=polygons, CRS="WGS84")


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
