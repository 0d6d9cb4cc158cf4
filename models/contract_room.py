r"""Room that a company's own load leaves in its contract, quarter by quarter.

Contract room in quarter t is ``R_t = C - max(L_t, 0)`` [kW], with C the contracted power and L_t
the mean load on the connection over the quarter. Where the company feeds in, L_t is negative and
counts as no load, unless its feed-in F_t is to be counted: then ``R_t = C - max(L_t, 0) + F_t``.
R_t is negative where the company itself is above its contract.

Per quarter of the day and kind of day two figures are told: the mean of R over the days, and the
room that is there on 95 % of them, the 0.05 quantile. For a part of the day (16:00-21:00, the
night) it is the quantile over days of the *least* room within that part: what a charger could use
through all of it. Nights run on after midnight and belong to the evening on which they begin.

Limiting cases: with a constant load every figure is ``C - L``; with no load it is C. The least room
of the year is ``C - highest quarter``, which is what a rule of one number offers at every hour; no
figure here is below it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.units import HALF, QUARTERS_PER_DAY, QUARTERS_PER_HOUR, STRESS_START_HOUR
from models.units import STRESS_END_HOUR as NIGHT_BEGIN_HOUR

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

RELIABLE_QUANTILE = 0.05
"""Of the room over days: on the other 95 % of days there is more."""
NIGHT_END_HOUR = 6
"""The night begins when the hours of high load end."""
NOON_QUARTER = int(HALF * QUARTERS_PER_DAY)


def contract_room_kw(
    offtake_kw: Floats, contract_kw: float, feed_in_kw: Floats | None = None
) -> Floats:
    """Return the room in each quarter [kW]; not a number where the load is not known.

    Parameters
    ----------
    offtake_kw
        Taken from the grid, mean over the quarter, zero while feeding in [kW].
    contract_kw
        Contracted power [kW].
    feed_in_kw
        Fed into the grid, where it is to be counted as room [kW].

    Examples
    --------
    >>> contract_room_kw(np.array([250.0, 0.0]), 630)
    array([380., 630.])
    """
    room = contract_kw - np.maximum(offtake_kw, 0)
    return np.asarray(room if feed_in_kw is None else room + feed_in_kw)


def room_by_quarter_kw(
    room_kw: Floats, day: Ints, quarter: Ints, is_of_type: Bools
) -> tuple[Floats, Floats]:
    """Return the mean room per quarter of the day, and that of 95 % of days, (96,) each [kW].

    Parameters
    ----------
    room_kw, day, quarter
        Room of each quarter, its local day from zero on, and its local quarter of the day.
    is_of_type
        Whether a day is of the kind asked for, shape (days,).

    Notes
    -----
    Where a clock change repeats an hour, the least of the two counts.
    """
    days = np.full((is_of_type.size, QUARTERS_PER_DAY), np.inf)
    is_known = np.isfinite(room_kw)
    np.minimum.at(days, (day[is_known], quarter[is_known]), room_kw[is_known])
    mean = np.full(QUARTERS_PER_DAY, np.nan)
    reliable = mean.copy()
    for column in range(QUARTERS_PER_DAY):
        held = days[is_of_type, column]
        held = held[np.isfinite(held)]
        if held.size:
            mean[column] = held.mean()
            reliable[column] = np.quantile(held, RELIABLE_QUANTILE)
    return mean, reliable


def reliable_room_kw(room_kw: Floats, day: Ints, is_within: Bools) -> float:
    """Return the room that is there through a part of the day on 95 % of days [kW].

    Parameters
    ----------
    room_kw, day
        Room of each quarter, and the day (or night) it belongs to.
    is_within
        Whether a quarter is in that part; without any that is known the room is not a number.

    Examples
    --------
    >>> reliable_room_kw(np.array([5.0, 3.0, 9.0]), np.array([0, 0, 1]), np.array([1, 1, 0], bool))
    3.0
    """
    is_counted = is_within & np.isfinite(room_kw)
    if not is_counted.any():
        return float("nan")
    kept, days = room_kw[is_counted], day[is_counted]
    nights = days + 1  # they may begin on the day before the first
    least = np.full(int(nights.max()) + 1, np.inf)
    np.minimum.at(least, nights, kept)
    return float(np.quantile(least[np.isfinite(least)], RELIABLE_QUANTILE))


def is_stress_hour(quarter: Ints) -> Bools:
    """Return whether quarters of the day lie from 16:00 to 21:00."""
    hour = quarter // QUARTERS_PER_HOUR
    return np.asarray((hour >= STRESS_START_HOUR) & (hour < NIGHT_BEGIN_HOUR))


def is_night(quarter: Ints) -> Bools:
    """Return whether quarters of the day lie from 21:00 to 6:00."""
    hour = quarter // QUARTERS_PER_HOUR
    return np.asarray((hour >= NIGHT_BEGIN_HOUR) | (hour < NIGHT_END_HOUR))


def night_of(day: Ints, quarter: Ints) -> Ints:
    """Return the day on whose evening the night of each quarter begins; from noon to noon."""
    return np.asarray(day - (quarter < NOON_QUARTER))
