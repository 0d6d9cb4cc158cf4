"""Reading one terrain from a published run.

Only DuckDB is used and plain Python values come back, so that asking for one terrain pays for no
other library.

What counts where a page is to come at once: Python makes the class of a named tuple seven times as
fast as a dataclass, and DuckDB's first sort and first hash join of a process take longer than
reading a table. So rows of results are named tuples, which are sorted and joined here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from forecast.errors import DatabaseError, UnknownNameError
from forecast.footprints import Footprint, read_footprints
from forecast.meter.rooms import MeteredRoom, metered_rooms
from forecast.spoken import codes
from forecast.terrain_rows import Row, chunks, rows_by_terrain
from forecast.vocabulary import (
    ON_TERRAIN,
    ON_TERRAIN_LOCATION_TYPES,
    REFERENCE_YEAR,
    VEHICLE_CLASSES,
)
from forecast.zone_figures import ZoneFigures, zones_by_terrain

if TYPE_CHECKING:
    import duckdb


_VAGUE_DISTANCE_KM: Final = 5.0
_TSO_SHORTAGE: Final = "shortage"


@dataclass(frozen=True)
class ImportedFile:
    """A file that a user imported and a run used; a row of `editions`."""

    edition_id: str
    source_name: str
    dataset_name: str
    file_name: str
    reference_date: date | None
    licence: str


@dataclass(frozen=True)
class RunInfo:
    """The run that figures come from; ``imported`` in the order in which files were laid over."""

    run_id: str
    edition_id: str
    code_version: str
    assumptions_hash: str
    data_hashes: dict[str, str]
    scenarios: tuple[str, ...]
    years: tuple[int, ...]
    started_at: datetime
    ended_at: datetime
    imported: tuple[ImportedFile, ...] = ()

    @property
    def embedded_topics(self) -> frozenset[str]:
        """Folders of the embedded data that the run used a file of."""
        # Imported files stand behind the name of their source and a colon.
        files = (name for name in self.data_hashes if ":" not in name)
        return frozenset(name.partition("/")[0] for name in files)


@dataclass(frozen=True)
class TerrainFacts:
    """What the register says of a terrain."""

    terrain_id: str
    terrain_name: str
    municipality_code: str
    municipality_name: str
    province_name: str
    nal_region_name: str
    reference_year: int
    gross_ha: float
    net_ha: float
    issuable_ha: float
    ibis_type_code: str | None
    x_rd_m: float
    y_rd_m: float
    location_quality: str
    vehicles_edition_id: str
    vehicles_counted_per: str
    issue_codes: tuple[str, ...]
    footprint: Footprint


class PowerFigures(NamedTuple):
    """Power of one year, scenario, location type and strategy [kW]; see the table `power`."""

    design_peak_kw: float
    typical_peak_kw: float
    design_peak_16_21_kw: float
    design_peak_other_hours_kw: float
    served_share: float
    simultaneity_factor: float | None


class HubFigures(NamedTuple):
    """The shared hub that serves a terrain in one year and scenario."""

    hub_terrain_id: str
    hub_terrain_name: str
    hub_distance_km: float
    charge_points: int
    grid_connection_kw: float


@dataclass(frozen=True)
class CandidateArea:
    """A supply area that the terrain may belong to, with its published figures [MW]."""

    supply_area_id: str
    grid_operator_name: str
    match_probability: float
    area_match: str
    status: str
    demand_available_capacity_mw: float | None
    demand_quoted_capacity_mw: float | None
    demand_capacity_in_queue_mw: float | None
    demand_alleviation_year: int | None
    demand_alleviation: str
    tso_status: str
    tso_alleviation_year: int | None
    tso_alleviation: str
    holds_on: date | None


class GridFit(NamedTuple):
    """Probabilities over the candidate areas."""

    known_probability: float
    fits_probability: float
    fits_after_queue_probability: float
    relief_probability: float


class FitYears(NamedTuple):
    """First year from which the added power fits for good; None: not before 2050."""

    known_probability: float
    fits_from_year_p50: int | None
    fits_from_year_p90: int | None


class PlanVerdict(NamedTuple):
    """The plan class of one year and scenario, why, and what would change it.

    Attributes
    ----------
    plan_class, rule_code
        The class and the rule that gave it.
    margin, margin_score, next_class
        Distance of a score to the threshold beyond which the class is the next one [1].
    class_with_smart
        The class if companies charge smart by themselves.
    is_hub_in_reach, hub_reach_km
        Whether a shared hub stands within reach, and that reach by road [km].
    own_site_from_year
        Unmanaged charging fits for good from then on (p50); None: not before 2050, or not known.
    """

    plan_class: str
    rule_code: str
    margin: float | None
    margin_score: str | None
    next_class: str | None
    class_with_smart: str
    is_hub_in_reach: bool
    hub_reach_km: float
    own_site_from_year: int | None


@dataclass(frozen=True)
class Refinement:
    """A correction by an adviser that counts, newest last; see `forecast.fields`.

    Attributes
    ----------
    field, value, unit, year
        What is known, in its year if it holds in one.
    municipal_rest
        Whether the rest of the municipality gives way: rebalance or leave.
    author_name, observed_on, entered_at, reason, source
        Who, when and why.
    is_applied
        Whether the figures hold it; if not, a run is due.
    """

    field: str
    value: float
    unit: str
    year: int | None
    municipal_rest: str
    author_name: str
    observed_on: date
    entered_at: datetime
    reason: str
    source: str
    is_applied: bool


@dataclass(frozen=True)
class ModelPeaks:
    """What the model says of a refined terrain in a year and scenario, on depots and hub.

    Attributes
    ----------
    on_terrain_energy_kwh_per_year
        [kWh/year].
    unmanaged_design_peak_kw, smart_design_peak_kw, night_block_design_peak_kw
        [kW].
    """

    on_terrain_energy_kwh_per_year: float
    unmanaged_design_peak_kw: float
    smart_design_peak_kw: float
    night_block_design_peak_kw: float


@dataclass(frozen=True)
class TerrainReport:
    """Everything a page about one terrain shows.

    Attributes
    ----------
    vehicles
        Vehicles based here today, per vehicle class.
    fleet_basis
        ``modelled`` or ``refined``, per vehicle class.
    electric_vehicles
        Per (year, scenario, vehicle class), p50.
    electric_vehicles_band
        p10 and p90 of the same.
    energy_kwh_per_year
        Per (year, scenario, location type), all classes together [kWh/year].
    on_terrain_energy_by_class
        At depots and hubs together, per (year, scenario, vehicle class) [kWh/year].
    power
        Per (year, scenario, location type or ``on_terrain``, strategy).
    power_band
        p10 and p90 of the design peak of depots and hub together, per (year, scenario, strategy),
        for the strategies that carry one [kW].
    charge_points
        At the depots, expected, per (year, scenario, power class [kW]).
    hubs
        Per (year, scenario); none where no hub is within reach.
    zones
        Per year.
    areas
        Candidate supply areas, most probable first.
    grid_fit
        Per (year, scenario, strategy).
    fit_years
        Per (scenario, strategy); none where the figures of the area are not known.
    plan_class
        Per (year, scenario).
    model_vehicles, model_electric_vehicles
        The same as ``vehicles`` and ``electric_vehicles`` without any refinement.
    model_peaks
        Per (year, scenario); empty where the terrain itself is not refined.
    metered_room
        Room in contracts of companies that gave meter data; None where none did.
    """

    run: RunInfo
    terrain: TerrainFacts
    vehicles: dict[str, int]
    fleet_basis: dict[str, str]
    electric_vehicles: dict[tuple[int, str, str], float]
    electric_vehicles_band: dict[tuple[int, str, str], tuple[float, float]]
    energy_kwh_per_year: dict[tuple[int, str, str], float]
    on_terrain_energy_by_class: dict[tuple[int, str, str], float]
    power: dict[tuple[int, str, str, str], PowerFigures]
    power_band: dict[tuple[int, str, str], tuple[float, float]]
    charge_points: dict[tuple[int, str, int], float]
    hubs: dict[tuple[int, str], HubFigures]
    zones: dict[int, ZoneFigures]
    areas: tuple[CandidateArea, ...]
    grid_fit: dict[tuple[int, str, str], GridFit]
    fit_years: dict[tuple[str, str], FitYears]
    plan_class: dict[tuple[int, str], PlanVerdict]
    refinements: tuple[Refinement, ...]
    model_vehicles: dict[str, int]
    model_electric_vehicles: dict[tuple[int, str, str], float]
    model_peaks: dict[tuple[int, str], ModelPeaks]
    metered_room: MeteredRoom | None = None

    @property
    def is_refined(self) -> bool:
        """Whether refinements move its vehicles, its own or those of a terrain nearby."""
        return (
            bool(self.refinements)
            or self.vehicles != self.model_vehicles
            or self.electric_vehicles != self.model_electric_vehicles
        )

    @property
    def municipal_counts(self) -> ImportedFile | None:
        """The imported counts that took the place of the embedded vehicles of the municipality."""
        edition_id = self.terrain.vehicles_edition_id
        return next((file for file in self.run.imported if file.edition_id == edition_id), None)

    @property
    def is_late(self) -> bool:
        """Whether refinements were recorded that the figures don't hold yet."""
        return not all(each.is_applied for each in self.refinements)

    @property
    def refined_values(self) -> dict[str, float]:
        """What advisers know of the terrain that holds in no particular year, by field."""
        return {each.field: each.value for each in self.refinements if each.year is None}

    def all_electric_vehicles(self, year: int, scenario: str) -> float:
        """Return the electric vehicles of all classes, p50."""
        return sum(self.electric_vehicles[year, scenario, name] for name in VEHICLE_CLASSES)

    def all_electric_vehicles_band(self, year: int, scenario: str) -> tuple[float, float]:
        """Return all classes at their p10, and all at their p90: they are sure or not together."""
        bands = [self.electric_vehicles_band[year, scenario, name] for name in VEHICLE_CLASSES]
        return sum(low for low, _ in bands), sum(high for _, high in bands)

    def on_terrain_energy_band(self, year: int, scenario: str) -> tuple[float, float]:
        """Return the energy on the terrain with all classes at p10, and at p90 [kWh/year].

        Energy goes with the number of vehicles; what kilometres and consumption add to the band is
        not in it.
        """
        low = high = 0.0
        for name in VEHICLE_CLASSES:
            vehicles = self.electric_vehicles[year, scenario, name]
            if vehicles > 0:
                each = self.on_terrain_energy_by_class[year, scenario, name] / vehicles
                low += each * self.electric_vehicles_band[year, scenario, name][0]
                high += each * self.electric_vehicles_band[year, scenario, name][1]
        return low, high

    def on_terrain_energy_kwh_per_year(self, year: int, scenario: str) -> float:
        """Return what is charged on the terrain itself, at depots and hubs [kWh/year]."""
        return sum(
            self.energy_kwh_per_year.get((year, scenario, location_type), 0.0)
            for location_type in ON_TERRAIN_LOCATION_TYPES
        )

    def on_terrain_power(self, year: int, scenario: str, strategy: str) -> PowerFigures:
        """Return the power of depots and hubs together."""
        return self.power[year, scenario, ON_TERRAIN, strategy]


