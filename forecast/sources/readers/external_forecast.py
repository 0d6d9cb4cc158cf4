"""What somebody else forecasts per terrain: vehicles, energy and power per year.

Such as the prognosis of the NAL and the Outlooks of ElaadNL. No run reads it: it is set beside one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.schema import TABLES
from forecast.sources.contract import FileFacts, Reading, Request, Source
from forecast.sources.forecast_quantities import MOST, QUANTITIES
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.forecast_columns import (
    FIRST_YEAR,
    LAST_YEAR,
    ColumnError,
    Figure,
    figure_of,
    scenario_of,
)
from forecast.sources.readers.forecast_numbers import decimal_of, value_of
from forecast.sources.readers.forecast_tables import (
    ForecastTable,
    Row,
    as_original,
    figure_cells,
    read_table,
)
from forecast.sources.readers.forecast_terrains import Named, TerrainFinder
from forecast.sources.readers.sieve import RowError, Sieve, refuse, text_of
from forecast.sources.untrusted.vector import as_json

MOST_BAD_SHARE: Final = 0.2
"""A forecast stands on the register of its own year: of some 3,700 terrains (ElaadNL) or 3,800
(SKBN) some have since been joined, renamed or given up. With more than a fifth of them it is one of
another register, or its names are not those of terrains."""
_PIECES: Final = frozenset({"aantal", "stuks", "voertuigen", "vehicles", "#", "n", "st"})
"""Units of things that are counted."""

Key = tuple[str, int, str, str]
"""Terrain, year, scenario and quantity."""


@dataclass(frozen=True)
class _Found:
    """The figures of a row."""

    row: Row
    figures: dict[Key, tuple[float, str]] = field(default_factory=dict)


def read(request: Request) -> Reading:
    """Return `external_forecasts`; rows without a figure, and totals, are passed over.

    Raises
    ------
    DataSourceError
        If the file holds no figures per terrain, or a unit is missing or not understood.
    """
    try:
        table = read_table(request.path)
        decimal, told = decimal_of(list(figure_cells(table)), table.separator)
        figures = _dated(table, request)
    except ColumnError as error:
        raise DataSourceError(request.path, str(error)) from None
    sieve = Sieve()
    sieve.tell("", "thousands", told)
    _tell_columns(table, figures, sieve)
    rows = _Rows(table, figures, request, decimal, sieve)
    found = _once(list(rows.read()), table, sieve)
    if not found and not sieve.quarantined:
        raise DataSourceError(request.path, "the file has a header but no figure in any row")
    records = [(*key, value, said) for each in found for key, (value, said) in each.figures.items()]
    schema = TABLES["external_forecasts"].polars_schema()
    types = {name: dtype for name, dtype in schema.items() if name != "edition_id"}
    keys = ("terrain_id", "year", "their_scenario", "quantity")
    frame = pl.DataFrame(records, schema=types, orient="row").sort(keys)
    facts = FileFacts(
        dataset="forecast",
        format_name=table.format_name,
        encoding=table.encoding,
        rows=len(table.rows),
        passed_over=sieve.passed_over,
        reference_date=request.reference_date or day_in_name(request.path),
    )
    frames = {"external_forecasts": frame}
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _dated(table: ForecastTable, request: Request) -> tuple[Figure, ...]:
    """Return the columns of which the year is known: by name, by row, or the day given."""
    if "year" in table.columns.fields or request.reference_date:
        return table.columns.figures
    dated = tuple(each for each in table.columns.figures if each.year is not None)
    if not dated and (table.columns.figures or table.columns.is_long):
        raise ColumnError(
            "no column says of which year its figures are; put the year in their names, add a "
            "column jaar, or give --date for figures of today"
        )
    return dated


def _tell_columns(table: ForecastTable, figures: tuple[Figure, ...], sieve: Sieve) -> None:
    undated = [each.said_as for each in table.columns.figures if each not in figures]
    if undated:
        told = (
            f"no year is known of {', '.join(undated)}: left out; give --date for figures of today"
        )
        sieve.tell("", "undated_columns", told)
    if table.columns.unread:
        sieve.tell("", "unread_columns", f"not read: {', '.join(table.columns.unread)}")


@dataclass
class _Rows:
    """Reads the rows of a table one by one."""

    table: ForecastTable
    figures: tuple[Figure, ...]
    request: Request
    decimal: str
    sieve: Sieve
    finder: TerrainFinder = field(init=False)

    def __post_init__(self) -> None:
        self.finder = TerrainFinder(self.request.known)

    def read(self) -> Iterator[_Found]:
        """Yield the rows that can be used."""
        unread: set[str] = set()
        for row in self.table.rows:
            try:
                found = self._row(row, unread)
            except (RowError, ColumnError) as error:
                original = as_json(as_original(self.table, row))
                self.sieve.set_apart(row.number, str(error), original)
                continue
            if found.figures:
                yield found
            else:
                self.sieve.passed_over += 1
        if unread:
            self.sieve.tell("", "unread_quantities", f"not read: {', '.join(sorted(unread))}")

    def _row(self, row: Row, unread: set[str]) -> _Found:
        if row.problem:
            refuse(row.problem)
        rin, *others = (
            text_of(self._cell(row, name))
            for name in ("terrain_id", "terrain", "municipality_code", "municipality")
        )
        # Programs write a column of numbers with gaps as 190044.0.
        named = Named(rin.removesuffix(".0"), *others)
        found = _Found(row)
        cells = list(self._figures(row, unread))
        if named.is_total or not any(value is not None for _, value in cells):
            return found
        terrain_id, note = self.finder.find(named)
        year, scenario = self._year(row), self._scenario(row)
        for figure, value in cells:
            of_year = figure.year or year
            if value is None:
                continue
            if of_year is None:
                refuse("it has no year")
            key = (terrain_id, of_year, figure.their_scenario or scenario, figure.quantity)
            found.figures[key] = (value * figure.factor, figure.said_as)
        self.sieve.tell(terrain_id, "found_otherwise", note)
        return found

    def _figures(self, row: Row, unread: set[str]) -> Iterator[tuple[Figure, float | None]]:
        if not self.table.columns.is_long:
            for figure in self.figures:
                yield figure, self._value(row.cells[figure.at], figure)
            return
        name, unit = (text_of(self._cell(row, part)) for part in ("quantity", "unit"))
        figure_or_none = figure_of(name, unit="" if unit.casefold() in _PIECES else unit)
        if figure_or_none is None:
            unread.add(name)
            return
        yield figure_or_none, self._value(self._cell(row, "value"), figure_or_none)

    def _value(self, cell: Any, figure: Figure) -> float | None:
        most = MOST[QUANTITIES[figure.quantity]] / figure.factor
        return value_of(cell, figure.said_as, most, self.decimal)

    def _cell(self, row: Row, name: str) -> Any:
        at = self.table.columns.fields.get(name)
        return None if at is None or at >= len(row.cells) else row.cells[at]

    def _year(self, row: Row) -> int | None:
        text = text_of(self._cell(row, "year"))
        if not text:
            day = self.request.reference_date
            return day.year if day else None
        if not text.isdecimal() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
            refuse(f"its year '{text[:40]}' is not from {FIRST_YEAR} to {LAST_YEAR}")
        return int(text)

    def _scenario(self, row: Row) -> str:
        text = text_of(self._cell(row, "their_scenario"))
        found = scenario_of(text)
        if found is None:
            refuse(f"its scenario '{text[:40]}' is none of low, mid and high")
        return found


def _once(found: list[_Found], table: ForecastTable, sieve: Sieve) -> list[_Found]:
    """Return the rows that alone say what they say; of the same said twice, the first.

    Where two say different things of one terrain and year, none is used: which holds is not known.
    """
    sayings: dict[Key, list[_Found]] = {}
    for each in found:
        for key in each.figures:
            sayings.setdefault(key, []).append(each)
    kept = []
    for each in found:
        others = [
            (key, other)
            for key in each.figures
            for other in sayings[key]
            if other.row.number != each.row.number
        ]
        differing = next(
            (pair for pair in others if pair[1].figures[pair[0]][0] != each.figures[pair[0]][0]),
            None,
        )
        if differing:
            (rin, year, *_), other = differing
            told = f"RIN {rin} has other figures for {year} on row {other.row.number}: which holds?"
            sieve.set_apart(each.row.number, told, as_json(as_original(table, each.row)))
        elif each.figures and all(
            sayings[key][0].row.number != each.row.number for key in each.figures
        ):
            sieve.passed_over += 1
            sieve.tell(next(iter(each.figures))[0], "repeated", "the same stands on an earlier row")
        else:
            kept.append(each)
    return kept


SOURCE: Final = Source(
    name="forecast",
    label="Forecast of others per terrain",
    publisher="whoever made it, such as ElaadNL or a NAL region",
    licence="as its maker says",
    formats=("CSV", "XLSX", "GeoJSON", "GeoPackage"),
    tables=("external_forecasts",),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
