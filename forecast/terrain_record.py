"""Everything about one terrain as plain values for programs: what `terrain --json` prints.

`forecast.terrain_schema` describes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    from forecast.few_sessions import FewSessions
    from forecast.terrain_report import TerrainReport

FORMAT: Final = "laadvraag.terrain/1"
"""Name and version; the version rises when a name goes away or changes its meaning."""

_VEHICLES: Final = "vehicles"
_SHARE: Final = "1"
UNITS: Final = {
    "years": "calendar year",
    "year": "calendar year; figures hold on 31 December of it",
    "reference_year": "calendar year",
    "gross_ha": "ha",
    "net_ha": "ha",
    "issuable_ha": "ha",
    "footprint_ha": "ha",
    "footprint_radius_m": "m",
    "x_rd_m": "m (EPSG:28992)",
    "y_rd_m": "m (EPSG:28992)",
    **dict.fromkeys(VEHICLE_CLASSES, _VEHICLES),
    "electric_vehicles": _VEHICLES,
    "electric_vehicles_p10": _VEHICLES,
    "electric_vehicles_p90": _VEHICLES,
    "energy_kwh_per_year": "kWh/year",
    "on_terrain_energy_kwh_per_year": "kWh/year",
    "on_terrain_energy_kwh_per_year_p10": "kWh/year",
    "on_terrain_energy_kwh_per_year_p90": "kWh/year",
    "design_peak_kw": "kW",
    "design_peak_kw_p10": "kW",
    "design_peak_kw_p90": "kW",
    "typical_peak_kw": "kW",
    "design_peak_16_21_kw": "kW",
    "design_peak_other_hours_kw": "kW",
    "served_share": _SHARE,
    "simultaneity_factor": _SHARE,
    "mean_kw": "kW, mean of each of 96 quarter-hours from 0:00",
    "power_class_kw": "kW per point",
    "charge_points": "points",
    "hub_distance_km": "km by road",
    "grid_connection_kw": "kW",
    "nearest_zone_distance_km": "km",
    "nearest_zone_share": _SHARE,
    "zone_exposure_factor": _SHARE,
    "zone_advance_years": "years",
    "zone_advance_years_low": "years",
    "zone_advance_years_high": "years",
    "match_probability": _SHARE,
    "demand_available_capacity_mw": "MW",
    "demand_quoted_capacity_mw": "MW",
    "demand_capacity_in_queue_mw": "MW",
    "demand_alleviation_year": "calendar year",
    "tso_alleviation_year": "calendar year",
    "known_probability": _SHARE,
    "fits_probability": _SHARE,
    "fits_after_queue_probability": _SHARE,
    "relief_probability": _SHARE,
    "fits_from_year_p50": "calendar year",
    "fits_from_year_p90": "calendar year",
    "margin": _SHARE,
    "hub_reach_km": "km by road",
    "own_site_from_year": "calendar year",
    "value": "that of its unit",
    "unmanaged_design_peak_kw": "kW",
    "smart_design_peak_kw": "kW",
    "night_block_design_peak_kw": "kW",
    "charger_kw": "kW per point",
    "connections": "connections",
    "contract_kw": "kW",
    "room_16_21_kw_p05": "kW",
    "room_night_kw_p05": "kW",
}
"""Unit of every number by its name; of lists and of objects by class it is that of each value."""


def terrain_record(
    report: TerrainReport,
    year: int,
    scenario: str,
    curves: Mapping[str, Sequence[float]],
    few: FewSessions,
) -> dict[str, Any]:
    """Return everything about a terrain, with the unit of every number.

    Parameters
    ----------
    year, scenario
        Of the day curves, and the scenario of `few`.
    curves
        See `forecast.day_curve.day_curves`.
    """
    return {
        "format": FORMAT,
        "units": UNITS,
        "run": asdict(report.run),
        "terrain": asdict(report.terrain),
        "quality": _quality(report),
        "metered_room": asdict(report.metered_room) if report.metered_room else None,
        "refinements": [asdict(refinement) for refinement in report.refinements],
        "without_refinements": _without_refinements(report),
        "vehicles": report.vehicles,
        "fleet_basis": report.fleet_basis,
        "key_figures": [
            _key_figures(report, at, name)
            for at in report.run.years
            for name in report.run.scenarios
        ],
        **_charging(report),
        "day_curves": [
            {"year": year, "scenario": scenario, "strategy": strategy, "mean_kw": curve}
            for strategy, curve in curves.items()
        ],
        "few_sessions": {"scenario": scenario} | asdict(few),
        **_surroundings(report),
    }


def _quality(report: TerrainReport) -> dict[str, Any]:
    counts = report.municipal_counts
    return {
        "location_quality": report.terrain.location_quality,
        "footprint_quality": report.terrain.footprint.footprint_quality,
        "issue_codes": report.terrain.issue_codes,
        "register": "observed",
        "vehicles": report.fleet_basis,
        "municipal_counts": asdict(counts) if counts else None,
        "all_other_figures": "modelled",
        "band": "p10 to p90 within a scenario",
    }


def _without_refinements(report: TerrainReport) -> dict[str, Any]:
    return {
        "vehicles": report.model_vehicles,
        "electric_vehicles": [
            _keyed(key, "year", "scenario", "vehicle_class") | {"electric_vehicles": value}
            for key, value in sorted(report.model_electric_vehicles.items())
        ],
        "figures": [
            _keyed(key, "year", "scenario") | asdict(figures)
            for key, figures in sorted(report.model_peaks.items())
        ],
    }


def _key_figures(report: TerrainReport, year: int, scenario: str) -> dict[str, Any]:
    return {
        "year": year,
        "scenario": scenario,
        **_banded(
            "electric_vehicles",
            report.all_electric_vehicles(year, scenario),
            report.all_electric_vehicles_band(year, scenario),
        ),
        **_banded(
            "on_terrain_energy_kwh_per_year",
            report.on_terrain_energy_kwh_per_year(year, scenario),
            report.on_terrain_energy_band(year, scenario),
        ),
    }


def _charging(report: TerrainReport) -> dict[str, Any]:
    """Return vehicles, energy and power, a row per key."""
    return {
        "electric_vehicles": [
            _keyed(key, "year", "scenario", "vehicle_class")
            | _banded("electric_vehicles", value, report.electric_vehicles_band[key])
            for key, value in sorted(report.electric_vehicles.items())
        ],
        "energy": [
            _keyed(key, "year", "scenario", "location_type") | {"energy_kwh_per_year": value}
            for key, value in sorted(report.energy_kwh_per_year.items())
        ],
        "power": [
            _keyed(key, "year", "scenario", "location_type", "strategy") | figures._asdict()
            for key, figures in sorted(report.power.items())
        ],
        "power_bands": [
            _keyed(key, "year", "scenario", "strategy")
            | {"design_peak_kw_p10": low, "design_peak_kw_p90": high}
            for key, (low, high) in sorted(report.power_band.items())
        ],
    }


def _surroundings(report: TerrainReport) -> dict[str, Any]:
    """Return points, hubs, zones and grid, a row per key."""
    return {
        "charge_points": [
            _keyed(key, "year", "scenario", "power_class_kw") | {"charge_points": value}
            for key, value in sorted(report.charge_points.items())
        ],
        "hubs": [
            _keyed(key, "year", "scenario") | hub._asdict()
            for key, hub in sorted(report.hubs.items())
        ],
        "zones": [{"year": at} | asdict(figures) for at, figures in report.zones.items()],
        "supply_areas": [asdict(area) for area in report.areas],
        "grid_fit": [
            _keyed(key, "year", "scenario", "strategy") | fit._asdict()
            for key, fit in sorted(report.grid_fit.items())
        ],
        "plan_class": [
            _keyed(key, "year", "scenario") | verdict._asdict()
            for key, verdict in sorted(report.plan_class.items())
        ],
        "fit_years": [
            _keyed(key, "scenario", "strategy") | fit._asdict()
            for key, fit in sorted(report.fit_years.items())
        ],
    }


def _keyed(key: Sequence[object], *names: str) -> dict[str, Any]:
    return dict(zip(names, key, strict=True))


def _banded(name: str, value: float, band: tuple[float, float]) -> dict[str, float]:
    return {name: value, f"{name}_p10": band[0], f"{name}_p90": band[1]}
