"""Some terrains computed again with other refinements, by the steps of a full run.

Pure over what a run holds: nothing is written. `forecast.incremental` goes on with what is pooled
and publishes; `forecast.what_if` shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from forecast.charging import estimate_energy, estimate_own_site_access
from forecast.held import Held, named_by_class
from forecast.own_parameters import OwnParameters, count_own_sessions, find_own_parameters
from forecast.refine import refine_electric, refine_fleet
from forecast.sessions import count_sessions
from forecast.vocabulary import OFF_TERRAIN_PREFIX, VEHICLE_CLASSES

MODEL_COLUMNS = (
    "terrain_id",
    "vehicle_class",
    "year",
    "scenario",
    "zone_log_odds",
    "municipal_log_odds",
    "raking_log_odds",
    "model_electric_share",
    "model_electric_vehicles",
    "model_electric_vehicles_p10",
    "model_electric_vehicles_p90",
)
"""Columns of `electric_vehicles` that no refinement changes."""


@dataclass(frozen=True)
class Vehicles:
    """Vehicles of whole municipalities with refinements laid over the model.

    Attributes
    ----------
    fleet, electric
        `fleet` and `electric_vehicles` without their run.
    touched
        Terrains and pseudo-terrains whose numbers differ from those of the run.
    """

    fleet: pl.DataFrame
    electric: pl.DataFrame
    touched: frozenset[str]


@dataclass(frozen=True)
class Terrains:
    """Energy and sessions of some terrains.

    Attributes
    ----------
    terrains
        Their rows of the register.
    own_parameters
        Of those that have any.
    own_site_access
        See `forecast.charging.estimate_own_site_access`.
    energy
        `energy` without its run; pseudo-terrains too.
    sessions, own_sessions
        Ordinary ones, and those really held on terrains with their own parameters.
    """

    terrains: pl.DataFrame
    own_parameters: dict[str, OwnParameters]
    own_site_access: pl.DataFrame
    energy: pl.DataFrame
    sessions: pl.DataFrame
    own_sessions: pl.DataFrame


def refine_vehicles(
    held: Held, refinements: pl.DataFrame, municipality_codes: Sequence[str]
) -> Vehicles:
    """Return the vehicles of some municipalities under some refinements."""
    fleet_now = held.where("fleet", "municipality_code", municipality_codes)
    model_fleet = model_fleet_of(fleet_now)
    electric_now = held.where("electric_vehicles", "terrain_id", model_fleet["terrain_id"].unique())
    fleet = refine_fleet(model_fleet, refinements)
    electric = refine_electric(
        electric_now.select(MODEL_COLUMNS), fleet, held.national_electric, refinements
    )
    return Vehicles(
        fleet,
        electric,
        frozenset(_changed(fleet, fleet_now) | _changed(electric, electric_now)),
    )


def model_fleet_of(fleet: pl.DataFrame) -> pl.DataFrame:
    """Return what `forecast.fleet.spread_fleet` gave, from `fleet`."""
    return fleet.select(
        "terrain_id",
        "municipality_code",
        "vehicle_class",
        vehicles="model_vehicles",
        basis=pl.lit("modelled"),
    ).sort("terrain_id", "vehicle_class")


def compute_terrains(
    held: Held,
    vehicles: Vehicles,
    refinements: pl.DataFrame,
    terrain_ids: Collection[str],
    years: Sequence[int],
) -> Terrains:
    """Return energy and sessions of some terrains and pseudo-terrains."""
    here = pl.DataFrame({"terrain_id": sorted(terrain_ids)}, schema={"terrain_id": pl.String})
    terrains = held.terrains.join(here, on="terrain_id", how="semi")
    of_them = refinements.join(terrains, on="terrain_id", how="semi", maintain_order="left")
    assumptions = held.assumptions
    own = find_own_parameters(of_them, held.national_electric, years, assumptions)
    access = estimate_own_site_access(
        terrains,
        vehicles.fleet,
        held.table("terrain_supply_areas"),
        held.table("supply_areas"),
        own,
        assumptions,
    )
    electric = vehicles.electric.join(here, on="terrain_id", how="semi").filter(
        pl.col("year").is_in(list(years))
    )
    energy = estimate_energy(electric, access, held.vehicle_energy, own, assumptions)
    sessions = count_sessions(energy, held.vehicle_energy, assumptions)
    return Terrains(
        terrains, own, access, energy, sessions, count_own_sessions(energy, sessions, own)
    )


def every_session(
    held: Held, computed: pl.DataFrame, terrain_ids: Iterable[str] | None = None
) -> pl.DataFrame:
    """Return the ordinary sessions of terrains and pseudo-terrains, computed ones in their place.

    Parameters
    ----------
    computed
        Sessions of some terrains, which the run holds with other figures.
    terrain_ids
        Which ones are asked for; all without.
    """
    ids = computed["terrain_id"].unique().to_list()
    with_own = held.query("SELECT DISTINCT terrain_id FROM own_session_types WHERE run_id = ?")[
        "terrain_id"
    ].to_list()
    # A run holds the sessions that are really held on terrains with their own parameters; and none
    # of pseudo-terrains.
    wanted = None if terrain_ids is None else list(terrain_ids)
    others = held.query(
        "SELECT terrain_id, vehicle_class, year, scenario, location_type, energy_kwh_per_year "
        "FROM energy WHERE run_id = ? AND (starts_with(terrain_id, ?) "
        "OR terrain_id IN (SELECT unnest(?::VARCHAR[]))) "
        "AND terrain_id NOT IN (SELECT unnest(?::VARCHAR[])) "
        "AND (? IS NULL OR terrain_id IN (SELECT unnest(?::VARCHAR[])))",
        OFF_TERRAIN_PREFIX,
        with_own,
        ids,
        None if wanted is None else 1,
        wanted or [],
    )
    named = named_by_class(
        held.where_not("charging_sessions", "terrain_id", {*ids, *with_own})
        if wanted is None
        else held.where("charging_sessions", "terrain_id", set(wanted) - {*ids, *with_own})
    )
    columns = ["terrain_id", "year", "scenario", "location_type", *VEHICLE_CLASSES]
    return pl.concat(
        [
            named.select(columns),
            count_sessions(others, held.vehicle_energy, held.assumptions).select(columns),
            computed.select(columns)
            if wanted is None
            else computed.filter(pl.col("terrain_id").is_in(wanted)).select(columns),
        ]
    )


def on_register(sessions: pl.DataFrame) -> pl.DataFrame:
    """Return the sessions of real terrains."""
    return sessions.filter(~pl.col("terrain_id").str.starts_with(OFF_TERRAIN_PREFIX))


def _changed(new: pl.DataFrame, old: pl.DataFrame) -> set[str]:
    """Return the terrains of which a row differs in any figure."""
    differs = new.join(old.select(new.columns), on=new.columns, how="anti", nulls_equal=True)
    return set(differs["terrain_id"])
