"""ESDL: what is charged on terrains as assets of an energy system, with quarter-hour profiles.

One area per terrain. In it stand the connections of its companies (`EConnection`) and, behind
them, all charge points of its depots together and the visits of its vehicles to a shared hub,
wherever that stands (`EVChargingStation`, aggregated). What a hub charges is told at the terrains
that its visitors are based on, so that areas add up; its charge points serve several terrains and
have no share here. The profile of a station is its mean load in every quarter-hour of the year,
the same as `laadvraag series` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forecast.errors import SpokenError
from forecast.export.content import provenance_of
from forecast.export.esdl_area import Case, Shared, terrain_area
from forecast.export.esdl_ground import read_terrains
from forecast.export.notices import Notice, notices_text, read_notices
from forecast.export.table import xml_safe
from forecast.run_info import latest_run

if TYPE_CHECKING:
    import duckdb

    from forecast.assumptions import Assumptions
    from forecast.selection import Selection

LEVELS: Final = ("terrain", "municipality")
"""Levels of a selection that one ESDL file holds; a larger one would be too large to open."""


class RegionTooLargeError(SpokenError):
    """ESDL was asked of more than a municipality."""

    table = "refusals.export"

    def __init__(self, region_name: str) -> None:
        super().__init__("region_too_large", region=region_name)
        self.region_name = region_name


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
    for terrain in read_terrains(connection, selection):
        whole.area.append(terrain_area(connection, terrain, case, assumptions, shared))
    return bytes(handler.to_string().encode())


def _information(system: Any, notices: tuple[Notice, ...], run_id: str) -> Shared:
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
    return Shared(carrier, power_unit, own)
