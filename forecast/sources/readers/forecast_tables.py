"""The table in the file of a forecast (CSV, XLSX, GeoJSON, GeoPackage), and where its header is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from forecast.errors import DataSourceError
from forecast.sources.readers.forecast_columns import ColumnError, Columns, asked, find_columns
from forecast.sources.readers.sieve import columns_of
from forecast.sources.untrusted.archive import kind_of, opened
from forecast.sources.untrusted.limits import MOST_BYTES, megabytes
from forecast.sources.untrusted.table import open_table
from forecast.sources.untrusted.vector import read_features
from forecast.sources.untrusted.workbook import Formula, SheetRows, is_workbook, read_workbook

MOST_ROWS: Final = 600_000
"""Of a sheet: 4,000 terrains, 26 years, 3 scenarios and the quantities of a long form halved."""
_HEADER_WITHIN: Final = 30
"""Rows with anything in them that may stand above the header: a title, an explanation."""


@dataclass(frozen=True)
class Row:
    """A row: its number in the file, its cells by column, and what is wrong with it ("")."""

    number: int
    cells: Sequence[Any]
    problem: str = ""


@dataclass(frozen=True)
class ForecastTable:
    """A table of figures per terrain, before its rows are read.

    Attributes
    ----------
    header
        Names of its columns.
    columns
        What they hold.
    format_name, encoding
        Of the file.
    separator
        Between the cells of a CSV; "" of other files, whose numbers are numbers.
    """

    header: tuple[str, ...]
    columns: Columns
    rows: tuple[Row, ...]
    format_name: str
    encoding: str
    separator: str = ""


def read_table(path: Path) -> ForecastTable:
    """Return the table of a file.

    Raises
    ------
    DataSourceError
        If it can't be read, or holds no figures per terrain, or in several sheets.
    ColumnError
        As `find_columns`.
    """
    if is_workbook(path):
        return _of_workbook(path)
    with opened(path) as source:
        if any(kind_of(each) == "csv" for each in source.files):
            return _of_csv(source.only("csv"), path)
        features = read_features(source, lambda names: _is_header(list(names)))
    header = tuple(columns_of(feature.values for feature in features.rows))
    rows = tuple(
        Row(feature.number, [feature.values.get(name) for name in header], feature.problem)
        for feature in features.rows
    )
    columns = _usable(header, path)
    return ForecastTable(header, columns, rows, features.format_name, features.encoding)


def _of_csv(path: Path, given: Path) -> ForecastTable:
    table = open_table(path, given)
    columns = _usable(table.header, given)
    rows = tuple(
        Row(line.number, [line.cells.get(name, "") for name in table.header], line.problem)
        for line in table.lines()
    )
    mark = "tab" if table.separator == "\t" else table.separator
    return ForecastTable(
        table.header, columns, rows, f"CSV ({mark})", table.encoding, table.separator
    )


def _of_workbook(path: Path) -> ForecastTable:
    if path.stat().st_size > MOST_BYTES:
        raise DataSourceError(path, f"it is larger than {megabytes(MOST_BYTES)}")
    sheets = [sheet for sheet in read_workbook(path, most_rows=MOST_ROWS) if not sheet.is_hidden]
    found = [(sheet, *start) for sheet in sheets if (start := _header_of(sheet))]
    if not found:
        _refuse_sheets(sheets, path)
    if len(found) > 1:
        names = ", ".join(f"'{sheet.name}'" for sheet, *_ in found)
        raise DataSourceError(
            path, f"sheets {names} all hold figures per terrain; save the one that is meant apart"
        )
    [(sheet, number, header)] = found
    columns = _usable(header, path)
    rows = tuple(
        Row(at, [_plain(cells.get(column)) for column in range(len(header))])
        for at, cells in sheet.rows.items()
        if at > number
    )
    return ForecastTable(header, columns, rows, f"XLSX, sheet '{sheet.name}'", "utf-8")


def _header_of(sheet: SheetRows) -> tuple[int, tuple[str, ...]] | None:
    """Return the number and names of the header: one row, or two of which the upper spans.

    One that says of which year its figures are comes before one that does not: that is the upper
    half of two.
    """
    undated = None
    above: Mapping[int, Any] = {}
    for number, cells in list(sheet.rows.items())[:_HEADER_WITHIN]:
        for header in (_names(cells), _joined(above, cells)):
            if _is_header(header):
                if find_columns(header).is_dated:
                    return number, header
                undated = undated or (number, header)
        above = cells
    return undated


def _is_header(header: Sequence[str]) -> bool:
    try:
        return find_columns(header).is_usable
    except ColumnError:
        return False


def _refuse_sheets(sheets: Sequence[SheetRows], path: Path) -> NoReturn:
    """Say what is wrong with a header that is almost one, else what the first row holds."""
    firsts = [cells for sheet in sheets for cells in list(sheet.rows.values())[:_HEADER_WITHIN]]
    for cells in firsts:
        find_columns(_names(cells))
    raise DataSourceError(path, asked(_names(firsts[0]) if firsts else ()))


def _names(cells: Mapping[int, Any]) -> tuple[str, ...]:
    return tuple(_name(cells.get(at)) for at in range(max(cells) + 1))


def _joined(above: Mapping[int, Any], cells: Mapping[int, Any]) -> tuple[str, ...]:
    """Return two rows as one: a name above holds for what stands below it and to its right."""
    names, spanning = [], ""
    for at in range(max([*above, *cells]) + 1):
        upper, lower = _name(above.get(at)), _name(cells.get(at))
        spanning = upper or spanning
        names.append(f"{spanning} {lower}".strip() if lower else upper)
    return tuple(names)


def _name(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def _plain(cell: Any) -> Any:
    return f"={cell.text}" if isinstance(cell, Formula) else cell


def _usable(header: Sequence[str], given: Path) -> Columns:
    columns = find_columns(header)
    if not columns.is_usable:
        raise DataSourceError(given, asked(header))
    return columns


def as_original(table: ForecastTable, row: Row) -> dict[str, Any]:
    """Return a row as it was, by the names of its columns; unnamed cells by their number."""
    return {
        name or f"column {at + 1}": cell
        for at, (name, cell) in enumerate(zip(table.header, row.cells, strict=False))
        if cell not in (None, "")
    }


def figure_cells(table: ForecastTable) -> Iterator[str]:
    """Yield the cells with figures that are text, to judge their decimal sign by."""
    columns = table.columns
    places = [columns.fields["value"]] if columns.is_long else [each.at for each in columns.figures]
    for row in table.rows:
        for at in places:
            if at < len(row.cells) and isinstance(row.cells[at], str):
                yield row.cells[at].strip()
