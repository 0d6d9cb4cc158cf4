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
    return HubSites(_demand(sites, served), _terrain_hubs(sites, served))


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
    """Return the hub of each terrain, year and scenario."""
    at = rd_m(sites)
    served_by = np.stack([each.served_by for each in served], axis=1)
    kilometres = np.linalg.norm(at[:, np.newaxis] - at[served_by], axis=-1) / M_PER_KM
    terrain, when = np.indices(served_by.shape).reshape(2, -1)
    has_hub = pl.lit(pl.Series((served_by != NONE).ravel()))
    return pl.select(
        sites["terrain_id"].gather(terrain),
        pl.Series("year", [each.year for each in served], dtype=pl.Int64).gather(when),
        pl.Series("scenario", [each.scenario for each in served], dtype=pl.String).gather(when),
        hub_terrain_id=pl.when(has_hub).then(sites["terrain_id"].gather(served_by.ravel())),
        hub_distance_km=pl.when(has_hub).then(pl.Series(kilometres.ravel())),
    )


def _demand(sites: pl.DataFrame, served: Sequence[_Served]) -> pl.DataFrame:
    """Return one row per hub: its sessions, since when it stands, how many terrains it serves."""
    return pl.concat(_demand_of(sites, each) for each in served).sort(_KEYS)


def _demand_of(sites: pl.DataFrame, served: _Served) -> pl.DataFrame:
    hubs = np.array([*served.opened], dtype=np.int64)
    is_served = served.served_by != NONE
    by_hub = served.served_by[is_served]
    # Terrain by terrain, so that the digits are the same each time.
    sessions = (
        np.bincount(by_hub, of_class, minlength=sites.height)[hubs]
        for of_class in served.counts[is_served].T
    )
    return pl.DataFrame(
        {
            "terrain_id": sites["terrain_id"].gather(hubs),
            "year": pl.Series([served.year] * hubs.size, dtype=pl.Int64),
            "scenario": pl.Series([served.scenario] * hubs.size, dtype=pl.String),
            "opened_year": pl.Series([*served.opened.values()], dtype=pl.Int64),
            **dict(zip(VEHICLE_CLASSES, sessions, strict=True)),
            "served_terrains": np.bincount(by_hub, minlength=sites.height)[hubs],
        }
    )
