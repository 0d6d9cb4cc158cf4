"""Which columns of a table of a measuring company say when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forecast.sources.meter.table import MeterTable
from forecast.sources.meter.words import BEGIN, END, QUARTER_NAMES, has, is_named
from forecast.spoken import say


@dataclass(frozen=True)
class Moment:
    """Columns that say when: a date with a clock time, or both in one.

    Attributes
    ----------
    date, clock
        Their columns; without a clock the first holds both.
    is_end
        Whether it is the end of the quarter-hour; None where the names don't say.
    """

    date: int
    clock: int | None
    is_end: bool | None


def find_moment(
    table: MeterTable, names: Sequence[str], kinds: Sequence[str], *, is_wide: bool
) -> tuple[Moment, int | None]:
    """Return when, and the column with the number of the quarter where that says it."""
    dates, clocks, stamps = (
        [at for at, kind in enumerate(kinds) if kind == wanted]
        for wanted in ("date", "clock", "stamp")
    )
    if is_wide and dates:
        return Moment(dates[0], None, None), None
    if stamps:
        at, is_end = _begin_of(stamps, names)
        return Moment(at, None, is_end), None
    if dates and clocks:
        at, is_end = _begin_of(clocks, names)
        of_date, _ = _begin_of(dates, names)
        if is_end and len(dates) > 1:
            of_date = dates[-1]
        return Moment(of_date, at, is_end), None
    number = first_named(QUARTER_NAMES, names, skip={*dates})
    if dates and number is not None:
        return Moment(dates[0], None, is_end=False), number
    raise table.refuse(say("meter_refusals.file.no_clock", columns=table.named_columns))


def _begin_of(columns: Sequence[int], names: Sequence[str]) -> tuple[int, bool | None]:
    """Return the column with the begin, and whether it is an end after all (None: not known)."""
    begins = [at for at in columns if is_named(names[at], BEGIN)]
    ends = [at for at in columns if is_named(names[at], END) and at not in begins]
    others = [at for at in columns if at not in ends]
    if begins:
        return begins[0], False
    if others:
        is_sure = len(columns) > 1
        return others[0], False if is_sure else None
    return ends[0], True


def first_named(stems: Sequence[str], names: Sequence[str], skip: set[int | None]) -> int | None:
    """Return the first column whose name has one of the stems."""
    return next((at for at, name in enumerate(names) if at not in skip and has(name, stems)), None)
