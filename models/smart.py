r"""Charging under control: the lowest constant limit of a site, and what a given limit leaves over.

Long stays (depot, truck parking): with jobs (arrival, energy E, power p, time plugged in) no
constant limit below

``max over windows [s, e) of  sum_i max(0, E_i - p_i (stay_i - overlap_i)) / (e - s)``

serves them all: what can't be charged outside the window must be charged in it. Without power
limits per vehicle the bound is reached exactly; with them it is a lower bound within a few per
cent. It is additive in the sessions before the maximum, so one matrix product gives all sites.
A blocked part of the day counts neither as stay nor as window. Turned round, a limit L leaves

``max over windows of (forced energy - L (e - s))``

unserved, which a battery that is filled outside the window can close, unless that window is the
whole day. Short stays (shared hub) charge evenly, see `models.sessions.charge_evenly`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.sessions import SessionType, arrival_probability, energy_points_kwh
from models.units import HOURS_PER_DAY, QUARTERS_PER_DAY, QUARTERS_PER_HOUR

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ENERGY_GROUPS = 20
"""Equally likely energies that the bound is averaged over."""
SETTLING_DAYS = 3
"""Equal days after which a queue that settles has settled."""


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
    hours = window_hours(allowed)
    return np.asarray(
        np.divide(forced / ENERGY_GROUPS, hours, out=np.zeros_like(forced), where=hours > 0)
    )


def window_hours(allowed: Bools) -> Floats:
    """Return the allowed hours in each window of `window_demand_kw`, shape (windows,) [hour]."""
    return np.asarray((_windows() & allowed).sum(axis=1) / QUARTERS_PER_HOUR)


def possible_share(session: SessionType, allowed: Bools) -> float:
    """Return the part of the energy that fits stay and charger in allowed hours [1].

    One where no energy is wanted.
    """
    possible = session.power_kw * _stay(session, allowed).sum(axis=1) / QUARTERS_PER_HOUR
    energies = energy_points_kwh(session)
    if energies.sum() <= 0:
        return 1.0
    served = np.minimum(energies, possible[:, np.newaxis]).mean(axis=1)
    return float(arrival_probability(session) @ served / energies.mean())


def lowest_limit_kw(
    sessions: Floats,
    window_demand: Floats,
    floor_kw: Floats,
    *,
    energy_cv: float,
    day_effect_sd: float,
    day_sd: float,
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
    day_effect_sd
        The same of the factor that a day lays on all sessions [1].
    day_sd
        Standard deviations of margin for busier days, see `busy_day_factor` [1].
    """
    bound = (sessions @ window_demand).max(axis=1)
    margin = busy_day_factor(
        sessions.sum(axis=1), energy_cv=energy_cv, day_effect_sd=day_effect_sd, day_sd=day_sd
    )
    floor = (np.minimum(sessions, 1) * floor_kw).max(axis=1)
    return np.asarray(np.maximum(bound * margin, floor))


def busy_day_factor(
    count: Floats, *, energy_cv: float, day_effect_sd: float, day_sd: float
) -> Floats:
    """Return the energy of a busy day over that of a mean one, shape (sites,) [1].

    ``1 + z sqrt(energy_cv^2 / n + day_effect_sd^2)``: what differs between n sessions averages out,
    what a day lays on all of them does not.
    """
    return np.asarray(1 + day_sd * np.sqrt(energy_cv**2 / np.maximum(count, 1) + day_effect_sd**2))


def window_room_kwh(room_kw: Floats, allowed: Bools) -> Floats:
    """Return the energy that a power allows in each window, shape (windows,) [kWh].

    Parameters
    ----------
    room_kw
        Power that may be taken in each quarter of the day, shape (96,) [kW].
    allowed
        As in `window_demand_kw`.
    """
    return np.asarray((_windows() & allowed) @ room_kw / QUARTERS_PER_HOUR)


def unserved_kwh(
    sessions: Floats, window_demand: Floats, hours: Floats, room_kwh: Floats
) -> tuple[Floats, Floats]:
    """Return what is left unserved on a day when charging is steered, two of shape (sites,).

    Parameters
    ----------
    sessions, window_demand
        As in `lowest_limit_kw`.
    hours
        From `window_hours` [hour].
    room_kwh
        From `window_room_kwh` [kWh].

    Returns
    -------
    Unserved energy, and the part of it that no battery closes because the whole day is too short
    [kWh].
    """
    over = np.maximum((sessions @ window_demand) * hours - room_kwh, 0)
    return over.max(axis=1), over[:, hours >= hours.max()].max(axis=1)


def battery_kwh(load_kw: Floats, limit_kw: float, efficiency: float) -> float | None:
    """Return the battery that keeps an unsteered load under a limit [kWh]; none closes it: None.

    The largest energy that the load takes above the limit before the room under the limit could
    fill it again, over the efficiency of the battery.

    Parameters
    ----------
    load_kw
        Day curve, shape (96,) [kW].
    limit_kw
        Of the connection [kW].
    efficiency
        Energy out over energy in [1].

    Examples
    --------
    >>> evening = np.zeros(96)
    >>> evening[72:80] = 150  # two hours of 150 kW
    >>> round(battery_kwh(evening, 100, 1.0))
    100
    """
    taken = battery_taken_kwh(np.tile(load_kw, SETTLING_DAYS), limit_kw, efficiency)
    # A battery that is emptier each day than the day before is never full again.
    days = taken.reshape(SETTLING_DAYS, QUARTERS_PER_DAY).max(axis=1)
    is_settled = bool(np.isclose(days[-1], days[-1 - 1]))
    return float(days[-1]) / efficiency if is_settled else None


def battery_taken_kwh(load_kw: Floats, limit_kw: float, efficiency: float) -> Floats:
    """Return what a large battery has given and not yet got back, per quarter, (n,) [kWh].

    It gives what the load takes above the limit, and is filled with the room below it.

    Parameters
    ----------
    load_kw
        Series of quarter-hours, shape (n,) [kW].
    limit_kw, efficiency
        As in `battery_kwh`.
    """
    change = (load_kw - limit_kw) / QUARTERS_PER_HOUR
    change = np.where(change < 0, change * efficiency, change)
    taken = np.zeros(load_kw.size)
    now = 0.0
    for quarter, step in enumerate(change):
        now = max(0.0, now + float(step))
        taken[quarter] = now
    return taken


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
