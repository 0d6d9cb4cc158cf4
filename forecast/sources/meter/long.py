"""Meter data with a row per quarter-hour."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from forecast.sources.meter.clock import (
    MINUTES_PER_QUARTER,
    Moment,
    NoSuchTimeError,
    count_of,
    ends_as_begins,
    first_quarter,
    fixed_quarter,
    is_repeated,
    local_quarter,
    quarter_before,
)
from forecast.sources.meter.columns import MeterColumns
from forecast.sources.meter.rows import (
    FEED_IN,
    MINUTES_PER_DAY,
    WINTER_HINT,
    Checker,
    Factor,
    MeterOptions,
    Problems,
    Value,
    cell,
    certain_quarter,
    day_of,
    factors,
    minutes_of,
    row_direction,
)
from forecast.sources.meter.table import MeterTable
from forecast.sources.meter.words import ean_in
from forecast.spoken import say
from models.units import MINUTES_PER_HOUR


class _Reading(NamedTuple):
    """A value of a row: what the clock shows, or the quarter-hour where that is certain."""

    line: int
    moment: Moment | int
    kw: float


def long_values(
    table: MeterTable, columns: MeterColumns, options: MeterOptions
) -> tuple[list[Value], bool]:
    """Return the values of a table, and whether its times were taken as ends unsaid.

    Raises
    ------
    DataSourceError
        With the lines that can't be read.
    """
    series: dict[tuple[str | None, str], list[_Reading]] = defaultdict(list)
    for key, reading in _readings(table, columns, options):
        series[key].append(reading)
    shown = [
        reading.moment
        for readings in series.values()
        for reading in readings
        if not isinstance(reading.moment, int)
    ]
    said = columns.moment.is_end if options.stamp is None else options.stamp == "end"
    is_end = _looks_like_ends(shown) if said is None else said
    problems = _TimeProblems(table)
    values = [
        Value(reading.line, connection, direction, quarter, reading.kw)
        for (connection, direction), readings in series.items()
        for quarter, reading in _quarters(readings, options, problems, is_end=is_end)
    ]
    problems.tell()
    return values, is_end and said is None


def _readings(
    table: MeterTable, columns: MeterColumns, options: MeterOptions
) -> Iterator[tuple[tuple[str | None, str], _Reading]]:
    """Yield connection with direction, and every value of theirs."""
    factor = factors(table, columns, options)
    of_file = ean_in(table.preamble)
    problems = Problems(table)
    checker = Checker(problems, columns, options)
    for line, cells in table.rows:
        direction = row_direction(columns, cells)
        if direction is None:
            continue
        try:
            moment = _moment(cells, columns)
        except (ValueError, IndexError):
            problems.add(say("meter_refusals.line.no_time"), line, cells)
            continue
        connection = cell(cells, columns.connection) or of_file
        for kind, held in ((direction, columns.offtake), (FEED_IN, columns.feed_in)):
            try:
                kw = _power(table, held, factor, cells)
            except ValueError as error:
                problems.add(say("meter_refusals.line.no_number", value=str(error)), line, cells)
                continue
            if kw is not None:
                for part, power in checker.parts(kind, kw, line, cells):
                    yield (connection, part), _Reading(line, moment, power)
    problems.tell()


def _power(
    table: MeterTable, columns: Sequence[int], factor: Factor, cells: Sequence[str]
) -> float | None:
    """Return the sum of some columns of a row [kW]; None where they are empty."""
    powers = [
        value * per
        for at in columns
        if (value := table.number(cell(cells, at))) is not None
        and (per := factor(at, cells)) is not None
    ]
    return sum(powers) if powers else None


def _moment(cells: Sequence[str], columns: MeterColumns) -> Moment | int:
    text = cells[columns.moment.date]
    if columns.quarter_number is not None:
        number, day = int(cells[columns.quarter_number]), day_of(text)
        if not 1 <= number <= count_of(day):
            raise ValueError(number)
        return first_quarter(day) + number - 1
    if columns.moment.clock is not None:
        return day_of(text), minutes_of(cells[columns.moment.clock])
    certain = certain_quarter(text)
    if certain is not None:
        return certain
    return day_of(text), minutes_of(re.split(r"[T\s]+", text, maxsplit=1)[1])


def _looks_like_ends(shown: Sequence[Moment]) -> bool:
    """Return whether times end quarter-hours: there is a 24:00, or they run from 0:15 to 0:00."""
    if not shown:
        return False
    first, last = min(shown), max(shown)
    return any(minute == MINUTES_PER_DAY for _, minute in shown) or (
        first[1] == MINUTES_PER_QUARTER and last[1] == 0
    )


def _quarters(
    readings: list[_Reading], options: MeterOptions, problems: _TimeProblems, *, is_end: bool
) -> Iterator[tuple[int, _Reading]]:
    """Yield the quarter-hour of each reading of one connection and direction."""
    moments = [reading.moment for reading in readings if not isinstance(reading.moment, int)]
    if moments and moments[0] > moments[-1]:  # newest first
        readings.reverse()
    is_local = options.clock == "local"
    as_begins = is_end and is_local and ends_as_begins(moments)
    back = 1 if is_end and not as_begins else 0
    shown: Counter[Moment] = Counter()
    for reading in readings:
        if isinstance(reading.moment, int):
            yield reading.moment - (1 if is_end else 0), reading
            continue
        moment = quarter_before(reading.moment) if as_begins else reading.moment
        if moment[1] % MINUTES_PER_QUARTER:
            problems.no_quarter(reading.line)
            continue
        if not is_local:
            yield fixed_quarter(moment, int(options.clock == "winter")) - back, reading
            continue
        times = shown[moment]
        shown[moment] += is_repeated(moment)
        try:
            yield local_quarter(moment, times, is_end=bool(back)) - back, reading
        except NoSuchTimeError:
            problems.skipped(moment, reading.line)


class _TimeProblems(Problems):
    """Problems with what the clock shows."""

    def no_quarter(self, line: int) -> None:
        """Remember a time between quarters."""
        self.add(say("meter_refusals.line.no_quarter"), line)

    def skipped(self, moment: Moment, line: int) -> None:
        """Remember a time that does not exist."""
        day, minute = moment
        clock = f"{minute // MINUTES_PER_HOUR}:{minute % MINUTES_PER_HOUR:02}"
        told = say("meter_refusals.line.skipped", clock=clock, day=day, hint=WINTER_HINT)
        self.add(told, line)
