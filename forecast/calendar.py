"""The Dutch year: which days are worked, and what the season makes of consumption."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import holidays
import numpy as np
import numpy.typing as npt

from forecast.assumptions import Assumptions
from forecast.vocabulary import VEHICLE_CLASSES

Floats = npt.NDArray[np.float64]

MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
DAY_TYPES: Final = ("working_day", "saturday", "sunday")
_DEGREES: Final = 10
_SATURDAY: Final = 5
_SUNDAY: Final = 6
_QUIET_WEEKS: Final = (29, 30, 31, 32, 52)
"""ISO weeks in which building and much of trade stand still."""


def days_of(year: int) -> list[date]:
    """Return all days of a year."""
    return list(_days(date(year, 1, 1), date(year + 1, 1, 1)))


def day_type(day: date, public_holidays: holidays.HolidayBase) -> str:
    """Return ``working_day``, ``saturday`` or ``sunday``; a public holiday is a Sunday."""
    if day in public_holidays or day.weekday() == _SUNDAY:
        return "sunday"
    return "saturday" if day.weekday() == _SATURDAY else "working_day"


def day_type_factor(day_type: str, vehicle_class: str, assumptions: Assumptions) -> float:
    """Return the vehicles that charge on a kind of day over those of a working day [1]."""
    if day_type == "working_day":
        return 1.0
    return assumptions[f"calendar.{day_type}_factor.{vehicle_class}"]


def charging_chance(year: int, assumptions: Assumptions) -> Floats:
    """Return the part of the vehicles of a working day that charge, shape (classes, days) [1].

    One on an ordinary working day; less in quiet weeks, on Saturdays and on Sundays.
    """
    days = days_of(year)
    public = holidays.country_holidays("NL", years=year)
    quiet = assumptions["calendar.quiet_week_factor"]
    rows = []
    for vehicle_class in VEHICLE_CLASSES:
        of_type = {name: day_type_factor(name, vehicle_class, assumptions) for name in DAY_TYPES}
        rows.append(
            [
                of_type[day_type(day, public)]
                * (quiet if day.isocalendar().week in _QUIET_WEEKS else 1.0)
                for day in days
            ]
        )
    return np.array(rows)


def season_factor(assumptions: Assumptions) -> Floats:
    """Return consumption in each month over that of the year, shape (classes, 12) [1].

    ``1 + kappa max(0, T_0 - T) / 10`` with T the mean temperature of the month, over its mean.
    """
    temperature = np.array([assumptions[f"season.temperature_c.{month}"] for month in MONTHS])
    cold = np.maximum(assumptions["season.heating_below_c"] - temperature, 0) / _DEGREES
    rise = np.array(assumptions.of("season.rise_per_ten_degrees", VEHICLE_CLASSES))
    factor = 1 + rise[:, np.newaxis] * cold
    return np.asarray(factor / factor.mean(axis=1, keepdims=True))


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += timedelta(days=1)
