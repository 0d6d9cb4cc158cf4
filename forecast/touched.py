"""What a few corrected terrains change in a published run, computed by the steps of a full run.

A corrected terrain moves the other terrains of its municipality, the supply areas of all these, the
regions that hold them, and through hubs and sites along the roads what is pooled over the country.
Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from forecast.held import Held
from forecast.model_figures import estimate_model_figures
from forecast.own_parameters import describe_own_session_types, tabulate_own_profiles
from forecast.plan_scores import score_terrains
from forecast.points import estimate_depot_points
from forecast.power import estimate_terrain_power
from forecast.power_bands import estimate_power_bands
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
from forecast.sites import SitePlan
from forecast.terrain_counts import count_again
from forecast.touched_areas import Areas, find_areas
from forecast.touched_classes import find_classes
from forecast.touched_pools import find_pools, find_sites
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
    # Reading, and work on large arrays, go on outside the interpreter's lock: what does not hang on
    # the power of the terrains is done beside it.
    with ThreadPoolExecutor(1) as beside:
        around = _begin(held, touched, beside)
        profiles = beside.submit(tabulate_own_profiles, touched.found.own_parameters)
        yield from _vehicles_and_energy(touched)
        power = _power(held, touched)
        yield Replaced("power", power, "terrain_id", touched.ids)
        yield Replaced("power_bands", _power_bands(held, touched), "terrain_id", touched.ids)
        model = _model_figures(held, touched.entries, touched.vehicles, corrected)
        yield Replaced("model_figures", model, "terrain_id", tuple(corrected))
        yield from _around(held, touched, power, around)
        yield Replaced("own_load_profiles", profiles.result(), "terrain_id", touched.ids)
    learning = count_again(
        held.table("terrain_learning"), held.terrains, held.table("municipal_fleet"), refinements
    )
    yield Replaced("terrain_learning", learning)


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


def _power(held: Held, touched: _Touched) -> pl.DataFrame:
    return estimate_terrain_power(
        touched.sessions,
        held.charging,
        touched.found.own_sessions,
        touched.found.own_parameters,
        held.assumptions,
    )


def _power_bands(held: Held, touched: _Touched) -> pl.DataFrame:
    return estimate_power_bands(
        touched.sessions,
        touched.electric,
        held.charging,
        touched.found.own_sessions,
        touched.found.own_parameters,
        held.assumptions,
    )


@dataclass(frozen=True)
class _Around:
    """What terrains move elsewhere, whatever their own power is.

    Attributes
    ----------
    sessions
        Ordinary ones of all terrains of the register.
    sites
        Service areas and truck parkings.
    areas
        Supply areas that the terrains lie in.
    peaks
        Of all regions.
    nation
        `national_summary` without its run.
    """

    sessions: Future[pl.DataFrame]
    sites: Future[SitePlan]
    areas: Future[Areas]
    peaks: Future[pl.DataFrame]
    nation: Future[pl.DataFrame]


def _begin(held: Held, touched: _Touched, beside: Executor) -> _Around:
    """Begin in another thread with what terrains move elsewhere."""
    found, ids = touched.found, touched.ids
    # One thread takes them in this order, so that it never waits for itself.
    every = beside.submit(every_session, held, found.sessions)
    of_terrains = beside.submit(lambda: on_register(every.result()))
    return _Around(
        of_terrains,
        beside.submit(lambda: find_sites(held, every.result())),
        beside.submit(lambda: find_areas(held, of_terrains.result(), found.terrains)),
        beside.submit(lambda: find_peaks(held, of_terrains.result(), ids)),
        beside.submit(sum_nation, held, touched.electric, found.energy, ids),
    )


def _around(
    held: Held, touched: _Touched, power: pl.DataFrame, around: _Around
) -> Iterator[Replaced]:
    """Yield what the terrains move elsewhere: pools, supply areas, classes and sums."""
    found, ids = touched.found, touched.ids
    depot_points = estimate_depot_points(
        touched.sessions,
        held.charging,
        found.own_sessions,
        found.own_parameters,
        held.assumptions,
    )
    pools = find_pools(held, around.sessions.result(), around.sites.result(), depot_points, ids)
    yield from pools.replaced(held)
    areas = around.areas.result()
    yield from areas.replaced()
    scores = score_terrains(
        found.terrains,
        touched.electric,
        found.own_site_access,
        power,
        found.own_parameters,
        held.assumptions,
    )
    yield Replaced("plan_scores", scores, "terrain_id", ids)
    classes = find_classes(held, scores, areas, pools)
    yield from classes.replaced(held)
    yield from add_up(held, found, touched.electric, classes, pools, around.peaks.result())
    yield Replaced("national_summary", around.nation.result())
