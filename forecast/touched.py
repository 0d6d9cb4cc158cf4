"""What a few corrected terrains change in a published run, computed by the steps of a full run.

A corrected terrain moves the other terrains of its municipality, the supply areas of all these, the
regions that hold them, and through hubs and sites along the roads what is pooled over the country.
Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from forecast.area_fit import measure_area_fit, measure_chances
from forecast.area_power import estimate_area_power
from forecast.grid_fit import estimate_grid_fit, find_fit_years
from forecast.held import Held
from forecast.hubs import HubPlan, HubSites, site_terrain_hubs, size_hubs
from forecast.model_figures import estimate_model_figures
from forecast.national import summarise_nation
from forecast.overlays import vehicle_holders
from forecast.own_parameters import describe_own_session_types, tabulate_own_profiles
from forecast.places import collect_charge_points
from forecast.plan_class import classify
from forecast.plan_scores import score_terrains
from forecast.plan_sensitivity import (
    FACTORS,
    TRANSMISSION,
    measure_sensitivity,
    move_thresholds,
)
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
from forecast.regions import (
    gather_terrain_figures,
    list_region_members,
    pool_peaks,
    summarise_regions,
)
from forecast.replaced import Replaced
from forecast.schema import no_results
from forecast.sessions import name_sessions
from forecast.sites import SitePlan, estimate_foreign_energy, plan_sites
from forecast.terrain_counts import count_again
from forecast.vocabulary import SITE_LOCATION_TYPES

_KEYS: Final = ["terrain_id", "year", "scenario"]


@dataclass(frozen=True)
class _Areas:
    """Supply areas of touched terrains, and all terrains that lie in them.

    Attributes
    ----------
    power, fit, fit_by_year
        Of the areas, see the tables of these names.
    grid_fit, fit_years
        Of the terrains, over all their candidate areas.
    cases
        `grid_fit` with the chance to pass the transmission grid times each factor.
    """

    area_ids: tuple[str, ...]
    terrain_ids: tuple[str, ...]
    power: pl.DataFrame
    fit: pl.DataFrame
    fit_by_year: pl.DataFrame
    grid_fit: pl.DataFrame
    fit_years: pl.DataFrame
    cases: dict[float, pl.DataFrame]

    def replaced(self) -> Iterator[Replaced]:
        """Yield the rows of the areas and of their terrains."""
        yield Replaced("area_power", self.power, "supply_area_id", self.area_ids)
        yield Replaced("area_fit", self.fit, "supply_area_id", self.area_ids)
        yield Replaced("area_fit_by_year", self.fit_by_year, "supply_area_id", self.area_ids)
        yield Replaced("grid_fit", self.grid_fit, "terrain_id", self.terrain_ids)
        yield Replaced("fit_years", self.fit_years, "terrain_id", self.terrain_ids)


@dataclass(frozen=True)
class _Classes:
    """Scores and classes of terrains that may have another one now."""

    terrain_ids: tuple[str, ...]
    scores: pl.DataFrame
    verdicts: pl.DataFrame
    cases: pl.DataFrame


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
    here = held.terrains.filter(pl.col("terrain_id").is_in(corrected))
    codes = sorted(here["municipality_code"].unique())
    of_places = held.terrains.filter(pl.col("municipality_code").is_in(codes))
    entries = refinements.join(of_places, on="terrain_id", how="semi", maintain_order="left")
    vehicles = refine_vehicles(held, entries, codes)
    ids = tuple(sorted({*corrected, *vehicles.touched}))
    found = compute_terrains(held, vehicles, entries, ids, held.run.years)
    yield Replaced("fleet", vehicles.fleet, "municipality_code", tuple(codes))
    electric = vehicles.electric.filter(pl.col("terrain_id").is_in(ids))
    yield Replaced("electric_vehicles", electric, "terrain_id", ids)
    yield Replaced("energy", found.energy, "terrain_id", ids)
    own_sessions = on_register(found.sessions), found.own_sessions
    named = name_sessions(*own_sessions)
    yield Replaced("charging_sessions", named, "terrain_id", ids)
    own = found.own_parameters
    for table, rows in (
        ("own_session_types", describe_own_session_types(own)),
        ("own_load_profiles", tabulate_own_profiles(own)),
    ):
        yield Replaced(table, rows, "terrain_id", ids)
    power = estimate_terrain_power(
        own_sessions[0], held.charging, found.own_sessions, own, held.assumptions
    )
    yield Replaced("power", power, "terrain_id", ids)
    bands = estimate_power_bands(
        own_sessions[0], electric, held.charging, found.own_sessions, own, held.assumptions
    )
    yield Replaced("power_bands", bands, "terrain_id", ids)
    model = _model_figures(held, entries, vehicles, corrected)
    yield Replaced("model_figures", model, "terrain_id", tuple(corrected))

    sessions = every_session(held, found.sessions)
    terrain_sessions = on_register(sessions)
    hub_sites = site_terrain_hubs(terrain_sessions, held.terrains, held.charging, held.assumptions)
    hub_plan = _size_hubs(held, hub_sites, ids)
    yield Replaced("hubs", hub_plan.hubs)
    yield Replaced("terrain_hubs", hub_sites.terrain_hubs)
    site_plan = _plan_sites(held, found, sessions, ids)
    yield Replaced("site_demand", site_plan.demand)
    depot_points = estimate_depot_points(
        own_sessions[0], held.charging, found.own_sessions, own, held.assumptions
    )
    points = _every_point(held, depot_points, hub_plan, site_plan, ids)
    yield Replaced("charge_points", points)

    areas = _areas(held, terrain_sessions, found)
    yield from areas.replaced()

    scores = score_terrains(
        found.terrains, electric, found.own_site_access, power, own, held.assumptions
    )
    yield Replaced("plan_scores", scores, "terrain_id", ids)
    classes = _classes(held, scores, areas, hub_sites.terrain_hubs)
    yield Replaced("plan_class", classes.verdicts, "terrain_id", classes.terrain_ids)
    yield Replaced("plan_class_cases", classes.cases, "terrain_id", classes.terrain_ids)
    yield Replaced("plan_class_sensitivity", _sensitivity(held, classes))
    yield from _sums(held, found, electric, classes, points, terrain_sessions, ids)
    yield Replaced(
        "terrain_learning",
        count_again(
            held.table("terrain_learning"),
            held.terrains,
            held.table("municipal_fleet"),
            refinements,
        ),
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
        held.terrain_supply_areas,
        held.supply_areas,
        held.vehicle_energy,
        held.charging,
        held.assumptions,
    )
    return pl.concat([found, known.select(found.columns)])


def _size_hubs(held: Held, hub_sites: HubSites, ids: Collection[str]) -> HubPlan:
    """Return hubs and points; those that serve the same untouched terrains keep their size."""
    row = ["terrain_id", "year", "scenario", "hub_terrain_id"]
    now, then = hub_sites.terrain_hubs.select(row), held.table("terrain_hubs").select(row)
    moved = pl.concat(
        [
            now.join(then, on=row, how="anti", nulls_equal=True),
            then.join(now, on=row, how="anti", nulls_equal=True),
            now.filter(pl.col("terrain_id").is_in(list(ids))),
        ]
    )
    hub = ["terrain_id", "year", "scenario", "opened_year"]
    stored = held.table("hubs")
    same = (
        hub_sites.demand.select(hub)
        .join(stored.select(hub), on=hub, how="semi")
        .join(
            moved.select("year", "scenario", terrain_id="hub_terrain_id"),
            on=["terrain_id", "year", "scenario"],
            how="anti",
        )
    )
    sized = size_hubs(
        hub_sites.demand.join(same, on=hub, how="anti"), held.charging, held.assumptions
    )
    at = ["place_id", "year", "scenario"]
    points = held.table("charge_points").filter(pl.col("location_type") == "shared_hub")
    kept = points.join(same.rename({"terrain_id": "place_id"}), on=at, how="semi")
    return HubPlan(
        pl.concat([sized.hubs, stored.join(same, on=hub, how="semi").select(sized.hubs.columns)]),
        pl.concat([sized.points, kept.select(sized.points.columns)]),
    )


def _plan_sites(
    held: Held, found: Terrains, sessions: pl.DataFrame, ids: Collection[str]
) -> SitePlan:
    others = held.query(
        "SELECT terrain_id, year, scenario, location_type, "
        "sum(energy_kwh_per_year) AS energy_kwh_per_year FROM energy WHERE run_id = ? "
        "AND location_type IN (SELECT unnest(?::VARCHAR[])) "
        "AND terrain_id NOT IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL",
        list(SITE_LOCATION_TYPES),
        list(ids),
    )
    energy = pl.concat([others, found.energy.select(others.columns)])
    return plan_sites(
        energy,
        sessions,
        vehicle_holders(held.terrains, held.table("municipalities")),
        held.table("truck_sites"),
        estimate_foreign_energy(
            held.national_electric.filter(pl.col("year").is_in(list(held.run.years))),
            held.assumptions,
        ),
        held.charging,
        held.assumptions,
    )


def _every_point(
    held: Held,
    depot_points: pl.DataFrame,
    hub_plan: HubPlan,
    site_plan: SitePlan,
    ids: Collection[str],
) -> pl.DataFrame:
    others = held.where_not("charge_points", "place_id", ids).filter(
        pl.col("location_type") == "depot"
    )
    at_depots = pl.concat([others.select(depot_points.columns), depot_points])
    return collect_charge_points(at_depots, hub_plan, site_plan)


def _areas(held: Held, terrain_sessions: pl.DataFrame, found: Terrains) -> _Areas:
    every = held.terrain_supply_areas
    areas = sorted(
        every.join(found.terrains, on="terrain_id", how="semi")["supply_area_id"].unique()
    )
    if not areas:
        none = no_results("grid_fit")
        return _Areas(
            (),
            (),
            no_results("area_power"),
            no_results("area_fit"),
            no_results("area_fit_by_year"),
            none,
            no_results("fit_years"),
            dict.fromkeys(FACTORS, none),
        )
    members = every.filter(pl.col("supply_area_id").is_in(areas))
    terrains = members.select("terrain_id").unique().sort("terrain_id")
    candidates = every.join(terrains, on="terrain_id", how="semi")
    around = sorted(set(candidates["supply_area_id"]) - set(areas))
    years, assumptions = held.run.years, held.assumptions
    power = estimate_area_power(
        terrain_sessions.join(terrains, on="terrain_id", how="semi"),
        members,
        held.national_electric,
        held.charging,
        years,
        assumptions,
    )
    given = (held.supply_areas, held.national_electric, held.vehicle_energy, years)
    fit = measure_area_fit(power, *given, assumptions)
    by_year = _beside(held, "area_fit", fit.by_year, around)
    for_good = _beside(held, "area_fit_by_year", fit.for_good, around)
    all_power = _beside(held, "area_power", power, around)
    return _Areas(
        tuple(areas),
        tuple(terrains["terrain_id"]),
        power,
        fit.by_year,
        fit.for_good,
        estimate_grid_fit(candidates, by_year),
        find_fit_years(candidates, for_good, assumptions),
        {
            factor: estimate_grid_fit(
                candidates,
                measure_chances(all_power, *given, assumptions.scaled(TRANSMISSION, factor, 1.0)),
            )
            for factor in FACTORS
        },
    )


def _beside(held: Held, table: str, rows: pl.DataFrame, area_ids: Collection[str]) -> pl.DataFrame:
    """Return rows of areas with those that the run holds of other areas."""
    return pl.concat([rows, held.where(table, "supply_area_id", area_ids).select(rows.columns)])


def _classes(
    held: Held, scores: pl.DataFrame, areas: _Areas, terrain_hubs: pl.DataFrame
) -> _Classes:
    """Return the classes of terrains that are touched, lie in their areas, or saw a hub change."""
    now = terrain_hubs.select(*_KEYS, has_hub=pl.col("hub_terrain_id").is_not_null())
    then = held.query(
        "SELECT terrain_id, year, scenario, hub_terrain_id IS NOT NULL AS has_hub "
        "FROM terrain_hubs WHERE run_id = ?"
    )
    moved = now.join(then, on=now.columns, how="anti")["terrain_id"]
    terrains = sorted({*areas.terrain_ids, *scores["terrain_id"], *moved})
    every_score = _rest(held, "plan_scores", scores, terrains)
    grid_fit = _rest(held, "grid_fit", areas.grid_fit, terrains)
    verdicts = classify(
        grid_fit,
        every_score,
        _rest(held, "fit_years", areas.fit_years, terrains),
        terrain_hubs.filter(pl.col("terrain_id").is_in(terrains)),
        held.assumptions,
    )
    tested = sorted({*areas.terrain_ids, *scores["terrain_id"]})
    is_tested = pl.col("terrain_id").is_in(tested)
    cases = move_thresholds(
        grid_fit.filter(is_tested), areas.cases, every_score.filter(is_tested), held.assumptions
    )
    kept = held.where("plan_class_cases", "terrain_id", set(terrains) - set(tested))
    return _Classes(
        tuple(terrains),
        every_score,
        verdicts,
        pl.concat([cases, kept.select(cases.columns)]),
    )


def _rest(held: Held, table: str, rows: pl.DataFrame, terrain_ids: Collection[str]) -> pl.DataFrame:
    """Return rows of some terrains with those that the run holds of the others of a list."""
    others = sorted(set(terrain_ids) - set(rows["terrain_id"]))
    return pl.concat([rows, held.where(table, "terrain_id", others).select(rows.columns)])


def _sensitivity(held: Held, classes: _Classes) -> pl.DataFrame:
    """Return `plan_class_sensitivity`: its counts less those of before, plus those of now.

    Shares are counts over the terrains of the register, so no other terrain has to be read.
    """
    ids, every = classes.terrain_ids, held.terrains.height
    then = measure_sensitivity(
        held.where("plan_class_cases", "terrain_id", ids),
        held.where("plan_class", "terrain_id", ids),
    )
    now = measure_sensitivity(classes.cases, classes.verdicts)
    keys = [name for name in then.columns if name != "changed_share"]
    count = pl.col("changed_share") * every
    moved = (pl.col("changed_share_now") - pl.col("changed_share_then")) * len(ids)
    return (
        held.table("plan_class_sensitivity")
        .join(then, on=keys, suffix="_then")
        .join(now, on=keys, suffix="_now")
        .select(*keys, changed_share=(count + moved).round() / every)
    )


def _sums(
    held: Held,
    found: Terrains,
    electric: pl.DataFrame,
    classes: _Classes,
    points: pl.DataFrame,
    terrain_sessions: pl.DataFrame,
    ids: Collection[str],
) -> Iterator[Replaced]:
    """Yield what adds up over terrains: of each terrain, of regions, of the nation."""
    is_shared = pl.col("location_type") == "shared_hub"
    columns = ["place_id", "year", "scenario", "power_class_kw", "charge_points"]
    now = points.filter(is_shared).select(columns)
    then = held.table("charge_points").filter(is_shared).select(columns)
    moved = {
        *now.join(then, on=columns, how="anti")["place_id"],
        *then.join(now, on=columns, how="anti")["place_id"],
    }
    terrains = sorted({*found.terrains["terrain_id"], *classes.terrain_ids, *moved})
    is_here = pl.col("terrain_id").is_in(terrains)
    figures = gather_terrain_figures(
        _rest(held, "electric_vehicles", electric, terrains).filter(is_here),
        _rest(held, "energy", found.energy, terrains).filter(is_here),
        points,
        _rest(held, "plan_class", classes.verdicts, terrains),
    )
    yield Replaced("terrain_figures", figures, "terrain_id", tuple(terrains))
    others = held.where_not("terrain_figures", "terrain_id", terrains)
    members = list_region_members(
        held.terrains, held.table("municipalities"), held.terrain_supply_areas
    )
    region = ["level", "region_id"]
    touched = members.filter(is_here).select(region).unique()
    summary = held.table("regional_summary")
    # Peaks are pooled again only where sessions changed: classes and hubs don't move them.
    asked = members.filter(pl.col("terrain_id").is_in(list(ids))).select(region).unique()
    peaks = pool_peaks(
        members.join(asked, on=region, how="semi"),
        terrain_sessions,
        held.charging,
        held.assumptions,
    )
    regional = summarise_regions(
        members.join(touched, on=region, how="semi"),
        pl.concat([figures, others.select(figures.columns)]),
        pl.concat([peaks, summary.join(asked, on=region, how="anti").select(peaks.columns)]),
        points,
    )
    kept = summary.join(touched, on=region, how="anti")
    yield Replaced("regional_summary", pl.concat([regional, kept.select(regional.columns)]))
    yield Replaced("national_summary", _nation(held, electric, found.energy, ids))


def _nation(
    held: Held, electric: pl.DataFrame, energy: pl.DataFrame, ids: Collection[str]
) -> pl.DataFrame:
    """Return `national_summary`: what the run holds of others is added up before it is read."""
    other_vehicles = held.query(
        "SELECT year, scenario, vehicle_class, sum(electric_vehicles) AS electric_vehicles "
        "FROM electric_vehicles WHERE run_id = ? "
        "AND terrain_id NOT IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL",
        list(ids),
    )
    other_energy = held.query(
        "SELECT year, scenario, sum(energy_kwh_per_year) AS energy_kwh_per_year FROM energy "
        "WHERE run_id = ? AND terrain_id NOT IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL",
        list(ids),
    )
    return summarise_nation(
        pl.concat([other_vehicles, electric.select(other_vehicles.columns)]),
        pl.concat([other_energy, energy.select(other_energy.columns)]),
    )
