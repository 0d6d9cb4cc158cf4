"""Rows of results on one terrain; `forecast.query` says why most are named tuples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


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
