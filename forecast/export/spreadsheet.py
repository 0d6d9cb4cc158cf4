"""Spreadsheets for Excel (XLSX) and the open form that goes with it (ODS).

>>> from forecast.export.sheet import Sheet, SheetColumn
>>> columns = [SheetColumn("terrein"), SheetColumn("piek", "kW", decimals=1)]
>>> xlsx = write_xlsx([Sheet("Pieken", columns, [["=De Hurk", 12.5]])], Properties("Proef"))
>>> xlsx[:2]
b'PK'
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from forecast.export.ods import write_ods
from forecast.export.sheet import (
    AnySheet,
    Cell,
    Line,
    Properties,
    Sheet,
    SheetColumn,
    TextSheet,
    fit_titles,
    is_missing,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = [
    "Cell",
    "Line",
    "Properties",
    "Sheet",
    "SheetColumn",
    "TextSheet",
    "write_ods",
    "write_xlsx",
]

_FONT: Final = {"font_name": "Calibri", "font_size": 11}
_INK, _QUIET, _ACCENT, _SHADE = "#1d2b33", "#52616a", "#0d5c75", "#f3efe5"
_SIDES: Final[dict[bool, dict[str, Any]]] = {
    True: {"align": "right"},
    False: {"align": "left", "indent": 1},
}
"""Where a column stands by whether it holds numbers; text keeps off the numbers before it."""
_DATE: Final = "yyyy-mm-dd"
_TEXT_WIDTHS: Final = (34, 86)
_A4: Final = 9
_MOST_COLUMNS_OF_A_PAGE: Final = 25
_TEXT_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class _Formats:
    units: dict[bool, Format]
    headings: dict[bool, Format]
    text: Format
    date: Format
    numbers: dict[str, Format]
    styles: dict[str, Format]


def write_xlsx(sheets: Sequence[AnySheet], properties: Properties) -> bytes:
    """Return sheets as an XLSX workbook; the same sheets and properties give the same bytes.

    Raises
    ------
    SheetError
        If a sheet holds more than Excel does.
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    with Workbook(buffer, _TEXT_OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": properties.title,
                "comments": properties.description,
                "author": properties.author,
                "created": properties.created,
            }
        )
        formats = _formats(workbook, sheets)
        for sheet, title in zip(sheets, fit_titles(sheets), strict=True):
            worksheet = workbook.add_worksheet(title)
            if isinstance(sheet, TextSheet):
                _write_text(worksheet, sheet, formats)
            else:
                _write_table(worksheet, sheet, formats)
    return buffer.getvalue()


def _formats(workbook: Workbook, sheets: Sequence[AnySheet]) -> _Formats:
    def add(**look: Any) -> Format:
        return workbook.add_format({**_FONT, "font_color": _INK, **look})

    numbers = {
        column.number_format
        for sheet in sheets
        if isinstance(sheet, Sheet)
        for column in sheet.columns
    }
    return _Formats(
        units={
            is_numeric: add(font_color=_QUIET, italic=True, bg_color=_SHADE, **side)
            for is_numeric, side in _SIDES.items()
        },
        headings={
            is_numeric: add(bold=True, font_color=_ACCENT, bg_color=_SHADE, bottom=1, **side)
            for is_numeric, side in _SIDES.items()
        },
        text=add(num_format="@", **_SIDES[False]),
        date=add(num_format=_DATE, **_SIDES[False]),
        numbers={number: add(num_format=number) for number in sorted(numbers)},
        styles={
            "title": add(bold=True, font_size=18, font_color=_ACCENT),
            "heading": add(bold=True, font_size=13, font_color=_ACCENT),
            "text": add(text_wrap=True, valign="top"),
            "label": add(bold=True, text_wrap=True, valign="top"),
        },
    )


def _write_text(worksheet: Worksheet, sheet: TextSheet, formats: _Formats) -> None:
    worksheet.hide_gridlines(2)
    for position, width in enumerate(_TEXT_WIDTHS):
        worksheet.set_column(position, position, width)
    for row, line in enumerate(sheet.lines):
        worksheet.set_row(row, line.height_points)
        worksheet.write_string(row, 0, line.text, formats.styles[line.style])
        if line.beside:
            worksheet.write_string(row, 1, line.beside, formats.styles["text"])
    worksheet.set_paper(_A4)
    worksheet.fit_to_pages(1, 0)


def _write_table(worksheet: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    last = len(sheet.columns) - 1
    for position, (column, width) in enumerate(zip(sheet.columns, sheet.widths(), strict=True)):
        worksheet.set_column(position, position, width)
        is_numeric = sheet.is_numeric(position)
        worksheet.write_string(0, position, column.unit, formats.units[is_numeric])
        worksheet.write_string(1, position, column.name, formats.headings[is_numeric])
    numbers = [formats.numbers[column.number_format] for column in sheet.columns]
    row = 1
    for row, cells in sheet.checked_rows():
        for position, cell in enumerate(cells):
            if is_missing(cell):
                continue
            if isinstance(cell, str):
                worksheet.write_string(row, position, cell, formats.text)
            elif isinstance(cell, bool):
                worksheet.write_boolean(row, position, cell)
            elif isinstance(cell, date | datetime):
                worksheet.write_datetime(row, position, cell, formats.date)
            elif cell is not None:
                worksheet.write_number(row, position, cell, numbers[position])
    worksheet.freeze_panes(2, sheet.frozen_columns)
    worksheet.autofilter(1, 0, max(row, 1), last)
    worksheet.set_landscape()
    worksheet.set_paper(_A4)
    worksheet.repeat_rows(0, 1)
    if len(sheet.columns) <= _MOST_COLUMNS_OF_A_PAGE:
        worksheet.fit_to_pages(1, 0)
