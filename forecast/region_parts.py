"""What lies in a region in the last run: its terrains, zones, supply areas and inhabited places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from forecast.footprints import RADIUS_SQL
from forecast.run_info import RunInfo
from forecast.selection import MUNICIPALITY_COLUMNS, Selection
from forecast.vocabulary import MID_SCENARIO, NATION, ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES

if TYPE_CHECKING:
    import duckdb

_RANKED: Final = f"""
WITH peaks AS (
    SELECT terrain_id,
           max(design_peak_kw) FILTER (year = $year AND strategy = 'unmanaged') AS peak,
           max(design_peak_kw) FILTER (year = $year AND strategy = 'smart') AS smart,
           max(design_peak_kw) FILTER (year = $first AND strategy = 'unmanaged') AS before
    FROM power WHERE run_id = $run AND scenario = $scenario AND location_type = $place
    GROUP BY ALL
), electric AS (
    SELECT terrain_id, sum(electric_vehicles ORDER BY vehicle_class) AS vehicles
    FROM electric_vehicles
    WHERE run_id = $run AND scenario = $scenario AND year = $year GROUP BY ALL
), charged AS (
    SELECT terrain_id,
           sum(energy_kwh_per_year ORDER BY location_type, vehicle_class) AS kwh
    FROM energy WHERE run_id = $run AND scenario = $scenario AND year = $year
    AND list_contains($places, location_type) GROUP BY ALL
), classes AS (
    SELECT terrain_id, any_value(plan_class) FILTER (year = $year) AS now,
           any_value(plan_class) FILTER (year = $last) AS later,
           any_value(is_hub_in_reach) FILTER (year = $year) AS hub
    FROM plan_class WHERE run_id = $run AND scenario = $scenario GROUP BY ALL
), likeliest AS (
    SELECT terrain_id,
           arg_max(supply_area_id, (match_probability, supply_area_id)) AS supply_area_id
    FROM terrain_supply_areas WHERE run_id = $run GROUP BY ALL
)
SELECT t.terrain_id, terrain_name, municipality_name, net_ha, {RADIUS_SQL},
       t.x_rd_m, t.y_rd_m, location_quality, now, later, hub,
       coalesce(vehicles, 0), coalesce(kwh, 0), peak, smart,
       CASE WHEN $year = $first THEN peak ELSE greatest(peak - before, 0) END AS added,
       a.supply_area_id, a.grid_operator_name, a.status, a.demand_alleviation_year
FROM terrains t JOIN municipalities USING (municipality_code)
JOIN peaks USING (terrain_id) JOIN classes USING (terrain_id)
LEFT JOIN electric USING (terrain_id) LEFT JOIN charged USING (terrain_id)
LEFT JOIN likeliest USING (terrain_id) LEFT JOIN supply_areas a USING (supply_area_id)
WHERE list_contains($terrains, t.terrain_id)
ORDER BY added DESC, terrain_name, t.terrain_id
"""  # noqa: S608 - a constant
_AREAS: Final = """
WITH here AS (
    SELECT supply_area_id, sum(match_probability) AS terrains FROM terrain_supply_areas
    WHERE run_id = $run AND list_contains($terrains, terrain_id) GROUP BY ALL
), fits AS (
    SELECT supply_area_id,
           any_value(fits_after_queue_probability) FILTER (strategy = 'unmanaged') AS free,
           any_value(fits_after_queue_probability) FILTER (strategy = 'smart') AS smart
    FROM area_fit WHERE run_id = $run AND year = $year AND scenario = $scenario
    GROUP BY ALL
)
SELECT supply_area_id, grid_operator_name, status, terrains, demand_available_capacity_mw,
       demand_quoted_capacity_mw, demand_capacity_in_queue_mw, demand_alleviation_year,
       demand_alleviation, holds_on, free, smart
