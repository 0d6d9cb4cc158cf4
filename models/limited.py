"""A load that is held under a limit: what can't be charged now waits its turn.

Plain sequences, so that reading one terrain needs no library of arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

SETTLING_DAYS = 3
"""Equal days after which what waits at midnight no longer changes."""


def limited_series_kw(
    wanted_kw: Sequence[float],
    room_kw: Sequence[float],
    allowed: Sequence[bool],
    waiting: float = 0.0,
) -> list[float]:
    """Return a series of quarter-hours under a limit [kW].

    What still waits at the end is not in it: compare the sums.

    Parameters
    ----------
    wanted_kw
        Load without a limit [kW].
    room_kw
        The limit, or what others leave of it, per quarter [kW].
    allowed
        Whether charging is allowed, per quarter.
    waiting
        What waits from before, as power over one quarter [kW].

    Examples
    --------
    >>> limited_series_kw([5, 5, 0, 0], [3, 3, 3, 3], [True, True, False, True])
    [3, 3, 0.0, 3]
    """
    series = []
    for wanted, room, is_open in zip(wanted_kw, room_kw, allowed, strict=True):
        waiting += wanted
        now = min(waiting, room) if is_open else 0.0
        series.append(now)
        waiting -= now
    return series


def limited_year_kw(
    wanted_kw: Sequence[float], room_kw: Sequence[float], allowed: Sequence[bool]
) -> tuple[list[float], float]:
    """Return a year under a limit, every year being like the one before, and what it lacks [kW].

    What waits at the end of the year is charged in its first hours, so that the year holds its own
    energy exactly. The second figure is what the year has no room for, as power over one quarter;
    zero unless ever more vehicles wait.

    Examples
    --------
    >>> limited_year_kw([0, 0, 5], [3, 3, 3], [True, True, True])
    ([2.0, 0.0, 3], 0.0)
    """
    first = limited_series_kw(wanted_kw, room_kw, allowed)
    waiting = max(fsum(wanted_kw) - fsum(first), 0.0)
    year = limited_series_kw(wanted_kw, room_kw, allowed, waiting)
    return year, max(fsum(wanted_kw) - fsum(year), 0.0)


def limited_curve_kw(
    wanted_kw: Sequence[float], room_kw: Sequence[float], allowed: Sequence[bool]
) -> list[float]:
    """Return a day curve under a limit, every day being like the one before [kW].

    See `limited_series_kw`; what waits at midnight is charged after it. With a limit too low for
    the energy of the day the curve is the limit, and the rest unserved.
    """
    days = limited_series_kw(
        list(wanted_kw) * SETTLING_DAYS,
        list(room_kw) * SETTLING_DAYS,
        list(allowed) * SETTLING_DAYS,
    )
    return days[-len(wanted_kw) :]
