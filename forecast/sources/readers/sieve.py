"""Keep what can be used of a file, set the rest apart with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

from forecast.sources.contract import Note, Quarantined
from forecast.sources.untrusted.table import Line, to_number
from forecast.sources.untrusted.text import mend_name, one_line
from forecast.sources.untrusted.vector import as_json

_LOCAL: Final = ZoneInfo("Europe/Amsterdam")
_MUNICIPALITY: Final = re.compile(r"(?:GM)?([0-9]{4})")
_YEAR: Final = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_COUNT_LIMIT: Final = 100_000_000
MOST_SET_APART: Final = 200_000
"""Rows kept with their text, which is some 100 MB; a hundredth of all addresses is half of it."""
_LONGEST_NAME: Final = 300


class RowError(ValueError):
    """A row that can't be used; its text is the reason."""


class TooManyBadRowsError(Exception):
    """More rows than are kept with their text can't be used; its text is the reason of the last."""


@dataclass
class Sieve:
    """Collects what is set apart and noted while a file is read."""

    quarantined: list[Quarantined] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    passed_over: int = 0
    lines_met: int = 0

    def sound(self, lines: Iterable[Line]) -> Iterator[Line]:
        """Yield the lines with a cell per column; count all, and set the others apart."""
        for line in lines:
            self.lines_met += 1
            if line.problem:
                self.set_apart(line.number, line.problem, as_json(line.cells))
            else:
                yield line

    def set_apart(self, row_number: int, reason: str, original: str) -> None:
        """Note a row that can't be used.

        Raises
        ------
        TooManyBadRowsError
            If there are so many that their texts would fill the memory: no source allows that.
        """
        if len(self.quarantined) >= MOST_SET_APART:
            raise TooManyBadRowsError(f"row {row_number}: {one_line(reason)}")
        self.quarantined.append(Quarantined(row_number, one_line(reason), original))

    def tell(self, row_key: str, code: str, text: str) -> None:
        """Note what was odd or changed; "" tells of nothing."""
        if text:
            self.notes.append(Note(row_key, code, one_line(text)))


def refuse(reason: str) -> NoReturn:
    """Say that a row can't be used.

    Raises
    ------
    RowError
        Always.
    """
    raise RowError(reason)


def text_of(value: Any) -> str:
    """Return a value as a text without marks that hide or turn others; None is ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return one_line(str(value))


def name_of(value: Any, what: str) -> str:
    """Return a name, mended where its accents were read in the wrong encoding.

    Raises
    ------
    RowError
        If there is none, or it is as long as a page.
    """
    name = mend_name(text_of(value))
    if not name:
        raise RowError(f"it has no {what}")
    if len(name) > _LONGEST_NAME:
        raise RowError(f"its {what} has {len(name):,} characters")
    return name


def number_of(
    value: Any, what: str, high: float, *, decimal: str = ".", unit: str = ""
) -> float | None:
    """Return a number from zero to ``high``; None for an empty value.

    Raises
    ------
    RowError
        If it is no number, negative, or larger: a unit may have been mistaken.
    """
    if value is None or isinstance(value, bool):
        return None
    text = str(value).strip()
    if unit:
        text = text.removesuffix(unit).strip()
    if text in {"", "-"}:
        return None
    try:
        number = float(value) if isinstance(value, int | float) else to_number(text, decimal)
    except ValueError:
        raise RowError(f"its {what} '{text[:40]}' is not a number") from None
    if not 0 <= number <= high:
        raise RowError(f"its {what} {number:,g} is not from 0 to {high:,g}")
    return number


def count_of(value: Any, what: str) -> int | None:
    """Return a count; None for an empty value.

    Raises
    ------
    RowError
        If it is no whole number of zero or more.
    """
    number = number_of(value, what, _COUNT_LIMIT)
    if number is None:
        return None
    if not number.is_integer():
        raise RowError(f"its {what} {number:g} is not a whole number")
    return int(number)


def municipality_code_of(value: Any) -> str:
    """Return GM and four digits, or "" if that is not what the value is.

    >>> municipality_code_of("0150"), municipality_code_of("GM0150 "), municipality_code_of(150)
    ('GM0150', 'GM0150', 'GM0150')
    """
    text = text_of(value).upper()
    if text.isdigit():
        text = text.zfill(4)
    found = _MUNICIPALITY.fullmatch(text)
    return f"GM{found[1]}" if found else ""


def day_of(value: Any) -> date | None:
    """Return the Dutch calendar day of a date or moment; None if there is none.

    >>> day_of("2027-12-31T23:00:00Z"), day_of("20240229")
    (datetime.date(2028, 1, 1), datetime.date(2024, 2, 29))

    Raises
    ------
    RowError
        If it is no date.
    """
    text = text_of(value)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(f"'{text[:40]}' is not a date (YYYY-MM-DD)") from None
    return moment.astimezone(_LOCAL).date() if moment.tzinfo else moment.date()


def year_in(path: Path) -> int | None:
    """Return the one year that the name of a file holds; None if it holds none or several.

    >>> year_in(Path("ibis_rijssen_holten_2017.geojson"))
    2017
    """
    years = set(_YEAR.findall(path.name))
    return int(years.pop()) if len(years) == 1 else None


def columns_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names that occur in any row, in the order in which they are met."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    return list(names)
