r"""Moments of the load of one charging session, by convolution of arrivals with charging.

A session that arrives a part u into quarter 0 and charges for d quarters does so in the part
``w_k = max(0, min(k + 1, u + d) - max(k, u))`` of quarter k, so that energy and clock time are
exact; u is even over the quarter. Its raw moments are circular convolutions over the day,

``m_j(t) = sum_a f(a) E[p^j w_{t-a}^j]``, ``m_11(t) = sum_a f(a) E[p^2 w_{t-a} w_{t+1-a}]``,

midnight wrapping as every day is alike. From them come mean, variance, third central moment and
the covariance with the next quarter. All four add up over independent sessions, so those of a
fleet are one matrix product.

A day effect moves all sessions of a site together: on a day of energy factor 1 + delta z every
vehicle wants that much more. The profile holds how mean and variance change with one standard
deviation, from which the moments over all days follow (see `fleet_moments`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from models.kept import unchanging
from models.mix import mix
from models.sessions import SINCE_ARRIVAL, ChargingPattern
from models.units import HALF, QUARTERS_PER_DAY

Floats = npt.NDArray[np.float64]

THREE = 3
"""Of the third moment."""
PARTS = 4
"""Of a quarter, at whose middles arrivals are evaluated."""
LAST_DIGITS = 1e-12
"""Share of the second moment below which a variance is rounding."""
MOST_KEPT = 4096
"""Profiles and curves that are kept: terrains with their own kilometres share those of other
classes."""


@dataclass(frozen=True)
class SessionProfile:
    """Moments of the load of one session per quarter of the day, each of shape (96,).

    Attributes
    ----------
    mean_kw
        Mean [kW].
    variance_kw2
        Variance between sessions [kW2].
    third_kw3
        Third central moment [kW3].
    lag_covariance_kw2
        Covariance of a quarter with the next one [kW2].
    day_mean_kw, day_variance_kw2
        Change of mean and variance when the day effect is one standard deviation [kW, kW2].
    """

    mean_kw: Floats
    variance_kw2: Floats
    third_kw3: Floats
    lag_covariance_kw2: Floats
    day_mean_kw: Floats
    day_variance_kw2: Floats


@dataclass(frozen=True)
class FleetMoments:
    """Moments of the load of whole fleets, each of shape (sites, 96); see `SessionProfile`."""

    mean_kw: Floats
    variance_kw2: Floats
    third_kw3: Floats
    lag_covariance_kw2: Floats


@lru_cache(maxsize=MOST_KEPT)
def session_profile(pattern: ChargingPattern, *, day_effect_sd: float = 0.0) -> SessionProfile:
    """Return the moments of the load of one session over the day.

    They are kept, and not to be written to.

    Parameters
    ----------
    pattern
        When it begins and how it charges.
    day_effect_sd
        delta, standard deviation of the energy factor that a day lays on all vehicles [1].

    Notes
    -----
    The mean integrates to the served energy: ``sum(mean_kw) / 4``. No energy, no load.
    """
    load = _load_kw(pattern)
    mean, second, third, product = _moments(
        pattern, load, load**2, load**THREE, load[:, :-1] * load[:, 1:]
    )
    variance = _variance(mean, second)
    days = (pattern.on_a_day(1 + sign * day_effect_sd) for sign in (1, -1))
    (more, more_second), (less, less_second) = (
        _moments(day, on_day, on_day**2) for day in days for on_day in [_load_kw(day)]
    )
    moments = (
        mean,
        variance,
        # Where nothing varies there is no skew either: a last digit over none would be a large one.
        np.where(variance > 0, third - THREE * mean * variance - mean**THREE, 0),
        product - mean * _next(mean),
        HALF * (more - less),
        HALF * (_variance(more, more_second) - _variance(less, less_second)),
    )
    return SessionProfile(*map(unchanging, moments))


@lru_cache(maxsize=MOST_KEPT)
def mean_kw(pattern: ChargingPattern) -> Floats:
    """Return the mean load of one session, per quarter, shape (96,) [kW]: that of its profile.

    It is kept, and not to be written to.
    """
    [mean] = _moments(pattern, _load_kw(pattern))
    return unchanging(mean)


def presence(pattern: ChargingPattern) -> Floats:
    """Return the probability that one session is at its charger, per quarter, shape (96,) [1].

    A session is there while it charges; where chargers stay taken until the vehicle leaves, give
    the pattern that charges over the whole stay.
    """
    quarters, _ = pattern.charge(pattern.energy_kwh)
    return _convolve(pattern.arrivals, _fold(_overlap(quarters).mean(axis=0)))


def unrolled_mean_kw(pattern: ChargingPattern) -> Floats:
    """Return the mean load of one session on its day and the next one, shape (192,) [kW].

    Arrivals after midnight count to the day they are drawn on, charging after it to the next.
    """
    quarters, power = pattern.charge(pattern.energy_kwh)
    after = (_overlap(quarters) * np.tile(power, PARTS)[:, np.newaxis]).mean(axis=0)
    load = np.convolve(pattern.arrivals, after)
    unrolled = np.zeros(QUARTERS_PER_DAY + QUARTERS_PER_DAY)
    size = min(load.size, unrolled.size)
    unrolled[:size] = load[:size]
    return unrolled


def fleet_moments(sessions: Floats, profiles: Sequence[SessionProfile]) -> FleetMoments:
    r"""Return the moments of the load of fleets of independent sessions with one day effect.

    With M, V, K, C the sums over sessions and M', V' their change by the day effect:
    variance ``V + M'^2``, third moment ``K + 3 M' V'``, covariance with the next quarter
    ``C + M'(t) M'(t+1)``, to first order in the effect.

    Parameters
    ----------
    sessions
        Sessions a day, shape (sites, kinds).
    profiles
        One per kind.
    """
    table = np.stack(
        [
            np.concatenate(
                [
                    profile.mean_kw,
                    profile.variance_kw2,
                    profile.third_kw3,
                    profile.lag_covariance_kw2,
                    profile.day_mean_kw,
                    profile.day_variance_kw2,
                ]
            )
            for profile in profiles
        ]
    )
    mean, variance, third, lag, day_mean, day_variance = np.moveaxis(
        mix(sessions, table).reshape(sessions.shape[0], -1, QUARTERS_PER_DAY), 1, 0
    )
    return FleetMoments(
        mean,
        variance + day_mean**2,
        third + THREE * day_mean * day_variance,
        lag + day_mean * _next(day_mean),
    )


def _load_kw(pattern: ChargingPattern) -> Floats:
    """Return the load in the quarters after an arrival, (parts x points, quarters) [kW]."""
    quarters, power = pattern.charge(pattern.energy_kwh)
    return _overlap(quarters) * np.tile(power, PARTS)[:, np.newaxis]


def _moments(pattern: ChargingPattern, *powers: Floats) -> tuple[Floats, ...]:
    """Return the means over sessions of powers of the load, by quarter of the day, (96,) each."""
    return tuple(_convolve(pattern.arrivals, _fold(power.mean(axis=0))) for power in powers)


def _variance(mean: Floats, second: Floats) -> Floats:
    """Return the variance; zero where it is no more than the last digits of its parts."""
    variance = second - mean**2
    return np.where(variance > LAST_DIGITS * second, variance, 0)


def _overlap(quarters: Floats) -> Floats:
    """Return w, the part of each quarter after arrival that is charged in, (parts x n, most)."""
    begin = np.repeat((np.arange(PARTS) + HALF) / PARTS, quarters.size)[:, np.newaxis]
    end = begin + np.tile(quarters, PARTS)[:, np.newaxis]
    # One more than the last, so that every quarter has a next one.
    after = np.arange(int(np.ceil(end.max())) + 1)
    return np.asarray(np.maximum(np.minimum(after + 1, end) - np.maximum(after, begin), 0))


def _next(per_quarter: Floats) -> Floats:
    """Return the values of the next quarter; midnight wraps."""
    return np.roll(per_quarter, -1, axis=-1)


def _fold(after_arrival: Floats) -> Floats:
    """Fold a series of any length onto the day."""
    days = -(-max(after_arrival.size, 1) // QUARTERS_PER_DAY)
    padded = np.zeros(days * QUARTERS_PER_DAY)
    padded[: after_arrival.size] = after_arrival
    return np.asarray(padded.reshape(days, QUARTERS_PER_DAY).sum(axis=0))


def _convolve(arrivals: Floats, after_arrival: Floats) -> Floats:
    """Return what sessions leave in each quarter: a sum, exactly zero where none can charge."""
    return np.asarray(arrivals @ after_arrival[SINCE_ARRIVAL])
