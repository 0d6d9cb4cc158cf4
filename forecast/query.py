"""Reading one terrain from a published run.

Only DuckDB is used and plain Python values come back, so that asking for one terrain pays for no
other library.

What counts where a page is to come at once: Python makes the class of a named tuple seven times as
fast as a dataclass, and DuckDB's first sort and first hash join of a process take longer than
reading a table. So rows of results are named tuples, which are sorted and joined here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from forecast.footprints import read_footprints
from forecast.meter.rooms import metered_rooms
from forecast.report_rows import (
    CandidateArea,
    FitYears,
    GridFit,
    HubFigures,
    ModelPeaks,
    PlanVerdict,
    PowerFigures,
)
from forecast.run_info import RunInfo, latest_run
from forecast.terrain_report import Refinement, TerrainFacts, TerrainReport
from forecast.terrain_rows import Row, chunks, rows_by_terrain
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES
from forecast.zone_figures import zones_by_terrain

if TYPE_CHECKING:
    import duckdb


_SQL: Final = {
    "fleet": (
        "SELECT terrain_id, vehicle_class, vehicles, basis, model_vehicles FROM fleet "
        "WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "electric": (
        "SELECT terrain_id, year, scenario, vehicle_class, electric_vehicles, "
        "electric_vehicles_p10, electric_vehicles_p90, model_electric_vehicles "
        "FROM electric_vehicles "
        "WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "energy": (
        "SELECT terrain_id, year, scenario, location_type, vehicle_class, energy_kwh_per_year "
        "FROM energy WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "power": (
        "SELECT terrain_id, year, scenario, location_type, strategy, design_peak_kw, "
        "typical_peak_kw, design_peak_16_21_kw, design_peak_other_hours_kw, served_share, "
        "simultaneity_factor FROM power WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "power_bands": (
        "SELECT terrain_id, year, scenario, strategy, design_peak_kw_p10, design_peak_kw_p90 "
        "FROM power_bands WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "charge_points": (
        "SELECT place_id, year, scenario, power_class_kw, charge_points FROM charge_points "
        "WHERE run_id = ? AND place_id IN {terrains} AND location_type = 'depot'"
    ),
    "hubs": (
        "SELECT s.terrain_id, s.year, s.scenario, s.hub_terrain_id, t.terrain_name, "
        "s.hub_distance_km, h.charge_points, h.grid_connection_kw FROM terrain_hubs s "
        "JOIN hubs h ON h.run_id = s.run_id AND h.terrain_id = s.hub_terrain_id "
        "AND h.year = s.year AND h.scenario = s.scenario "
        "JOIN terrains t ON t.terrain_id = s.hub_terrain_id "
        "WHERE s.run_id = ? AND s.terrain_id IN {terrains}"
    ),
    "grid_fit": (
        "SELECT terrain_id, year, scenario, strategy, known_probability, fits_probability, "
        "fits_after_queue_probability, relief_probability FROM grid_fit "
        "WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "fit_years": (
        "SELECT terrain_id, scenario, strategy, known_probability, fits_from_year_p50, "
        "fits_from_year_p90 FROM fit_years WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "plan_class": (
        "SELECT terrain_id, year, scenario, plan_class, rule_code, margin, margin_score, "
        "next_class, class_with_smart, is_hub_in_reach, hub_reach_km, own_site_from_year "
        "FROM plan_class WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
    "model_peaks": (
        "SELECT terrain_id, year, scenario, on_terrain_energy_kwh_per_year, "
        "unmanaged_design_peak_kw, smart_design_peak_kw, night_block_design_peak_kw "
        "FROM model_figures WHERE run_id = ? AND terrain_id IN {terrains}"
    ),
}
"""What is read of each terrain of a run, row by row."""


def terrain_report(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> TerrainReport:
    """Return everything about one terrain from the last run.

    Parameters
    ----------
    connection
        An opened database with a published run.
    terrain_id
        An existing terrain; see `forecast.search.find_terrain` for finding one by name.
    """
    [report] = terrain_reports(connection, [terrain_id])
    return report


def terrain_reports(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]
) -> Iterator[TerrainReport]:
    """Yield everything about existing terrains from the last run, in their order.

    Each table is read once for some terrains together.
    """
    run = latest_run(connection)
    for chunk in chunks(terrain_ids):
        yield from _reports(connection, run, chunk)


def _reports(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, terrain_ids: Sequence[str]
) -> Iterator[TerrainReport]:
    rows = {
        name: rows_by_terrain(connection, sql, [run.run_id], terrain_ids)
        for name, sql in _SQL.items()
    }
    for of_terrain in rows["energy"].values():  # adding up in one order gives one sum
        of_terrain.sort(key=lambda row: row[2:4])
    facts = _terrain_facts(connection, terrain_ids)
    areas = _candidate_areas(connection, run.run_id, terrain_ids)
    refinements = _refinements(connection, run, terrain_ids)
    zones = zones_by_terrain(connection, run.run_id, terrain_ids)
    metered = metered_rooms(connection, terrain_ids)
    for key in terrain_ids:
        yield TerrainReport(
            run=run,
            terrain=facts[key],
            zones=zones[key],
            areas=areas[key],
            refinements=tuple(refinements.get(key, ())),
            metered_room=metered[key],
            **_figures({name: of_terrain[key] for name, of_terrain in rows.items()}),
        )


def _figures(rows: Mapping[str, list[Row]]) -> dict[str, Any]:
    """Return what the results say of one terrain, by attribute of its report."""
    fleet, electric, energy = rows["fleet"], rows["electric"], rows["energy"]
    return {
        "vehicles": {row[0]: row[1] for row in fleet},
        "fleet_basis": {row[0]: row[2] for row in fleet},
        "model_vehicles": {row[0]: row[3] for row in fleet},
        "electric_vehicles": {row[:3]: row[3] for row in electric},
        "electric_vehicles_band": {row[:3]: row[4:6] for row in electric},
        "model_electric_vehicles": {row[:3]: row[6] for row in electric},
        "energy_kwh_per_year": _sums((row[:3], row[4]) for row in energy),
        "on_terrain_energy_by_class": _sums(
            ((*row[:2], row[3]), row[4]) for row in energy if row[2] in ON_TERRAIN_LOCATION_TYPES
        ),
        "power": {row[:4]: PowerFigures(*row[4:]) for row in rows["power"]},
        "power_band": {row[:3]: row[3:] for row in rows["power_bands"]},
        "charge_points": {row[:3]: row[3] for row in rows["charge_points"]},
        "hubs": {row[:2]: HubFigures(*row[2:]) for row in rows["hubs"]},
        "grid_fit": {row[:3]: GridFit(*row[3:]) for row in rows["grid_fit"]},
        "fit_years": {row[:2]: FitYears(*row[2:]) for row in rows["fit_years"]},
        "plan_class": {row[:2]: PlanVerdict(*row[2:]) for row in rows["plan_class"]},
        "model_peaks": {row[:2]: ModelPeaks(*row[2:]) for row in rows["model_peaks"]},
    }


def _refinements(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, terrain_ids: Sequence[str]
) -> dict[str, list[Refinement]]:
    """Return the refinements that count, per terrain that has any, in the order of entry."""
    held = rows_by_terrain(
        connection,
        "SELECT terrain_id FROM refinements WHERE terrain_id IN {terrains}",
        [],
        terrain_ids,
    )
    if not any(held.values()):
        return {}
    # Most terrains have none, and then these are not loaded.
    from forecast.refinement_entry import active
    from forecast.refinement_log import read_entries

    entries = active(read_entries(connection, terrain_ids))
    applied = {
        key
        for (key,) in connection.execute(
            "SELECT refinement_id FROM applied_refinements WHERE run_id = ?", [run.run_id]
        ).fetchall()
    }
    found: dict[str, list[Refinement]] = {}
    for entry in entries:
        found.setdefault(entry.terrain_id, []).append(
            Refinement.of(entry, is_applied=entry.refinement_id in applied)
        )
    return found


def _sums(parts: Iterable[tuple[Row, float]]) -> dict[Any, float]:
    """Return the sum of the parts of each key, added in their order."""
    sums: dict[Any, float] = {}
    for key, value in parts:
        sums[key] = sums.get(key, 0.0) + value
    return sums


def _candidate_areas(
    connection: duckdb.DuckDBPyConnection, run_id: str, terrain_ids: Sequence[str]
) -> dict[str, tuple[CandidateArea, ...]]:
    """Return the candidate areas of terrains, most probable first."""
    matches = rows_by_terrain(
        connection,
        "SELECT terrain_id, supply_area_id, match_probability, area_match "
        "FROM terrain_supply_areas WHERE run_id = ? AND terrain_id IN {terrains}",
        [run_id],
        terrain_ids,
    )
    area_ids = sorted({row[0] for of_terrain in matches.values() for row in of_terrain})
    figures = rows_by_terrain(
        connection,
        "SELECT supply_area_id, grid_operator_name, status, demand_available_capacity_mw, "
        "demand_quoted_capacity_mw, demand_capacity_in_queue_mw, demand_alleviation_year, "
        "demand_alleviation, tso_status, tso_alleviation_year, tso_alleviation, holds_on "
        "FROM supply_areas WHERE supply_area_id IN {terrains}",
        [],
        area_ids,
    )
    areas = {}
    for key, of_terrain in matches.items():
        of_terrain.sort(key=lambda row: (-row[1], row[0]))
        areas[key] = tuple(
            CandidateArea(area_id, operator, probability, match, *rest)
            for area_id, probability, match in of_terrain
            for operator, *rest in figures[area_id]
        )
    return areas


def _terrain_facts(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]
) -> dict[str, TerrainFacts]:
    facts = rows_by_terrain(
        connection,
        "SELECT terrain_id, terrain_id, terrain_name, municipality_code, municipality_name, "
        "province_name, nal_region_name, reference_year, gross_ha, net_ha, issuable_ha, "
        "ibis_type_code, t.x_rd_m, t.y_rd_m, location_quality, "
        "vehicles_registered.edition_id, vehicles_counted_per "
        "FROM terrains t JOIN municipalities m USING (municipality_code) "
        "JOIN vehicles_registered USING (municipality_code) "
        "WHERE terrain_id IN {terrains}",
        [],
        terrain_ids,
    )
    issues = rows_by_terrain(
        connection,
        "SELECT terrain_id, issue_code FROM register_issues WHERE terrain_id IN {terrains}",
        [],
        terrain_ids,
    )
    footprints = read_footprints(connection, terrain_ids)
    return {
        key: TerrainFacts(*(*row, tuple(sorted(code for (code,) in issues[key])), footprints[key]))
        for key, [row] in facts.items()
    }
