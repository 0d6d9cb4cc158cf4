r"""How the electric share of a fleet grows: the contract of every model of adoption.

Each is fitted to dated shares of the stock below a fixed ceiling L, gives its parameters with
their covariance, and projects the share to other dates, once or for many draws of the parameters.
`models.sales_share` follows it, and the curves of `models.stock_curves`.

The ceiling is never estimated: on a young market it can't be told from the speed of growth.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import logit

from models.binomial import LEAST_SHARE

Floats = npt.NDArray[np.float64]

LEAST_SD = 1e-6
"""A belief without any doubt is held this firmly."""


@dataclass(frozen=True)
class Belief:
    """What is believed of a parameter before the data: mean and standard deviation."""

    mean: float
    sd: float


@dataclass(frozen=True)
class Observations:
    """Dated shares of the stock, counted or foreseen.

    Attributes
    ----------
    dates
        In order, each once, shape (n,) [year].
    shares
        Electric share of the stock, shape (n,) [1].
    share_sd
        Standard deviation of each share as a measurement, shape (n,) [1].
    is_anchor
        Whether it is a forecast by others rather than a count, shape (n,).
    """

    dates: Floats
    shares: Floats
    share_sd: Floats
    is_anchor: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check them.

        Raises
        ------
        ValueError
            Names the dates at which they are out of order, fall, lie outside 0 to 1, or have no
            positive standard deviation.
        """
        refuse_at(self.dates[1:], np.diff(self.dates) <= 0, "dates are repeated or out of order")
        refuse_at(self.dates, ~((self.shares > 0) & (self.shares < 1)), "shares lie outside 0 to 1")
        refuse_at(self.dates, ~(self.share_sd > 0), "standard deviations are not positive")
        counted = ~self.is_anchor
        refuse_at(
            self.dates[counted][1:], np.diff(self.shares[counted]) < 0, "the counted share falls"
        )

    def only(self, is_kept: npt.NDArray[np.bool_]) -> Observations:
        """Return those that are marked, shape (n,)."""
        return Observations(
            self.dates[is_kept],
            self.shares[is_kept],
            self.share_sd[is_kept],
            self.is_anchor[is_kept],
        )

    @property
    def last_count(self) -> int:
        """Index of the last count; -1 if there is none."""
        return int(np.flatnonzero(~self.is_anchor)[-1]) if (~self.is_anchor).any() else -1

    def weights(self, process_sd: float, ceiling: float) -> Floats:
        r"""Return binomial weights, ``n* = y (1 - y) / sd(y)^2`` with y = share / L, shape (n,).

        To the variance of a count is added that of a yearly shock of `process_sd` on its log-odds.
        """
        y = np.minimum(self.shares / ceiling, 1 - LEAST_SHARE)
        shock = np.where(self.is_anchor, 0.0, process_sd * y * (1 - y))
        return np.asarray(y * (1 - y) / ((self.share_sd / ceiling) ** 2 + shock**2))


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    model
        What was fitted.
    estimate
        Parameters in the order of `model.parameter_names`, shape (p,).
    covariance
        Shape (p, p).
    dispersion
        Pearson chi-square per degree of freedom; one where the stated deviations are right [1].
    """

    model: AdoptionModel
    estimate: Floats
    covariance: Floats
    dispersion: float

    @property
    def parameters(self) -> Mapping[str, float]:
        """The estimates by name."""
        names = self.model.parameter_names
        return dict(zip(names, self.estimate.tolist(), strict=True))

    def project(self, dates: Floats) -> Floats:
        """Return the electric share of the stock at some dates, shape (t,) [1]."""
        return np.asarray(self.model.share(self.estimate[np.newaxis], dates)[0])

    def draw_parameters(self, normals: Floats) -> Floats:
        """Return parameters drawn from their normal distribution.

        Parameters
        ----------
        normals
            Standard normal numbers, shape (d, at least p); the same numbers give the same draws.

        Returns
        -------
        Shape (d, p).
        """
        values, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.maximum(values, 0))
        return np.asarray(self.estimate + normals[:, : self.estimate.size] @ root.T)


class AdoptionModel(ABC):
    """What every model of adoption can do."""

    name: ClassVar[str]
    ceiling: float
    """L, the share of stock or sales that is never passed [1]."""

    @property
    @abstractmethod
    def parameter_names(self) -> tuple[str, ...]:
        """Names of the parameters, with their units where they have one."""

    @abstractmethod
    def fit(self, observations: Observations) -> Fit:
        """Fit the parameters.

        Raises
        ------
        ValueError
            If there are fewer observations than parameters, or a share reaches the ceiling.
        """

    @abstractmethod
    def share(self, parameters: Floats, dates: Floats) -> Floats:
        """Return the share of the stock for parameters of shape (d, p), shape (d, t) [1]."""


def require_enough(found: int, needed: int, name: str) -> None:
    """Refuse to fit more parameters than there are points.

    Raises
    ------
    ValueError
        With both numbers.
    """
    if found < needed:
        raise ValueError(f"{found} points are too few for '{name}', which needs {needed}")


def odds_gap(share: Floats, other: Floats, ceiling: float) -> Floats:
    """Return the log-odds of a share over those of another, both below the ceiling [1]."""

    def log_odds(value: Floats) -> Floats:
        return np.asarray(logit(np.clip(value / ceiling, LEAST_SHARE, 1 - LEAST_SHARE)))

    return log_odds(share) - log_odds(other)


def refuse_at(dates: Floats, is_bad: npt.NDArray[np.bool_], what: str) -> None:
    """Refuse observations of which some are bad, shapes (n,).

    Raises
    ------
    ValueError
        Says what is wrong, and the dates at which.
    """
    if is_bad.any():
        raise ValueError(f"{what} at {', '.join(f'{date:.2f}' for date in dates[is_bad])}")
