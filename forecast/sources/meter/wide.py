"""Meter data with a row per day and a column per quarter-hour: 96 of them, or 92 or 100."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from forecast.sources.meter.clock import (
    MINUTES_PER_QUARTER,
    NoSuchTimeError,
    count_of,
    first_quarter,
    fixed_quarter,
    local_quarter,
)
from forecast.sources.meter.columns import MeterColumns
from forecast.sources.meter.rows import (
    MINUTES_PER_DAY,
    WINTER_HINT,
    Checker,
    MeterOptions,
    Problems,
    Value,
    cell,
    day_of,
    factors,
    minutes_of,
    row_direction,
)
from forecast.sources.meter.table import MeterTable
from forecast.sources.meter.words import ean_in
from forecast.spoken import say
from models.units import QUARTERS_PER_DAY

_Values = Sequence[float | None]


def wide_values(table: MeterTable, columns: MeterColumns, options: MeterOptions) -> Iterator[Value]:
    """Yield the values of a table.

    Raises
    ------
    DataSourceError
        With the lines that can't be read.
    """
    factor = factors(table, columns, options)
    of_file = ean_in(table.preamble)
    problems = Problems(table)
    checker = Checker(problems, columns, options)
    first = columns.wide[0][0]
    for line, cells in table.rows:
        direction, per = row_direction(columns, cells), factor(None, cells)
        if direction is None or per is None:
            continue
        try:
            day = day_of(cells[columns.moment.date])
        except (ValueError, IndexError):
            problems.add(say("meter_refusals.line.no_date"), line, cells)
            continue
        # On the day of 100 quarter-hours a row may be longer than the header.
        width = max(len(columns.wide), min(len(cells) - first, count_of(day)))
        try:
            values = [table.number(cell(cells, first + at)) for at in range(width)]
        except ValueError as error:
            problems.add(say("meter_refusals.line.no_number", value=str(error)), line, cells)
            continue
        connection = cell(cells, columns.connection) or of_file
        for quarter, value in _of_day(day, values, columns, options, problems, line):
            for part, kw in checker.parts(direction, value * per, line, cells):
                yield Value(line, connection, part, quarter, kw)
    problems.tell()


def _of_day(
    day: date,
    values: _Values,
    columns: MeterColumns,
    options: MeterOptions,
    problems: Problems,
    line: int,
) -> Iterator[tuple[int, float]]:
    """Yield quarter-hour and value of a day."""
    held = [(at, value) for at, value in enumerate(values) if value is not None]
    if options.clock != "local":
        midnight = fixed_quarter((day, 0), int(options.clock == "winter"))
        yield from ((midnight + at, value) for at, value in held)
        return
    size = count_of(day)
    # Values without a hole that are as many as the day has: they follow in order.
    is_whole = len(held) == size == (held[-1][0] + 1 if held else 0)
    if is_whole or size == len(columns.wide) == QUARTERS_PER_DAY:
        yield from ((first_quarter(day) + at, value) for at, value in held if at < size)
        return
    if ":" in columns.wide[0][1]:
        yield from _by_clock(day, held, columns, problems, line)
        return
    is_known = size <= QUARTERS_PER_DAY or len(held) > QUARTERS_PER_DAY
    if not is_known or any(value for at, value in held if at >= size):
        told = say(
            "meter_refusals.line.which_is_which",
            values=len(held),
            day=day,
            quarters=size,
            hint=WINTER_HINT,
        )
        problems.add(told, line)
        return
    yield from ((first_quarter(day) + at, value) for at, value in held if at < size)


def _by_clock(
    day: date,
    held: Sequence[tuple[int, float]],
    columns: MeterColumns,
    problems: Problems,
    line: int,
) -> Iterator[tuple[int, float]]:
    """Yield quarter-hour and value of a day by the names of the columns."""
    try:
        begins = [minutes_of(text) for _, text in columns.wide]
    except ValueError as error:
        problems.add(say("meter_refusals.line.no_clock", heading=str(error)), line)
        return
    if begins[0] == MINUTES_PER_QUARTER:  # the names tell the ends
        begins = [(minute - MINUTES_PER_QUARTER) % MINUTES_PER_DAY for minute in begins]
    seen: Counter[int] = Counter()
    times = []
    for minute in begins:
        times.append(seen[minute])
        seen[minute] += 1
    for at, value in held:
        if at >= len(begins):
            problems.add(say("meter_refusals.line.more_than_header", day=day), line)
            return
        try:
            yield local_quarter((day, begins[at]), times[at]), value
        except NoSuchTimeError:
            if value:  # a zero only fills the hole
                clock = columns.wide[at][1]
                told = say(
                    "meter_refusals.line.value_skipped",
                    value=float(value),
                    clock=clock,
                    day=day,
                    hint=WINTER_HINT,
                )
                problems.add(told, line)
