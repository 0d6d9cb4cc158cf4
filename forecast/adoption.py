"""National growth per class: cohorts, the share of sales, and its bands, from history and anchors.

Time runs in months from the first count of the fleet to the end of the last year. Counts up to the
origin are used, forecasts of others are anchors; a test against history sets the origin back.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.sources.fleet_history import STATUSES, electric_counts, stock_series
from forecast.vocabulary import (
    LAST_YEAR,
    TRUCK_CLASSES,
    VEHICLE_CLASSES,
    VEHICLE_GROUPS,
    group_of,
)
from models.adoption import AdoptionModel, Belief, Fit, Observations
from models.bands import Shocks, Start, Uncertainty, draw_shocks, electric_stock_draws
from models.sales_share import SalesShare
from models.stock import CohortFleet, Lifetime, build_fleet
from models.stock_curves import Bass, Gompertz, Logistic
from models.units import P90_SDS

Floats = npt.NDArray[np.float64]

TOTAL_SERIES: Final = dict(
    zip(VEHICLE_CLASSES, ("vans_total", "rigid_trucks_total", "tractors_total"), strict=True)
)
POLICY: Final = {"van": ("bpm",), "rigid_truck": ("levy",), "tractor": ("levy",)}
"""Policy steps that bear on the sales of a class, besides zero-emission zones."""
ZONE_TERM: Final = "ze_zone"
SLOPE: Final = "slope_per_year"
FAMILIES: Final = ("sales_share", "logistic", "gompertz", "bass")

MONTHS: Final = 12
DRAWS: Final = 1000
"""Draws of a band; another seed moves its p10 and p90 by about 2 % of their distance."""
SEED: Final = 20250701
"""Any number, the same for ever: day of the last counts of electric vehicles."""


def band_factor(ratio: float, log_sd: Floats | float) -> Floats:
    """Return the factor from p50 to p90 where a second doubt joins that of the nation [1].

    ``exp(z hypot(ln(ratio) / z, log_sd))`` with z of p90: both are lognormal and independent.

    Parameters
    ----------
    ratio
        p90 over p50 of the nation, or p50 over p10 for the other side [1].
    log_sd
        Of the logarithm of the vehicles on a terrain; zero leaves the ratio as it is [1].
    """
    return np.asarray(np.exp(P90_SDS * np.hypot(math.log(ratio) / P90_SDS, log_sd)))


@dataclass(frozen=True)
class Anchor:
    """A stock that others foresee: date [year], electric vehicles, relative sd [1]."""

    date: float
    electric_vehicles: float
    relative_sd: float


@dataclass(frozen=True)
class ClassGrowth:
    """The growth of one class in one scenario.

    Attributes
    ----------
    fleet
        All powertrains, monthly.
    observations
        Counts and anchors it was fitted to.
    fits
        One per family, the share of sales first.
    electric_sales
        Per month, counted stocks kept, from there by the share of sales [vehicles].
    stock_draws
        Electric stock, shape (draws, months) [vehicles].
    """

    fleet: CohortFleet
    observations: Observations
    fits: Sequence[Fit]
    electric_sales: Floats
    stock_draws: Floats

    @property
    def zone_effect(self) -> float:
        """What full exposure to zero-emission zones adds to the log-odds of sales [1]."""
        return self.fits[0].parameters[ZONE_TERM]


def class_fleet(
    vehicle_class: str,
    fleet_history: pl.DataFrame,
    assumptions: Assumptions,
    origin: float = math.inf,
) -> CohortFleet:
    """Return the fleet of a class: counted until the origin, from there growing evenly."""
    counts = stock_series(fleet_history, TOTAL_SERIES[vehicle_class]).filter(
        pl.col("date") <= origin
    )
    dates = counts["date"].to_numpy()
    first, last = math.floor(dates[0]), LAST_YEAR + 1
    months = np.arange(1, (last - first) * MONTHS + 1) / MONTHS + first
    growth = assumptions[f"fleet.growth_per_year.{vehicle_class}"]
    later = np.maximum(months - dates[-1], 0)
    wanted = np.exp(np.interp(months, dates, np.log(counts["value"]))) * (1 + growth) ** later
    lifetime = Lifetime(
        assumptions[f"fleet.lifetime_shape.{vehicle_class}"],
        assumptions[f"fleet.lifetime_years.{vehicle_class}"],
    )
    return build_fleet(months, wanted, lifetime)


def class_observations(
    vehicle_class: str,
    fleet: CohortFleet,
    fleet_history: pl.DataFrame,
    anchors: Sequence[Anchor],
    assumptions: Assumptions,
    origin: float = math.inf,
) -> Observations:
    """Return counts known at the origin and anchors as shares of the fleet.

    Electric trucks are counted together; a part of the count is taken as rigid.
    """
    counts = electric_counts(fleet_history, group_of(vehicle_class)).filter(
        pl.col("known") <= origin
    )
    part = 1.0
    if vehicle_class in TRUCK_CLASSES:
        rigid = assumptions["adoption.rigid_share_counted"]
        part = rigid if vehicle_class == TRUCK_CLASSES[0] else 1 - rigid
    relative_sd = {
        status: assumptions[f"adoption.count_relative_sd.{status}"] for status in STATUSES
    }
    later = [anchor for anchor in anchors if anchor.date > origin or math.isinf(origin)]
    dates = np.array([*counts["date"], *(anchor.date for anchor in later)])
    electric = np.array(
        [*(part * counts["value"]), *(anchor.electric_vehicles for anchor in later)]
    )
    sds = [
        *(relative_sd[status] for status in counts["status"]),
        *(anchor.relative_sd for anchor in later),
    ]
    shares = electric / np.array([fleet.stock[fleet.index(date)] for date in dates])
    is_anchor = np.arange(dates.size) >= counts.height
    return Observations(dates, shares, shares * np.array(sds), is_anchor)


def scenario_anchors(vehicle_class: str, assumptions: Assumptions) -> list[Anchor]:
    """Return the stock that a scenario supposes for the end of 2030."""
    group = group_of(vehicle_class)
    stock = assumptions[f"adoption.electric_stock_2030.{group}"]
    if vehicle_class in TRUCK_CLASSES:
        rigid = assumptions["adoption.rigid_share_2030"]
        stock *= rigid if vehicle_class == TRUCK_CLASSES[0] else 1 - rigid
    date = assumptions["adoption.anchor_date"]
    return [Anchor(date, stock, assumptions["adoption.anchor_relative_sd"])]


def class_models(
    vehicle_class: str,
    fleet: CohortFleet,
    zone_term: Mapping[int, float],
    assumptions: Assumptions,
    origin: float = math.inf,
) -> tuple[SalesShare, Sequence[AdoptionModel]]:
    """Return the model of sales for a class, and the curves of the stock beside it.

    A policy that was not announced at the origin is left out.
    """
    ceiling = assumptions[f"adoption.ceiling.{group_of(vehicle_class)}"]
    process_sd = assumptions["adoption.process_sd"]
    reference = assumptions["adoption.reference_date"]
    policy = {
        name: np.where(fleet.mid_dates >= assumptions[f"adoption.policy_date.{name}"], 1.0, 0.0)
        for name in POLICY[vehicle_class]
        if assumptions[f"adoption.policy_announced.{name}"] <= origin
    }
    if assumptions[f"adoption.policy_announced.{ZONE_TERM}"] <= origin:
        years = np.floor(fleet.mid_dates).astype(int)
        policy[ZONE_TERM] = np.array([zone_term.get(int(year), 0.0) for year in years])
    beliefs = {name: _belief(f"adoption.policy.{name}", assumptions) for name in policy}
    beliefs[SLOPE] = _belief("adoption.slope_per_year", assumptions)
    return SalesShare(fleet, ceiling, process_sd, reference, policy, beliefs), (
        Logistic(ceiling, process_sd, reference),
        Gompertz(ceiling, process_sd, reference),
        Bass(
            ceiling,
            process_sd,
            assumptions[f"adoption.launch_date.{group_of(vehicle_class)}"],
            _log_belief("adoption.bass_innovation", assumptions),
            _log_belief("adoption.bass_imitation", assumptions),
        ),
    )


def grow_class(
    vehicle_class: str,
    fleet_history: pl.DataFrame,
    anchors: Sequence[Anchor],
    zone_term: Mapping[int, float],
    assumptions: Assumptions,
    origin: float = math.inf,
) -> ClassGrowth:
    """Return the growth of a class as it could be foreseen at the origin.

    Raises
    ------
    ValueError
        If the history at the origin is too short for a model, or contradicts the assumptions.
    """
    fleet = class_fleet(vehicle_class, fleet_history, assumptions, origin)
    observations = class_observations(
        vehicle_class, fleet, fleet_history, anchors, assumptions, origin
    )
    sales_share, curves = class_models(vehicle_class, fleet, zone_term, assumptions, origin)
    try:
        fits = [model.fit(observations) for model in (sales_share, *curves)]
    except ValueError as error:
        raise ValueError(f"class {vehicle_class}: {error}") from None
    estimate = fits[0].estimate
    last = observations.last_count
    start = Start(
        step=fleet.index(observations.dates[last]),
        electric_sales=sales_share.electric_sales(observations, estimate),
        relative_sd=float(observations.share_sd[last] / observations.shares[last]),
        residual=sales_share.last_residual(observations, estimate),
    )
    draws = electric_stock_draws(
        fits, fleet, start, _shocks(vehicle_class, fleet, start.step), uncertainty(assumptions)
    )
    return ClassGrowth(fleet, observations, fits, start.electric_sales, draws)


def uncertainty(assumptions: Assumptions) -> Uncertainty:
    """Return the sizes of the shocks."""
    return Uncertainty(
        assumptions["adoption.process_sd"],
        assumptions["adoption.process_persistence"],
        assumptions["adoption.return_years"],
        {name: assumptions[f"adoption.family_weight.{name}"] for name in FAMILIES},
    )


def _shocks(vehicle_class: str, fleet: CohortFleet, last: int) -> Shocks:
    """Return the same shocks for both classes of trucks: they share market and policy."""
    years = math.ceil(float(fleet.dates[-1] - fleet.dates[last]))
    group = list(VEHICLE_GROUPS).index(group_of(vehicle_class))
    return draw_shocks(DRAWS, years, (SEED, group))


def _belief(key: str, assumptions: Assumptions) -> Belief:
    """Read value, low and high of an assumption as mean, p10 and p90."""
    entry = assumptions.by_key[key]
    return Belief(entry.value, (entry.high - entry.low) / (P90_SDS + P90_SDS))


def _log_belief(key: str, assumptions: Assumptions) -> Belief:
    """Read an assumption as the belief of its logarithm."""
    entry = assumptions.by_key[key]
    if min(entry.value, entry.low) <= 0:
        raise ValueError(f"{key} and its low bound must be above zero")
    spread = math.log(entry.high / entry.low)
    return Belief(math.log(entry.value), spread / (P90_SDS + P90_SDS))
