r"""How far the electric stock may lie from its middle: draws of everything that is not known.

One draw takes a family of models, its parameters from their normal distribution, an error of the
last count, and a yearly shock on the log-odds of sales that lasts a while (AR(1)). It becomes a
share of sales per step, and cohorts make a stock of it that starts at the last count. A curve of
the stock share becomes sales too, never more than the market sells; so no draw grows faster than
vehicles are replaced. p10, p50 and p90 are taken over the draws at each date.

All draws use the same random numbers in every scenario: scenarios differ by what they suppose,
never by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from models.adoption import Fit, Floats, odds_gap
from models.binomial import LEAST_SHARE
from models.sales_share import SalesShare
from models.stock import CohortFleet
from models.units import BAND_QUANTILES

LEAST_YEARS = 1e-6
"""A distance that shall not last is gone this soon."""
MOST_PARAMETERS = 16
"""Standard normal numbers kept per draw; more than any model has parameters."""


@dataclass(frozen=True)
class Shocks:
    """The random numbers of the draws.

    Attributes
    ----------
    parameters
        Standard normal, shape (d, MOST_PARAMETERS).
    count
        Standard normal, for the error of the last count, shape (d,).
    yearly
        Standard normal, one per year ahead, shape (d, y).
    """

    parameters: Floats
    count: Floats
    yearly: Floats


@dataclass(frozen=True)
class Uncertainty:
    """How large the shocks are.

    Attributes
    ----------
    process_sd
        Standard deviation of the shock on the log-odds of sales in the long run [1].
    persistence
        Part of a year's shock that is left a year later [1], from 0 to less than 1.
    return_years
        Time in which a curve's distance to the last count falls by a factor e [year].
    family_weights
        Part of the draws that each family gets, by name; they sum to one [1].
    """

    process_sd: float
    persistence: float
    return_years: float
    family_weights: Mapping[str, float]


@dataclass(frozen=True)
class Start:
    """Where the draws set out.

    Attributes
    ----------
    step
        Step that ends at the last count.
    electric_sales
        Electric sales per step up to there, zero or anything after, shape (n,) [vehicles].
    relative_sd
        Relative standard deviation of the last count [1].
    residual
        Of the last counted interval to the fitted share of sales, in log-odds [1]; it fades like a
        shock.
    """

    step: int
    electric_sales: Floats
    relative_sd: float
    residual: float


def draw_shocks(draws: int, years: int, seed: Sequence[int]) -> Shocks:
    """Return random numbers; the same seed gives the same ones."""
    rng = np.random.default_rng(list(seed))
    return Shocks(
        rng.standard_normal((draws, MOST_PARAMETERS)),
        rng.standard_normal(draws),
        rng.standard_normal((draws, years)),
    )


def autoregressive(yearly: Floats, persistence: float, sd: float) -> Floats:
    r"""Return AR(1) shocks that start at zero, ``x_t = phi x_(t-1) + sd sqrt(1 - phi^2) e_t``.

    Parameters
    ----------
    yearly
        Standard normal e, shape (d, y).
    persistence
        phi [1]; zero gives independent shocks.
    sd
        Standard deviation that they tend to [1].

    Returns
    -------
    Shape (d, y + 1), the first column zero.
    """
    innovation = sd * np.sqrt(1 - persistence**2)
    shocks = [np.zeros(yearly.shape[0])]
    for column in yearly.T:
        shocks.append(persistence * shocks[-1] + innovation * column)
    return np.stack(shocks, axis=1)


def electric_stock_draws(
    fits: Sequence[Fit],
    fleet: CohortFleet,
    start: Start,
    shocks: Shocks,
    uncertainty: Uncertainty,
) -> Floats:
    """Return the electric stock of every draw at every date of the fleet.

    Parameters
    ----------
    fits
        One per family: `SalesShare` or a curve of the stock share, of the same fleet.
    fleet
        All powertrains.
    start
        Last count, with the cohorts up to it.
    shocks
        Random numbers of d draws; families take them in order, by their weights.
    uncertainty
        Sizes of the shocks.

    Returns
    -------
    Shape (d, n) [vehicles]; before the last count every draw holds the cohorts of the start.
    """
    size = shocks.count.size
    weights = np.array([uncertainty.family_weights[fit.model.name] for fit in fits])
    bounds = np.rint(np.cumsum(weights) / weights.sum() * size).astype(int)
    ahead = np.maximum(fleet.dates - fleet.dates[start.step], 0)
    years = np.arange(shocks.yearly.shape[1] + 1)
    shock = autoregressive(shocks.yearly, uncertainty.persistence, uncertainty.process_sd)
    noise = np.stack([np.interp(ahead, years, row) for row in shock])
    first = np.where(np.arange(fleet.dates.size) <= start.step, start.electric_sales, 0.0)
    history = first * np.exp(start.relative_sd * shocks.count)[:, np.newaxis]
    parts = []
    for fit, begin, end in zip(fits, [0, *bounds[:-1]], bounds, strict=True):
        rows = slice(begin, end)
        parameters = fit.draw_parameters(shocks.parameters[rows])
        if isinstance(fit.model, SalesShare):
            share = fit.model.sales_share(parameters)
            noise[rows] += start.residual * uncertainty.persistence**ahead
        else:
            curve = fit.model.share(parameters, fleet.dates)
            share = _sales_of_curve(
                curve, history[rows], fleet, start.step, _ceiling(fit), uncertainty.return_years
            )
        shocked = _ceiling(fit) * expit(
            logit(np.clip(share / _ceiling(fit), LEAST_SHARE, 1 - LEAST_SHARE)) + noise[rows]
        )
        future = np.where(ahead > 0, fleet.sales * shocked, 0.0)
        parts.append(fleet.survivors(history[rows] + future))
    return np.concatenate(parts)


def quantiles(draws: Floats) -> Floats:
    """Return p10, p50 and p90 over the first axis, shape (3, ...)."""
    return np.asarray(np.quantile(draws, BAND_QUANTILES, axis=0))


def _sales_of_curve(
    curve: Floats,
    history: Floats,
    fleet: CohortFleet,
    last: int,
    ceiling: float,
    return_years: float,
) -> Floats:
    """Return the shares of sales that follow curves of the stock share as far as sales allow.

    The curve starts at the last count; its distance on the log-odds fades.
    """
    counted = (fleet.survivors(history) / fleet.stock)[:, last : last + 1]
    gap = odds_gap(counted, curve[:, last : last + 1], ceiling)
    ahead = np.maximum(fleet.dates - fleet.dates[last], 0)
    fading = np.exp(-ahead / max(return_years, LEAST_YEARS))
    own = logit(np.clip(curve / ceiling, LEAST_SHARE, 1 - LEAST_SHARE))
    wanted = ceiling * expit(own + gap * fading) * fleet.stock
    sales = history.copy()
    share = np.zeros_like(history)
    for i in range(last + 1, fleet.dates.size):
        kept = sales[:, :i] @ fleet.survival_matrix[i, :i]
        sales[:, i] = np.clip(wanted[:, i] - kept, 0, ceiling * fleet.sales[i])
        share[:, i] = np.divide(sales[:, i], fleet.sales[i]) if fleet.sales[i] > 0 else 0.0
    return share


def _ceiling(fit: Fit) -> float:
    return float(fit.model.ceiling)
