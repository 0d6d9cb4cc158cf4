"""The terrains of a document in a line each: name, class and the figures that matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forecast.query import latest_run
from forecast.terrain_rows import chunks, rows_by_terrain
from forecast.vocabulary import ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES, STRATEGIES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class TerrainLine:
    """One terrain in one year and scenario.

    Attributes
    ----------
    electric_vehicles
        Of all classes, p50.
    on_terrain_energy_kwh_per_year
        Charged at depots and hub [kWh/year].
    design_peak_kw
        Of depots and hub together, unmanaged [kW].
    """

    terrain_id: str
    terrain_name: str
    municipality_name: str
    net_ha: float
    plan_class: str
    electric_vehicles: float
    on_terrain_energy_kwh_per_year: float
    design_peak_kw: float


def terrain_list(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str], year: int, scenario: str
) -> list[TerrainLine]:
    """Return terrains by municipality and name, from the last run."""
    key = [latest_run(connection).run_id, year, scenario]
    lines = [
        TerrainLine(*row) for chunk in chunks(terrain_ids) for row in _rows(connection, key, chunk)
    ]
    return sorted(lines, key=lambda line: (line.municipality_name, line.terrain_name))


def _rows(
    connection: duckdb.DuckDBPyConnection, key: Sequence[object], terrain_ids: Sequence[str]
) -> list[tuple[Any, ...]]:
    facts = rows_by_terrain(
        connection,
        "SELECT terrain_id, terrain_id, terrain_name, municipality_name, net_ha, plan_class "
        "FROM terrains JOIN municipalities USING (municipality_code) "
        "JOIN plan_class USING (terrain_id) "
        "WHERE run_id = ? AND year = ? AND scenario = ? AND terrain_id IN {terrains}",
        key,
        terrain_ids,
    )
    vehicles = rows_by_terrain(
        connection,
        "SELECT terrain_id, sum(electric_vehicles ORDER BY vehicle_class) FROM electric_vehicles "
        "WHERE run_id = ? AND year = ? AND scenario = ? AND terrain_id IN {terrains} "
        "GROUP BY terrain_id",
        key,
        terrain_ids,
    )
    depot, hub = ON_TERRAIN_LOCATION_TYPES
    energy = rows_by_terrain(
        connection,
        "SELECT terrain_id, sum(energy_kwh_per_year ORDER BY location_type, vehicle_class) "
        "FROM energy WHERE run_id = ? AND year = ? AND scenario = ? AND location_type IN (?, ?) "
        "AND terrain_id IN {terrains} GROUP BY terrain_id",
        [*key, depot, hub],
        terrain_ids,
    )
    power = rows_by_terrain(
        connection,
        "SELECT terrain_id, design_peak_kw FROM power "
        "WHERE run_id = ? AND year = ? AND scenario = ? AND location_type = ? AND strategy = ? "
        "AND terrain_id IN {terrains}",
        [*key, ON_TERRAIN, STRATEGIES[0]],
        terrain_ids,
    )
    return [
        (*facts[name][0], *vehicles[name][0], *energy[name][0], *power[name][0])
        for name in terrain_ids
    ]
