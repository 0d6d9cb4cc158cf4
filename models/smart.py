r"""Charging under control: the lowest constant limit of a site, and evenly spread short stays.

Long stays (depot, truck parking): with jobs (arrival, energy E, power p, time plugged in) no
constant limit below

``max over windows [s, e) of  sum_i max(0, E_i - p_i (stay_i - overlap_i)) / (e - s)``

serves them all: what can't be charged outside the window must be charged in it. Without power
limits per vehicle the bound is reached exactly; with them it is a lower bound within a few per
cent. It is additive in the sessions before the maximum, so one matrix product gives all sites.
A blocked part of the day counts neither as stay nor as window.

Short stays (shared hub): each vehicle charges evenly over its stay; where hours are closed, it
comes at another hour.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.profiles import (
    SessionProfile,
    SessionType,
    arrival_probability,
    energy_points_kwh,
)
from models.units import (
    HOURS_PER_DAY,
    QUARTERS_PER_DAY,
    QUARTERS_PER_HOUR,
    STRESS_END_HOUR,
    STRESS_START_HOUR,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ENERGY_GROUPS = 20
"""Equally likely energies that the bound is averaged over."""


def open_all_day() -> Bools:
    """Return the quarters in which charging is allowed, shape (96,): all of them."""
    return np.ones(QUARTERS_PER_DAY, dtype=np.bool_)


def open_outside_stress_hours() -> Bools:
    """Return the quarters in which charging is allowed, shape (96,): none from 16:00 to 21:00."""
    quarter = np.arange(QUARTERS_PER_DAY)
    hour = quarter / QUARTERS_PER_HOUR
    return (hour < STRESS_START_HOUR) | (hour >= STRESS_END_HOUR)


def window_demand_kw(session: SessionType, allowed: Bools) -> Floats:
    """Return the power that one session forces in each window of the day [kW].

    Parameters
    ----------
    session
        How it charges; its stay is at most a day.
    allowed
        Quarters in which charging is allowed, shape (96,).

    Returns
    -------
    Shape (windows,), for all windows with whole hours as start and length that hold an allowed
    quarter. Windows without one are zero.
    """
    stay = _stay(session, allowed)
    windows = _windows() & allowed
    outside_hours = (stay.sum(axis=1)[:, None] - stay @ windows.T) / QUARTERS_PER_HOUR
    arrivals = arrival_probability(session)
    energies = energy_points_kwh(session).reshape(ENERGY_GROUPS, -1).mean(axis=1)
    # What the stay can't hold is not charged here at all; it would bind in every window.
    possible = session.power_kw * stay.sum(axis=1) / QUARTERS_PER_HOUR
    forced = np.zeros(windows.shape[0])
    for energy in energies:
        served = np.minimum(energy, possible)[:, None]
        forced += arrivals @ np.maximum(served - session.power_kw * outside_hours, 0)
    hours = windows.sum(axis=1) / QUARTERS_PER_HOUR
    return np.asarray(
        np.divide(forced / ENERGY_GROUPS, hours, out=np.zeros_like(forced), where=hours > 0)
    )


def lowest_limit_kw(
    sessions: Floats, window_demand: Floats, floor_kw: Floats, *, energy_cv: float, day_sd: float
) -> Floats:
    """Return the lowest constant limit that serves each site, shape (sites,) [kW].

    Parameters
    ----------
    sessions
        Sessions per working day, shape (sites, classes).
    window_demand
        From `window_demand_kw`, shape (classes, windows) [kW].
    floor_kw
        Energy over stay of one session per class, shape (classes,) [kW]: one vehicle alone needs
        this much, however small the site's average.
    energy_cv
        Coefficient of variation of the energy per session [1].
    day_sd
        Standard deviations of margin for busier days, z in ``1 + z cv / sqrt(n)`` [1].
    """
    bound = (sessions @ window_demand).max(axis=1)
    count = sessions.sum(axis=1)
    margin = 1 + day_sd * energy_cv / np.sqrt(np.maximum(count, 1))
    floor = (np.minimum(sessions, 1) * floor_kw).max(axis=1)
    return np.asarray(np.maximum(bound * margin, floor))


def even_profile(session: SessionType, allowed: Bools) -> SessionProfile:
    """Return the load of a session that charges evenly over its stay, at hours that are allowed.

    Users whose stay would touch a closed quarter come at another time of the day instead: the
    arrivals that fit keep their proportions.

    Parameters
    ----------
    session
        Its stay is lengthened where the charger needs longer for the mean energy.
    allowed
        Quarters in which charging is allowed, shape (96,).
    """
    stay_hours = max(session.dwell_hours, session.energy_kwh / session.power_kw)
    quarters = stay_hours * QUARTERS_PER_HOUR
    inside = np.zeros(QUARTERS_PER_DAY)
    inside[: int(np.ceil(quarters))] = np.clip(quarters - np.arange(int(np.ceil(quarters))), 0, 1)
    after = (np.arange(QUARTERS_PER_DAY) - np.arange(QUARTERS_PER_DAY)[:, None]) % QUARTERS_PER_DAY
    presence = inside[after]
    fits = ~((presence > 0) & ~allowed).any(axis=1)
    arrivals = np.where(fits, arrival_probability(session), 0)
    arrivals = arrivals / arrivals.sum()
    even_kw = session.energy_kwh / stay_hours
    mean = arrivals @ presence * even_kw
    second = arrivals @ presence**2 * even_kw**2 * (1 + session.energy_cv**2)
    return SessionProfile(mean, np.maximum(second - mean**2, 0))


def _stay(session: SessionType, allowed: Bools) -> Floats:
    """Return 1 where a session that arrives in quarter i may charge in quarter j, (96, 96)."""
    length = min(round(session.dwell_hours * QUARTERS_PER_HOUR), QUARTERS_PER_DAY)
    after = (np.arange(QUARTERS_PER_DAY) - np.arange(QUARTERS_PER_DAY)[:, None]) % QUARTERS_PER_DAY
    return ((after < length) & allowed).astype(np.float64)


def _windows() -> Bools:
    """Return all windows of whole hours, (windows, 96): True inside."""
    hour = np.arange(QUARTERS_PER_DAY) // QUARTERS_PER_HOUR
    starts = np.repeat(np.arange(HOURS_PER_DAY), HOURS_PER_DAY)
    lengths = np.tile(np.arange(HOURS_PER_DAY) + 1, HOURS_PER_DAY)
    return ((hour - starts[:, None]) % HOURS_PER_DAY) < lengths[:, None]
