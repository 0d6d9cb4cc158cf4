r"""How the electric share of a fleet grows: one contract, and three curves that follow it.

Every model of adoption is fitted to dated shares of the stock below a fixed ceiling L, gives its
parameters with their covariance, and projects the share to other dates, once or for many draws of
the parameters. The curves of this file know only the share of the stock; they are the baselines of
`models.sales_share`, which knows sales, ages and policy, and the spread between the families is
part of the uncertainty that `models.bands` reports.

The ceiling is never estimated: on a young market it can't be told from the speed of growth.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm
from scipy.optimize import least_squares
from scipy.special import expit, logit
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

Floats = npt.NDArray[np.float64]

LEAST_SHARE = 1e-9
"""Shares are kept this far from zero and one where a logarithm is taken."""


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
        _refuse(self.dates[1:], np.diff(self.dates) <= 0, "dates are repeated or out of order")
        _refuse(self.dates, ~((self.shares > 0) & (self.shares < 1)), "shares lie outside 0 to 1")
        _refuse(self.dates, ~(self.share_sd > 0), "standard deviations are not positive")
        counted = ~self.is_anchor
        _refuse(
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


@dataclass(frozen=True)
class _StockCurve(AdoptionModel):
    """A curve of the share of the stock.

    Attributes
    ----------
    ceiling
        L, the share it tends to [1].
    process_sd
        Shock on the log-odds that a count may carry besides its own error [1].
    """

    ceiling: float
    process_sd: float

    def _prepare(self, observations: Observations) -> tuple[Floats, Floats]:
        """Return y = share / L and its weights."""
        require_enough(observations.dates.size, len(self.parameter_names), self.name)
        y = observations.shares / self.ceiling
        _refuse(observations.dates, y >= 1, f"shares reach the ceiling {self.ceiling:g}")
        return y, observations.weights(self.process_sd, self.ceiling)

    def _believe(self, rows: BinomialRows) -> Fit:
        """Return the fit; the stated deviations are believed unless residuals are larger still."""
        scale = max(1.0, rows.dispersion)
        return Fit(self, rows.estimate, rows.covariance * scale, rows.dispersion)


@dataclass(frozen=True)
class Logistic(_StockCurve):
    r"""Logistic curve ``s(t) = L expit(level + slope (t - t0))``, a binomial GLM.

    Two exact observations give ``slope = (logit y2 - logit y1) / (t2 - t1)``.

    Attributes
    ----------
    reference_date
        t0 [year].
    """

    name: ClassVar[str] = "logistic"
    reference_date: float

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Level at the reference date, slope per year."""
        return ("level", "slope_per_year")

    def fit(self, observations: Observations) -> Fit:
        """Fit as a binomial GLM with logit link."""
        y, weights = self._prepare(observations)
        design = sm.add_constant(observations.dates - self.reference_date, has_constant="add")
        return self._believe(fit_binomial(y, design, weights, sm.families.links.Logit()))

    def share(self, parameters: Floats, dates: Floats) -> Floats:
        """Return the share; rises from 0 to L."""
        level, slope = parameters[:, :1], parameters[:, 1:]
        return np.asarray(self.ceiling * expit(level + slope * (dates - self.reference_date)))


