r"""Charging under control: the lowest constant limit of a site, and what a given limit leaves over.

Long stays (depot, truck parking): no constant limit below ``max over windows w of F_w / h_w``
serves them all, with F_w the energy that sessions force into a window (see `models.windows`) and
h_w its open hours. Without power limits per vehicle the bound is reached exactly; with them it is
a lower bound within a few per cent. Sessions that are not steered (shared hub) put their own energy
into the windows: one bound holds for everything behind one connection.

Over days F_w varies. With mean, variance and day effect summed over the sessions of a site,

``limit = max over w of (mean + z sqrt(variance + day^2)) / h_w``

lies 1 to 3 % below the P95 of the daily optimum from a hundred sessions on: the window that binds
changes from day to day. Smaller fleets are drawn, see `models.small_limits`. Turned round, a limit
L leaves ``max over w of (F_w - L h_w)`` unserved, which a battery that is filled outside the window
can close, unless that window is the whole day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from models.mix import mix
from models.sessions import SessionType
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR
from models.windows import WindowDemand, binding_windows, outside_kwh, possible_kwh

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

BLOCK_SESSIONS = 10_000
"""Drawn sessions that are worked on together; bounds the memory."""
SETTLING_DAYS = 3
"""Equal days after which a queue that settles has settled."""


def lowest_limit_kw(
    sessions: Floats, demand: WindowDemand, hours: Floats, *, day_sd: float
) -> tuple[Floats, Floats]:
    """Return the lowest constant limits of sites on a busy and on a mean day, (sites,) each [kW].

    Parameters
    ----------
    sessions
        Sessions per working day, shape (sites, kinds).
    demand
        Of one session per kind.
    hours
        Of the windows [hour].
    day_sd
        z, standard deviations of margin for busier days [1]; 1.645 for all but one in twenty.

    Notes
    -----
    A session more never lowers it: mean, variance and day effect all rise.
    """
    kept = binding_windows(demand, hours)
    mean = mix(sessions, demand.mean_kwh[:, kept])
    spread = mix(sessions, demand.variance_kwh2[:, kept])
    spread += mix(sessions, demand.day_kwh[:, kept]) ** 2
    busy = mean + day_sd * np.sqrt(spread)
    return (busy / hours[kept]).max(axis=1), (mean / hours[kept]).max(axis=1)


def drawn_windows_kwh(
    drawn: Iterable[tuple[int, Ints, Floats, Floats]],
    types: Sequence[SessionType],
    allowed: Bools,
    windows: Bools,
    *,
    days: int,
) -> tuple[Floats, Floats]:
    """Return what drawn sessions force into windows on each day, and all that they can charge.

    Parameters
    ----------
    drawn
        From `models.year_simulation.draw_sessions`.
    types
        How each kind charges.
    allowed, windows
        Quarters in which charging is allowed, (96,), and those of each window, (windows, 96).
    days
        That were drawn.

    Returns
    -------
    Shape (days, windows) and (days,) [kWh].
    """
    forced, wanted = np.zeros((days, len(windows))), np.zeros(days)
    outside = [outside_kwh(session, allowed, windows) for session in types]
    possible = [possible_kwh(session, allowed) for session in types]
    for kind, day, arrival, energy in drawn:
        quarter = np.minimum(arrival.astype(np.int64), QUARTERS_PER_DAY - 1)
        fits = np.minimum(energy, possible[kind][quarter])
        wanted += np.bincount(day, fits, minlength=days)
        for first in range(0, day.size, BLOCK_SESSIONS):
            part = slice(first, first + BLOCK_SESSIONS)
            each = np.maximum(fits[part, np.newaxis] - outside[kind][quarter[part]], 0)
            # Sessions come in the order of their days.
            on, begins = np.unique(day[part], return_index=True)
            forced[on] += np.add.reduceat(each, begins, axis=0)
    return forced, wanted


def unserved_kwh(forced_kwh: Floats, room_kwh: Floats, hours: Floats) -> tuple[Floats, Floats]:
    """Return what is left unserved on days when charging is steered, two of shape (days,).

    Parameters
    ----------
    forced_kwh
        Energy that the sessions of each day force into windows, shape (days, windows) [kWh].
    room_kwh
        Energy that the limit lets through there, shape (windows,) or (days, windows) [kWh].
    hours
        Of the windows [hour].

    Returns
    -------
    Unserved energy, and the part of it that no battery closes because the whole day is too short
    [kWh].
    """
    over = np.maximum(forced_kwh - room_kwh, 0)
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
