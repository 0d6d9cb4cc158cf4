"""Three curves of the share of the stock: logistic, Gompertz and Bass.

They know neither sales nor ages, and are the baselines of `models.sales_share`, which does; the
spread between the families is part of the uncertainty that `models.bands` reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import statsmodels.api as sm
from scipy.optimize import least_squares
from scipy.special import expit

from models.adoption import (
    LEAST_SD,
    AdoptionModel,
    Belief,
    Fit,
    Floats,
    Observations,
    refuse_at,
    require_enough,
)
from models.binomial import BinomialRows, fit_binomial


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
        refuse_at(observations.dates, y >= 1, f"shares reach the ceiling {self.ceiling:g}")
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
        refuse_at(observations.dates, observations.dates <= self.launch_date, "before the launch")
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
