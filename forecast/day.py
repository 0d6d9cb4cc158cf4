"""Days as people and their spreadsheets write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from forecast.entry_errors import FieldError
from forecast.spoken import Spoken

_DUTCH: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_SERIAL: Final = re.compile(r"[34567]\d{4}(?:[.,]\d+)?", re.ASCII)
_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of spreadsheets, for days after February 1900."""


def read_day(value: Any, name: str | Spoken) -> date:
    """Return a day: a date, 2026-11-25, 25-11-2026, or the number that a spreadsheet has for it.

    >>> read_day("25-11-2026", "x"), read_day("46351", "x")
    (datetime.date(2026, 11, 25), datetime.date(2026, 11, 25))

    Raises
    ------
    FieldError
        If it is none of these; a year of two digits could be two.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    try:
        if iso := _ISO.fullmatch(text):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if dutch := _DUTCH.fullmatch(text):
            return date(int(dutch[3]), int(dutch[2]), int(dutch[1]))
    except ValueError:
        raise FieldError("no_such_day", name=name, text=text) from None
    if _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(text[:5]))
    raise FieldError("no_day", name=name, text=text)
