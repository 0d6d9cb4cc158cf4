"""What a company wrote in a cell, as a value; or in one sentence why it can't be meant."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from forecast.day import read_day
from forecast.entry_errors import FieldError
from forecast.sources.untrusted.workbook import Formula
from forecast.spoken import Sentence, say
from forecast.survey.answers import LARGE, SMALL, Schedule
from forecast.survey.form import FormColumn
from forecast.written_numbers import read_number, two_readings

_WITH_UNIT: Final = re.compile(r"(?P<number>[+-]?[\d.,\s]*\d)\s*(?P<unit>[a-z]+)\.?", re.IGNORECASE)
_THOUSAND: Final = 1_000
_OTHER_UNITS: Final = {
    ("kW", "mw"): _THOUSAND,
    ("kW", "w"): 1 / _THOUSAND,
    ("km", "m"): 1 / _THOUSAND,
}
"""Times which a value of another unit becomes one of ours."""
_SIZES: Final = {
    **dict.fromkeys(("kleinverbruik", "kleinverbruiker", "klein", "kv", "small"), SMALL),
    **dict.fromkeys(("grootverbruik", "grootverbruiker", "groot", "gv", "large"), LARGE),
}
_NONE: Final = ("nee", "geen", "no", "none")
_MOST_EXACT: Final = 2**53
"""Whole numbers above it lose digits in a spreadsheet."""
_EAN_DIGITS: Final = 18
_DAYS: Final = {
    name: str(number)
    for names in ("ma di wo do vr za zo", "mo tu we th fr sa su")
    for number, name in enumerate(names.split(), start=1)
}
_WEEK: Final = "1234567"
_SCHEDULE: Final = re.compile(
    r"(?P<vehicles>\d{1,5})\s*[x:]?\s*(?P<days>[a-z]{2}(?:\s*[-,+]\s*[a-z]{2})*)\s*"
    r"(?P<out>\d{1,2}(?:[:.]\d{2})?)\s*(?:u|uur|h)?\s*[-\u2013]\s*"
    r"(?P<back>\d{1,2}(?:[:.]\d{2})?)\s*(?:u|uur|h)?",
    re.IGNORECASE | re.ASCII,
)
FORMULA_STARTS: Final = "=+-@\uff1d\uff0b\uff0d\uff20"
"""First characters that make a spreadsheet compute a text, full-width forms too."""
_MINUTES: Final = 60
_HOURS: Final = 24
_NUMBER: Final = say("survey_refusals.number")


class CellError(FieldError):
    """What a company wrote in a cell can't be meant."""

    table = "survey_refusals.cell"


def read_text(value: Any) -> str:
    """Return a text on one line.

    Raises
    ------
    FieldError
        If the cell holds no text or number.
    """
    _check_is_value(value)
    if isinstance(value, float) and value == int(value):
        value = int(value)
    text = " ".join(str(value).split())
    # An apostrophe that keeps a spreadsheet from computing a text is not part of it.
    return text[1:] if text[:1] == "'" and text[1:2] in tuple(FORMULA_STARTS) else text


