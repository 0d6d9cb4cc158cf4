r"""Cohorts: a fleet as the survivors of what entered it, and the electric part of those.

Time runs in steps of equal length. Of what enters in a step a part ``S(a)`` is still there at age a
(Weibull), so that at the end of step t

``stock_t = sum_a sales_(t-a) S(a)``

Sales follow from the stock that is wanted: ``sales_t = max(0, wanted_t - survivors_t)``. They stand
for everything that enters the fleet, new or imported used; leaving includes export. A peak or a gap
in the registrations of one year (a tax change) therefore moves the entries to another year, but not
the need for vehicles.

In a steady state sales are ``stock / sum S(a)``; turnover is the inverse of that sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.linalg import toeplitz

from models.units import HALF

Floats = npt.NDArray[np.float64]

OLDEST_LIFETIMES = 4
"""Ages are followed up to this many scales of the lifetime: fewer than one in 1e7 get there."""

FEWEST_DATES = 2
"""A step needs a date at either end."""


@dataclass(frozen=True)
class Lifetime:
    r"""How long vehicles stay in the fleet: ``S(a) = exp(-(a / scale)^shape)``.

    Attributes
    ----------
    shape
        k [1]; above one, old vehicles leave faster than young ones.
    scale_years
        Age that 1/e of the vehicles reach [year].

    References
    ----------
    W. Weibull, "A statistical distribution function of wide applicability", J. Appl. Mech., 1951.
    """

    shape: float
    scale_years: float

    def survival(self, age_years: Floats) -> Floats:
        """Return the part still in the fleet at an age [1]; one at age 0, falling to zero.

        Examples
        --------
        >>> round(float(Lifetime(2.5, 14).survival(np.arange(0.0, 60.0)).sum()), 2)
        12.92
        """
        return np.asarray(np.exp(-((age_years / self.scale_years) ** self.shape)))


@dataclass(frozen=True)
class CohortFleet:
    """A fleet of all powertrains on a grid of dates.

    Attributes
    ----------
    dates
        Ends of the steps, equally spaced, shape (n,) [year].
    stock
        Vehicles at those dates, shape (n,) [vehicles].
    sales
        Vehicles that enter in each step, shape (n,) [vehicles].
    lifetime
        Survival by age.
    first_cohorts
        Vehicles at the start of the first step by age 0, step, 2 step ..., shape (a,) [vehicles].
    """

    dates: Floats
    stock: Floats
    sales: Floats
    lifetime: Lifetime
    first_cohorts: Floats

    @property
    def step_years(self) -> float:
        """Length of a step [year]."""
        return float(self.dates[1] - self.dates[0])

    @property
    def mid_dates(self) -> Floats:
        """Middles of the steps, shape (n,) [year]."""
        return np.asarray(self.dates - HALF * self.step_years)

    @cached_property
    def survival_matrix(self) -> Floats:
        """Part of the sales of step j that is there at the end of step i, shape (n, n) [1]."""
        return self._by_age(np.ones_like(self.dates))

    def index(self, date: float) -> int:
        """Return the step that ends nearest to a date.

        Raises
        ------
        ValueError
            If the date lies off the grid.
        """
        position = round((date - float(self.dates[0])) / self.step_years)
        if not 0 <= position < self.dates.size:
            raise ValueError(
                f"date {date:.2f} lies outside {self.dates[0]:.2f} to {self.dates[-1]:.2f}"
            )
        return position

    def survivors(self, sales: Floats) -> Floats:
        """Return what is left of given sales at each date.

        Parameters
        ----------
        sales
            Entries per step, shape (..., n) [vehicles].

        Returns
        -------
        Shape (..., n) [vehicles].
        """
        return np.asarray(sales @ self.survival_matrix.T)

    def distance_factor(self, sales: Floats, distance_by_age: Floats) -> Floats:
        """Return how far the vehicles of given sales drive over how far the whole fleet drives.

        Parameters
        ----------
        sales
            Entries per step of the vehicles in question, shape (n,) [vehicles].
        distance_by_age
            Relative distance of a vehicle of 0, 1, 2 ... years; older ones drive as the last,
            shape (y,) [1].

        Returns
        -------
        Distance per vehicle over that of all vehicles at each date, shape (n,) [1]; one where every
        age drives alike; one before there is any such vehicle.
        """
        ages = np.arange(self.dates.size + self.first_cohorts.size) * self.step_years
        relative = np.interp(ages, np.arange(distance_by_age.size), distance_by_age)
        kernel = self._by_age(relative[: self.dates.size])
        size = self.first_cohorts.size
        first_distance = [
            self._first_at(i) @ relative[i + 1 : i + 1 + size] for i in range(self.dates.size)
        ]
        all_distance = kernel @ self.sales + np.array(first_distance)
        vehicles = self.survivors(sales)
        per_vehicle = np.divide(
            kernel @ sales, vehicles, out=np.zeros_like(vehicles), where=vehicles > 0
        )
        return np.where(vehicles > 0, per_vehicle * self.stock / all_distance, 1.0)

    def _by_age(self, weight: Floats) -> Floats:
        ages = np.arange(float(self.dates.size)) * self.step_years
        column = self.lifetime.survival(ages) * weight
        return np.asarray(toeplitz(column, np.zeros_like(column)))

    def _first_at(self, i: int) -> Floats:
        return _aged(self.first_cohorts, (i + 1) * self.step_years, self.step_years, self.lifetime)


def build_fleet(dates: Floats, wanted_stock: Floats, lifetime: Lifetime) -> CohortFleet:
    """Return the fleet that follows a wanted stock as far as survivors allow.

    Before the first step the ages are those of a steady state.

    Parameters
    ----------
    dates
        Ends of the steps, equally spaced, shape (n,) [year].
    wanted_stock
        Stock at those dates, shape (n,) [vehicles].
    lifetime
        Survival by age.

    Returns
    -------
    A fleet whose stock is the wanted one, or more where even without sales too many survive.

    Raises
    ------
    ValueError
        If there are fewer than two dates, they are not equally spaced, or a stock is not positive.

    Examples
    --------
    >>> years = np.arange(2000.0, 2030.0)
    >>> fleet = build_fleet(years, np.full(30, 1292.0), Lifetime(2.5, 14))
    >>> round(float(fleet.sales[-1]))  # turnover 7.74 % a year
    100
    """
    steps = np.diff(dates)
    if dates.size < FEWEST_DATES or not np.allclose(steps, steps[0]) or steps[0] <= 0:
        raise ValueError("cohorts need at least two dates in order, equally spaced")
    if not (np.isfinite(wanted_stock).all() and (wanted_stock > 0).all()):
        raise ValueError("the stock of a fleet must be positive at every date")
    step = float(steps[0])
    ages = np.arange(0.0, OLDEST_LIFETIMES * lifetime.scale_years, step)
    pyramid = lifetime.survival(ages)
    first = pyramid * (wanted_stock[0] / pyramid.sum())
    survival = lifetime.survival(np.arange(float(dates.size)) * step)
    sales = np.zeros_like(dates)
    stock = np.zeros_like(dates)
    for i in range(dates.size):
        kept = _aged(first, (i + 1) * step, step, lifetime).sum() + sales[:i] @ survival[i:0:-1]
        sales[i] = max(0.0, wanted_stock[i] - kept)
        stock[i] = kept + sales[i]
    return CohortFleet(dates, stock, sales, lifetime, first)


def _aged(cohorts: Floats, years: float, step: float, lifetime: Lifetime) -> Floats:
    """Return what is left of cohorts of age 0, step, 2 step ... after some years."""
    ages = np.arange(float(cohorts.size)) * step
    return np.asarray(cohorts * lifetime.survival(ages + years) / lifetime.survival(ages))