def transmission_shortage(report: TerrainReport, year: int) -> CandidateArea | None:
    """Return the likeliest area if its transmission grid is short at the end of a year, else none.

    Without a year of relief it is taken to last.
    """
    if not report.areas:
        return None
    area = report.areas[0]
    is_short = area.tso_status == _TSO_SHORTAGE
    lasts = area.tso_alleviation_year is None or area.tso_alleviation_year > year
    return area if is_short and lasts else None


def is_zone_distance_known(location_quality: str, distance_km: float) -> bool:
    """Return whether the distance from a terrain to a zone may be told.

    A point that only knows its municipality lies near the middle of it, as zones do: whether such a
    terrain is inside or some kilometres off is not known.
    """
    return location_quality != "gemeente" or distance_km >= _VAGUE_DISTANCE_KM


def read_runs(connection: duckdb.DuckDBPyConnection) -> list[RunInfo]:
    """Return every run that was published, the last first; few of them still have results."""
    rows = connection.execute(
        "SELECT run_id, edition_id, code_version, assumptions_hash, data_hashes, scenario_set, "
        "years, started_at, ended_at FROM runs"
    ).fetchall()
    imported = _imported(connection)
    # Few rows: having DuckDB sort them takes longer than reading them.
    rows.sort(key=lambda row: (-row[-1].timestamp(), row[0]))
    return [
        RunInfo(
            run_id,
            edition_id,
            version,
            digest,
            json.loads(hashes),
            tuple(scenarios.split(",")),
            tuple(int(year) for year in years.split(",")),
            started,
            ended,
            tuple(imported.get(run_id, ())),
        )
        for run_id, edition_id, version, digest, hashes, scenarios, years, started, ended in rows
    ]


