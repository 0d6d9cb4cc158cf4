"""The empty form: a workbook with lists to choose from and an explanation, or a plain CSV."""

from __future__ import annotations

import csv
import io
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from forecast.survey.answers import CONNECTION_SIZES, GROUPS
from forecast.survey.form import FORM, FormColumn
from forecast.survey.table import COMMENT
from forecast.words import Words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

_ROWS: Final = 500
"""With formats and lists; a form may have more."""
_HEAD_ROWS: Final = 2
_PRINTED_ROWS: Final = 25
_PRINT_SCALE: Final = 62
"""With which the vehicles of one group are as wide as a page [%]."""
_INK, _QUIET, _ACCENT, _WHITE, _LINE = "#1d2b33", "#52616a", "#0d5c75", "#ffffff", "#d8d2c2"
_BANDS: Final = ("#e3eef2", "#f3efe5")
"""Behind the headings of one subject and the next."""
_MOST_MESSAGE: Final = 255
_MOST_TITLE: Final = 32
_WIDTHS: Final = {"text": 24, "code": 22, "day": 13, "schedule": 30, "choice": 18}
_NUMBER_WIDTH: Final = 14
_HEADING_HEIGHT: Final = 64
_EXPLAINED_WIDTHS: Final = (52, 80, 38)


def form_xlsx(words: Words) -> bytes:
    """Return the empty form as a workbook; each cell says what it asks when it is chosen."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(buffer, options) as workbook:
        workbook.set_properties({"title": words("survey.form_title"), "author": "laadvraag"})
        _write_form(workbook, workbook.add_worksheet(words("survey.form_sheet")), words)
        _write_explanation(workbook, workbook.add_worksheet(words("survey.explained_sheet")), words)
    return buffer.getvalue()


def form_csv(words: Words) -> bytes:
    """Return the empty form as CSV in the Dutch form; lines that begin with # explain it."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for line in (words("survey.form_title"), words("survey.intro"), words("survey.privacy")):
        writer.writerow([f"{COMMENT} {line}"])
    for column in FORM:
        writer.writerow([f"{COMMENT} {column.heading(words)}: {column.explanation(words)}"])
    writer.writerow([column.heading(words) for column in FORM])
    return f"\ufeff{buffer.getvalue()}".encode()


def _write_form(workbook: Workbook, sheet: Worksheet, words: Words) -> None:
    def look(**more: Any) -> Any:
        return workbook.add_format(
            {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top", **more}
        )

    sheet.hide_gridlines(2)
    sheet.freeze_panes(_HEAD_ROWS, 1)
    sheet.set_row(1, _HEADING_HEIGHT)
    at = 0
    breaks = []
    for number, (subject, columns) in enumerate(groupby(FORM, key=_subject)):
        of_subject = list(columns)
        breaks.append(at)
        shade = _BANDS[number % len(_BANDS)]
        band = look(bold=True, font_color=_WHITE, bg_color=_ACCENT, valign="vcenter", indent=1)
        title = words(f"survey.{subject}")
        sheet.merge_range(0, at, 0, at + len(of_subject) - 1, title, band)
        head = look(bold=True, text_wrap=True, bg_color=shade, bottom=1, bottom_color=_ACCENT)
        for column in of_subject:
            sheet.write_string(1, at, column.heading(words), head)
            cell = look(border=1, border_color=_LINE, num_format=_number_format(column))
            sheet.set_column(at, at, _WIDTHS.get(column.kind, _NUMBER_WIDTH))
            for row in range(_HEAD_ROWS, _HEAD_ROWS + _ROWS):
                sheet.write_blank(row, at, None, cell)
            sheet.data_validation(
                _HEAD_ROWS, at, _HEAD_ROWS + _ROWS - 1, at, _validation(column, words)
            )
            at += 1
    # On paper a subject per page, with the names of the companies on each.
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_print_scale(_PRINT_SCALE)
    sheet.print_area(0, 0, _HEAD_ROWS + _PRINTED_ROWS - 1, at - 1)
    sheet.set_v_pagebreaks(breaks[1:])
    sheet.repeat_rows(0, 1)
    sheet.repeat_columns(0)


def _subject(column: FormColumn) -> str:
    """Return the key of the words over a column."""
    if column.group:
        return f"group.{column.group}"
    names = [each.key for each in FORM]
    first_group = names.index(f"{GROUPS[0]}_vehicles")
    before = names.index(column.key) < first_group
    return "heading.company" if before else "heading.connection"


def _number_format(column: FormColumn) -> str:
    if column.kind in {"text", "code", "schedule", "choice"}:
        return "@"  # digits of a code must not become a number
    if column.kind == "day":
        return "dd-mm-yyyy"
    return "0" if column.kind == "count" else "General"


def _validation(column: FormColumn, words: Words) -> dict[str, Any]:
    """Return what a cell accepts; it warns and does not stop, as the import checks all of it."""
    message = f"{column.explanation(words)}\n{_example(column, words)}"
    found: dict[str, Any] = {
        "input_title": column.heading(words).rpartition(": ")[2][:_MOST_TITLE],
        "input_message": message[:_MOST_MESSAGE],
        "error_type": "warning",
    }
    if column.kind == "choice":
        sizes = [words(f"survey.size.{size}") for size in CONNECTION_SIZES]
        return found | {"validate": "list", "source": sizes}
    if column.kind in {"count", "number"}:
        kind = "integer" if column.kind == "count" else "decimal"
        bounds = {"criteria": "between", "minimum": column.low, "maximum": column.high}
        return found | {"validate": kind, **bounds}
    return found | {"validate": "any"}


def _example(column: FormColumn, words: Words) -> str:
    return f"{words('survey.example_title')}: {words(f'survey.example.{column.topic}')}"


def _write_explanation(workbook: Workbook, sheet: Worksheet, words: Words) -> None:
    plain = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
    text = workbook.add_format(plain | {"text_wrap": True})
    quiet = workbook.add_format(plain | {"text_wrap": True, "font_color": _QUIET})
    title = workbook.add_format(plain | {"bold": True, "font_size": 18, "font_color": _ACCENT})
    head = workbook.add_format(plain | {"bold": True, "bottom": 1, "bottom_color": _ACCENT})
    sheet.hide_gridlines(2)
    for at, width in enumerate(_EXPLAINED_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, words("survey.form_title"), title)
    for row, key in enumerate(("intro", "privacy"), start=1):
        sheet.merge_range(row, 0, row, 2, words(f"survey.{key}"), text)
        sheet.set_row(row, 34)
    for at, key in enumerate(("column", "explanation_title", "example_title")):
        sheet.write_string(4, at, words(f"survey.{key}"), head)
    for row, column in enumerate(FORM, start=5):
        sheet.write_string(row, 0, column.heading(words), text)
        sheet.write_string(row, 1, column.explanation(words), text)
        sheet.write_string(row, 2, words(f"survey.example.{column.topic}"), quiet)
        if len(column.explanation(words)) > _EXPLAINED_WIDTHS[1]:
            sheet.set_row(row, 32)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
