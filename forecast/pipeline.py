"""The main job, told in the order a planner tells it.

register -> zone exposure -> fleet per terrain and class -> electric share per class, year and
scenario -> electric vehicles -> refinements laid over both -> energy by location type (own-site
access by the grid status of today, never the computed fit) -> power by location type and strategy
-> grid fit -> plan class.

A step is a function whose parameters are the names of what it needs; `STEPS` holds them in order,
so that a figure can be explained later by walking back through the same functions that made it.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from forecast import invariants, overlays
from forecast.area_fit import area_fit_by_year_of, area_fit_of, measure_area_fit
from forecast.area_power import estimate_area_power
from forecast.assumptions import ScenarioSet
from forecast.charging import estimate_energy, estimate_own_site_access
from forecast.errors import StepError, UnknownNameError
from forecast.fleet import estimate_municipal_fleet, spread_fleet, weigh_terrains
from forecast.grid_fit import estimate_grid_fit, find_fit_years
from forecast.growth import average_zone_exposure, find_base_fleet, grow_classes, summarise_growth
from forecast.hubs import hubs_of, plan_hubs, site_terrain_hubs, terrain_hubs_of
from forecast.load_profiles import tabulate_load_profiles
from forecast.model_figures import estimate_model_figures
from forecast.national import summarise_nation
from forecast.own_parameters import (
    count_own_sessions,
    describe_own_session_types,
    find_parameters_on_register,
    tabulate_own_profiles,
)
from forecast.places import collect_charge_points
from forecast.plan_class import classify
from forecast.plan_scores import score_terrains
from forecast.plan_sensitivity import measure_sensitivity, move_thresholds, move_transmission
from forecast.points import estimate_depot_points
from forecast.power import estimate_terrain_power
from forecast.power_bands import estimate_power_bands
from forecast.refine import list_applied, refine_electric, refine_fleet
from forecast.regional import estimate_municipal_shift
from forecast.regions import (
    gather_terrain_figures,
    list_region_members,
    pool_peaks,
    summarise_regions,
)
from forecast.schema import conform, tables_of
from forecast.session_types import describe_session_types, name_sessions, select_terrain_sessions
from forecast.sessions import charging_by_year, count_sessions
from forecast.sites import estimate_foreign_energy, plan_sites, site_demand_of
from forecast.sources.embedded import SourceData
from forecast.spoken import say
from forecast.supply_match import match_supply_areas
from forecast.terrain_counts import learn_terrain_counts, summarise_learning, weigh_by_class
from forecast.terrain_growth import estimate_electric_vehicles
from forecast.vehicle_energy import estimate_vehicle_energy
from forecast.vocabulary import FIRST_YEAR, LAST_YEAR
from forecast.zones import measure_exposure_by_year, state_zone_advance

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """One step of the forecast: what it makes, by which function, and what a person calls it."""

    output: str
    function: Callable[..., Any]
    label: str

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of what the step needs: sources, assumptions or outputs of earlier steps."""
        return tuple(inspect.signature(self.function).parameters)


STEPS: tuple[Step, ...] = (
    Step("holders", overlays.vehicle_holders, "Register"),
    Step("exposure_by_year", measure_exposure_by_year, "Zero-emission zones"),
    Step("terrain_supply_areas", match_supply_areas, "Supply areas"),
    Step("base_fleet", find_base_fleet, "National fleet"),
    Step("terrain_weights", weigh_terrains, "Weights of terrains"),
    Step("municipal_fleet", estimate_municipal_fleet, "Vehicles per municipality"),
    Step("learned", learn_terrain_counts, "Counted terrains"),
    Step("class_weights", weigh_by_class, "Weights of terrains"),
    Step("model_fleet", spread_fleet, "Vehicles per terrain"),
    Step("terrain_learning", summarise_learning, "Counted terrains"),
    Step("zone_terms", average_zone_exposure, "Zero-emission zones"),
    Step("growth", grow_classes, "Growth of electric vehicles"),
    Step("zone_exposure", state_zone_advance, "Zero-emission zones"),
    Step("national_electric", summarise_growth, "Electric share"),
    Step("municipal_shift", estimate_municipal_shift, "Regional differences"),
    Step("model_electric", estimate_electric_vehicles, "Electric vehicles"),
    Step("fleet", refine_fleet, "Refinements"),
    Step("electric_vehicles", refine_electric, "Refinements"),
    Step("vehicle_energy", estimate_vehicle_energy, "Energy per vehicle"),
    Step("own_parameters", find_parameters_on_register, "Refinements"),
    Step("own_site_access", estimate_own_site_access, "Access to own plots"),
    Step("energy", estimate_energy, "Energy by location type"),
    Step("charging", charging_by_year, "Load profiles"),
    Step("sessions", count_sessions, "Charging sessions"),
    Step("terrain_sessions", select_terrain_sessions, "Sessions of terrains"),
    Step("own_sessions", count_own_sessions, "Sessions of terrains"),
    Step("charging_sessions", name_sessions, "Sessions of terrains"),
    Step("session_types", describe_session_types, "Load profiles"),
    Step("load_profiles", tabulate_load_profiles, "Load profiles"),
    Step("own_session_types", describe_own_session_types, "Load profiles"),
    Step("own_load_profiles", tabulate_own_profiles, "Load profiles"),
    Step("power", estimate_terrain_power, "Power by strategy"),
    Step("power_bands", estimate_power_bands, "Bands of the power"),
    Step("depot_points", estimate_depot_points, "Charge points of depots"),
    Step("hub_sites", site_terrain_hubs, "Shared hubs"),
    Step("hub_plan", plan_hubs, "Shared hubs"),
    Step("hubs", hubs_of, "Shared hubs"),
    Step("terrain_hubs", terrain_hubs_of, "Shared hubs"),
    Step("foreign_energy", estimate_foreign_energy, "Foreign trucks"),
    Step("site_plan", plan_sites, "Sites along the roads"),
    Step("site_demand", site_demand_of, "Sites along the roads"),
    Step("charge_points", collect_charge_points, "Charge points"),
    Step("area_power", estimate_area_power, "Power per supply area"),
    Step("fit_of_areas", measure_area_fit, "Fit per supply area"),
    Step("area_fit", area_fit_of, "Fit per supply area"),
    Step("area_fit_by_year", area_fit_by_year_of, "Fit per supply area"),
    Step("grid_fit", estimate_grid_fit, "Fit per terrain"),
    Step("fit_years", find_fit_years, "Fit per terrain"),
    Step("plan_scores", score_terrains, "Plan class"),
    Step("plan_class", classify, "Plan class"),
    Step("transmission_cases", move_transmission, "Plan class"),
    Step("plan_class_cases", move_thresholds, "Plan class"),
    Step("plan_class_sensitivity", measure_sensitivity, "Plan class"),
    Step("model_figures", estimate_model_figures, "Refinements"),
    Step("applied_refinements", list_applied, "Refinements"),
    Step("region_members", list_region_members, "Regions"),
    Step("terrain_figures", gather_terrain_figures, "Regions"),
    Step("regional_peaks", pool_peaks, "Regions"),
    Step("regional_summary", summarise_regions, "Regions"),
    Step("national_summary", summarise_nation, "National summary"),
)


