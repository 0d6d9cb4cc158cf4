"""Service areas and truck parkings: what is charged en route, placed on real sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.overlays import distances_km, rd_m
from forecast.points import SIZES, points_of_places, size_places
from forecast.sessions import LocationCharging
from forecast.vehicle_energy import class_energy
from forecast.vocabulary import SITE_LOCATION_TYPES, VEHICLE_CLASSES
from forecast.year_sites import spread_over
from models.mix import mix

Floats = npt.NDArray[np.float64]

_MILLION = 1e6
_YARDSTICK = {"service_area": "afir.core_pool_kw", "truck_parking": "afir.parking_kw"}
_FOREIGN_CLASS = "tractor"
"""Foreign trucks on Dutch roads are nearly all tractors with a trailer."""
_DEMAND = (
    "site_id",
    "year",
    "scenario",
    "location_type",
    "energy_kwh_per_year",
    "foreign_energy_kwh_per_year",
    *SIZES,
    "afir_pool_factor",
    "ten_t_class",
)


@dataclass(frozen=True)
class SitePlan:
    """Demand on the sites along the roads, and their charge points.

    Attributes
    ----------
    demand
        `site_demand` without its run.
    points
        Their `charge_points` without its run.
    """

    demand: pl.DataFrame
    points: pl.DataFrame


def estimate_foreign_energy(
    national_electric: pl.DataFrame, assumptions: Assumptions
) -> pl.DataFrame:
    """Return what foreign trucks charge here, an inflow beside the Dutch fleet.

    ``kilometres in the Netherlands x electric part x kWh/km / efficiency x part charged here``.

    Returns
    -------
    year, scenario, location_type, foreign_energy_kwh_per_year.
    """
    parameters = class_energy(_FOREIGN_CLASS, assumptions)
    kwh_per_km = parameters.consumption_kwh_per_km / parameters.grid_efficiency
    electric = pl.min_horizontal(
        pl.col("electric_distance_share") * assumptions["foreign.adoption_factor"], pl.lit(1.0)
    )
    parking = assumptions["foreign.parking_share"]
    here = (
        national_electric.filter(pl.col("vehicle_class") == _FOREIGN_CLASS)
        .with_columns(
            kwh=electric
            * assumptions["foreign.distance_million_km_per_year"]
            * _MILLION
            * kwh_per_km
            * assumptions["foreign.charged_here_share"]
        )
        .select("year", "scenario", "kwh")
    )
    return pl.concat(
        here.select(
            "year",
            "scenario",
            location_type=pl.lit(location_type),
            foreign_energy_kwh_per_year=pl.col("kwh") * share,
        )
        for location_type, share in zip(SITE_LOCATION_TYPES, (1 - parking, parking), strict=True)
    )


def plan_sites(
    sessions: pl.DataFrame,
    holders: pl.DataFrame,
    truck_sites: pl.DataFrame,
    foreign_energy: pl.DataFrame,
    charging: Mapping[tuple[int, str, str], LocationCharging],
    assumptions: Assumptions,
) -> SitePlan:
    """Return what is charged on each site, by Dutch fleets and by foreign trucks, and its size.

    Each base spreads its sessions over the sites of the location type by their weight, falling with
    distance by a factor e over a stated length; foreign trucks go by weight alone. Nothing is lost.
    """
    demand, points = [], []
    for location_type in SITE_LOCATION_TYPES:
        is_here = pl.col("location_type") == location_type
        asked = _asked_of_sites(
            spread_over(holders, sessions.filter(is_here), VEHICLE_CLASSES),
            holders,
            truck_sites.filter(is_here).sort("site_id"),
            foreign_energy.filter(is_here),
            {at: place for at, place in charging.items() if at[-1] == location_type},
            assumptions,
        )
        sized = size_places(asked, charging, location_type, assumptions)
        yardstick = assumptions[_YARDSTICK[location_type]]
        demand.append(sized.with_columns(afir_pool_factor=pl.col("installed_kw") / yardstick))
        points.append(points_of_places(sized, "site_id", location_type, assumptions))
    return SitePlan(pl.concat(demand).select(_DEMAND), pl.concat(points))


def _asked_of_sites(
    stops: Mapping[tuple[int, str], Floats],
    holders: pl.DataFrame,
    sites: pl.DataFrame,
    foreign_energy: pl.DataFrame,
    charging: Mapping[tuple[int, str, str], LocationCharging],
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return what comes to the sites of one location type: one row per site, year and scenario.

    Parameters
    ----------
    stops
        Sessions of each base per working day, shape (bases, classes) [1/day].
    charging
        At this location type.
    """
    draw = _draw_of(
        site_weights(sites, assumptions).tobytes(),
        rd_m(holders).tobytes(),
        rd_m(sites).tobytes(),
        assumptions["grid.site_decay_km"],
    )
    places = dict(sorted(charging.items()))
    whens = [(year, scenario) for year, scenario, _ in places]
    kwh = np.stack([_kwh_of_yearly_sessions(place, assumptions) for place in places.values()])
    by_when = {
        (year, scenario): of_country
        for year, scenario, of_country in foreign_energy.select(
            "year", "scenario", "foreign_energy_kwh_per_year"
        ).iter_rows()
    }
    foreign_kwh = np.outer([by_when[when] for when in whens], draw.by_weight)
    # Bases are many: all years and scenarios go over them at once.
    bases = np.concatenate([stops[when].T for when in whens])
    counts = (bases @ draw.share).reshape(*kwh.shape, sites.height)
    own_kwh = np.stack([mix(here.T, each) for here, each in zip(counts, kwh, strict=True)])
    column = VEHICLE_CLASSES.index(_FOREIGN_CLASS)
    counts[:, column] += foreign_kwh / kwh[:, column, np.newaxis]
    when, site = np.indices(foreign_kwh.shape).reshape(2, -1)
    return sites.select("site_id", "location_type")[site].with_columns(
        *(pl.Series(name, counts[:, at].ravel()) for at, name in enumerate(VEHICLE_CLASSES)),
        energy_kwh_per_year=pl.Series(own_kwh.ravel()),
        foreign_energy_kwh_per_year=pl.Series(foreign_kwh.ravel()),
        ten_t_class=pl.lit("not_known"),
        year=pl.Series(np.array([year for year, _ in whens])[when]),
        scenario=pl.Series([scenario for _, scenario in whens]).gather(when),
    )


