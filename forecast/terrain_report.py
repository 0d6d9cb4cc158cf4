"""What is known of one terrain, as a page about it shows it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from forecast.footprints import Footprint
from forecast.meter.rooms import MeteredRoom
from forecast.report_rows import (
    CandidateArea,
    FitYears,
    GridFit,
    HubFigures,
    ModelPeaks,
    PlanVerdict,
    PowerFigures,
)
from forecast.run_info import ImportedFile, RunInfo
from forecast.vocabulary import ON_TERRAIN, ON_TERRAIN_LOCATION_TYPES, VEHICLE_CLASSES
from forecast.zone_figures import ZoneFigures

if TYPE_CHECKING:
    from forecast.refinement_entry import Entry

_VAGUE_DISTANCE_KM: Final = 5.0
_TSO_SHORTAGE: Final = "shortage"


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

    @classmethod
    def of(cls, entry: Entry, *, is_applied: bool) -> Refinement:
        """Return what a page shows of an entry of the log."""
        told = {each.name: getattr(entry, each.name) for each in fields(cls)[:-1]}
        return cls(**told | {"value": float(entry.value or 0), "is_applied": is_applied})


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
