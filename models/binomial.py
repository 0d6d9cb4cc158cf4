"""A binomial GLM on shares with given weights, by statsmodels."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

Floats = npt.NDArray[np.float64]

LEAST_SHARE = 1e-9
"""Shares are kept this far from zero and one where a logarithm is taken."""


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
