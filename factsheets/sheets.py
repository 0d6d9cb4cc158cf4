"""Tables as an Excel workbook: the least that a factsheet needs of XlsxWriter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

Cell = str | int | float | date | None

_OPTIONS: Final = {
    "in_memory": True,
    # Text is text: no formula, no address to click on.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTHS: Final = (34, 86)


@dataclass(frozen=True)
class SheetColumn:
    """A column: its heading, the unit above it, and how its numbers are shown."""

    name: str
    unit: str = ""
    decimals: int = 0
    is_grouped: bool = True

    @property
    def number_format(self) -> str:
        """The format of its numbers, as Excel writes it."""
        whole = "#,##0" if self.is_grouped else "0"
        return whole + ("." + "0" * self.decimals if self.decimals else "")


@dataclass(frozen=True)
class Sheet:
    """A table; its units and headings stay in view."""

    title: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Cell]]
    frozen_columns: int = 0


@dataclass(frozen=True)
class Line:
    """A line of a page of text: a title, or a label with a text beside it."""

    text: str
    style: Literal["title", "heading", "label"] = "label"
    beside: str = ""


@dataclass(frozen=True)
class TextSheet:
    """A page of text."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Properties:
    """What a document says of itself."""

    title: str
    description: str = ""
    author: str = "laadvraag"
    created: datetime = datetime(2000, 1, 1)  # noqa: DTZ001 - the form holds a time without zone


def write_xlsx(sheets: Sequence[Sheet | TextSheet], properties: Properties) -> bytes:
    """Return sheets as a workbook; the same sheets and properties give the same bytes."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    with Workbook(buffer, _OPTIONS) as workbook:
        workbook.set_properties(
            {
                "title": properties.title,
                "comments": properties.description,
                "author": properties.author,
                "created": properties.created,
            }
        )
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        plain = workbook.add_format({"num_format": "@"})
        for sheet in sheets:
            worksheet = workbook.add_worksheet(sheet.title)
            if isinstance(sheet, TextSheet):
                worksheet.set_column(0, 0, _WIDTHS[0])
                worksheet.set_column(1, 1, _WIDTHS[1])
                for row, line in enumerate(sheet.lines):
                    worksheet.write_string(row, 0, line.text, bold)
                    worksheet.write_string(row, 1, line.beside, wrapped)
                continue
            for position, column in enumerate(sheet.columns):
                worksheet.write_string(0, position, column.unit)
                worksheet.write_string(1, position, column.name, bold)
                shown = workbook.add_format({"num_format": column.number_format})
                for row, cells in enumerate(sheet.rows, start=2):
                    cell = cells[position]
                    if isinstance(cell, str):
                        worksheet.write_string(row, position, cell, plain)
                    elif isinstance(cell, date):
                        worksheet.write_datetime(row, position, cell, day)
                    elif cell is not None:
                        worksheet.write_number(row, position, cell, shown)
            worksheet.freeze_panes(2, sheet.frozen_columns)
            worksheet.autofit()
    return buffer.getvalue()
