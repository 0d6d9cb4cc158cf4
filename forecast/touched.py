"""What a few corrected terrains change in a published run, computed by the steps of a full run.

A corrected terrain moves the other terrains of its municipality, the supply areas of all these, the
regions that hold them, and through hubs and sites along the roads what is pooled over the country.
Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from forecast.beside import all_of, beside
from forecast.held import Held
from forecast.model_figures import estimate_model_figures
from forecast.own_parameters import describe_own_session_types, tabulate_own_profiles
from forecast.plan_scores import score_terrains
from forecast.points import estimate_depot_points
from forecast.recompute import (
    Terrains,
    Vehicles,
    compute_terrains,
    every_session,
    on_register,
    refine_vehicles,
)
from forecast.refine import list_applied
from forecast.replaced import Replaced
from forecast.session_types import name_sessions
from forecast.terrain_counts import count_again
from forecast.touched_areas import Areas, ask_areas, find_areas
from forecast.touched_classes import find_classes
from forecast.touched_pools import Hubs, Pools, find_hubs, find_pools, find_sites
from forecast.touched_power import AskedPower, find_bands, find_power
from forecast.touched_sums import add_up, find_peaks, sum_nation


@dataclass(frozen=True)
class _Touched:
    """Terrains that corrections change, by themselves or through their municipality.

    Attributes
    ----------
    ids
        Of terrains and pseudo-terrains.
    codes
        Their municipalities.
    entries
        Refinements of all terrains of these.
    vehicles
        Of the municipalities.
    electric
        `electric_vehicles` of the ids.
    found
        Energy and sessions of the ids.
    """

    ids: tuple[str, ...]
    codes: tuple[str, ...]
    entries: pl.DataFrame
    vehicles: Vehicles
    electric: pl.DataFrame
    found: Terrains

    @property
    def sessions(self) -> pl.DataFrame:
        """Ordinary sessions of the terrains of the register among them."""
        return on_register(self.found.sessions)


def recompute_touched(
    held: Held, refinements: pl.DataFrame, corrected: Sequence[str]
) -> Iterator[Replaced]:
    """Yield the rows that differ once refinements are laid over the model.

    Parameters
    ----------
    held
        The run; its figures hold other refinements.
    refinements
        All that count, as `refinements`.
    corrected
        Terrains of the register whose refinements differ from those in the figures.
    """
    yield Replaced("applied_refinements", list_applied(refinements))
    if not corrected:
        return
    touched = _touch(held, refinements, corrected)
    found, ids = touched.found, touched.ids
    # What hangs on little is done beside what hangs on the whole country.
    with beside() as there:
        asked_power = _ask_power(held, touched)
        power_beside = there(find_power, asked_power)
        every = every_session(held, found.sessions)
        of_terrains = on_register(every)
        asked_areas = ask_areas(held, of_terrains, found.terrains)
        areas_beside = there(find_areas, asked_areas)
        bands_beside = there(find_bands, asked_power)
        yield from _vehicles_and_energy(touched)
        yield from _of_model(held, refinements, touched, corrected)
        yield Replaced("national_summary", sum_nation(held, touched.electric, found.energy, ids))
        sites = find_sites(held, every)
        hubs = find_hubs(held, of_terrains, ids)
        yield from hubs.replaced()
        peaks = find_peaks(held, of_terrains, ids)
        own_profiles = tabulate_own_profiles(found.own_parameters)
        yield Replaced("own_load_profiles", own_profiles, "terrain_id", ids)
        depot_points = _depot_points(held, touched)
        areas, bands, power = all_of(areas_beside, bands_beside, power_beside)
    yield from areas.replaced()
    yield Replaced("power_bands", bands, "terrain_id", ids)
    yield Replaced("power", power, "terrain_id", ids)
    pools = find_pools(held, hubs, sites, depot_points, ids)
    yield from pools.replaced(held)
    yield from _classes_and_sums(held, touched, power, areas, hubs, pools, peaks)


def _touch(held: Held, refinements: pl.DataFrame, corrected: Sequence[str]) -> _Touched:
    here = held.terrains.filter(pl.col("terrain_id").is_in(corrected))
    codes = tuple(sorted(here["municipality_code"].unique()))
    of_places = held.terrains.filter(pl.col("municipality_code").is_in(codes))
    entries = refinements.join(of_places, on="terrain_id", how="semi", maintain_order="left")
    vehicles = refine_vehicles(held, entries, codes)
    ids = tuple(sorted({*corrected, *vehicles.touched}))
    return _Touched(
        ids,
        codes,
        entries,
        vehicles,
        vehicles.electric.filter(pl.col("terrain_id").is_in(ids)),
        compute_terrains(held, vehicles, entries, ids, held.run.years),
    )


def _of_model(
    held: Held, refinements: pl.DataFrame, touched: _Touched, corrected: Sequence[str]
) -> Iterator[Replaced]:
    """Yield what the model says without refinements, and what counted terrains say of it."""
    model = _model_figures(held, touched.entries, touched.vehicles, corrected)
    yield Replaced("model_figures", model, "terrain_id", tuple(corrected))
    learning = held.table("terrain_learning"), held.terrains, held.table("municipal_fleet")
    yield Replaced("terrain_learning", count_again(*learning, refinements))


def _model_figures(
    held: Held, entries: pl.DataFrame, vehicles: Vehicles, corrected: Sequence[str]
) -> pl.DataFrame:
    """Return `model_figures` of corrected terrains: none of those without refinements now."""
    wanted = set(corrected) & set(entries["terrain_id"])
    known = held.where("model_figures", "terrain_id", wanted)
    new = entries.filter(pl.col("terrain_id").is_in(wanted - set(known["terrain_id"])))
    found = estimate_model_figures(
        new,
        held.terrains,
        vehicles.fleet,
        vehicles.electric,
        held.table("terrain_supply_areas"),
        held.table("supply_areas"),
        held.vehicle_energy,
        held.charging,
        held.assumptions,
    )
    return pl.concat([found, known.select(found.columns)])


def _vehicles_and_energy(touched: _Touched) -> Iterator[Replaced]:
    """Yield what the terrains have and charge; of the fleet that of whole municipalities."""
    found = touched.found
    yield Replaced("fleet", touched.vehicles.fleet, "municipality_code", touched.codes)
    for table, rows in (
        ("electric_vehicles", touched.electric),
        ("energy", found.energy),
        ("charging_sessions", name_sessions(touched.sessions, found.own_sessions)),
        ("own_session_types", describe_own_session_types(found.own_parameters)),
    ):
        yield Replaced(table, rows, "terrain_id", touched.ids)


def _ask_power(held: Held, touched: _Touched) -> AskedPower:
    found = touched.found
    return AskedPower(
        touched.sessions,
        found.own_sessions,
        touched.electric,
        touched.entries.join(found.terrains, on="terrain_id", how="semi", maintain_order="left"),
        held.national_electric,
        held.run.years,
        held.assumptions,
    )


def _depot_points(held: Held, touched: _Touched) -> pl.DataFrame:
    found = touched.found
    return estimate_depot_points(
        touched.sessions, held.charging, found.own_sessions, found.own_parameters, held.assumptions
    )


def _classes_and_sums(
    held: Held,
    touched: _Touched,
    power: pl.DataFrame,
    areas: Areas,
    hubs: Hubs,
    pools: Pools,
    peaks: pl.DataFrame,
) -> Iterator[Replaced]:
    """Yield scores and classes, then what adds up over terrains."""
    found = touched.found
    scores = score_terrains(
        found.terrains,
        touched.electric,
        found.own_site_access,
        power,
        found.own_parameters,
        held.assumptions,
    )
    yield Replaced("plan_scores", scores, "terrain_id", touched.ids)
    classes = find_classes(held, scores, areas, hubs)
    yield from classes.replaced(held)
    yield from add_up(held, found, touched.electric, classes, pools, peaks)
