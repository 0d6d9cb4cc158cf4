"""Everything about one region from a published run: a municipality, province, NAL region, nation.

Totals are those of `regional_summary`; peaks are pooled, not added. Terrains are ranked by what
they add to the grid. Only DuckDB is used and plain Python values come back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from forecast.day_curve import pooled_day_curves
from forecast.footprints import RADIUS_SQL
from forecast.query import RunInfo, check_year_of_run, latest_run
from forecast.region_figures import RegionFigures, regional_figures
from forecast.region_shapes import RegionShapes, read_region_shapes
from forecast.selection import MUNICIPALITY_COLUMNS, Selection
from forecast.terrain_rows import Row
from forecast.vocabulary import (
    MID_SCENARIO,
    NATION,
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from models.pooled_band import own_log_sd, pooled_log_sd, pooled_ratio

if TYPE_CHECKING:
    import duckdb


Key = tuple[int, str]
"""Year and scenario."""


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


@dataclass(frozen=True)
class RegionReport:
    """Everything that a page about a region shows.

    Attributes
    ----------
    parents
        Names of the province and the NAL region that a municipality lies in.
    year
        Of the key figures.
    net_ha, gross_ha
        Of all its terrains.
    figures
        Per (year, scenario).
    vehicles_band
        p10 and p90 of the electric vehicles, all classes, per (year, scenario).
    energy_band
        The same of the energy on the terrains, over its p50 [1].
    peak_band
        p10 and p90 of the unmanaged peak in the year of the key figures, scenario mid, over its
        p50 [1].
    terrains
        Largest added peak first.
    curves_kw
        Load through a winter working day per strategy, of all terrains steered as one [kW].
    places
        Name, easting and northing of inhabited places, largest first.
    shapes
        Outlines, as far as they are known.
    """

    run: RunInfo
    selection: Selection
    parents: tuple[str, ...]
    year: int
    net_ha: float
    gross_ha: float
    figures: dict[Key, RegionFigures]
    vehicles_band: dict[Key, tuple[float, float]]
    energy_band: dict[Key, tuple[float, float]]
    peak_band: tuple[float, float]
    terrains: tuple[RankedTerrain, ...]
    zones: tuple[RegionZone, ...]
    areas: tuple[RegionArea, ...]
    curves_kw: dict[str, list[float]]
    places: tuple[tuple[str, float, float], ...]
    shapes: RegionShapes

    def electric_vehicles(self, year: int, scenario: str) -> float:
        """Return the electric vans and trucks, p50."""
        figures = self.figures[year, scenario]
        return figures.electric_vans + figures.electric_trucks

    def energy_kwh_per_year(self, year: int, scenario: str) -> float:
        """Return what is charged on the terrains, at depots and hubs [kWh/year]."""
        figures = self.figures[year, scenario]
        return figures.depot_energy_kwh_per_year + figures.shared_hub_energy_kwh_per_year


def region_report(connection: duckdb.DuckDBPyConnection, selection: Selection) -> RegionReport:
    """Return everything about a region from the last run; see `forecast.selection`."""
    run = latest_run(connection)
    year = check_year_of_run(run, None)
    vehicles_band, energy_band = _bands(connection, run, selection)
    [(net_ha, gross_ha)] = connection.execute(
        "SELECT coalesce(sum(net_ha), 0), coalesce(sum(gross_ha), 0) FROM terrains "
        "WHERE terrain_id IN (SELECT unnest(?))",
        [list(selection.terrain_ids)],
    ).fetchall()
    figures = {
        (row.year, row.scenario): row
        for row in regional_figures(connection, selection.level, region_id=selection.region_id)
    }
    at_year = figures[year, MID_SCENARIO]
    zones = _zones(connection, selection)
    return RegionReport(
        run=run,
        selection=selection,
        parents=_parents(connection, selection),
        year=year,
        net_ha=net_ha,
        gross_ha=gross_ha,
        figures=figures,
        vehicles_band=vehicles_band,
        energy_band=energy_band,
        peak_band=_peak_band(connection, run, year, selection, energy_band[year, MID_SCENARIO]),
        terrains=_terrains(connection, run, year, selection),
        zones=zones,
        areas=_areas(connection, run, year, selection),
        curves_kw=pooled_day_curves(
            connection,
            selection.terrain_ids,
            {name: at_year.design_peak_kw(name) for name in STRATEGIES},
            year,
            MID_SCENARIO,
        ),
        places=_places(connection, selection),
        shapes=read_region_shapes(connection, selection, [zone.zone_name for zone in zones]),
    )


def _where(selection: Selection) -> tuple[str, list[object]]:
    """Return the condition on `municipalities` that the region makes."""
    if selection.level == NATION:
        return "true", []
    return f"{MUNICIPALITY_COLUMNS[selection.level]} = ?", [selection.region_id]


def _parents(connection: duckdb.DuckDBPyConnection, selection: Selection) -> tuple[str, ...]:
    if selection.level != "municipality":
        return ()
    [names] = connection.execute(
        "SELECT province_name, nal_region_name FROM municipalities WHERE municipality_code = ?",
        [selection.region_id],
    ).fetchall()
    return tuple(names)


def _terrains(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, year: int, selection: Selection
) -> tuple[RankedTerrain, ...]:
    rows = connection.execute(
        f"""
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
        """,  # noqa: S608 - a constant
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


def _bands(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, selection: Selection
) -> tuple[dict[Key, tuple[float, float]], dict[Key, tuple[float, float]]]:
    """Return p10 and p90 of the vehicles, and of the energy over its p50, per year and scenario."""
    nation = {
        row[:3]: row[3:]
        for row in connection.execute(
            "SELECT year, scenario, vehicle_class, electric_vehicles_p10, electric_vehicles, "
            "electric_vehicles_p90 FROM national_electric WHERE run_id = ?",
            [run.run_id],
        ).fetchall()
    }
    parts: dict[tuple[int, str, str], list[Row]] = {}
    for row in connection.execute(
        "SELECT year, scenario, vehicle_class, electric_vehicles, electric_vehicles_p10, "
        "electric_vehicles_p90 FROM electric_vehicles WHERE run_id = ? "
        "AND electric_vehicles > 0 AND terrain_id IN (SELECT unnest(?))",
        [run.run_id, list(selection.terrain_ids)],
    ).fetchall():
        parts.setdefault(row[:3], []).append(row[3:])
    energy = {
        row[:3]: row[3]
        for row in connection.execute(
            "SELECT year, scenario, vehicle_class, sum(energy_kwh_per_year) FROM energy "
            "WHERE run_id = ? AND list_contains(?, location_type) "
            "AND terrain_id IN (SELECT unnest(?)) GROUP BY ALL",
            [run.run_id, list(ON_TERRAIN_LOCATION_TYPES), list(selection.terrain_ids)],
        ).fetchall()
    }
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


def _factors(parts: list[Row], nation: Row) -> tuple[float, float]:
    """Return p10 and p90 over p50 of a class in the region [1]."""
    p10, p50, p90 = nation
    below, above = p50 / p10, p90 / p50
    own_below = pooled_log_sd((n, own_log_sd(n / low, below)) for n, low, _ in parts)
    own_above = pooled_log_sd((n, own_log_sd(high / n, above)) for n, _, high in parts)
    return 1 / pooled_ratio(below, own_below), pooled_ratio(above, own_above)


def _peak_band(
    connection: duckdb.DuckDBPyConnection,
    run: RunInfo,
    year: int,
    selection: Selection,
    energy_band: tuple[float, float],
) -> tuple[float, float]:
    """Return the band of the pooled unmanaged peak over its p50 [1].

    A peak grows less than in proportion to the energy below it, because chance evens out. How much
    less is taken from the terrains: the exponent of each, ``ln(peak ratio) / ln(energy ratio)``,
    weighted by its peak. A region of one terrain has that terrain's band.
    """
    rows = connection.execute(
        """
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
        """,
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


def _zones(connection: duckdb.DuckDBPyConnection, selection: Selection) -> tuple[RegionZone, ...]:
    where, values = _where(selection)
    rows = connection.execute(
        "SELECT zone_name, municipality_name, start_date, z.x_rd_m, z.y_rd_m, "  # noqa: S608 - a closed list of columns
        "equivalent_radius_m FROM ze_zones z JOIN municipalities m USING (municipality_code) "
        f"WHERE {where} ORDER BY start_date NULLS LAST, zone_name",
        values,
    ).fetchall()
    return tuple(RegionZone(*row) for row in rows)


def _areas(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, year: int, selection: Selection
) -> tuple[RegionArea, ...]:
    rows = connection.execute(
        """
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
        """,
        {
            "run": run.run_id,
            "year": year,
            "scenario": MID_SCENARIO,
            "terrains": list(selection.terrain_ids),
        },
    ).fetchall()
    return tuple(RegionArea(*row) for row in rows)


def _places(
    connection: duckdb.DuckDBPyConnection, selection: Selection
) -> tuple[tuple[str, float, float], ...]:
    where, values = _where(selection)
    rows = connection.execute(
        "SELECT place_name, p.x_rd_m, p.y_rd_m FROM places p "  # noqa: S608 - a closed list of columns
        f"JOIN municipalities USING (municipality_code) WHERE {where} "
        "ORDER BY p.inhabitants DESC, place_name",
        values,
    ).fetchall()
    return tuple(rows)