FROM here JOIN supply_areas USING (supply_area_id) LEFT JOIN fits USING (supply_area_id)
ORDER BY terrains DESC, supply_area_id
"""


@dataclass(frozen=True)
class RankedTerrain:
    """One terrain of the region in the year of the key figures, scenario mid.

    Attributes
    ----------
    plan_class, last_class
        In that year and in the last year of the run.
    electric_vehicles, energy_kwh_per_year, design_peak_kw, smart_peak_kw
        On the terrain; the peaks unmanaged and with smart charging.
    added_peak_kw
        What the unmanaged peak grows by since the first year; of a run of one year the peak itself.
    supply_area_id, grid_operator_name, area_status, relief_year
        Of its likeliest supply area, if any.
    """

    terrain_id: str
    terrain_name: str
    municipality_name: str
    net_ha: float
    footprint_radius_m: float
    x_rd_m: float
    y_rd_m: float
    location_quality: str
    plan_class: str
    last_class: str
    is_hub_in_reach: bool
    electric_vehicles: float
    energy_kwh_per_year: float
    design_peak_kw: float
    smart_peak_kw: float
    added_peak_kw: float
    supply_area_id: str | None
    grid_operator_name: str | None
    area_status: str | None
    relief_year: int | None


@dataclass(frozen=True)
class RegionZone:
    """A zero-emission zone in the region."""

    zone_name: str
    municipality_name: str
    start_date: date | None
    x_rd_m: float | None
    y_rd_m: float | None
    radius_m: float | None


@dataclass(frozen=True)
class RegionArea:
    """A supply area that terrains of the region may belong to.

    Attributes
    ----------
    terrains
        Of the region: the probabilities that each belongs here, added up.
    fits_probability, smart_fits_probability
        That the added power of all its terrains fits after the queue, unmanaged and smart, in the
        year of the key figures, scenario mid; None where its figures are not known.
    """

    supply_area_id: str
    grid_operator_name: str
    status: str
    terrains: float
    demand_available_capacity_mw: float | None
    demand_quoted_capacity_mw: float | None
    demand_capacity_in_queue_mw: float | None
    demand_alleviation_year: int | None
    demand_alleviation: str
    holds_on: date | None
    fits_probability: float | None
    smart_fits_probability: float | None


def read_terrains(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, year: int, selection: Selection
) -> tuple[RankedTerrain, ...]:
    """Return the terrains of the region, largest added peak first."""
    rows = connection.execute(
        _RANKED,
        {
            "run": run.run_id,
            "year": year,
            "first": min(run.years),
            "last": max(run.years),
            "scenario": MID_SCENARIO,
            "place": ON_TERRAIN,
            "places": list(ON_TERRAIN_LOCATION_TYPES),
            "terrains": list(selection.terrain_ids),
        },
    ).fetchall()
    return tuple(RankedTerrain(*row) for row in rows)


def read_zones(
    connection: duckdb.DuckDBPyConnection, selection: Selection
) -> tuple[RegionZone, ...]:
    """Return the zero-emission zones of its municipalities, the earliest first."""
    where, values = _where(selection)
    rows = connection.execute(
        "SELECT zone_name, municipality_name, start_date, z.x_rd_m, z.y_rd_m, "  # noqa: S608 - a closed list of columns
        "equivalent_radius_m FROM ze_zones z JOIN municipalities m USING (municipality_code) "
        f"WHERE {where} ORDER BY start_date NULLS LAST, zone_name",
        values,
    ).fetchall()
    return tuple(RegionZone(*row) for row in rows)


def read_areas(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, year: int, selection: Selection
) -> tuple[RegionArea, ...]:
    """Return the supply areas its terrains may belong to, those with most of them first."""
    rows = connection.execute(
        _AREAS,
        {
            "run": run.run_id,
            "year": year,
            "scenario": MID_SCENARIO,
            "terrains": list(selection.terrain_ids),
        },
    ).fetchall()
    return tuple(RegionArea(*row) for row in rows)


def read_places(
    connection: duckdb.DuckDBPyConnection, selection: Selection
) -> tuple[tuple[str, float, float], ...]:
    """Return name, easting and northing of its inhabited places, largest first [m]."""
    where, values = _where(selection)
    rows = connection.execute(
        "SELECT place_name, p.x_rd_m, p.y_rd_m FROM places p "  # noqa: S608 - a closed list of columns
        f"JOIN municipalities USING (municipality_code) WHERE {where} "
        "ORDER BY p.inhabitants DESC, place_name",
        values,
    ).fetchall()
    return tuple(rows)


def _where(selection: Selection) -> tuple[str, list[object]]:
    """Return the condition on `municipalities` that the region makes."""
    if selection.level == NATION:
        return "true", []
    return f"{MUNICIPALITY_COLUMNS[selection.level]} = ?", [selection.region_id]


def read_parents(connection: duckdb.DuckDBPyConnection, selection: Selection) -> tuple[str, ...]:
    """Return the province and the NAL region of a municipality; nothing of other regions."""
    if selection.level != "municipality":
        return ()
    [names] = connection.execute(
        "SELECT province_name, nal_region_name FROM municipalities WHERE municipality_code = ?",
        [selection.region_id],
    ).fetchall()
    return tuple(names)