def read_amount(value: Any, column: FormColumn, decimal_mark: str | None) -> float:
    """Return a number within the bounds of its column; a whole one where vehicles are counted.

    Raises
    ------
    FieldError
        If it is none; with what was perhaps meant, such as 400 kW for 0.4.
    """
    _check_is_value(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise CellError("no_number", value=value)
    if (
        isinstance(value, str)
        and column.key == "requested_kw"
        and value.casefold().strip() in _NONE
    ):
        return 0.0
    if isinstance(value, str) and (written := _WITH_UNIT.fullmatch(value.strip())):
        value = _in_our_unit(written, column, decimal_mark)
    plausible = [number for number in two_readings(value) if _fits(number, column)]
    if len(plausible) == 1:  # 25.000 km is no 25 km, and 1.250 vehicles are no part of one
        return plausible[0]
    number = read_number(value, _NUMBER, decimal_mark)
    if column.kind == "count" and number != round(number):
        raise CellError("not_whole", value=number)
    if not column.low <= number <= column.high:
        raise _out_of_bounds(number, column)
    return number


def read_size(value: Any) -> str:
    """Return the size of a connection.

    Raises
    ------
    FieldError
        If it is neither small nor large.
    """
    text = read_text(value)
    size = _SIZES.get(text.casefold())
    if size is None:
        raise CellError("no_size", text=text)
    return size


def read_ean(value: Any) -> str:
    """Return an EAN code of 18 digits.

    Raises
    ------
    FieldError
        If it has another length, lost digits in a spreadsheet, or its check digit is wrong.
    """
    _check_is_value(value)
    if (isinstance(value, int | float) and abs(value) > _MOST_EXACT) or re.fullmatch(
        r"\d[.,]\d+e\+?\d+", str(value).strip(), re.IGNORECASE
    ):
        raise CellError("ean_lost_digits")
    digits = re.sub(r"[\s.-]", "", str(value))
    if not re.fullmatch(rf"\d{{{_EAN_DIGITS}}}", digits, re.ASCII):
        raise CellError("no_ean", digits=_EAN_DIGITS, value=value)
    weighted = sum(int(digit) * (3, 1)[at % 2] for at, digit in enumerate(digits[:-1]))
    if (weighted + int(digits[-1])) % 10:
        raise CellError("wrong_ean", ean=digits)
    return digits


def read_answer_day(value: Any) -> date:
    """Return the day of an answer.

    Raises
    ------
    FieldError
        As `forecast.day.read_day`.
    """
    _check_is_value(value)
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return read_day(value, say("survey_refusals.day"))


def read_schedules(value: Any) -> tuple[Schedule, ...]:
    """Return schedules such as ``10 ma-vr 6:30-17:00; 2 za 8-12``.

    >>> read_schedules("10 ma-vr 6:30-17:00")
    (Schedule(vehicles=10, weekdays='12345', departure_hour=6.5, return_hour=17.0),)

    Raises
    ------
    FieldError
        If one is written otherwise.
    """
    schedules = []
    for part in filter(None, (text.strip() for text in read_text(value).split(";"))):
        written = _SCHEDULE.fullmatch(part)
        if not written:
            raise CellError("no_schedule", part=part)
        schedules.append(
            Schedule(
                int(written["vehicles"]),
                _weekdays(written["days"], part),
                _hour(written["out"], part),
                _hour(written["back"], part),
            )
        )
    return tuple(schedules)


def _check_is_value(value: Any) -> None:
    if isinstance(value, Formula):
        raise CellError("formula_without_value", formula=value.text)
    if isinstance(value, str) and value.startswith("#") and value.endswith(("!", "?", "/A")):
        raise CellError("formula_fails", value=value)


def _in_our_unit(written: re.Match[str], column: FormColumn, decimal_mark: str | None) -> str:
    """Return the number of a text such as 250 kW, whose unit must be that of the column."""
    unit = written["unit"].casefold()
    if unit == column.unit.casefold():
        return written["number"]
    if factor := _OTHER_UNITS.get((column.unit, unit)):
        ours = read_number(written["number"], _NUMBER, decimal_mark) * factor
        raise CellError(
            "other_unit", text=written[0], unit=written["unit"], value=ours, own=column.unit
        )
    if column.unit:
        raise CellError("no_number_of", text=written[0], unit=column.unit)
    raise CellError("no_such_number", text=written[0])


def _fits(number: float, column: FormColumn) -> bool:
    return column.low <= number <= column.high and (column.kind != "count" or number % 1 == 0)


def _out_of_bounds(number: float, column: FormColumn) -> CellError:
    value, high = _in_unit(number, column), _in_unit(column.high, column)
    low = float(column.low)
    for factor in (_THOUSAND, 1 / _THOUSAND):
        if column.unit and column.low <= number * factor <= column.high and number > 0:
            meant = _in_unit(number * factor, column)
            return CellError("perhaps", value=value, low=low, high=high, meant=meant)
    return CellError("out_of_bounds", value=value, low=low, high=high)


def _in_unit(number: float, column: FormColumn) -> float | Sentence:
    if not column.unit:
        return float(number)
    return say("refusals.amount", value=float(number), unit=column.unit)


def _weekdays(text: str, part: str) -> str:
    days: set[str] = set()
    for piece in re.split(r"[,+]", text.casefold()):
        ends = [name.strip() for name in piece.split("-")]
        if any(name not in _DAYS for name in ends) or len(ends) > 2:  # noqa: PLR2004 - from and to
            raise CellError("no_days", part=part)
        first, last = (int(_DAYS[name]) for name in (ends[0], ends[-1]))
        if first > last:
            raise CellError("days_turned", part=part, first=ends[0], last=ends[-1])
        days |= set(_WEEK[first - 1 : last])
    return "".join(sorted(days))


def _hour(text: str, part: str) -> float:
    hours, _, minutes = text.replace(".", ":").partition(":")
    hour = int(hours) + int(minutes or 0) / _MINUTES
    if hour > _HOURS or int(minutes or 0) >= _MINUTES:
        raise CellError("no_time", part=part, time=text)
    return hour % _HOURS
