"""Shared hubs on business parks: where they carry themselves, whom they serve, how large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse
from scipy.spatial import KDTree

from forecast.assumptions import Assumptions
from forecast.points import points_of_places, size_places
from forecast.schema import no_results
from forecast.sessions import Charging
from forecast.vocabulary import VEHICLE_CLASSES
from models.mix import mix
from models.siting import NONE, site_hubs
from models.units import M_PER_KM


@dataclass(frozen=True)
class HubSites:
    """Where shared hubs stand, and what comes there.

    Attributes
    ----------
    demand
        One row per hub, year and scenario: terrain_id, year, scenario, opened_year,
        served_terrains, and the sessions per working day of each vehicle class.
    terrain_hubs
        `terrain_hubs` without its run.
    """

    demand: pl.DataFrame
    terrain_hubs: pl.DataFrame


@dataclass(frozen=True)
class HubPlan:
    """Shared hubs of all years and scenarios.

    Attributes
    ----------
    hubs
        `hubs` without its run.
    points
        Their `charge_points` without its run.
    """

    hubs: pl.DataFrame
    points: pl.DataFrame


def site_terrain_hubs(
    terrain_sessions: pl.DataFrame,
    terrains: pl.DataFrame,
    charging: Charging,
    assumptions: Assumptions,
) -> HubSites:
    """Return where hubs stand in each year; one that stands stays in later years.

    A terrain belongs to the hub that reaches it within some kilometres of road; where too little
    demand comes together there is none, and its demand stays without a place.
    """
    sites = terrains.select("terrain_id", "x_rd_m", "y_rd_m").sort("terrain_id")
    reach = _reach(sites, assumptions)
    rows = terrain_sessions.filter(pl.col("location_type") == "shared_hub")
    demand, served = [], []
    for (scenario,), part in sorted(rows.group_by("scenario"), key=lambda item: str(item[0])):
        standing: dict[int, int] = {}
        for (year,), sessions in sorted(part.group_by("year"), key=lambda item: str(item[0])):
            place = charging[int(str(year)), str(scenario), "shared_hub"]
            counts = (
                sites.join(sessions, on="terrain_id", how="left", maintain_order="left")
                .select(VEHICLE_CLASSES)
                .fill_null(0)
                .to_numpy()
            )
            chosen, served_by = site_hubs(
                mix(counts, place.energy_kwh),
                reach,
                least_demand=assumptions["points.least_energy_kwh_per_day"],
                existing=list(standing),
            )
            standing |= {hub: int(str(year)) for hub in chosen if hub not in standing}
            when = {"year": pl.lit(year, dtype=pl.Int64), "scenario": pl.lit(scenario)}
            found = _terrain_hubs(sites, served_by)
            served.append(found.with_columns(**when))
            demand.append(_demand(found, counts, sites, standing).with_columns(**when))
    keys = ["terrain_id", "year", "scenario"]
    return HubSites(
        pl.concat(demand).sort(keys),
        pl.concat(served).select(*keys, "hub_terrain_id", "hub_distance_km").sort(keys),
    )


def plan_hubs(hub_sites: HubSites, charging: Charging, assumptions: Assumptions) -> HubPlan:
    """Return how large each hub is and the charge points it has."""
    return size_hubs(hub_sites.demand, charging, assumptions)


def size_hubs(demand: pl.DataFrame, charging: Charging, assumptions: Assumptions) -> HubPlan:
    """Return the size of some hubs; see `HubSites`."""
    hubs, points = [no_results("hubs")], [no_results("charge_points")]
    for (year, scenario), rows in demand.group_by("year", "scenario", maintain_order=True):
        place = charging[int(str(year)), str(scenario), "shared_hub"]
        sized = size_places(rows, place, assumptions)
        hubs.append(sized.select(hubs[0].columns))
        found = points_of_places(sized, place, "terrain_id", assumptions)
        points.append(found.select(points[0].columns))
    return HubPlan(pl.concat(hubs).sort("terrain_id", "year", "scenario"), pl.concat(points))


def hubs_of(hub_plan: HubPlan) -> pl.DataFrame:
    """Return `hubs` without its run."""
    return hub_plan.hubs


def terrain_hubs_of(hub_sites: HubSites) -> pl.DataFrame:
    """Return `terrain_hubs` without its run."""
    return hub_sites.terrain_hubs


def _reach(sites: pl.DataFrame, assumptions: Assumptions) -> sparse.csr_array:
    """Return which terrains lie within reach of a hub on each, themselves too."""
    crow_m = assumptions["hub.reach_km"] / assumptions["hub.detour_factor"] * M_PER_KM
    tree = KDTree(sites.select("x_rd_m", "y_rd_m").to_numpy())
    near = tree.query_ball_point(tree.data, crow_m, return_sorted=True)
    ends = np.cumsum([0, *(len(places) for places in near)])
    return sparse.csr_array(
        (np.ones(ends[-1]), np.concatenate(near).astype(np.int64), ends),
        shape=(sites.height, sites.height),
    )


def _terrain_hubs(sites: pl.DataFrame, served_by: np.ndarray) -> pl.DataFrame:
    at = sites.select("x_rd_m", "y_rd_m").to_numpy()
    has_hub = served_by != NONE
    distance = np.linalg.norm(at - at[served_by], axis=1) / M_PER_KM
    return sites.select(
        "terrain_id",
        hub_terrain_id=pl.when(pl.Series(has_hub)).then(sites["terrain_id"].gather(served_by)),
        hub_distance_km=pl.when(pl.Series(has_hub)).then(pl.Series(distance)),
    )


def _demand(
    terrain_hubs: pl.DataFrame, counts: np.ndarray, sites: pl.DataFrame, standing: dict[int, int]
) -> pl.DataFrame:
    """Return one row per hub: its sessions, since when it stands, how many terrains it serves."""
    opened = pl.DataFrame(
        {
            "terrain_id": sites["terrain_id"].gather(list(standing)),
            "opened_year": pl.Series(list(standing.values()), dtype=pl.Int64),
        }
    )
    by_hub = (
        terrain_hubs.with_columns(
            pl.Series(name, counts[:, column]) for column, name in enumerate(VEHICLE_CLASSES)
        )
        .drop_nulls("hub_terrain_id")
        .group_by("hub_terrain_id")
        # In the order of the terrains, so that the digits are the same each time.
        .agg(
            pl.col(VEHICLE_CLASSES).sort_by("terrain_id").sum(),
            served_terrains=pl.len().cast(pl.Int64),
        )
    )
    return opened.join(
        by_hub, left_on="terrain_id", right_on="hub_terrain_id", how="left", maintain_order="left"
    ).with_columns(pl.col(*VEHICLE_CLASSES, "served_terrains").fill_null(0))
