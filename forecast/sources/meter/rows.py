"""What every row of meter data goes through: its cells, moment, unit, direction and problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from forecast.sources.meter.clock import MINUTES_PER_QUARTER
from forecast.sources.meter.columns import MeterColumns
from forecast.sources.meter.table import MeterTable
from forecast.sources.meter.words import CLOCK, CLOCKS, KW_PER, direction_of, unit_in
from forecast.spoken import InTurn, Sentence, say
from models.units import HOURS_PER_DAY, MINUTES_PER_HOUR, QUARTERS_PER_DAY

MINUTES_PER_DAY: Final = HOURS_PER_DAY * MINUTES_PER_HOUR
WINTER_HINT: Final = say("meter_refusals.winter_hint")
OFFTAKE: Final = "offtake"
FEED_IN: Final = "feed_in"
_SHOWN: Final = 3
_SHOWN_LETTERS: Final = 60
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100
"""Years of quarter-hours; 9999 stands in files for an end that is not known."""
_LAST_SECOND: Final = 59
_OFFSET: Final = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")

Factor = Callable[[int | None, Sequence[str]], float | None]
"""The kW over the number in a column of a row; None where it is no energy or power."""


@dataclass(frozen=True)
class MeterOptions:
    """What a user may say of a file that does not say it itself.

    Attributes
    ----------
    unit
        Of the values, such as ``kWh``; None: the file says it.
    clock
        ``local``, ``winter`` or ``utc``.
    stamp
        Whether times are the ``begin`` or the ``end`` of a quarter-hour; None: the file says it.
    column
        Name of the column with the consumption; None: only one may be it.
    is_net
        Whether a consumption below zero is feed-in.
    are_gaps_accepted
        Whether any number of quarter-hours may lack.
    most_kw
        Beyond this a quarter-hour is a mistake [kW].
    """

    unit: str | None = None
    clock: str = "local"
    stamp: str | None = None
    column: str | None = None
    is_net: bool = False
    are_gaps_accepted: bool = False
    most_kw: float = float("inf")


class Value(NamedTuple):
    """One value of a file: its line, connection, direction, quarter-hour since 1970 and kW."""

    line: int
    connection: str | None
    direction: str
    quarter: int
    kw: float


class Problems:
    """Sentences about lines of one table: the first ones, and how many more there are."""

    def __init__(self, table: MeterTable) -> None:
        self._table = table
        self._found: list[Sentence] = []
        self._count = 0

    def add(self, what: Sentence, line: int, cells: Sequence[str] = ()) -> None:
        """Remember that a line has a problem, and what stands there."""
        self._count += 1
        if len(self._found) >= _SHOWN:
            return
        if cells:
            shown = " | ".join(cells)[:_SHOWN_LETTERS]
            told = say("meter_refusals.line.shown", number=line, problem=what, cells=shown)
        else:
            told = say("meter_refusals.line.bare", number=line, problem=what)
        self._found.append(told)

    def tell(self) -> None:
        """Raise the problems, if there are any.

        Raises
        ------
        DataSourceError
            With the first lines.
        """
        if not self._found:
            return
        lines: Sentence | InTurn = InTurn(self._found)
        if self._count > _SHOWN:
            more = self._count - _SHOWN
            lines = say("meter_refusals.with_more", lines=lines, count=more)
        raise self._table.refuse(lines)


def cell(cells: Sequence[str], at: int | None) -> str:
    """Return a cell of a row; empty where the row is too short."""
    return cells[at] if at is not None and at < len(cells) else ""


@lru_cache(maxsize=4096)
def day_of(text: str) -> date:
    """Return a day as it is written in the Netherlands, or by ISO 8601.

    Raises
    ------
    ValueError
        If it is no day, or none that anybody measured on.
    """
    text = re.split(r"[T\s]", text.strip(), maxsplit=1)[0]
    day = _any_day_of(text)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(text)
    return day


def _any_day_of(text: str) -> date:
    parts = re.split(r"[-/.]", text)
    if len(parts) == 1:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    first, month, last = (int(part) for part in parts)
    if len(parts[0]) > len("31"):
        return date(first, month, last)
    return date(last + 2000 if len(parts[2]) == len("25") else last, month, first)


@lru_cache(maxsize=4096)
def minutes_of(text: str) -> int:
    """Return the minutes since midnight that a clock shows; of a range its begin.

    Raises
    ------
    ValueError
        If it is no clock time.
    """
    text = text.strip()
    if around := CLOCKS.match(text):
        text = around[1]
    found = CLOCK.match(text)
    if not found:
        raise ValueError(text)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    minutes = hour * MINUTES_PER_HOUR + minute + (1 if second == _LAST_SECOND else 0)
    if minutes > MINUTES_PER_DAY or minute >= MINUTES_PER_HOUR:
        raise ValueError(text)
    return minutes


def certain_quarter(text: str) -> int | None:
    """Return the quarter-hour of a time that tells its distance to UTC; None if it tells none."""
    if not _OFFSET.search(text[len("2025-01-01") :]):
        return None
    stamp = datetime.fromisoformat(text.replace(" ", "T", 1))
    return int(stamp.timestamp()) // (MINUTES_PER_QUARTER * MINUTES_PER_HOUR)


def factors(table: MeterTable, columns: MeterColumns, options: MeterOptions) -> Factor:
    """Return how to come from numbers to kW, by what the user, rows, names or first lines say.

    Raises
    ------
    DataSourceError
        If nobody says the unit.
    """
    fixed = options.unit.casefold() if options.unit else None

    def of_row(_: int | None, cells: Sequence[str]) -> float | None:
        return KW_PER.get(cell(cells, columns.unit).casefold())

    if fixed is None and columns.unit is not None:
        sample = table.rows[:QUARTERS_PER_DAY]
        if any(of_row(None, cells) for _, cells in sample):
            return of_row
    stated = unit_in(table.preamble)

    def of_column(at: int | None, _: Sequence[str]) -> float | None:
        unit = fixed or columns.unit_of.get(at) or stated
        if unit is None:
            raise table.refuse(say("meter_refusals.file.no_unit"))
        return KW_PER[unit]

    return of_column


def row_direction(columns: MeterColumns, cells: Sequence[str]) -> str | None:
    """Return the direction that a row tells; offtake where rows tell none, None for another."""
    if columns.direction is None:
        return OFFTAKE
    return direction_of(cell(cells, columns.direction))


class Checker:
    """Splits values by direction, and remembers those that can't be."""

    def __init__(self, problems: Problems, columns: MeterColumns, options: MeterOptions) -> None:
        self._problems = problems
        self._is_net = options.is_net or columns.is_net
        self._most_kw = options.most_kw

    def parts(
        self, direction: str, kw: float, line: int, cells: Sequence[str]
    ) -> Iterator[tuple[str, float]]:
        """Yield direction and power of a value: both directions where it is net of feed-in."""
        if abs(kw) > self._most_kw:
            told = say("meter_refusals.line.above_most", kw=float(round(abs(kw))))
            self._problems.add(told, line, cells)
        elif direction == FEED_IN:
            yield FEED_IN, abs(kw)  # some tell it below zero
        elif self._is_net:
            yield OFFTAKE, max(kw, 0.0)
            yield FEED_IN, max(-kw, 0.0)
        elif kw < 0:
            self._problems.add(say("meter_refusals.line.below_zero"), line, cells)
        else:
            yield OFFTAKE, kw