def run_forecast(
    sources: SourceData,
    scenarios: ScenarioSet,
    refinements: pl.DataFrame,
    years: Sequence[int],
    on_step: Callable[[Step], None] = lambda _: None,
) -> dict[str, Any]:
    """Compute everything from the sources; nothing is written.

    Parameters
    ----------
    sources
        Tables of the layer ``source``.
    scenarios
        Assumptions per scenario.
    refinements
        Local corrections that count, in the order of entry; see `forecast.refinement_log.active`.
    years
        Years to forecast, from 2025 to 2050.
    on_step
        Called before each step, for a progress bar.

    Returns
    -------
    The output of every step by name; those that are tables of the layer ``result`` still lack
    their run.

    Raises
    ------
    UnknownNameError
        If a year is outside the forecast.
    StepError
        If sources and assumptions contradict each other, such as a stock above its ceiling.
    InvariantError
        If a total is not preserved or a figure is impossible: names the rows.
    """
    state = _begin(sources, scenarios, refinements, years)
    for step in STEPS:
        on_step(step)
        _take(step, state)
    invariants.check(state)
    return state


def run_until(
    output: str,
    sources: SourceData,
    scenarios: ScenarioSet,
    refinements: pl.DataFrame,
    years: Sequence[int] = (FIRST_YEAR,),
) -> dict[str, Any]:
    """Compute as far as the output of one step, for the first year or others; see `run_forecast`.

    For figures about the forecast that need no forecast of terrains. Totals are not checked.
    """
    state = _begin(sources, scenarios, refinements, years)
    for step in STEPS:
        _take(step, state)
        if step.output == output:
            break
    return state


def _begin(
    sources: SourceData,
    scenarios: ScenarioSet,
    refinements: pl.DataFrame,
    years: Sequence[int],
) -> dict[str, Any]:
    return {
        **sources.tables,
        "refinements": refinements,
        "scenarios": scenarios,
        "assumptions": scenarios.base,
        "years": check_years(years),
    }


def _take(step: Step, state: dict[str, Any]) -> None:
    """Add the output of a step to the state."""
    try:
        state[step.output] = step.function(**{name: state[name] for name in step.inputs})
    except (ArithmeticError, ValueError) as error:
        _log.debug("step %s failed", step.output, exc_info=True)
        raise StepError(step.label, str(error)) from error


def result_tables(state: Mapping[str, Any], run_id: str) -> dict[str, pl.DataFrame]:
    """Return the result tables of a forecast, each conforming to its schema."""
    return {
        table.name: conform(state[table.name], table.name, add={"run_id": run_id})
        for table in tables_of("result")
    }


def check_years(years: Sequence[int]) -> tuple[int, ...]:
    """Return the years in order, each once, with the first year that added power counts from.

    Raises
    ------
    UnknownNameError
        If there is none, or one lies outside the forecast.
    """
    strange = [year for year in years if not FIRST_YEAR <= year <= LAST_YEAR]
    if strange or not years:
        asked = ", ".join(str(year) for year in strange) or "-"
        possible = say("refusals.from_to", first=FIRST_YEAR, last=LAST_YEAR)
        raise UnknownNameError("year", asked, [possible])
    return tuple(sorted({FIRST_YEAR, *years}))
