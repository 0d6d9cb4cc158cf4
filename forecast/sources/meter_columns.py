"""Which columns of a table of a measuring company hold time, connection, direction and value.

No layout is published that Dutch measuring companies share. So a column is known by what stands in
it (a date, a clock time, a number) and by the words in its name, in Dutch or English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from forecast.sources.meter_table import IS_DATE, STARTS_WITH_DATE, MeterTable
from forecast.spoken import say

KW_PER: Final = {
    "kwh": 4.0, "kw": 1.0, "wh": 0.004, "w": 0.001, "mwh": 4000.0, "mw": 1000.0,
}  # fmt: skip
"""Mean power of a quarter-hour in kW, over the number in a unit."""

CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$")
CLOCKS: Final = re.compile(
    r"(\d{1,2}:\d{2}(?::\d{2})?)\s*(?:-|\u2013|tot|to|t/m)\s*(\d{1,2}:\d{2}\S*)$"
)
_UNIT: Final = re.compile(r"(?<![a-z0-9])(kwh|mwh|wh|kw|mw|w)(?![a-z0-9])")
_EAN: Final = re.compile(r"(?<!\d)\d{18}(?!\d)")
_NUMBER: Final = re.compile(r"[+-]?[\d.,\s\u00a0]*\d(?:[eE][+-]?\d+)?$")
_QUARTER_LABEL: Final = re.compile(r"(?:k|kw|q|kwartier|quarter|ptu|pte)?[\s_]?(\d{1,3})$")

_FEED_IN: Final = (
    "teruglever", "terug lever", "teruggelever", "invoed", "injectie", "injection", "export",
    "productie", "production", "opwek", "feed", "return", "e18",
)  # fmt: skip
_OFFTAKE: Final = (
    "levering", "geleverd", "afname", "afgenomen", "verbruik", "import", "consum", "usage",
    "offtake", "vermogen", "power", "load", "belasting", "volume", "waarde", "value", "hoeveelheid",
    "kwh", "kw", "energie", "energy", "elektr", "stroom", "netto", "saldo", "e17",
)  # fmt: skip
_OTHER: Final = (
    "blind", "kvar", "reacti", "capaci", "inducti", "cos", "spanning", "voltage", "ampere",
    "temperat", "gas", "prijs", "price", "kosten", "cost", "eur", "status", "kwalit", "quality",
    "stand", "meterstand", "beginstand", "eindstand", "tellerstand", "co2", "warmte", "water",
    "contract", "gtv", "factor", "meternummer", "serienummer", "postcode",
)  # fmt: skip
_BEGIN: Final = ("van", "begin", "start", "from", "vanaf", "starttijd", "begintijd")
_END: Final = ("tot", "eind", "einde", "end", "until", "to", "tm", "eindtijd", "t")
_CONNECTION: Final = ("ean", "aansluit", "meetpunt", "allocatiepunt")
_DIRECTION: Final = (
    "richting", "energierichting", "direction", "register", "soort", "type", "product", "kanaal",
    "channel", "omschrijving", "meetrichting",
)  # fmt: skip
_QUARTER_NAMES: Final = ("kwartier", "quarter", "ptu", "pte", "interval", "periode", "volgnummer")
_TARIFFS: Final = (
    "hoog", "laag", "normaal", "dal", "piek", "dag", "nacht", "t1", "t2", "tarief", "high", "low",
)  # fmt: skip
_TOTALS: Final = ("totaal", "total", "som")
_NET: Final = ("netto", "saldo", "net")
_MOST: Final = 0.9
_SAMPLE: Final = 400
_LEAST_WIDE: Final = 92


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
    offtake: tuple[int, ...]
    feed_in: tuple[int, ...]
    unit_of: dict[int | None, str]
    is_net: bool


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
    names = [_folded(name) for name in table.header]
    width = max(len(names), *(len(cells) for _, cells in table.rows[:_SAMPLE]))
    names += [""] * (width - len(names))
    kinds = [_kind(table, column) for column in range(width)]
    wide = _wide_columns(table.header)
    moment, number = _moment(table, names, kinds, is_wide=bool(wide))
    connection = _first(_CONNECTION, names, skip={moment.date, moment.clock, number})
    if connection is None and "ean" in kinds:
        connection = kinds.index("ean")
    direction = next(
        (
            column
            for column in range(width)
            if kinds[column] == "text"
            and _has(names[column], _DIRECTION)
            and any(direction_of(cell) for cell in _cells(table, column))
        ),
        None,
    )
    unit = next((at for at, name in enumerate(names) if _has(name, ("eenheid", "unit"))), None)
    units: dict[int, str] = {
        at: said[1] for at, name in enumerate(names) if (said := _UNIT.search(name))
    }
    if wide:
        of_all = {units[at] for at in units if at not in dict(wide)}
        unit_of: dict[int | None, str] = {None: of_all.pop()} if len(of_all) == 1 else {}
        is_net = _is_named(" ".join(names), _NET)
        return MeterColumns(
            moment, None, wide, connection, direction, unit, (), (), unit_of, is_net
        )
    taken = {moment.date, moment.clock, number, connection, direction, unit}
    values = [
        at
        for at in range(width)
        if kinds[at] == "number" and at not in taken and not _has(names[at], _OTHER)
    ]
    feed_in = [at for at in values if any(word in names[at] for word in _FEED_IN)]
    offtake = [at for at in values if at not in feed_in and any(w in names[at] for w in _OFFTAKE)]
    if not offtake and not feed_in and len(values) == 1:
        offtake = values
    offtake = _one_measure(table, offtake, names, units, asked)
    if not offtake:
        found = _named_columns(table) or say("meter_refusals.nothing")
        raise table.refuse(say("meter_refusals.file.no_offtake", columns=found))
    named: dict[int | None, str] = {at: units[at] for at in units}
    feed_in = _of_unit(feed_in, units, units.get(offtake[0]))
    is_net = not feed_in and any(_is_named(names[at], _NET) for at in offtake)
    return MeterColumns(
        moment, number, (), connection, direction, unit, tuple(offtake), tuple(feed_in),
        named, is_net,
    )  # fmt: skip


def direction_of(text: str) -> str | None:
    """Return ``offtake`` or ``feed_in`` where a text names one."""
    folded = _folded(text)
    if any(word in folded for word in _FEED_IN):
        return "feed_in"
    return "offtake" if any(word in folded for word in _OFFTAKE) else None


def ean_in(lines: Iterable[str]) -> str | None:
    """Return the only EAN in lines of text."""
    found = {ean for line in lines for ean in _EAN.findall(line)}
    return found.pop() if len(found) == 1 else None


def unit_in(lines: Iterable[str]) -> str | None:
    """Return the only unit in lines of text."""
    found = {unit for line in lines for unit in _UNIT.findall(_folded(line))}
    return found.pop() if len(found) == 1 else None


def _moment(
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
    number = _first(_QUARTER_NAMES, names, skip={*dates})
    if dates and number is not None:
        return Moment(dates[0], None, is_end=False), number
    raise table.refuse(say("meter_refusals.file.no_clock", columns=_named_columns(table)))


def _named_columns(table: MeterTable) -> tuple[str, ...]:
    return tuple(filter(None, table.header))


def _begin_of(columns: Sequence[int], names: Sequence[str]) -> tuple[int, bool | None]:
    """Return the column with the begin, and whether it is an end after all (None: not known)."""
    begins = [at for at in columns if _is_named(names[at], _BEGIN)]
    ends = [at for at in columns if _is_named(names[at], _END) and at not in begins]
    others = [at for at in columns if at not in ends]
    if begins:
        return begins[0], False
    if others:
        is_sure = len(columns) > 1
        return others[0], False if is_sure else None
    return ends[0], True


def _one_measure(
    table: MeterTable,
    columns: list[int],
    names: Sequence[str],
    units: dict[int, str],
    asked: str | None,
) -> list[int]:
    """Return the columns to add: one, or those of the tariffs."""
    if asked is not None:
        named = [at for at, name in enumerate(names) if name == _folded(asked)]
        if not named:
            found = _named_columns(table)
            raise table.refuse(
                say("meter_refusals.file.no_such_column", asked=asked, columns=found)
            )
        return named[:1]
    columns = _of_unit(columns, units, next((u for u in KW_PER if u in units.values()), None))
    if totals := [at for at in columns if _has(names[at], _TOTALS)]:
        return totals[:1]
    if len(columns) > 1 and not all(_has(names[at], _TARIFFS) for at in columns):
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
        if (found := _QUARTER_LABEL.match(_folded(name)))
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
        "ean": lambda text: bool(_EAN.fullmatch(text)),
        "number": lambda text: bool(_NUMBER.match(text)),
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


def _first(stems: Sequence[str], names: Sequence[str], skip: set[int | None]) -> int | None:
    return next((at for at, name in enumerate(names) if at not in skip and _has(name, stems)), None)


def _has(name: str, stems: Sequence[str]) -> bool:
    """Return whether a word of a name begins with one of the stems."""
    return any(word.startswith(stem) for word in name.split() for stem in stems)


def _is_named(name: str, words: Sequence[str]) -> bool:
    return not set(name.split()).isdisjoint(words)


def _folded(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9.]+", " ", name.casefold()).split())
