"""The measured quarter-hours of a connection, on the local clock of the days they fell on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from models.units import QUARTERS_PER_DAY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Times = npt.NDArray[np.datetime64]

LOCAL_TIME: Final = ZoneInfo("Europe/Amsterdam")
UTC: Final = ZoneInfo("UTC")
QUARTER: Final = timedelta(minutes=15)
MOST_DAYS: Final = 366
"""A year: of a longer measurement the last one counts."""


@dataclass(frozen=True)
class MeasuredYear:
    """Quarter-hours of whole local days, of a year at most; not a number where not measured.

    Attributes
    ----------
    dates
        The local days.
    starts_utc
        Begin of each quarter-hour, UTC, shape (n,): 92 or 100 of them on a day of clock change.
    day, quarter
        Its local day, from zero on, and its quarter of that day by the clock, shape (n,).
    offtake_kw, feed_in_kw
        Taken from and fed into the grid, shape (n,) [kW].
    """

    dates: tuple[date, ...]
    starts_utc: Times
    day: Ints
    quarter: Ints
    offtake_kw: Floats
    feed_in_kw: Floats

    @cached_property
    def first_of(self) -> Ints:
        """Index of the first quarter-hour that shows a clock time, shape (days + 1, 96).

        A time that the clock skips is that of the first quarter-hour after it. The last day is the
        one after the year, of which nothing is measured.
        """
        index = np.full((len(self.dates) + 1, QUARTERS_PER_DAY), np.iinfo(np.int64).max)
        np.minimum.at(index, (self.day, self.quarter), np.arange(self.day.size))
        index[-1] = self.day.size + np.arange(QUARTERS_PER_DAY)
        flat = np.minimum.accumulate(index.ravel()[::-1])[::-1]
        return np.asarray(flat.reshape(index.shape))

    @property
    def missing_quarters(self) -> int:
        """Quarter-hours of these days that were not measured."""
        return int(np.isnan(self.offtake_kw).sum())


def measured_year(starts_utc: Times, offtake_kw: Floats, feed_in_kw: Floats) -> MeasuredYear:
    """Return the last year of a measurement, on the local clock.

    Parameters
    ----------
    starts_utc
        Begin of each measured quarter-hour, UTC, in order.
    offtake_kw, feed_in_kw
        Means over them [kW].
    """
    first, last = (_local(starts_utc[end]).date() for end in (0, -1))
    if (last - first).days + 1 > MOST_DAYS:
        first = _a_year_before(last) + timedelta(days=1)
    dates = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    starts, quarters = zip(*(quarters_of(day) for day in dates), strict=True)
    grid = np.concatenate(starts)
    day = np.repeat(np.arange(len(dates)), [of_day.size for of_day in starts])
    values = np.full((1 + 1, grid.size), np.nan)
    is_held = (starts_utc >= grid[0]) & (starts_utc <= grid[-1])
    at = np.searchsorted(grid, starts_utc[is_held])
    values[0, at], values[1, at] = offtake_kw[is_held], feed_in_kw[is_held]
    return MeasuredYear(tuple(dates), grid, day, np.concatenate(quarters), values[0], values[1])


def quarters_of(day: date) -> tuple[Times, Ints]:
    """Return the quarter-hours of a local day: their begin in UTC, and what the clock shows.

    Returns
    -------
    Shape (96,) each; (92,) and (100,) where the clock goes forward and back.

    Examples
    --------
    >>> [quarters_of(date(2025, month, day))[0].size for month, day in ((3, 30), (10, 26), (1, 1))]
    [92, 100, 96]
    """
    begin, end = (
        datetime.combine(when, time(), LOCAL_TIME).astimezone(UTC)
        for when in (day, day + timedelta(days=1))
    )
    count = (end - begin) // QUARTER
    starts = np.datetime64(begin.replace(tzinfo=None), "us") + np.arange(count) * np.timedelta64(
        QUARTER
    )
    if count == QUARTERS_PER_DAY:
        return starts, np.arange(count)
    clocks = [(begin + number * QUARTER).astimezone(LOCAL_TIME) for number in range(count)]
    return starts, np.array([(clock.hour * 60 + clock.minute) // 15 for clock in clocks])


def local_text(start_utc: np.datetime64) -> str:
    """Return a quarter-hour as the local clock shows its begin, for sentences and JSON."""
    return _local(start_utc).isoformat(timespec="minutes")


def local_dates(starts_utc: Sequence[np.datetime64]) -> list[date]:
    """Return the local days of quarter-hours."""
    return [_local(start).date() for start in starts_utc]


def _local(start_utc: np.datetime64) -> datetime:
    naive: datetime = start_utc.astype("datetime64[us]").item()
    return naive.replace(tzinfo=UTC).astimezone(LOCAL_TIME)


def _a_year_before(day: date) -> date:
    """Return the same day a year before; 28 February for the 29th."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)
