"""What the model says of refined terrains, to lay beside what is known there."""

from __future__ import annotations

from typing import Final

import polars as pl

from forecast.assumptions import Assumptions
from forecast.charging import estimate_energy, estimate_own_site_access
from forecast.design_peaks import estimate_design_peaks
from forecast.schema import no_results
from forecast.sessions import Charging, count_sessions
from forecast.vocabulary import ON_TERRAIN_LOCATION_TYPES, STRATEGIES

_KEYS: Final = ["terrain_id", "year", "scenario"]


def estimate_model_figures(  # noqa: PLR0913, PLR0917 - one per input of the steps it takes again
    refinements: pl.DataFrame,
    terrains: pl.DataFrame,
    fleet: pl.DataFrame,
    electric_vehicles: pl.DataFrame,
    terrain_supply_areas: pl.DataFrame,
    supply_areas: pl.DataFrame,
    vehicle_energy: pl.DataFrame,
    charging: Charging,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `model_figures` without its run: none without refinements.

    The same steps as for every terrain, on the vehicles of the model and with the assumptions of
    the country.
    """
    refined = terrains.join(refinements, on="terrain_id", how="semi")
    if refined.is_empty():
        return no_results("model_figures")
    here = refined.select("terrain_id")
    model_fleet = fleet.join(here, on="terrain_id", how="semi").with_columns(
        vehicles=pl.col("model_vehicles")
    )
    electric = electric_vehicles.join(here, on="terrain_id", how="semi").with_columns(
        electric_vehicles=pl.col("model_electric_vehicles")
    )
    access = estimate_own_site_access(
        refined, model_fleet, terrain_supply_areas, supply_areas, {}, assumptions
    )
    energy = estimate_energy(electric, access, vehicle_energy, {}, assumptions)
    sessions = count_sessions(energy, vehicle_energy, assumptions)
    on_terrain = energy.filter(pl.col("location_type").is_in(ON_TERRAIN_LOCATION_TYPES))
    peaks = (
        estimate_design_peaks(sessions, charging, assumptions, "terrain_id")
        .pivot("strategy", index=_KEYS, values="design_peak_kw", on_columns=list(STRATEGIES))
        .rename({name: f"{name}_design_peak_kw" for name in STRATEGIES})
    )
    return (
        on_terrain.group_by(_KEYS)
        .agg(on_terrain_energy_kwh_per_year=pl.col("energy_kwh_per_year").sum())
        .join(peaks, on=_KEYS)
        .select(no_results("model_figures").columns)
        .sort(_KEYS)
    )