def _imported(connection: duckdb.DuckDBPyConnection) -> dict[str, list[ImportedFile]]:
    """Return the imported files that each run used."""
    used = connection.execute("SELECT run_id, edition_id FROM run_editions").fetchall()
    if not used:
        return {}
    editions = {
        edition_id: (imported_at, ImportedFile(edition_id, *facts))
        for edition_id, imported_at, *facts in connection.execute(
            "SELECT edition_id, imported_at, source_name, dataset_name, file_name, reference_date, "
            "licence "
            "FROM editions"
        ).fetchall()
    }
    found: dict[str, list[ImportedFile]] = {}
    for run_id, edition_id in sorted(used, key=lambda row: (editions[row[1]][0], row[1])):
        found.setdefault(run_id, []).append(editions[edition_id][1])
    return found


def latest_run(connection: duckdb.DuckDBPyConnection) -> RunInfo:
    """Return the last published run of an opened database (see `forecast.store.open_published`)."""
    runs = read_runs(connection)
    if not runs:
        raise DatabaseError("no_run_yet")
    return runs[0]


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
    def rows(sql: str) -> dict[str, list[Row]]:
        return rows_by_terrain(connection, sql, [run.run_id], terrain_ids)

    fleet = rows(
        "SELECT terrain_id, vehicle_class, vehicles, basis, model_vehicles FROM fleet "
        "WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    electric = rows(
        "SELECT terrain_id, year, scenario, vehicle_class, electric_vehicles, "
        "electric_vehicles_p10, electric_vehicles_p90, model_electric_vehicles "
        "FROM electric_vehicles "
        "WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    energy = rows(
        "SELECT terrain_id, year, scenario, location_type, vehicle_class, energy_kwh_per_year "
        "FROM energy WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    for of_terrain in energy.values():  # adding up in one order gives one sum
        of_terrain.sort(key=lambda row: row[2:4])
    power = rows(
        "SELECT terrain_id, year, scenario, location_type, strategy, design_peak_kw, "
        "typical_peak_kw, design_peak_16_21_kw, design_peak_other_hours_kw, served_share, "
        "simultaneity_factor FROM power WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    power_bands = rows(
        "SELECT terrain_id, year, scenario, strategy, design_peak_kw_p10, design_peak_kw_p90 "
        "FROM power_bands WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    charge_points = rows(
        "SELECT place_id, year, scenario, power_class_kw, charge_points FROM charge_points "
        "WHERE run_id = ? AND place_id IN {terrains} AND location_type = 'depot'"
    )
    hubs = rows(
        "SELECT s.terrain_id, s.year, s.scenario, s.hub_terrain_id, t.terrain_name, "
        "s.hub_distance_km, h.charge_points, h.grid_connection_kw FROM terrain_hubs s "
        "JOIN hubs h ON h.run_id = s.run_id AND h.terrain_id = s.hub_terrain_id "
        "AND h.year = s.year AND h.scenario = s.scenario "
        "JOIN terrains t ON t.terrain_id = s.hub_terrain_id "
        "WHERE s.run_id = ? AND s.terrain_id IN {terrains}"
    )
    areas = _candidate_areas(connection, run.run_id, terrain_ids)
    grid_fit = rows(
        "SELECT terrain_id, year, scenario, strategy, known_probability, fits_probability, "
        "fits_after_queue_probability, relief_probability FROM grid_fit "
        "WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    fit_years = rows(
        "SELECT terrain_id, scenario, strategy, known_probability, fits_from_year_p50, "
        "fits_from_year_p90 FROM fit_years WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    plan_class = rows(
        "SELECT terrain_id, year, scenario, plan_class, rule_code, margin, margin_score, "
        "next_class, class_with_smart, is_hub_in_reach, hub_reach_km, own_site_from_year "
        "FROM plan_class WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    refinements = _refinements(connection, run, terrain_ids)
    model_peaks = rows(
        "SELECT terrain_id, year, scenario, on_terrain_energy_kwh_per_year, "
        "unmanaged_design_peak_kw, smart_design_peak_kw, night_block_design_peak_kw "
        "FROM model_figures WHERE run_id = ? AND terrain_id IN {terrains}"
    )
    facts = _terrain_facts(connection, terrain_ids)
    zones = zones_by_terrain(connection, run.run_id, terrain_ids)
    metered = metered_rooms(connection, terrain_ids)
    for key in terrain_ids:
        yield TerrainReport(
            run=run,
            terrain=facts[key],
            vehicles={row[0]: row[1] for row in fleet[key]},
            fleet_basis={row[0]: row[2] for row in fleet[key]},
            electric_vehicles={row[:3]: row[3] for row in electric[key]},
            electric_vehicles_band={row[:3]: row[4:6] for row in electric[key]},
            energy_kwh_per_year=_sums((row[:3], row[4]) for row in energy[key]),
            on_terrain_energy_by_class=_sums(
                ((*row[:2], row[3]), row[4])
                for row in energy[key]
                if row[2] in ON_TERRAIN_LOCATION_TYPES
            ),
            power={row[:4]: PowerFigures(*row[4:]) for row in power[key]},
            power_band={row[:3]: row[3:] for row in power_bands[key]},
            charge_points={row[:3]: row[3] for row in charge_points[key]},
            hubs={row[:2]: HubFigures(*row[2:]) for row in hubs[key]},
            zones=zones[key],
            areas=areas[key],
            grid_fit={row[:3]: GridFit(*row[3:]) for row in grid_fit[key]},
            fit_years={row[:2]: FitYears(*row[2:]) for row in fit_years[key]},
            plan_class={row[:2]: PlanVerdict(*row[2:]) for row in plan_class[key]},
            refinements=tuple(refinements.get(key, ())),
            model_vehicles={row[0]: row[3] for row in fleet[key]},
            model_electric_vehicles={row[:3]: row[6] for row in electric[key]},
            model_peaks={row[:2]: ModelPeaks(*row[2:]) for row in model_peaks[key]},
            metered_room=metered[key],
        )


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
            Refinement(
                entry.field,
                float(entry.value or 0),
                entry.unit,
                entry.year,
                entry.municipal_rest,
                entry.author_name,
                entry.observed_on,
                entry.entered_at,
                entry.reason,
                entry.source,
                entry.refinement_id in applied,
            )
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


def check_year_of_run(run: RunInfo, year: int | None) -> int:
    """Return the year if the run holds it; without one, 2030 or else the middle year.

    Raises
    ------
    UnknownNameError
        With the years of the run.
    """
    if year is None:
        middle = run.years[len(run.years) // 2]
        return REFERENCE_YEAR if REFERENCE_YEAR in run.years else middle
    if year not in run.years:
        raise UnknownNameError("year_of_run", str(year), run.years)
    return year


def check_scenario_of_run(run: RunInfo, scenario: str) -> str:
    """Return the scenario if the run holds it.

    Raises
    ------
    UnknownNameError
        With the scenarios of the run.
    """
    if scenario not in run.scenarios:
        raise UnknownNameError("scenario", scenario, codes("common.scenario", run.scenarios))
    return scenario
