"""The sheets of a file that companies filled in, cell by cell, as a spreadsheet shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from forecast.errors import DataSourceError
from forecast.sources.untrusted.workbook import SheetRows, read_workbook
from forecast.spoken import say
from forecast.text_table import MOST_BYTES, read_text_table

MOST_ROWS: Final = 20_000
"""With anything in them; no business park has as many companies."""


def read_sheets(path: Path) -> tuple[SheetRows, ...]:
    """Return the sheets of an XLSX or CSV file.

    Raises
    ------
    DataSourceError
        If it can't be read as one, or is beyond reason large.
    """
    readers: dict[str, Callable[[Path], tuple[SheetRows, ...]]] = {
        ".csv": _read_csv, ".txt": _read_csv, ".xlsx": _read_xlsx, ".xlsm": _read_xlsx,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataSourceError(path, say("survey_refusals.file.ending"))
    if not path.is_file():
        raise DataSourceError(path, say("survey_refusals.file.missing"))
    return reader(path)


def _read_csv(path: Path) -> tuple[SheetRows, ...]:
    table = read_text_table(path)
    _check_count(path, len(table.rows))
    rows = {
        number: {at: cell for at, cell in enumerate(cells) if cell.strip()}
        for number, cells in table.rows
    }
    mark = "," if table.separator == ";" else None
    return (SheetRows("", is_hidden=False, rows=rows, decimal_mark=mark),)


def _read_xlsx(path: Path) -> tuple[SheetRows, ...]:
    if path.stat().st_size > MOST_BYTES:
        raise DataSourceError(
            path, say("survey_refusals.file.too_large", most=MOST_BYTES // 1_000_000)
        )
    return read_workbook(path, most_rows=MOST_ROWS)


def _check_count(path: Path, count: int) -> None:
    if count > MOST_ROWS:
        raise DataSourceError(
            path, say("survey_refusals.file.too_many_rows", most=float(MOST_ROWS))
        )
