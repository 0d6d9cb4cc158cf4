"""How sure the totals of a region are: less is not known of many terrains together than of each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from forecast.run_info import RunInfo
from forecast.selection import Selection
from forecast.terrain_rows import Row
from forecast.vocabulary import MID_SCENARIO, ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES
from models.pooled_band import own_log_sd, pooled_log_sd, pooled_ratio

if TYPE_CHECKING:
    import duckdb

Key = tuple[int, str]
"""Year and scenario."""
Band = tuple[float, float]
"""p10 and p90."""
_ClassKey = tuple[int, str, str]
"""Year, scenario and vehicle class."""

_PEAK_ENDS: Final = """
WITH charged AS (
    SELECT terrain_id, vehicle_class, sum(energy_kwh_per_year) AS kwh FROM energy
    WHERE run_id = $run AND year = $year AND scenario = $scenario
    AND list_contains($places, location_type) GROUP BY ALL
), ends AS (
    SELECT terrain_id, sum(kwh) AS middle,
           sum(kwh * electric_vehicles_p10 / electric_vehicles) AS low,
           sum(kwh * electric_vehicles_p90 / electric_vehicles) AS high
    FROM charged JOIN electric_vehicles USING (terrain_id, vehicle_class)
    WHERE run_id = $run AND year = $year AND scenario = $scenario
    AND electric_vehicles > 0 GROUP BY ALL
)
SELECT design_peak_kw, design_peak_kw_p10 / design_peak_kw,
       design_peak_kw_p90 / design_peak_kw, low / middle, high / middle
FROM power JOIN power_bands USING (run_id, terrain_id, year, scenario, strategy)
JOIN ends USING (terrain_id)
WHERE run_id = $run AND year = $year AND scenario = $scenario AND location_type = $place
AND strategy = 'unmanaged' AND design_peak_kw_p10 > 0 AND low > 0
AND list_contains($terrains, terrain_id)
"""


def read_bands(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, selection: Selection
) -> tuple[dict[Key, Band], dict[Key, Band]]:
    """Return p10 and p90 of the vehicles, and of the energy over its p50, per year and scenario."""
    nation = _of_nation(connection, run)
    parts = _of_terrains(connection, run, selection)
    energy = _charged(connection, run, selection)
    vehicles_band, energy_band = {}, {}
    for year in run.years:
        for scenario in run.scenarios:
            vehicles, charged = [0.0, 0.0], [0.0, 0.0, 0.0]
            for name in VEHICLE_CLASSES:
                key = (year, scenario, name)
                found = parts.get(key, [])
                low, high = _factors(found, nation[key])
                total = sum(median for median, _, _ in found)
                vehicles = [vehicles[0] + total * low, vehicles[1] + total * high]
                kwh = energy.get(key, 0.0)
                charged = [charged[0] + kwh * low, charged[1] + kwh, charged[2] + kwh * high]
            vehicles_band[year, scenario] = (vehicles[0], vehicles[1])
            energy_band[year, scenario] = (
                (charged[0] / charged[1], charged[2] / charged[1]) if charged[1] else (1.0, 1.0)
            )
    return vehicles_band, energy_band


def read_peak_band(
    connection: duckdb.DuckDBPyConnection,
    run: RunInfo,
    year: int,
    selection: Selection,
    energy_band: Band,
) -> Band:
    """Return the band of the pooled unmanaged peak over its p50 [1].

    A peak grows less than in proportion to the energy below it, because chance evens out. How much
    less is taken from the terrains: the exponent of each, ``ln(peak ratio) / ln(energy ratio)``,
    weighted by its peak. A region of one terrain has that terrain's band.
    """
    rows = connection.execute(
        _PEAK_ENDS,
        {
            "run": run.run_id,
            "year": year,
            "scenario": MID_SCENARIO,
            "place": ON_TERRAIN,
            "places": list(ON_TERRAIN_LOCATION_TYPES),
            "terrains": list(selection.terrain_ids),
        },
    ).fetchall()
    total = sum(row[0] for row in rows)
    if total <= 0:
        return 1.0, 1.0
    low, high = (
        sum(row[0] * math.log(row[1 + end]) / math.log(row[3 + end]) for row in rows) / total
        for end in (0, 1)
    )
    return energy_band[0] ** low, energy_band[1] ** high


def _factors(parts: list[Row], nation: Row) -> tuple[float, float]:
    """Return p10 and p90 over p50 of a class in the region [1]."""
    p10, p50, p90 = nation
    below, above = p50 / p10, p90 / p50
    own_below = pooled_log_sd((n, own_log_sd(n / low, below)) for n, low, _ in parts)
    own_above = pooled_log_sd((n, own_log_sd(high / n, above)) for n, _, high in parts)
    return 1 / pooled_ratio(below, own_below), pooled_ratio(above, own_above)


def _of_nation(connection: duckdb.DuckDBPyConnection, run: RunInfo) -> dict[_ClassKey, Row]:
    """Return p10, p50 and p90 of the electric vehicles of the country."""
    rows = connection.execute(
        "SELECT year, scenario, vehicle_class, electric_vehicles_p10, electric_vehicles, "
        "electric_vehicles_p90 FROM national_electric WHERE run_id = ?",
        [run.run_id],
    )
    return {row[:3]: row[3:] for row in rows.fetchall()}


def _of_terrains(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, selection: Selection
) -> dict[_ClassKey, list[Row]]:
    """Return p50, p10 and p90 of the electric vehicles of each terrain that has any."""
    rows = connection.execute(
        "SELECT year, scenario, vehicle_class, electric_vehicles, electric_vehicles_p10, "
        "electric_vehicles_p90 FROM electric_vehicles WHERE run_id = ? "
        "AND electric_vehicles > 0 AND terrain_id IN (SELECT unnest(?))",
        [run.run_id, list(selection.terrain_ids)],
    )
    found: dict[_ClassKey, list[Row]] = {}
    for row in rows.fetchall():
        found.setdefault(row[:3], []).append(row[3:])
    return found


def _charged(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, selection: Selection
) -> dict[_ClassKey, float]:
    """Return what is charged on the terrains of the region together [kWh/year]."""
    rows = connection.execute(
        "SELECT year, scenario, vehicle_class, sum(energy_kwh_per_year) FROM energy "
        "WHERE run_id = ? AND list_contains(?, location_type) "
        "AND terrain_id IN (SELECT unnest(?)) GROUP BY ALL",
        [run.run_id, list(ON_TERRAIN_LOCATION_TYPES), list(selection.terrain_ids)],
    )
    return {row[:3]: row[3] for row in rows.fetchall()}
