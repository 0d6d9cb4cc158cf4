"""What is pooled over the country after some terrains changed: hubs, sites along roads, points.

Sites are sized all again, as every terrain pulls a little on every one; hubs only where they serve
others than before, or a terrain that changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from forecast.held import Held
from forecast.hubs import HubPlan, HubSites, site_terrain_hubs, size_hubs
from forecast.overlays import vehicle_holders
from forecast.places import collect_charge_points
from forecast.recompute import Terrains, on_register
from forecast.replaced import Replaced
from forecast.sites import SitePlan, estimate_foreign_energy, plan_sites
from forecast.vocabulary import SITE_LOCATION_TYPES


@dataclass(frozen=True)
class Pools:
    """Hubs and sites of the whole country.

    Attributes
    ----------
    hub_sites, hub_plan
        Where hubs stand and how large they are.
    site_plan
        Service areas and truck parkings.
    charge_points
        Of these and of the depots of all terrains, as `charge_points`.
    """

    hub_sites: HubSites
    hub_plan: HubPlan
    site_plan: SitePlan
    charge_points: pl.DataFrame

    def replaced(self) -> Iterator[Replaced]:
        """Yield the tables, which are written anew as wholes."""
        yield Replaced("hubs", self.hub_plan.hubs)
        yield Replaced("terrain_hubs", self.hub_sites.terrain_hubs)
        yield Replaced("site_demand", self.site_plan.demand)
        yield Replaced("charge_points", self.charge_points)


def find_pools(
    held: Held,
    found: Terrains,
    sessions: pl.DataFrame,
    depot_points: pl.DataFrame,
    ids: Collection[str],
) -> Pools:
    """Return hubs, sites and points after terrains changed.

    Parameters
    ----------
    held
        The run.
    found
        The terrains that changed, and pseudo-terrains.
    sessions
        Of all terrains and pseudo-terrains, these among them.
    depot_points
        At the depots of the terrains that changed.
    ids
        Of these terrains and pseudo-terrains.
    """
    hub_sites = site_terrain_hubs(
        on_register(sessions), held.terrains, held.charging, held.assumptions
    )
    hub_plan = _size_hubs(held, hub_sites, ids)
    site_plan = _plan_sites(held, found, sessions, ids)
    others = held.where_not("charge_points", "place_id", ids).filter(
        pl.col("location_type") == "depot"
    )
    at_depots = pl.concat([others.select(depot_points.columns), depot_points])
    points = collect_charge_points(at_depots, hub_plan, site_plan)
    return Pools(hub_sites, hub_plan, site_plan, points)


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
    kept = held.hub_points.join(same.rename({"terrain_id": "place_id"}), on=at, how="semi")
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