@dataclass(frozen=True)
class Gompertz(_StockCurve):
    r"""Gompertz curve ``s(t) = L exp(-exp(level - rate (t - t0)))``, a binomial GLM on 1 - s/L.

    Its complementary log-log link is linear: ``ln(-ln(s / L)) = level - rate (t - t0)``. It leaves
    the start faster and comes to the ceiling slower than the logistic curve.

    Attributes
    ----------
    reference_date
        t0 [year].

    References
    ----------
    B. Gompertz, "On the nature of the function expressive of the law of human mortality",
    Phil. Trans. R. Soc. 115, 1825.
    """

    name: ClassVar[str] = "gompertz"
    reference_date: float

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Level at the reference date, rate per year."""
        return ("level", "rate_per_year")

    def fit(self, observations: Observations) -> Fit:
        """Fit as a binomial GLM on the part still to come, with complementary log-log link."""
        y, weights = self._prepare(observations)
        design = sm.add_constant(self.reference_date - observations.dates, has_constant="add")
        return self._believe(fit_binomial(1 - y, design, weights, sm.families.links.CLogLog()))

    def share(self, parameters: Floats, dates: Floats) -> Floats:
        """Return the share; rises from 0 to L."""
        level, rate = parameters[:, :1], parameters[:, 1:]
        return np.asarray(
            self.ceiling * np.exp(-np.exp(level - rate * (dates - self.reference_date)))
        )


@dataclass(frozen=True)
class Bass(_StockCurve):
    r"""Bass curve: innovators and imitators.

    ``s(t) = L (1 - e^(-(p+q) t')) / (1 + (q/p) e^(-(p+q) t'))`` with ``t' = t - launch``; fitted to
    ln p and ln q by least squares weighted as the other curves. A young market says little of
    either, so that what is believed of both counts as two more observations.

    Attributes
    ----------
    launch_date
        Before it there are none [year].
    ln_innovation, ln_imitation
        What is believed of ln p and ln q, with p and q in [1/year].

    References
    ----------
    F. M. Bass, "A new product growth for model consumer durables", Management Science 15, 1969.
    """

    name: ClassVar[str] = "bass"
    launch_date: float
    ln_innovation: Belief
    ln_imitation: Belief

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """Logarithms of innovation and imitation, each per year."""
        return ("ln_innovation_per_year", "ln_imitation_per_year")

    def fit(self, observations: Observations) -> Fit:
        """Fit by weighted least squares."""
        y, weights = self._prepare(observations)
        _refuse(observations.dates, observations.dates <= self.launch_date, "before the launch")
        sd = np.sqrt(y * (1 - y) / weights)
        mean = np.array([self.ln_innovation.mean, self.ln_imitation.mean])
        belief_sd = np.maximum([self.ln_innovation.sd, self.ln_imitation.sd], LEAST_SD)

        def misfit(parameters: Floats) -> Floats:
            shares = self.share(parameters[np.newaxis], observations.dates)[0] / self.ceiling
            return np.concatenate([(shares - y) / sd, (parameters - mean) / belief_sd])

        found = least_squares(misfit, mean, x_scale="jac")
        covariance = np.linalg.inv(found.jac.T @ found.jac)
        return self._believe(
            BinomialRows(np.asarray(found.x), covariance, found.fun[: y.size] ** 2)
        )

    def share(self, parameters: Floats, dates: Floats) -> Floats:
        """Return the share; zero until the launch, then rising to L."""
        innovation, imitation = np.exp(parameters[:, :1]), np.exp(parameters[:, 1:])
        elapsed = np.maximum(dates - self.launch_date, 0)
        left = np.exp(-(innovation + imitation) * elapsed)
        return np.asarray(self.ceiling * (1 - left) / (1 + imitation / innovation * left))


@dataclass(frozen=True)
class BinomialRows:
    """What a binomial GLM found.

    Attributes
    ----------
    estimate
        Shape (p,).
    covariance
        With dispersion one, shape (p, p).
    chi_squares
        Pearson's residual of each row, squared, shape (n,); about one where the stated standard
        deviations are right.
    """

    estimate: Floats
    covariance: Floats
    chi_squares: Floats

    @property
    def dispersion(self) -> float:
        """Pearson's chi-square per degree of freedom [1]; one where there is no freedom."""
        return dispersion_of(self.chi_squares, self.estimate.size)


def fit_binomial(
    response: Floats,
    design: Floats,
    weights: Floats,
    link: sm.families.links.Link,
    offset: Floats | None = None,
) -> BinomialRows:
    """Fit a binomial GLM to shares with given weights.

    Weights enter as ``var_weights``. Given as trials ``[k, n - k]`` or as ``freq_weights``,
    statsmodels divides Pearson's chi-square by the number of trials instead of rows, and the
    standard errors of such series come out tens of times too small.

    Parameters
    ----------
    response
        Shares, shape (n,) [1].
    design
        Shape (n, p).
    weights
        ``y (1 - y) / sd^2`` where the share y has the standard deviation sd, shape (n,) [1].
    link
        Link of the binomial family.
    offset
        Known part of the linear predictor, shape (n,) [1].
    """
    family = sm.families.Binomial(link=link)
    bounded = np.clip(response, LEAST_SHARE, 1 - LEAST_SHARE)
    model = sm.GLM(bounded, design, family=family, var_weights=weights, offset=offset)
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # A curve may meet its points exactly, and there may be as few of them as parameters.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        result = model.fit(scale=1.0)
    fitted = np.asarray(result.fittedvalues)
    return BinomialRows(
        np.asarray(result.params),
        np.asarray(result.cov_params()),
        weights * (bounded - fitted) ** 2 / (fitted * (1 - fitted)),
    )


def dispersion_of(chi_squares: Floats, parameters: int) -> float:
    """Return the sum of squared residuals per degree of freedom [1]; one without freedom."""
    freedom = chi_squares.size - parameters
    return float(chi_squares.sum() / freedom) if freedom > 0 else 1.0


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


def _refuse(dates: Floats, is_bad: npt.NDArray[np.bool_], what: str) -> None:
    if is_bad.any():
        raise ValueError(f"{what} at {', '.join(f'{date:.2f}' for date in dates[is_bad])}")
