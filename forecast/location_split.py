"""Where charging lands in the country, beside what others published; read with DuckDB only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.run_info import latest_run
from forecast.vocabulary import LOCATION_TYPES, OFF_TERRAIN_PREFIX, VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class LocationSplit:
    """Energy of the Dutch fleet of one year and scenario by base and place.

    Attributes
    ----------
    energy_kwh_per_year
        Per (whether the base is a business park, whether it is a truck, location type); together
        the energy of all vehicles [kWh/year].
    foreign_energy_kwh_per_year
        What foreign trucks charge here, beside it [kWh/year].
    truck_sessions_per_day
        Of trucks with a business park as base, per location type [1/day].
    """

    energy_kwh_per_year: dict[tuple[bool, bool, str], float]
    foreign_energy_kwh_per_year: float
    truck_sessions_per_day: dict[str, float]

    def share(
        self,
        *location_types: str,
        on_terrain: tuple[bool, ...] = (True, False),
        trucks: tuple[bool, ...] = (True, False),
    ) -> float:
        """Return the part of the energy of these vehicles that is charged at a place."""
        chosen = location_types or LOCATION_TYPES
        found = {key: kwh for key, kwh in self.energy_kwh_per_year.items() if key[1] in trucks}
        whole = sum(found.values())
        part = sum(kwh for key, kwh in found.items() if key[0] in on_terrain and key[2] in chosen)
        return part / whole if whole > 0 else 0.0

    def truck_session_share(self, location_type: str) -> float:
        """Return the part of the truck sessions that is at a location type [1]."""
        whole = sum(self.truck_sessions_per_day.values())
        return self.truck_sessions_per_day.get(location_type, 0.0) / whole if whole > 0 else 0.0


def location_split(
    connection: duckdb.DuckDBPyConnection, year: int, scenario: str
) -> LocationSplit:
    """Return where charging lands, from the last run."""
    key = [latest_run(connection).run_id, year, scenario]
    energy = connection.execute(
        "SELECT NOT starts_with(terrain_id, ?), vehicle_class <> ?, location_type, "
        "sum(energy_kwh_per_year) FROM energy "
        "WHERE run_id = ? AND year = ? AND scenario = ? GROUP BY ALL",
        [OFF_TERRAIN_PREFIX, VEHICLE_CLASSES[0], *key],
    ).fetchall()
    [(foreign,)] = connection.execute(
        "SELECT coalesce(sum(foreign_energy_kwh_per_year), 0) FROM site_demand "
        "WHERE run_id = ? AND year = ? AND scenario = ?",
        key,
    ).fetchall()
    sessions = connection.execute(
        "SELECT location_type, sum(rigid_truck_sessions_per_day + tractor_sessions_per_day) "
        "FROM charging_sessions WHERE run_id = ? AND year = ? AND scenario = ? GROUP BY ALL",
        key,
    ).fetchall()
    return LocationSplit(
        {(bool(row[0]), bool(row[1]), str(row[2])): float(row[3]) for row in energy},
        float(foreign),
        {str(name): float(count) for name, count in sessions},
    )
