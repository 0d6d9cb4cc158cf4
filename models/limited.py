"""A load that is held under a limit: what can't be charged now waits its turn.

Plain sequences, so that reading one terrain needs no library of arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

SETTLING_DAYS = 3
"""Equal days after which what waits at midnight no longer changes."""


def limited_series_kw(
    wanted_kw: Sequence[float], limit_kw: float, allowed: Sequence[bool]
) -> list[float]:
    """Return a series of quarter-hours under a limit [kW].

    What still waits at the end is not in it: compare the sums.

    Parameters
    ----------
    wanted_kw
        Load without a limit [kW].
    limit_kw
        The limit [kW].
    allowed
        Whether charging is allowed, per quarter.

    Examples
    --------
    >>> limited_series_kw([5, 5, 0, 0], 3, [True, True, False, True])
    [3, 3, 0.0, 3]
    """
    waiting = 0.0
    series = []
    for wanted, is_open in zip(wanted_kw, allowed, strict=True):
        waiting += wanted
        now = min(waiting, limit_kw) if is_open else 0.0
        series.append(now)
        waiting -= now
    return series


def limited_curve_kw(
    wanted_kw: Sequence[float], limit_kw: float, allowed: Sequence[bool]
) -> list[float]:
    """Return a day curve under a limit, every day being like the one before [kW].

    See `limited_series_kw`; what waits at midnight is charged after it. With a limit too low for
    the energy of the day the curve is the limit, and the rest unserved.
    """
    days = limited_series_kw(
        list(wanted_kw) * SETTLING_DAYS, limit_kw, list(allowed) * SETTLING_DAYS
    )
    return days[-len(wanted_kw) :]
