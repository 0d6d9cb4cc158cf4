"""The sheets of an XLSX workbook from outside, cell by cell, as a spreadsheet shows them."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from forecast.errors import DataSourceError
from forecast.spoken import say

Value = str | int | float | bool | date | datetime | time | None

_CONTENTS: Final = "xl/workbook.xml"
_MOST_COLUMNS: Final = 500
_MOST_UNPACKED_BYTES: Final = 200_000_000


@dataclass(frozen=True)
class Formula:
    """A cell whose formula was never computed: it has no value."""

    text: str


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet that hold anything.

    Attributes
    ----------
    name
        Of its tab; "" in a CSV file.
    is_hidden
        Whether a spreadsheet does not show it.
    rows
        Number of each row from 1, and its cells by the number of their column from 0.
    decimal_mark
        That numbers written as text use; None where nobody knows.
    """

    name: str
    is_hidden: bool
    rows: Mapping[int, Mapping[int, Value | Formula]]
    decimal_mark: str | None = None


def is_workbook(path: Path) -> bool:
    """Return whether a file is an XLSX workbook, whatever its ending."""
    try:
        with zipfile.ZipFile(path) as packed:
            return _CONTENTS in packed.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False


def read_workbook(path: Path, *, most_rows: int) -> tuple[SheetRows, ...]:
    """Return the sheets of an XLSX workbook.

    Raises
    ------
    DataSourceError
        If it can't be read as one, would fill the memory, or a sheet has more rows than expected.
    """
    _check_size(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of parts that hold no cells, such as pictures
            values = _cells(path, most_rows, is_computed=True)
            formulas = _cells(path, most_rows, is_computed=False)
    except DataSourceError:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises whatever it meets
        raise DataSourceError(
            path, say("survey_refusals.file.no_workbook", problem=type(error).__name__)
        ) from None
    return tuple(
        SheetRows(name, is_hidden, _with_formulas(rows, formulas[name][1]))
        for name, (is_hidden, rows) in values.items()
    )


def _check_size(path: Path) -> None:
    """Refuse a file that would fill the memory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, OSError):
        return  # said by the reader
    if size > _MOST_UNPACKED_BYTES:
        raise DataSourceError(
            path, say("survey_refusals.file.too_large_unpacked", size=size // 1_000_000)
        )


def _cells(
    path: Path, most_rows: int, *, is_computed: bool
) -> dict[str, tuple[bool, dict[int, dict[int, Value | Formula]]]]:
    from openpyxl import load_workbook

    with path.open("rb") as file:
        workbook = load_workbook(file, read_only=True, data_only=is_computed, keep_links=False)
        return {
            sheet.title: (sheet.sheet_state != "visible", _rows(path, sheet.iter_rows(), most_rows))
            for sheet in workbook.worksheets
        }


def _rows(
    path: Path, lines: Iterable[Iterable[Any]], most_rows: int
) -> dict[int, dict[int, Value | Formula]]:
    rows: dict[int, dict[int, Value | Formula]] = {}
    for line in lines:
        cells = {
            cell.column - 1: Formula(_formula_text(cell.value))
            if cell.data_type == "f"
            else cell.value
            for cell in line
            if cell.value is not None and str(cell.value).strip()
        }
        if not cells:
            continue
        number = next(cell.row for cell in line if cell.value is not None)
        rows[number] = {at: value for at, value in cells.items() if at < _MOST_COLUMNS}
        if len(rows) > most_rows:
            raise DataSourceError(
                path, say("survey_refusals.file.too_many_rows", most=float(most_rows))
            )
    return rows


def _formula_text(value: Any) -> str:
    return str(getattr(value, "text", value))


def _with_formulas(
    rows: Mapping[int, Mapping[int, Value | Formula]],
    formulas: Mapping[int, Mapping[int, Value | Formula]],
) -> dict[int, dict[int, Value | Formula]]:
    """Return computed cells, and formulas where they were never computed."""
    return {
        number: {at: rows.get(number, {}).get(at, cell) for at, cell in cells.items()}
        for number, cells in sorted(formulas.items())
    }
