r"""Design and typical peak of many sessions: quantiles of the daily maximum quarter-hour.

Small fleets are drawn (see `models.small_fleets`). Above them, with mean M, deviation sigma, skew g
and lag correlation rho per quarter from `models.profiles.fleet_moments`, a threshold x has the
normal score of Wilson and Hilferty,

``u = ((1 + z g / 2)^(1/3) - 1 + g^2 / 36) 6 / g``, ``z = (x - M) / sigma``,

and quarters follow each other as a Markov chain:

``P(max <= x) = Phi(u_s) prod_t Phi_2(u_t, u_{t+1}; rho_t) / Phi(u_t)``

from the quietest quarter s on, with Phi_2 the bivariate normal distribution by Owen's T. Its two
limits are the exact ones: independent quarters, and a load that moves as one. The quantile is found
by root finding, and never exceeds one charger per session.

Peaks of several terrains come from pooled sessions, whose moments add up, never from adding peaks.
Simultaneity is the design peak over one charger per session.

References
----------
E.B. Wilson, M.M. Hilferty, The distribution of chi-square, PNAS 17 (1931) 684.
D.B. Owen, Tables for computing bivariate normal probabilities, Ann. Math. Stat. 27 (1956) 1075.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.optimize import elementwise
from scipy.special import ndtr, owens_t

from models.mix import mix
from models.profiles import FleetMoments, SessionProfile, fleet_moments, session_profile
from models.sessions import ChargingPattern
from models.small_fleets import MOST_SESSIONS, PEAKS, QUANTILES, drawn_peaks_kw
from models.units import (
    HALF,
    QUARTERS_PER_DAY,
    QUARTERS_PER_HOUR,
    STRESS_END_HOUR,
    STRESS_START_HOUR,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

STRESS_WINDOW = slice(STRESS_START_HOUR * QUARTERS_PER_HOUR, STRESS_END_HOUR * QUARTERS_PER_HOUR)

_WHOLE_DAY = np.arange(QUARTERS_PER_DAY)
_WITHIN = _WHOLE_DAY[STRESS_WINDOW]
_OUTSIDE = np.roll(_WHOLE_DAY, -STRESS_WINDOW.stop)[: -_WITHIN.size]
"""From the end of the window on, over midnight, to its start."""

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


@dataclass(frozen=True)
class SessionKind:
    """Sessions of one class at one location type.

    Attributes
    ----------
    pattern
        When they begin and how they charge.
    day_effect_sd
        Standard deviation of the energy factor that a day lays on all vehicles [1].
    stream
        Number of its own random numbers; kinds that share a site have different ones.
    """

    pattern: ChargingPattern
    day_effect_sd: float
    stream: int

    @cached_property
    def profile(self) -> SessionProfile:
        """The moments of its load; only large fleets ask for them."""
        return session_profile(self.pattern, day_effect_sd=self.day_effect_sd)


@dataclass(frozen=True)
class Fleets:
    """Sites with sessions of the same kinds.

    Attributes
    ----------
    sessions
        Sessions a day, shape (sites, kinds).
    kinds
        What they are.
    day_effect_sd
        delta, the standard deviation of the energy factor that a day lays on all vehicles [1].
    """

    sessions: Floats
    kinds: Sequence[SessionKind]
    day_effect_sd: float

    @cached_property
    def is_drawn(self) -> Bools:
        """Which sites are small enough to be drawn, shape (sites,)."""
        total = self.sessions.sum(axis=1)
        return np.asarray((total > 0) & (total <= MOST_SESSIONS))

    @cached_property
    def is_large(self) -> Bools:
        """Which sites have the closed form, shape (sites,)."""
        return np.asarray(self.sessions.sum(axis=1) > MOST_SESSIONS)


@dataclass(frozen=True)
class Peaks:
    """Quantiles of the daily maximum per site, each of shape (sites,) [kW].

    Attributes
    ----------
    design_kw, typical_kw
        P95 and P50 over the whole day.
    design_within_kw, design_outside_kw
        P95 of the maximum within 16:00-21:00, and outside.
    """

    design_kw: Floats
    typical_kw: Floats
    design_within_kw: Floats
    design_outside_kw: Floats


def daily_peaks(fleets: Sequence[Fleets]) -> list[Peaks]:
    """Return the peaks of sites, one entry per entry of ``fleets``.

    Raises
    ------
    ValueError
        If a number of sessions is negative or no number.

    Notes
    -----
    No sessions, no peak; one vehicle peaks at its charger. Asking for many at once costs little
    more than asking for one, and gives the same digits.
    """
    found = _peaks_kw(fleets, PEAKS)
    for peaks in found:
        # No part of the day exceeds the day; drawing and root finding leave a last digit.
        peaks[:, 1:] = np.minimum(peaks[:, 1:], peaks[:, :1])
    return [Peaks(*peaks.T) for peaks in found]


def design_peaks_kw(fleets: Sequence[Fleets]) -> list[Floats]:
    """Return the design peaks alone, (sites,) per entry [kW]: `daily_peaks` at less cost."""
    return [peaks[:, 0] for peaks in _peaks_kw(fleets, 1)]


def _peaks_kw(fleets: Sequence[Fleets], wanted: int) -> list[Floats]:
    """Return the first columns of `Peaks`, shape (sites, wanted) per entry [kW]."""
    peaks = [np.zeros((len(each.sessions), wanted)) for each in fleets]
    for each, found in zip(fleets, peaks, strict=True):
        if not (np.isfinite(each.sessions) & (each.sessions >= 0)).all():
            raise ValueError("sessions a day must be numbers from zero")
        if each.is_drawn.any():
            found[each.is_drawn] = drawn_peaks_kw(
                each.sessions[each.is_drawn],
                [kind.pattern for kind in each.kinds],
                [kind.stream for kind in each.kinds],
                day_effect_sd=each.day_effect_sd,
            )[:, :wanted]
    large = [number for number, each in enumerate(fleets) if each.is_large.any()]
    if large:
        closed = _closed_form_kw([fleets[number] for number in large], wanted)
        for number, of_fleets in zip(large, closed, strict=True):
            peaks[number][fleets[number].is_large] = of_fleets
    return peaks


def _closed_form_kw(fleets: Sequence[Fleets], wanted: int) -> list[Floats]:
    """Return the columns for the large sites of each entry, all roots of a column found at once."""
    sessions = [each.sessions[each.is_large] for each in fleets]
    moments = [
        fleet_moments(of_sites, [kind.profile for kind in each.kinds])
        for of_sites, each in zip(sessions, fleets, strict=True)
    ]
    together = FleetMoments(
        *(
            np.concatenate([getattr(part, field.name) for part in moments])
            for field in fields(FleetMoments)
        )
    )
    installed = np.concatenate(
        [
            installed_kw(of_sites, each.kinds)
            for of_sites, each in zip(sessions, fleets, strict=True)
        ]
    )
    design, typical = QUANTILES
    columns = ((design, _WHOLE_DAY), (typical, _WHOLE_DAY), (design, _WITHIN), (design, _OUTSIDE))
    found = np.stack(
        [
            maximum_quantile_kw(together, installed, quantile, window)
            for quantile, window in columns[:wanted]
        ],
        axis=1,
    )
    return np.split(found, np.cumsum([len(of_sites) for of_sites in sessions])[:-1])


def installed_kw(sessions: Floats, kinds: Sequence[SessionKind]) -> Floats:
    """Return the power of one charger per session, shape (sites,) [kW]."""
    return mix(sessions, np.array([kind.pattern.power_kw for kind in kinds]))


def maximum_quantile_kw(
    moments: FleetMoments,
    most_kw: Floats,
    quantile: float,
    window: npt.NDArray[np.int64] = _WHOLE_DAY,
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
    # The quietest quarter of a site first: there the chance to lie above the threshold is smallest.
    is_whole = window.size == QUARTERS_PER_DAY
    quietest = mean[:, window].argmin(axis=1) if is_whole else np.zeros(len(mean), dtype=np.int64)
    quarters = window[(quietest[:, np.newaxis] + np.arange(window.size)) % window.size]
    per_quarter = tuple(
        np.take_along_axis(values, quarters, axis=1)
        for values in (mean, deviation, skew, correlation)
    )

    wanted = np.log(-np.log(quantile))

    def gap(threshold_kw: Floats, site: Floats) -> Floats:
        rows = site.astype(np.int64)
        chance = _chance_below(threshold_kw, *(values[rows] for values in per_quarter))
        # Nearly a straight line in the threshold, as for a Gumbel distribution: few steps.
        return np.asarray(wanted - np.log(-np.log(np.clip(chance, LEAST_CHANCE, NEAREST_TO_ONE))))

    sites = np.arange(mean.shape[0])
    middle, spread, _, _ = per_quarter
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
    end = np.where(gap(lowest, sites.astype(np.float64)) > 0, lowest, highest)
    return np.asarray(np.where(found.success, found.x, end))


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
