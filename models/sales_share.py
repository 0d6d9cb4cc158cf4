r"""The electric part of what enters a fleet: a binomial GLM on sales, seen through cohorts.

``logit(s(t) / L) = level + slope (t - t0) + sum_j effect_j z_j(t)``

with s the electric share of sales, L a fixed ceiling and z policy terms. Sales as registered are
distorted by tax changes, so the model is fitted to the stock: between two dated stocks E0 and E1
the share of the surviving sales that was electric,

``y = (E1 - survivors of E0) / sum_i n_i S_i``,
expected to be ``mu = sum_i n_i S_i s_i / sum_i n_i S_i``

over the steps i in between, is one binomial observation. A published forecast of a later stock is
one more of the same kind with its own standard deviation (a pseudo-observation), and what is
believed of a parameter beforehand is another: a row with response 1/2, design e_j, offset minus
the belief and weight ``4 / sd^2``, whose likelihood is that of a normal belief to second order.

``mu`` is not linear in the parameters on the logit scale; each pass of the fit linearises it
(Gauss-Newton, exact at the end), and lays the cohorts anew, as older electric vehicles leave too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import statsmodels.api as sm
from scipy.special import expit, logit

from models.adoption import (
    LEAST_SD,
    AdoptionModel,
    Belief,
    Fit,
    Floats,
    Observations,
    require_enough,
)
from models.binomial import LEAST_SHARE, BinomialRows, dispersion_of, fit_binomial
from models.stock import CohortFleet
from models.units import HALF

PASSES = 100
"""Passes after which a fit that still moves is given up; ten are usual."""
TOLERANCE = 1e-9
"""Largest move of a parameter at which it counts as found."""
CURVATURE = 4.0
"""Inverse of y (1 - y) at y = 1/2: turns a variance into the weight of a belief."""


@dataclass(frozen=True)
class SalesShare(AdoptionModel):
    """Logistic share of sales with policy terms, for one fleet.

    Attributes
    ----------
    fleet
        All powertrains.
    ceiling
        L [1].
    process_sd
        Yearly shock on the log-odds of sales that the curve does not explain [1].
    reference_date
        t0 [year].
    policy
        Terms z by name, each per step of the fleet, shape (n,) [1].
    beliefs
        Of every term, and of the slope if that shall be bound too, by name.
    """

    name: ClassVar[str] = "sales_share"
    fleet: CohortFleet
    ceiling: float
    process_sd: float
    reference_date: float
    policy: Mapping[str, Floats]
    beliefs: Mapping[str, Belief]

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Level at the reference date, slope per year, then the effect of each policy term."""
        return ("level", "slope_per_year", *self.policy)

    @property
    def design(self) -> Floats:
        """Terms of the linear predictor per step, shape (n, p)."""
        elapsed = self.fleet.mid_dates - self.reference_date
        return np.column_stack([np.ones_like(elapsed), elapsed, *self.policy.values()])

    def sales_share(self, parameters: Floats) -> Floats:
        """Return the electric share of sales per step, parameters (d, p) to shape (d, n) [1]."""
        return np.asarray(self.ceiling * expit(parameters @ self.design.T))

    def share(self, parameters: Floats, dates: Floats) -> Floats:
        """Return the share of the stock as if sales had followed the curve from the first step."""
        fleet = self.fleet
        stock = fleet.survivors(fleet.sales * self.sales_share(parameters)) / fleet.stock
        return np.asarray(np.stack([np.interp(dates, fleet.dates, row) for row in stock]))

    def fit(self, observations: Observations) -> Fit:
        """Fit level, slope and policy effects.

        Raises
        ------
        ValueError
            If there are fewer intervals between stocks than level and slope need, a stock falls
            faster than its vehicles leave, or the fit does not settle.
        """
        intervals = observations.dates.size - 1
        require_enough(intervals, len(self.parameter_names) - len(self.beliefs), self.name)
        start = observations.shares[: observations.last_count + 1][-1:] / self.ceiling
        level = float(logit(np.clip(start, LEAST_SHARE, HALF)).sum())
        estimate = np.zeros(len(self.parameter_names))
        estimate[0] = level
        for name, belief in self.beliefs.items():
            estimate[self.parameter_names.index(name)] = belief.mean
        # Where counts scatter more than stated, they weigh less; anchors and beliefs are what they
        # are said to be.
        first = self._settle(observations, estimate, 1.0)
        counts = first.chi_squares[: max(observations.last_count, 0)]
        free = len(self.parameter_names) - len(self.beliefs)
        dispersion = dispersion_of(counts, free)
        found = self._settle(observations, first.estimate, max(1.0, dispersion))
        return Fit(self, found.estimate, found.covariance, dispersion)

    def electric_sales(self, observations: Observations, estimate: Floats) -> Floats:
        """Return electric sales per step, shape (n,) [vehicles].

        Up to the last count they are scaled, interval by interval, to give the counted stocks;
        from there on they follow the curve.
        """
        counted = observations.only(~observations.is_anchor)
        sales, _ = self._lay(counted, self.sales_share(estimate[np.newaxis])[0])
        last = self.fleet.index(counted.dates[-1])
        curve = self.fleet.sales * self.sales_share(estimate[np.newaxis])[0]
        return np.concatenate([sales[: last + 1], curve[last + 1 :]])

    def last_residual(self, observations: Observations, estimate: Floats) -> float:
        """Return how far the log-odds of the last counted interval lie above the curve [1]."""
        response, _, _, _, fitted = self._intervals(observations, estimate)
        i = observations.last_count - 1
        if i < 0:
            return 0.0
        return float(logit(np.clip(response[i], LEAST_SHARE, 1 - LEAST_SHARE)) - fitted[i])

    def _settle(
        self, observations: Observations, estimate: Floats, dispersion: float
    ) -> BinomialRows:
        """Pass until no parameter moves."""
        for _ in range(PASSES):
            response, design, weights, offset = self._linearise(observations, estimate, dispersion)
            rows = fit_binomial(response, design, weights, sm.families.links.Logit(), offset)
            moved = float(np.abs(rows.estimate - estimate).max())
            estimate = rows.estimate
            if moved < TOLERANCE:
                return rows
        raise ValueError(
            f"the share of sales could not be fitted to {observations.dates.size} points: it still "
            f"moves by {moved:.2g} after {PASSES} passes"
        )

    def _linearise(
        self, observations: Observations, estimate: Floats, dispersion: float
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return response, design, weights and offset of the intervals and of the beliefs."""
        response, design, weights, offset, _ = self._intervals(observations, estimate)
        weights = np.where(observations.is_anchor[1:], weights, weights / dispersion)
        names = self.parameter_names
        chosen = [names.index(name) for name in self.beliefs]
        means = np.array([belief.mean for belief in self.beliefs.values()])
        sds = np.array([belief.sd for belief in self.beliefs.values()])
        return (
            np.append(response, np.full(means.size, HALF)),
            np.vstack([design, np.eye(len(names))[chosen]]),
            np.append(weights, CURVATURE / np.maximum(sds, LEAST_SD) ** 2),
            np.append(offset, -means),
        )

    def _intervals(
        self, observations: Observations, estimate: Floats
    ) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return response, design, weights, offset and fitted log-odds per interval."""
        fleet = self.fleet
        share = self.sales_share(estimate[np.newaxis])[0]
        _, added = self._lay(observations, share)
        ends = [fleet.index(date) for date in observations.dates]
        counts = observations.shares * fleet.stock[ends]
        sds = observations.share_sd * fleet.stock[ends]
        response, rows, weights, log_odds = [], [], [], []
        for i in range(1, len(ends)):
            steps = slice(ends[i - 1] + 1, ends[i] + 1)
            surviving = fleet.sales[steps] * fleet.survival_matrix[ends[i], steps]
            possible = self.ceiling * surviving.sum()
            y = share[steps] / self.ceiling
            mean = float(surviving @ y / surviving.sum())
            spread = surviving * y * (1 - y)
            rows.append(spread @ self.design[steps] / surviving.sum() / (mean * (1 - mean)))
            log_odds.append(float(logit(mean)))
            response.append(added[i] / possible)
            is_anchor = bool(observations.is_anchor[i])
            error = sds[i] if is_anchor else np.hypot(sds[i], sds[i - 1])
            shock = 0.0 if is_anchor else self.process_sd * mean * (1 - mean)
            weights.append(mean * (1 - mean) / ((error / possible) ** 2 + shock**2))
        if any(value <= 0 for value in response):
            falls = [
                f"{date:.2f}"
                for date, value in zip(observations.dates[1:], response, strict=True)
                if value <= 0
            ]
            raise ValueError(
                f"the electric stock of {counts.astype(int).tolist()} falls faster than vehicles "
                f"leave, at {', '.join(falls)}"
            )
        design, fitted = np.array(rows), np.array(log_odds)
        offset = fitted - design @ estimate
        return np.array(response), design, np.array(weights), offset, fitted

    def _lay(self, observations: Observations, share: Floats) -> tuple[Floats, Floats]:
        """Lay cohorts of the shape of the curve that give every stock.

        Returns
        -------
        Electric sales per step, shape (n,), and per observation what was added since the one
        before and is still there, shape (k,) [vehicles].
        """
        fleet = self.fleet
        sales = np.zeros_like(fleet.dates)
        added = []
        begin = 0
        for date, stock_share in zip(observations.dates, observations.shares, strict=True):
            end = fleet.index(date)
            survival = fleet.survival_matrix[end]
            new = float(stock_share * fleet.stock[end] - survival[:begin] @ sales[:begin])
            steps = slice(begin, end + 1)
            shape = fleet.sales[steps] * share[steps]
            sales[steps] = shape * (max(new, 0.0) / float(survival[steps] @ shape))
            added.append(new)
            begin = end + 1
        return sales, np.array(added)
