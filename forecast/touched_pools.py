"""What is pooled over the country after some terrains changed: hubs, sites along roads, points.

Sites are sized all again, as every terrain pulls a little on every one; hubs only where they serve
others than before, or a terrain that changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from forecast.held import Held
from forecast.hubs import HubPlan, HubSites, site_terrain_hubs, size_hubs
from forecast.overlays import vehicle_holders
from forecast.places import collect_charge_points
from forecast.replaced import Replaced, rows_of_one
from forecast.sites import SitePlan, estimate_foreign_energy, plan_sites


@dataclass(frozen=True)
class Hubs:
    """Shared hubs of the whole country.

    Attributes
    ----------
    plan
        How large they are.
    moved_ids
        Terrains with a hub that was sized again, or that is gone.
    of_terrains
        The hub of every terrain, as `terrain_hubs`.
    otherwise_served_ids
        Terrains that are served by another hub than in the run.
    """

    plan: HubPlan
    moved_ids: tuple[str, ...]
    of_terrains: pl.DataFrame
    otherwise_served_ids: tuple[str, ...]

    def replaced(self) -> Iterator[Replaced]:
        """Yield what changed."""
        moved = self.plan.hubs.filter(pl.col("terrain_id").is_in(self.moved_ids))
        yield Replaced("hubs", moved, "terrain_id", self.moved_ids)
        others = self.otherwise_served_ids
        served = self.of_terrains.filter(pl.col("terrain_id").is_in(others))
        yield Replaced("terrain_hubs", served, "terrain_id", others)


@dataclass(frozen=True)
class Pools:
    """Sites along the roads, and charge points of these, of hubs and of depots.

    Attributes
    ----------
    site_demand
        Service areas and truck parkings, as `site_demand`.
    charge_points
        Of hubs and sites, and of the depots of the terrains that changed, as `charge_points`.
    moved_points
        Those that the run does not hold, or holds otherwise: location_type, place_id.
    ids
        The terrains that changed, and pseudo-terrains.
    """

    site_demand: pl.DataFrame
    charge_points: pl.DataFrame
    moved_points: pl.DataFrame
    ids: tuple[str, ...]

    def points_of(self, held: Held, place_ids: Iterable[str]) -> pl.DataFrame:
        """Return all charge points of some places; the depots of terrains that stayed too."""
        wanted = {*place_ids}
        stayed = held.where("charge_points", "place_id", wanted - {*self.ids})
        depots = stayed.filter(pl.col("location_type") == "depot")
        here = self.charge_points.filter(pl.col("place_id").is_in(list(wanted)))
        return pl.concat([here, depots.select(here.columns)])

    def replaced(self, held: Held) -> Iterator[Replaced]:
        """Yield what changed; of sites the whole table."""
        yield Replaced("site_demand", self.site_demand)
        places = tuple(sorted({*self.ids, *self.moved_points["place_id"]}))
        yield Replaced("charge_points", self.points_of(held, places), "place_id", places)


def find_hubs(held: Held, terrain_sessions: pl.DataFrame, ids: tuple[str, ...]) -> Hubs:
    """Return hubs after terrains changed.

    Parameters
    ----------
    held
        The run.
    terrain_sessions
        Of all terrains of the register, those that changed among them.
    ids
        Of the terrains and pseudo-terrains that changed.
    """
    hub_sites = site_terrain_hubs(terrain_sessions, held.terrains, held.charging, held.assumptions)
    row = ["terrain_id", "year", "scenario", "hub_terrain_id"]
    moved = rows_of_one(hub_sites.terrain_hubs.select(row), held.table("terrain_hubs").select(row))
    plan, moved_ids = _size_hubs(held, hub_sites, moved, ids)
    return Hubs(plan, moved_ids, hub_sites.terrain_hubs, tuple(sorted({*moved["terrain_id"]})))


def find_pools(
    held: Held,
    hubs: Hubs,
    site_plan: SitePlan,
    depot_points: pl.DataFrame,
    ids: tuple[str, ...],
) -> Pools:
    """Return sites and points after terrains changed.

    Parameters
    ----------
    held
        The run.
    hubs, site_plan
        See `find_hubs` and `find_sites`.
    depot_points
        At the depots of the terrains that changed.
    ids
        Of the terrains and pseudo-terrains that changed.
    """
    points = collect_charge_points(depot_points, hubs.plan, site_plan)
    pooled = _pooled(points)
    of_run = _pooled_points(held).select(pooled.columns)
    moved = rows_of_one(pooled, of_run).select("location_type", "place_id").unique()
    return Pools(site_plan.demand, points, moved, ids)


def _pooled_points(held: Held) -> pl.DataFrame:
    """Return the charge points that the run holds of hubs and sites."""
    return held.rows.derived(
        "pooled_points", "charge_points", lambda: _pooled(held.table("charge_points")), _pooled
    ).every()


def _pooled(points: pl.DataFrame) -> pl.DataFrame:
    return points.filter(pl.col("location_type") != "depot")


def _size_hubs(
    held: Held, hub_sites: HubSites, moved: pl.DataFrame, ids: Collection[str]
) -> tuple[HubPlan, tuple[str, ...]]:
    """Return hubs and points; those that serve the same untouched terrains keep their size.

    Then the terrains with a hub that was sized again, or is gone.
    """
    of_ids = hub_sites.terrain_hubs.filter(pl.col("terrain_id").is_in(list(ids)))
    moved = pl.concat([moved, of_ids.select(moved.columns)])
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
    kept = (
        _pooled_points(held)
        .filter(location_type="shared_hub")
        .join(same.rename({"terrain_id": "place_id"}), on=at, how="semi")
    )
    stayed = stored.join(same, on=hub, how="semi").select(sized.hubs.columns)
    gone = stored.join(same, on=hub, how="anti")
    return (
        HubPlan(
            pl.concat([sized.hubs, stayed]),
            pl.concat([sized.points, kept.select(sized.points.columns)]),
        ),
        tuple(sorted({*sized.hubs["terrain_id"], *gone["terrain_id"]})),
    )


def find_sites(held: Held, sessions: pl.DataFrame) -> SitePlan:
    """Return service areas and truck parkings after terrains changed.

    Parameters
    ----------
    held
        The run.
    sessions
        Of all terrains and pseudo-terrains, those that changed among them.
    """
    return plan_sites(
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
