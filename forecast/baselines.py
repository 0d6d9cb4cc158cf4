"""What anyone could foresee without a model: the yardsticks of the test against history.

- ``last_share``: the electric share stays as last counted.
- ``log_growth``: the number grows on as between the last count and the one at least a year before.
- ``pooled_logistic``: shares of vans and trucks follow logistic curves with one slope.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
import statsmodels.api as sm
from scipy.special import expit

from forecast.adoption import class_fleet
from forecast.assumptions import Assumptions
from forecast.sources.fleet_history import electric_counts
from forecast.vocabulary import VEHICLE_GROUPS
from models.binomial import fit_binomial

Floats = npt.NDArray[np.float64]

BASELINES: Final = ("last_share", "log_growth", "pooled_logistic")


def foresee_by_baselines(
    group: str,
    origin: float,
    dates: Sequence[float],
    fleet_history: pl.DataFrame,
    assumptions: Assumptions,
) -> dict[str, Floats]:
    """Return electric vehicles by each of `BASELINES`, each of shape (dates,) [vehicles].

    Only counts known at the origin are used.
    """
    fleet = _group_fleet(group, fleet_history, assumptions, origin)
    counts = electric_counts(fleet_history, group).filter(pl.col("known") <= origin)
    known_dates, values = counts["date"].to_numpy(), counts["value"].to_numpy()
    ahead = np.asarray(dates) - known_dates[-1]
    stock = np.array([fleet(date) for date in dates])
    # Counts of a few months apart tell more of their sources than of growth.
    earlier = np.flatnonzero(known_dates <= known_dates[-1] - 1)
    before = int(earlier[-1]) if earlier.size else 0
    growth = math.log(values[-1] / values[before]) / (known_dates[-1] - known_dates[before])
    logistic = _pooled_logistic(group, origin, dates, fleet_history, assumptions)
    return {
        "last_share": values[-1] / fleet(known_dates[-1]) * stock,
        "log_growth": values[-1] * np.exp(growth * ahead),
        "pooled_logistic": logistic * stock,
    }


def _pooled_logistic(
    group: str,
    origin: float,
    dates: Sequence[float],
    fleet_history: pl.DataFrame,
    assumptions: Assumptions,
) -> Floats:
    """Return shares by one logistic growth for all groups, each with its own level."""
    rows, shares, weights = [], [], []
    names = list(VEHICLE_GROUPS)
    for index, name in enumerate(names):
        fleet = _group_fleet(name, fleet_history, assumptions, origin)
        counts = electric_counts(fleet_history, name).filter(pl.col("known") <= origin)
        for date, value in counts.select("date", "value").iter_rows():
            rows.append([*(float(index == each) for each in range(len(names))), date - origin])
            shares.append(value / fleet(date))
            weights.append(fleet(date))
    design = np.array(rows)
    used = design.any(axis=0)
    found = fit_binomial(
        np.array(shares), design[:, used], np.array(weights), sm.families.links.Logit()
    ).estimate
    estimate = np.zeros(used.size)
    estimate[used] = found
    ahead = np.asarray(dates) - origin
    return np.asarray(expit(estimate[names.index(group)] + estimate[-1] * ahead))


def _group_fleet(
    group: str, fleet_history: pl.DataFrame, assumptions: Assumptions, origin: float
) -> Callable[[float], float]:
    """Return the fleet of a group as a function of the date."""
    fleets = [
        class_fleet(name, fleet_history, assumptions, origin) for name in VEHICLE_GROUPS[group]
    ]

    def stock(date: float) -> float:
        return float(sum(fleet.stock[fleet.index(date)] for fleet in fleets))

    return stock
