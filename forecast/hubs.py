"""Shared hubs on business parks: where they carry themselves, whom they serve, how large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy import sparse
from scipy.spatial import KDTree

from forecast.assumptions import Assumptions
from forecast.overlays import rd_m
from forecast.points import points_of_places, size_places
from forecast.schema import no_results
from forecast.sessions import Charging
from forecast.vocabulary import VEHICLE_CLASSES
from forecast.year_sites import spread_over
from models.mix import mix
from models.siting import NONE, site_hubs
from models.units import M_PER_KM

_KEYS: Final = ["terrain_id", "year", "scenario"]


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


@dataclass(frozen=True)
class _Served:
    """Who is served in a year and scenario.

    Attributes
    ----------
    counts
        Sessions per working day at hubs, shape (terrains, classes) [1/day].
    served_by
        Place of the hub of each terrain, or `NONE`, shape (terrains,).
    opened
        Year from which each hub stands, by its place.
    """

    year: int
    scenario: str
    counts: npt.NDArray[np.float64]
    served_by: npt.NDArray[np.int64]
    opened: dict[int, int]


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
    crow_m = assumptions["hub.reach_km"] / assumptions["hub.detour_factor"] * M_PER_KM
    reach = _reach(rd_m(sites).tobytes(), crow_m)
    rows = terrain_sessions.filter(pl.col("location_type") == "shared_hub")
    served = []
    standing: dict[str, dict[int, int]] = {}
    for (year, scenario), counts in spread_over(sites, rows, VEHICLE_CLASSES).items():
        opened = standing.setdefault(scenario, {})
        chosen, served_by = site_hubs(
            mix(counts, charging[year, scenario, "shared_hub"].energy_kwh),
            reach,
            least_demand=assumptions["points.least_energy_kwh_per_day"],
            existing=list(opened),
        )
        opened |= {hub: year for hub in chosen if hub not in opened}
        served.append(_Served(year, scenario, counts, served_by, dict(opened)))
    found = _terrain_hubs(sites, served)
    return HubSites(
        _demand(sites, served, found),
        found.select(*_KEYS, "hub_terrain_id", "hub_distance_km").sort(_KEYS),
    )


def plan_hubs(hub_sites: HubSites, charging: Charging, assumptions: Assumptions) -> HubPlan:
    """Return how large each hub is and the charge points it has."""
    return size_hubs(hub_sites.demand, charging, assumptions)


def size_hubs(demand: pl.DataFrame, charging: Charging, assumptions: Assumptions) -> HubPlan:
    """Return the size of some hubs; see `HubSites`."""
    if demand.is_empty():
        return HubPlan(no_results("hubs"), no_results("charge_points"))
    sized = size_places(demand, charging, "shared_hub", assumptions)
    points = points_of_places(sized, "terrain_id", "shared_hub", assumptions)
    return HubPlan(
        sized.select(no_results("hubs").columns).sort(_KEYS),
        points.select(no_results("charge_points").columns),
    )


def hubs_of(hub_plan: HubPlan) -> pl.DataFrame:
    """Return `hubs` without its run."""
    return hub_plan.hubs


def terrain_hubs_of(hub_sites: HubSites) -> pl.DataFrame:
    """Return `terrain_hubs` without its run."""
    return hub_sites.terrain_hubs


@lru_cache(maxsize=2)
def _reach(sites: bytes, crow_m: float) -> sparse.csr_array:
    """Return which terrains lie within reach of a hub on each, themselves too.

    All updates of a country ask for the same; it is not to be written to.
    """
    tree = KDTree(np.frombuffer(sites).reshape(-1, 2))
    near = tree.query_ball_point(tree.data, crow_m, return_sorted=True)
    ends = np.cumsum([0, *(len(places) for places in near)])
    return sparse.csr_array(
        (np.ones(ends[-1]), np.concatenate(near).astype(np.int64), ends),
        shape=(len(near), len(near)),
    )


def _terrain_hubs(sites: pl.DataFrame, served: Sequence[_Served]) -> pl.DataFrame:
    """Return the hub of each terrain, year and scenario, with the sessions of the terrain."""
    at = rd_m(sites)
    served_by = np.stack([each.served_by for each in served])
    has_hub = pl.Series((served_by != NONE).ravel())
    distance = np.linalg.norm(at - at[served_by], axis=-1) / M_PER_KM
    counts = np.concatenate([each.counts for each in served])
    when = np.repeat(np.arange(len(served)), sites.height)
    return pl.DataFrame(
        {
            "terrain_id": sites["terrain_id"].gather(np.tile(np.arange(sites.height), len(served))),
            "year": pl.Series([each.year for each in served], dtype=pl.Int64).gather(when),
            "scenario": pl.Series([each.scenario for each in served]).gather(when),
            "hub": sites["terrain_id"].gather(served_by.ravel()),
            "kilometres": distance.ravel(),
            **{name: counts[:, column] for column, name in enumerate(VEHICLE_CLASSES)},
        }
    ).with_columns(
        hub_terrain_id=pl.when(has_hub).then("hub"),
        hub_distance_km=pl.when(has_hub).then("kilometres"),
    )


def _demand(
    sites: pl.DataFrame, served: Sequence[_Served], terrain_hubs: pl.DataFrame
) -> pl.DataFrame:
    """Return one row per hub: its sessions, since when it stands, how many terrains it serves."""
    opened = pl.DataFrame(
        {
            "terrain_id": sites["terrain_id"].gather(
                [hub for each in served for hub in each.opened]
            ),
            "year": [each.year for each in served for _ in each.opened],
            "scenario": [each.scenario for each in served for _ in each.opened],
            "opened_year": [year for each in served for year in each.opened.values()],
        },
        schema_overrides={"year": pl.Int64, "scenario": pl.String, "opened_year": pl.Int64},
    )
    by_hub = (
        terrain_hubs.drop_nulls("hub_terrain_id")
        .group_by("hub_terrain_id", "year", "scenario")
        # In the order of the terrains, so that the digits are the same each time.
        .agg(
            pl.col(VEHICLE_CLASSES).sort_by("terrain_id").sum(),
            served_terrains=pl.len().cast(pl.Int64),
        )
        .rename({"hub_terrain_id": "terrain_id"})
    )
    return (
        opened.join(by_hub, on=_KEYS, how="left")
        .with_columns(pl.col(*VEHICLE_CLASSES, "served_terrains").fill_null(0))
        .sort(_KEYS)
    )
