"""From what a clock shows to quarter-hours of UTC, on days of 92 and 100 of them too.

A quarter-hour is counted from 1 January 1970, UTC. Where the clock goes back an hour is shown
twice: the first time counts as summer time, the second as winter time, in the order of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Final

from forecast.meter.year import quarters_of
from models.units import MINUTES_PER_HOUR, QUARTERS_PER_DAY, QUARTERS_PER_HOUR

CLOCKS: Final = ("local", "winter", "utc")
"""Local time with summer time; winter time all year; UTC."""
MINUTES_PER_QUARTER: Final = MINUTES_PER_HOUR // QUARTERS_PER_HOUR
_CHANGE: Final = 2 * MINUTES_PER_HOUR
_CHANGED: Final = 3 * MINUTES_PER_HOUR
_HOUR: Final = QUARTERS_PER_HOUR
_EPOCH: Final = date(1970, 1, 1)

Moment = tuple[date, int]
"""A day, and the minutes since midnight that the clock shows."""


class NoSuchTimeError(ValueError):
    """A clock time that the clock skips."""


@cache
def first_quarter(day: date) -> int:
    """Return the number of the quarter-hour that begins a local day."""
    begin = quarters_of(day)[0][0].astype("datetime64[m]").astype(int)
    return int(begin) // MINUTES_PER_QUARTER


@cache
def count_of(day: date) -> int:
    """Return how many quarter-hours a local day has: 92, 96 or 100."""
    return int(quarters_of(day)[0].size)


def is_repeated(moment: Moment) -> bool:
    """Return whether the clock shows this twice."""
    day, minute = moment
    return _CHANGE <= minute < _CHANGED and count_of(day) > QUARTERS_PER_DAY


def local_quarter(moment: Moment, time_shown: int, *, is_end: bool = False) -> int:
    """Return the quarter-hour that a local clock time begins.

    Parameters
    ----------
    moment
        What the clock shows.
    time_shown
        How often it has been shown before, where it is shown twice.
    is_end
        Whether it ends a quarter-hour: then the moment at which the clock jumps may be told by the
        time before it.

    Raises
    ------
    NoSuchTimeError
        If the clock skips it.
    """
    day, minute = moment
    quarter = first_quarter(day) + minute // MINUTES_PER_QUARTER
    change = count_of(day) - QUARTERS_PER_DAY
    if change < 0 and minute >= _CHANGE:
        if minute < _CHANGED:
            if is_end and minute == _CHANGE:
                return quarter
            raise NoSuchTimeError
        return quarter - _HOUR
    if change > 0 and (minute >= _CHANGED or (minute >= _CHANGE and time_shown > 0)):
        return quarter + _HOUR
    return quarter


def fixed_quarter(moment: Moment, hours_ahead: int) -> int:
    """Return the quarter-hour of a clock that is always as many hours ahead of UTC."""
    day, minute = moment
    since = (day - _EPOCH).days * QUARTERS_PER_DAY + minute // MINUTES_PER_QUARTER
    return since - hours_ahead * QUARTERS_PER_HOUR


def ends_as_begins(moments: Iterable[Moment]) -> bool:
    """Return whether ends were made by adding a quarter of an hour to what the clock showed.

    Where the clock goes back the last quarter of the first time then ends at 3:00, shown twice;
    by the clock itself it ends at 2:00.
    """
    shown = Counter(
        day for day, minute in moments if minute == _CHANGED and count_of(day) > QUARTERS_PER_DAY
    )
    return any(times > 1 for times in shown.values())


def quarter_before(moment: Moment) -> Moment:
    """Return what the clock shows a quarter of an hour earlier."""
    day, minute = moment
    if minute >= MINUTES_PER_QUARTER:
        return day, minute - MINUTES_PER_QUARTER
    return day - timedelta(days=1), minute + 24 * MINUTES_PER_HOUR - MINUTES_PER_QUARTER
