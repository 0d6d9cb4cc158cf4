r"""Quarter-hour profiles of one charging session, by convolution of arrivals with charging.

A session arrives in quarter a with probability f(a), takes energy E (lognormal) at power p and
therefore charges d = 4 E / p quarters: p during the whole quarters, the rest in a last partial
one, so that energy is exact. ``w_k = clip(d - k, 0, 1)`` is the part of quarter k after arrival in
which it charges. Mean and second moment of its load are circular convolutions over the day:
``m_j(t) = p^j sum_a f(a) E[w_{t-a}^j]``; midnight wraps, every day being alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri
from scipy.stats import norm

from models.units import HALF, HOURS_PER_DAY, QUARTERS_PER_DAY, QUARTERS_PER_HOUR

Floats = npt.NDArray[np.float64]

ENERGY_QUANTILES = 200
"""Points at which the energy distribution is evaluated: the middle of equally likely parts."""
WRAPPED_DAYS = 1
"""Days before and after over which the arrival distribution is folded onto one day."""


@dataclass(frozen=True)
class SessionType:
    """How one session charges.

    Attributes
    ----------
    arrival_hour, arrival_sd_hours
        Normal distribution of the arrival, folded onto the day [hour].
    energy_kwh
        Mean energy from the grid on the design day [kWh].
    energy_cv
        Coefficient of variation of the energy [1].
    power_kw
        Charging power [kW].
    dwell_hours
        Time plugged in [hour].
    """

    arrival_hour: float
    arrival_sd_hours: float
    energy_kwh: float
    energy_cv: float
    power_kw: float
    dwell_hours: float


@dataclass(frozen=True)
class SessionProfile:
    """Mean [kW] and variance [kW2] of the load of one session, per quarter of the day, (96,)."""

    mean_kw: Floats
    variance_kw2: Floats


def arrival_probability(session: SessionType) -> Floats:
    """Return the probability of arriving in each quarter of the day, shape (96,), sum one."""
    edges = np.arange(QUARTERS_PER_DAY + 1) / QUARTERS_PER_HOUR
    folded = np.zeros(QUARTERS_PER_DAY)
    for day in range(-WRAPPED_DAYS, WRAPPED_DAYS + 1):
        cumulative = norm.cdf(
            edges + day * HOURS_PER_DAY, session.arrival_hour, session.arrival_sd_hours
        )
        folded += np.diff(cumulative)
    return np.asarray(folded / folded.sum())


def energy_points_kwh(session: SessionType) -> Floats:
    """Return equally likely energies of a session [kWh], with the mean exactly as stated."""
    sigma = np.sqrt(np.log1p(session.energy_cv**2))
    middle = (np.arange(ENERGY_QUANTILES) + HALF) / ENERGY_QUANTILES
    points = np.exp(sigma * ndtri(middle))
    return np.asarray(points * (session.energy_kwh / points.mean()))


def session_profile(session: SessionType) -> SessionProfile:
    """Return mean and variance of the load of one session over the day.

    The mean integrates to the energy: ``sum(mean_kw) / 4 = energy_kwh``. A session of no energy
    has no load.
    """
    arrivals = arrival_probability(session)
    quarters = energy_points_kwh(session) / session.power_kw * QUARTERS_PER_HOUR
    most = int(np.ceil(quarters.max())) if quarters.size else 0
    charging = np.clip(quarters[:, None] - np.arange(most), 0, 1)
    mean = _fold(charging.mean(axis=0)) * session.power_kw
    second = _fold((charging**2).mean(axis=0)) * session.power_kw**2
    mean_kw = _convolve(arrivals, mean)
    return SessionProfile(mean_kw, np.maximum(_convolve(arrivals, second) - mean_kw**2, 0))


def _fold(after_arrival: Floats) -> Floats:
    """Fold a series of any length onto the day."""
    days = -(-max(after_arrival.size, 1) // QUARTERS_PER_DAY)
    padded = np.zeros(days * QUARTERS_PER_DAY)
    padded[: after_arrival.size] = after_arrival
    return np.asarray(padded.reshape(days, QUARTERS_PER_DAY).sum(axis=0))


def _convolve(arrivals: Floats, after_arrival: Floats) -> Floats:
    spectrum = np.fft.rfft(arrivals) * np.fft.rfft(after_arrival)
    return np.asarray(np.maximum(np.fft.irfft(spectrum, n=QUARTERS_PER_DAY), 0))
