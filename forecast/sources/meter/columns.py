"""Which columns of a table of a measuring company hold time, connection, direction and value.

No layout is published that Dutch measuring companies share. So a column is known by what stands in
it (a date, a clock time, a number) and by the words in its name, in Dutch or English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from forecast.sources.meter.moment import Moment, find_moment, first_named
from forecast.sources.meter.table import IS_DATE, STARTS_WITH_DATE, MeterTable
from forecast.sources.meter.words import (
    CLOCK,
    CLOCKS,
    CONNECTION,
    DIRECTION,
    EAN,
    FEED_IN,
    KW_PER,
    NET,
    NUMBER,
    OFFTAKE,
    OTHER,
    QUARTER_LABEL,
    TARIFFS,
    TOTALS,
    UNIT,
    direction_of,
    folded,
    has,
    is_named,
)
from forecast.spoken import say

_MOST: Final = 0.9
_SAMPLE: Final = 400
_LEAST_WIDE: Final = 92


@dataclass(frozen=True)
class MeterColumns:
    """Columns of a table, by their number.

    Attributes
    ----------
    moment
        When; the date alone where quarters are numbered or stand beside each other.
    quarter_number
        Number of the quarter in its day, from 1 on; None where a clock time says it.
    wide
        Columns of a day's quarter-hours with the text of their name; empty with a row per quarter.
    connection, direction, unit
        EAN or the like; offtake or feed-in; unit of the row. None where there is none.
    offtake, feed_in
        Columns that are added.
    unit_of
        Unit that the name of a value column says, by its number; None for all of `wide`.
    """

    moment: Moment
    quarter_number: int | None
    wide: tuple[tuple[int, str], ...]
    connection: int | None
    direction: int | None
    unit: int | None
    offtake: tuple[int, ...] = ()
    feed_in: tuple[int, ...] = ()
    unit_of: Mapping[int | None, str] = field(default_factory=dict)
    is_net: bool = False


def find_columns(table: MeterTable, asked: str | None) -> MeterColumns:
    """Return what the columns of a table hold.

    Parameters
    ----------
    asked
        Name of the column with the consumption, where the user says it.

    Raises
    ------
    DataSourceError
        If there is no time or no consumption among them, or more than one that may be it.
    """
    names = [folded(name) for name in table.header]
    width = max(len(names), *(len(cells) for _, cells in table.rows[:_SAMPLE]))
    names += [""] * (width - len(names))
    kinds = [_kind(table, column) for column in range(width)]
    wide = _wide_columns(table.header)
    moment, number = find_moment(table, names, kinds, is_wide=bool(wide))
    connection = first_named(CONNECTION, names, skip={moment.date, moment.clock, number})
    if connection is None and "ean" in kinds:
        connection = kinds.index("ean")
    known = MeterColumns(
        moment,
        number,
        wide,
        connection,
        _direction(table, names, kinds),
        next((at for at, name in enumerate(names) if has(name, ("eenheid", "unit"))), None),
    )
    units = {at: said[1] for at, name in enumerate(names) if (said := UNIT.search(name))}
    if wide:
        of_all = {unit for at, unit in units.items() if at not in dict(wide)}
        return replace(
            known,
            unit_of={None: of_all.pop()} if len(of_all) == 1 else {},
            is_net=is_named(" ".join(names), NET),
        )
    return _with_values(table, known, names, kinds, units, asked)


def _direction(table: MeterTable, names: Sequence[str], kinds: Sequence[str]) -> int | None:
    """Return the column that says of each row whether it is offtake or feed-in."""
    return next(
        (
            column
            for column, kind in enumerate(kinds)
            if kind == "text"
            and has(names[column], DIRECTION)
            and any(direction_of(cell) for cell in _cells(table, column))
        ),
        None,
    )


def _with_values(
    table: MeterTable,
    known: MeterColumns,
    names: Sequence[str],
    kinds: Sequence[str],
    units: dict[int, str],
    asked: str | None,
) -> MeterColumns:
    """Return the columns of a table with a row per quarter, those of its values among them."""
    moment = known.moment
    taken = {
        moment.date,
        moment.clock,
        known.quarter_number,
        known.connection,
        known.direction,
        known.unit,
    }
    values = [
        at
        for at, kind in enumerate(kinds)
        if kind == "number" and at not in taken and not has(names[at], OTHER)
    ]
    feed_in = [at for at in values if any(word in names[at] for word in FEED_IN)]
    offtake = [at for at in values if at not in feed_in and any(w in names[at] for w in OFFTAKE)]
    if not offtake and not feed_in and len(values) == 1:
        offtake = values
    offtake = _one_measure(table, offtake, names, units, asked)
    if not offtake:
        found = table.named_columns or say("meter_refusals.nothing")
        raise table.refuse(say("meter_refusals.file.no_offtake", columns=found))
    feed_in = _of_unit(feed_in, units, units.get(offtake[0]))
    return replace(
        known,
        offtake=tuple(offtake),
        feed_in=tuple(feed_in),
        unit_of=dict(units.items()),
        is_net=not feed_in and any(is_named(names[at], NET) for at in offtake),
    )


def _one_measure(
    table: MeterTable,
    columns: list[int],
    names: Sequence[str],
    units: dict[int, str],
    asked: str | None,
) -> list[int]:
    """Return the columns to add: one, or those of the tariffs."""
    if asked is not None:
        named = [at for at, name in enumerate(names) if name == folded(asked)]
        if not named:
            found = table.named_columns
            raise table.refuse(
                say("meter_refusals.file.no_such_column", asked=asked, columns=found)
            )
        return named[:1]
    columns = _of_unit(columns, units, next((u for u in KW_PER if u in units.values()), None))
    if totals := [at for at in columns if has(names[at], TOTALS)]:
        return totals[:1]
    if len(columns) > 1 and not all(has(names[at], TARIFFS) for at in columns):
        several = [table.header[at] for at in columns]
        raise table.refuse(say("meter_refusals.file.several_columns", columns=several))
    return columns


def _of_unit(columns: list[int], units: dict[int, str], unit: str | None) -> list[int]:
    """Return the columns in a unit; all of them where none says it."""
    same = [at for at in columns if units.get(at) == unit]
    return same or columns


def _wide_columns(header: Sequence[str]) -> tuple[tuple[int, str], ...]:
    labels = [(at, _clock_label(name)) for at, name in enumerate(header)]
    clocks = tuple((at, label) for at, label in labels if label is not None)
    if len(clocks) >= _LEAST_WIDE:
        return clocks
    numbers = [
        (at, found[1])
        for at, name in enumerate(header)
        if (found := QUARTER_LABEL.match(folded(name)))
    ]
    expected = [str(number + 1) for number in range(len(numbers))]
    is_counted = [str(int(text)) for _, text in numbers] == expected
    return tuple(numbers) if len(numbers) >= _LEAST_WIDE and is_counted else ()


def _clock_label(name: str) -> str | None:
    text = name.strip()
    if found := CLOCKS.match(text):
        return f"{found[1]}-{found[2]}"
    text = re.sub(r"^(?:vanaf|van|tot)\s+|\s*(?:u|uur)$", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*[*AB]$", "", text)  # the second of a repeated hour
    return text if CLOCK.match(text) else None


def _kind(table: MeterTable, column: int) -> str:
    """Return what a column holds: date, stamp, clock, ean, number, text, or nothing."""
    cells = _cells(table, column)
    if not cells:
        return "nothing"
    tests = {
        "date": lambda text: bool(IS_DATE.match(text)),
        "stamp": lambda text: bool(STARTS_WITH_DATE.match(text)) and ":" in text,
        "clock": lambda text: bool(CLOCK.match(text) or CLOCKS.match(text)),
        "ean": lambda text: bool(EAN.fullmatch(text)),
        "number": lambda text: bool(NUMBER.match(text)),
    }
    for kind, is_so in tests.items():
        if sum(map(is_so, cells)) >= _MOST * len(cells):
            return kind
    return "text"


def _cells(table: MeterTable, column: int) -> list[str]:
    return [
        cells[column]
        for _, cells in table.rows[:_SAMPLE]
        if column < len(cells) and cells[column] not in {"", "-"}
    ]
