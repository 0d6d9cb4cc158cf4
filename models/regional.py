r"""Partial pooling: what the counts of a small place say of it, beyond what the nation says.

A municipality with three electric trucks where one was expected is not three times as electric:
most of it is chance. The Gamma-Poisson model takes chance out of the level,

``theta_i = (y_i + a) / (E_i + a)``

with y the count, E what the place would have at the national share, and ``1/a`` the variance of
the true ratios between places, found from all of them. Growth is pooled as a random effect: the
slope of a place goes to the mean of all slopes as far as its own variance exceeds that between
places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import logit
from statsmodels.stats.meta_analysis import combine_effects

from models.units import HALF

Floats = npt.NDArray[np.float64]

LARGEST_SHAPE = 1e9
"""Stands for a shape without bound, where places differ by no more than chance."""
MOST_SHARE = 1 - 1e-9
"""Shares are kept this far from one where a logarithm is taken."""
FEWEST_PLACES = 3
"""Places from which a variance between them can be found."""


@dataclass(frozen=True)
class Pooled:
    """Effects drawn to their mean.

    Attributes
    ----------
    effects
        Shape (n,), in the unit of the effects.
    mean
        Of all places.
    between_sd
        Standard deviation between places, chance taken out.
    """

    effects: Floats
    mean: float
    between_sd: float


def gamma_poisson_ratio(counted: Floats, expected: Floats) -> tuple[Floats, float]:
    r"""Return the ratio of a place to the nation with chance taken out, and the shape a.

    The variance of ``y / E`` over places is ``1/E + 1/a``; a follows by moments, weighted with E.

    Parameters
    ----------
    counted
        y, shape (n,) [vehicles].
    expected
        E, positive, shape (n,) [vehicles].

    Returns
    -------
    theta, shape (n,) [1], and a [1]. Without differences beyond chance a grows without bound and
    every theta is one; a place with much larger E than a keeps its own ratio.

    Raises
    ------
    ValueError
        If there are fewer than three places, or one expects nothing.

    References
    ----------
    D. Clayton and J. Kaldor, "Empirical Bayes estimates of age-standardized relative risks",
    Biometrics 43, 1987.

    Examples
    --------
    Three counted, one expected, with a = 2: (3 + 2) / (1 + 2).
    """
    if counted.size < FEWEST_PLACES:
        raise ValueError(f"pooling needs {FEWEST_PLACES} places; found {counted.size}")
    if not (expected > 0).all():
        raise ValueError("pooling needs places that expect something; some have no vehicles")
    # Moments of (y - E)^2 - E, whose expectation is E^2 / a.
    excess = float(((counted - expected) ** 2 - expected).sum() / (expected**2).sum())
    shape = 1 / excess if excess > 1 / LARGEST_SHAPE else LARGEST_SHAPE
    return (counted + shape) / (expected + shape), shape


def share_shift(ratio: Floats, national_share: float) -> Floats:
    """Return how far the log-odds of a place exceed the nation's, ``logit(theta s) - logit(s)``."""
    shares = np.minimum(ratio * national_share, MOST_SHARE)
    return np.asarray(logit(shares) - logit(national_share))


def pool_effects(effects: Floats, variances: Floats) -> Pooled:
    r"""Draw effects to their mean: ``(effect_i T + mean v_i) / (T + v_i)``, T the variance between.

    T is that of Paule and Mandel; zero where the places differ by no more than their variances.

    Parameters
    ----------
    effects
        One per place, shape (n,).
    variances
        Of each as a measurement, positive, shape (n,).

    Raises
    ------
    ValueError
        If there are fewer than three places.
    """
    if effects.size < FEWEST_PLACES:
        raise ValueError(f"pooling needs {FEWEST_PLACES} places; found {effects.size}")
    is_alike = float(np.ptp(effects)) ** 2 == 0  # to all digits: nothing to iterate on
    between = (
        0.0
        if is_alike
        else max(float(combine_effects(effects, variances, method_re="iterated").tau2), 0.0)
    )
    weights = 1 / (variances + between)
    mean = float((weights * effects).sum() / weights.sum())
    drawn = (effects * between + mean * variances) / (between + variances)
    return Pooled(np.asarray(drawn), mean, float(np.sqrt(between)))


def log_odds_slopes(electric: Floats, vehicles: Floats, dates: Floats) -> tuple[Floats, Floats]:
    r"""Return the yearly growth of the log-odds of each place and its variance.

    Weighted least squares on the empirical log-odds ``ln((k + 1/2) / (n - k + 1/2))``, whose
    variance is ``1/(k + 1/2) + 1/(n - k + 1/2)``.

    Parameters
    ----------
    electric, vehicles
        k and n, shape (places, dates) [vehicles].
    dates
        At least two, shape (dates,) [year].

    Returns
    -------
    Slopes [1/year] and their variances, each of shape (places,).
    """
    hits, misses = electric + HALF, vehicles - electric + HALF
    weights = 1 / (1 / hits + 1 / misses)
    total = weights.sum(axis=1, keepdims=True)
    centred = dates - (weights * dates).sum(axis=1, keepdims=True) / total
    spread = (weights * centred**2).sum(axis=1)
    return (weights * centred * np.log(hits / misses)).sum(axis=1) / spread, 1 / spread