@dataclass(frozen=True)
class _Draw:
    """How sites share what is charged along the roads.

    Attributes
    ----------
    share
        Of the charging of each base, shape (bases, sites) [1].
    by_weight
        Of the charging of foreign trucks, shape (sites,) [1].
    """

    share: Floats
    by_weight: Floats


@lru_cache(maxsize=2 * len(SITE_LOCATION_TYPES))
def _draw_of(weights: bytes, bases: bytes, sites: bytes, decay_km: float) -> _Draw:
    """Return how sites share the charging of bases.

    All updates of a country ask for the same; it is not to be written to.
    """
    weight = np.frombuffer(weights)
    apart_km = distances_km(*(np.frombuffer(part).reshape(-1, 2) for part in (bases, sites)))
    pull = weight * np.exp(-apart_km / decay_km)
    return _Draw(pull / pull.sum(axis=1, keepdims=True), weight / weight.sum())


def site_demand_of(site_plan: SitePlan) -> pl.DataFrame:
    """Return `site_demand` without its run."""
    return site_plan.demand


def site_weights(sites: pl.DataFrame, assumptions: Assumptions) -> Floats:
    """Return how much each site draws, by its kind and its area over the median of the kind [1]."""
    kind = pl.col("site_kind").replace_strict(
        {
            name: assumptions[f"sites.weight.{name}"]
            for name in ("service_area", "rest_area", "truck_parking")
        },
        return_dtype=pl.Float64,
    )
    relative = pl.col("area_m2") / pl.col("area_m2").median().over("site_kind")
    size = relative.fill_null(1.0) ** assumptions["sites.area_exponent"]
    return sites.select(kind * size).to_series().to_numpy()


def _kwh_of_yearly_sessions(place: LocationCharging, assumptions: Assumptions) -> Floats:
    """Return the energy a year of one session per working day, shape (classes,) [kWh/year]."""
    winter = np.array(assumptions.of("energy.winter_factor", VEHICLE_CLASSES))
    return np.asarray(place.energy_kwh / winter * assumptions["energy.working_days_per_year"])
