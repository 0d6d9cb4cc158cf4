"""Some terrains computed again with other refinements, by the steps of a full run.

Pure over what a run holds: nothing is written. `forecast.incremental` goes on with what is pooled
and publishes; `forecast.what_if` shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from forecast.charging import estimate_energy, estimate_own_site_access
from forecast.held import Held, named_by_class
from forecast.own_parameters import OwnParameters, count_own_sessions, find_own_parameters
from forecast.refine import refine_electric, refine_fleet
from forecast.sessions import count_sessions
from forecast.vocabulary import OFF_TERRAIN_PREFIX, off_terrain_id

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


def every_session(held: Held, computed: pl.DataFrame) -> pl.DataFrame:
    """Return the ordinary sessions of all terrains and pseudo-terrains.

    Parameters
    ----------
    computed
        Sessions of some of them, which the run holds with other figures.
    """
    # What is kept must not keep the opened database with it.
    count = partial(
        count_sessions, vehicle_energy=held.vehicle_energy, assumptions=held.assumptions
    )
    of_run = held.rows.derived("sessions", "energy", lambda: _stored_sessions(held, None), count)
    others = of_run.without("terrain_id", computed["terrain_id"])
    return pl.concat([others, computed.select(others.columns)])


def sessions_of(held: Held, computed: pl.DataFrame, terrain_ids: Iterable[str]) -> pl.DataFrame:
    """Return the ordinary sessions of some terrains, computed ones as in `every_session`."""
    wanted = {*terrain_ids}
    others = _stored_sessions(held, wanted - {*computed["terrain_id"]})
    here = computed.filter(pl.col("terrain_id").is_in(list(wanted)))
    return pl.concat([others, here.select(others.columns)])


def _stored_sessions(held: Held, terrain_ids: set[str] | None) -> pl.DataFrame:
    """Return the ordinary sessions that a run implies; of all terrains without ids.

    It holds the sessions that are really held on terrains with their own parameters, and none of
    pseudo-terrains: theirs are counted again.
    """
    unlike = {*held.table("own_session_types")["terrain_id"]}
    unlike |= {off_terrain_id(code) for code in held.table("municipalities")["municipality_code"]}
    if terrain_ids is None:
        stored = held.keyed("charging_sessions").without("terrain_id", unlike)
    else:
        stored = held.where("charging_sessions", "terrain_id", terrain_ids - unlike)
        unlike &= terrain_ids
    energy = held.where("energy", "terrain_id", unlike)
    counted = count_sessions(energy, held.vehicle_energy, held.assumptions)
    return pl.concat([counted, named_by_class(stored).select(counted.columns)])


def on_register(sessions: pl.DataFrame) -> pl.DataFrame:
    """Return the sessions of real terrains."""
    return sessions.filter(~pl.col("terrain_id").str.starts_with(OFF_TERRAIN_PREFIX))


def _changed(new: pl.DataFrame, old: pl.DataFrame) -> set[str]:
    """Return the terrains of which a row differs in any figure."""
    differs = new.join(old.select(new.columns), on=new.columns, how="anti", nulls_equal=True)
    return set(differs["terrain_id"])
