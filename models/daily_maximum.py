r"""Quantile of the daily maximum quarter-hour of a load, in closed form.

With mean M, deviation sigma, skew g and lag correlation rho per quarter from
`models.profiles.fleet_moments`, a threshold x has the normal score of Wilson and Hilferty,

``u = ((1 + z g / 2)^(1/3) - 1 + g^2 / 36) 6 / g``, ``z = (x - M) / sigma``,

and quarters follow each other as a Markov chain:

``P(max <= x) = Phi(u_s) prod_t Phi_2(u_t, u_{t+1}; rho_t) / Phi(u_t)``

from the quietest quarter s on, with Phi_2 the bivariate normal distribution by Owen's T. Its two
limits are the exact ones: independent quarters, and a load that moves as one. The quantile is found
by root finding.

References
----------
E.B. Wilson, M.M. Hilferty, The distribution of chi-square, PNAS 17 (1931) 684.
D.B. Owen, Tables for computing bivariate normal probabilities, Ann. Math. Stat. 27 (1956) 1075.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import elementwise
from scipy.special import ndtr, owens_t

from models.profiles import FleetMoments
from models.units import HALF, QUARTERS_PER_DAY

Floats = npt.NDArray[np.float64]

WHOLE_DAY = np.arange(QUARTERS_PER_DAY)

SCORE_6 = 6
SCORE_36 = 36
"""Of the formula of Wilson and Hilferty."""
FAR = 5.0
"""Scores beyond which a quarter is certain to stay below the threshold, or not to."""
SKEW_POWER = 3
LEAST_SKEW = 1e-6
LEAST_SD_KW = 1e-9
LEAST_CHANCE = 1e-12
NEAREST_TO_ONE = 1 - 1e-9
"""Of a correlation, whose limit the formula reaches but can't be computed at."""
TOLERANCE_SHARE = 1e-3
"""Of the peak, at which root finding stops."""


def maximum_quantile_kw(
    moments: FleetMoments,
    most_kw: Floats,
    quantile: float,
    window: npt.NDArray[np.int64] = WHOLE_DAY,
) -> Floats:
    """Return a quantile of the maximum over some quarters, by the closed form, shape (sites,) [kW].

    Parameters
    ----------
    moments
        Of the sites.
    most_kw
        The load never exceeds it, shape (sites,) [kW].
    quantile
        Probability that the maximum stays below [1].
    window
        Quarters that follow each other, over midnight if need be.
    """
    per_quarter = _per_quarter(moments, window)
    wanted = np.log(-np.log(quantile))

    def gap(threshold_kw: Floats, site: Floats) -> Floats:
        rows = site.astype(np.int64)
        chance = _chance_below(threshold_kw, *(values[rows] for values in per_quarter))
        # Nearly a straight line in the threshold, as for a Gumbel distribution: few steps.
        return np.asarray(wanted - np.log(-np.log(np.clip(chance, LEAST_CHANCE, NEAREST_TO_ONE))))

    middle, spread, _, _ = per_quarter
    sites = np.arange(middle.shape[0])
    lowest = np.maximum((middle - spread).max(axis=1), 0)
    highest = np.maximum(
        np.minimum((middle + FAR * spread).max(axis=1), most_kw), lowest + LEAST_SD_KW
    )
    found = elementwise.find_root(
        gap,
        (lowest, highest),
        args=(sites,),
        tolerances={"xatol": LEAST_SD_KW, "xrtol": TOLERANCE_SHARE},
    )
    # Without a root the peak lies at an end: nothing charges, or one charger per session does.
    peaks, at_end = np.asarray(found.x).copy(), np.flatnonzero(~found.success)
    is_low = gap(lowest[at_end], at_end.astype(np.float64)) > 0
    peaks[at_end] = np.where(is_low, lowest[at_end], highest[at_end])
    return peaks


def _per_quarter(
    moments: FleetMoments, window: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, deviation, skewness and correlation with the next, per quarter of a window.

    Of the whole day the quietest quarter of a site comes first: there the chance to lie above a
    threshold is smallest.
    """
    mean = moments.mean_kw
    deviation = np.maximum(np.sqrt(moments.variance_kw2), LEAST_SD_KW)
    skew = moments.third_kw3 / deviation**SKEW_POWER
    # Rounded away from zero, where the score has its limit z.
    skew = np.where(np.abs(skew) < LEAST_SKEW, LEAST_SKEW, skew)
    correlation = np.clip(
        moments.lag_covariance_kw2 / (deviation * np.roll(deviation, -1, axis=1)),
        -NEAREST_TO_ONE,
        NEAREST_TO_ONE,
    )
    is_whole = window.size == QUARTERS_PER_DAY
    quietest = mean[:, window].argmin(axis=1) if is_whole else np.zeros(len(mean), dtype=np.int64)
    quarters = window[(quietest[:, np.newaxis] + np.arange(window.size)) % window.size]
    mean, deviation, skew, correlation = (
        np.take_along_axis(values, quarters, axis=1)
        for values in (mean, deviation, skew, correlation)
    )
    return mean, deviation, skew, correlation


def _chance_below(
    threshold_kw: Floats, mean: Floats, deviation: Floats, skew: Floats, correlation: Floats
) -> Floats:
    """Return the probability that the maximum stays below a threshold, shape (sites,)."""
    z = (threshold_kw[:, np.newaxis] - mean) / deviation
    root = np.cbrt(np.maximum(1 + HALF * z * skew, 0))
    score = np.clip((root - 1 + skew**2 / SCORE_36) * SCORE_6 / skew, -FAR, FAR)
    here, then, rho = score[:, :-1], score[:, 1:], correlation[:, :-1]
    # Most quarters lie far below the threshold: they cost nothing.
    matters = np.minimum(here, then) < FAR
    stay = np.ones_like(here)
    stay[matters] = _both_below(here[matters], then[matters], rho[matters]) / ndtr(here[matters])
    return np.asarray(ndtr(score[:, 0]) * np.clip(stay, 0, 1).prod(axis=1))


def _both_below(one: Floats, other: Floats, correlation: Floats) -> Floats:
    """Return the bivariate normal distribution function, by Owen's T."""
    one, other = (np.where(score == 0, LEAST_SKEW, score) for score in (one, other))
    spread = np.sqrt(1 - correlation**2)
    both = (
        HALF * (ndtr(one) + ndtr(other))
        - owens_t(one, (other / one - correlation) / spread)
        - owens_t(other, (one / other - correlation) / spread)
    )
    return np.asarray(np.where(one * other < 0, both - HALF, both))
