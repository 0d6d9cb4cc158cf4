"""Quarter-hour meter data (kwartierwaarden) of companies, as measuring companies deliver it.

A row per quarter-hour, or a row per day with a column per quarter-hour. Which shapes are read is
told in docs/meter-data.md; what is odd is told in a sentence with its line, and nothing is filled
in.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from forecast.errors import DataSourceError
from forecast.meter.year import local_text
from forecast.sources.meter.clock import MINUTES_PER_QUARTER
from forecast.sources.meter.columns import find_columns
from forecast.sources.meter.long import long_values
from forecast.sources.meter.rows import FEED_IN, OFFTAKE, MeterOptions, Value
from forecast.sources.meter.table import MeterTable, read_meter_table
from forecast.sources.meter.wide import wide_values
from forecast.spoken import InTurn, Sentence, say
from models.units import QUARTERS_PER_DAY

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Times = npt.NDArray[np.datetime64]

MOST_MISSING_SHARE: Final = 0.01
"""Of the quarter-hours between first and last that may lack without being asked."""
MOST_MISSING_RUN: Final = QUARTERS_PER_DAY
"""Quarter-hours in one gap that may."""
LEAST_QUARTERS: Final = 7 * QUARTERS_PER_DAY
"""A week: shorter says nothing of a year."""
_YEAR_QUARTERS: Final = 350 * QUARTERS_PER_DAY
_SAME: Final = 1e-9
_SHOWN: Final = 3


@dataclass(frozen=True)
class MeterSeries:
    """The quarter-hours of one connection.

    Attributes
    ----------
    ean
        Its EAN, or what else the file calls it; None where it says nothing.
    starts_utc
        Begin of each quarter-hour measured, UTC, in order.
    offtake_kw, feed_in_kw
        Means over them; no less than zero [kW].
    missing
        Quarter-hours between first and last that lack.
    gaps
        The first of them: local begin and number of quarter-hours.
    notes
        What else a user should know: keys of the words ``meter.note``, each with a number.
    """

    ean: str | None
    starts_utc: Times
    offtake_kw: Floats
    feed_in_kw: Floats
    missing: int
    gaps: tuple[tuple[str, int], ...]
    notes: tuple[tuple[str, int], ...] = ()


@dataclass
class _Collected:
    """What the files hold of one connection: kW and place, per direction and quarter-hour."""

    held: dict[str, dict[int, tuple[float, tuple[str, int]]]] = field(
        default_factory=lambda: {OFFTAKE: {}, FEED_IN: {}}
    )
    notes: Counter[str] = field(default_factory=Counter)


def read_meter_files(paths: Sequence[Path], options: MeterOptions) -> list[MeterSeries]:
    """Return the quarter-hours of each connection in files, which may follow on each other.

    Raises
    ------
    DataSourceError
        If a file can't be read, a value or time is impossible, two values contradict each other,
        quarter-hours are no quarter-hours, or too many lack; names the lines.
    """
    collected: dict[str | None, _Collected] = defaultdict(_Collected)
    for path in paths:
        table = read_meter_table(path)
        columns = find_columns(table, options.column)
        if columns.wide:
            values, is_end_unsaid = list(wide_values(table, columns, options)), False
        else:
            values, is_end_unsaid = long_values(table, columns, options)
        for value in values:
            _keep(table, collected[value.connection], value)
        if is_end_unsaid:
            for one in collected.values():
                one.notes["taken_as_end"] = 1
    series = [
        _series(paths[0], ean, one, options) for ean, one in collected.items() if one.held[OFFTAKE]
    ]
    if not series:
        raise DataSourceError(paths[0], say("meter_refusals.file.no_consumption"))
    return series


def add_connections(series: Sequence[MeterSeries]) -> MeterSeries:
    """Return several connections as one: the quarter-hours that were measured on all of them."""
    common = series[0].starts_utc
    for other in series[1:]:
        common = np.intersect1d(common, other.starts_utc)
    offtake, feed_in = np.zeros((1 + 1, common.size))
    notes: Counter[str] = Counter()
    for one in series:
        at = np.searchsorted(one.starts_utc, common)
        offtake += one.offtake_kw[at]
        feed_in += one.feed_in_kw[at]
        notes |= Counter(dict(one.notes))
    missing, gaps = _gaps(common.astype("datetime64[m]").astype(np.int64) // MINUTES_PER_QUARTER)
    eans = [one.ean for one in series if one.ean]
    return MeterSeries(
        ",".join(eans) or None, common, offtake, feed_in, missing, gaps, tuple(notes.items())
    )


def _keep(table: MeterTable, collected: _Collected, value: Value) -> None:
    """Remember a value; the same one twice is counted, another one refused."""
    held = collected.held[value.direction]
    where = (table.path.name, value.line)
    if value.quarter not in held:
        held[value.quarter] = (value.kw, where)
        return
    before, first = held[value.quarter]
    if abs(before - value.kw) > _SAME * max(1.0, abs(value.kw)):
        raise table.refuse(
            say(
                "meter_refusals.file.contradicted",
                quarter=_told(value.quarter),
                first=_line_of(*first),
                first_kw=float(before),
                second=_line_of(*where),
                second_kw=float(value.kw),
            )
        )
    collected.notes["twice"] += 1


def _line_of(file: str, number: int) -> Sentence:
    return say("meter_refusals.place", file=file, number=number)


def _series(
    path: Path, ean: str | None, collected: _Collected, options: MeterOptions
) -> MeterSeries:
    offtake, feed_in = collected.held[OFFTAKE], collected.held[FEED_IN]
    numbers = np.array(sorted(offtake), dtype=np.int64)
    _check_quarters(path, numbers)
    missing, gaps = _gaps(numbers)
    span = int(numbers[-1] - numbers[0]) + 1
    longest = int(np.diff(numbers).max()) - 1
    is_much = missing > MOST_MISSING_SHARE * span or longest > MOST_MISSING_RUN
    if is_much and not options.are_gaps_accepted:
        shown = InTurn([say("meter_refusals.gap", count=count, when=when) for when, count in gaps])
        raise DataSourceError(
            path,
            say("meter_refusals.file.many_missing", missing=missing, span=span, gaps=shown),
        )
    notes = dict(collected.notes)
    if span < _YEAR_QUARTERS:
        notes["no_year"] = round(span / QUARTERS_PER_DAY)
    return MeterSeries(
        ean,
        (numbers * MINUTES_PER_QUARTER).astype("datetime64[m]").astype("datetime64[us]"),
        np.array([offtake[number][0] for number in numbers.tolist()]),
        np.array([feed_in.get(number, (0.0, ("", 0)))[0] for number in numbers.tolist()]),
        missing,
        gaps,
        tuple(notes.items()),
    )


def _check_quarters(path: Path, numbers: Ints) -> None:
    """Refuse values of less than a week, or that are not of quarter-hours."""
    if numbers.size < LEAST_QUARTERS:
        raise DataSourceError(
            path,
            say("meter_refusals.file.too_short", count=numbers.size, least=LEAST_QUARTERS),
        )
    step = int(np.bincount(np.minimum(np.diff(numbers), QUARTERS_PER_DAY)).argmax())
    if step != 1:
        raise DataSourceError(
            path, say("meter_refusals.file.other_step", minutes=step * MINUTES_PER_QUARTER)
        )


def _gaps(numbers: Ints) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Return how many quarter-hours lack, and the first gaps: local begin and length."""
    steps = np.diff(numbers)
    before = np.flatnonzero(steps > 1)[:_SHOWN].tolist()
    shown = tuple((_told(int(numbers[at]) + 1), int(steps[at]) - 1) for at in before)
    return int((steps - 1).sum()), shown


def _told(quarter: int) -> str:
    return local_text(np.datetime64(quarter * MINUTES_PER_QUARTER, "m"))
