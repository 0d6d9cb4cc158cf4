"""An export as a spreadsheet: a page to read first, the tables, and what their columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from forecast.export.content import WIDE, Content
from forecast.export.sheet import AnySheet, Line, Properties, Sheet, SheetColumn, TextSheet
from forecast.export.table import ExportTable
from forecast.schema import Column
from forecast.words import Words

MOST_ROWS: Final = 40_000
"""Of a table in a spreadsheet, unless it was asked for: more is for a database."""
_DECIMALS: Final = {"1": 3, "log-odds": 3, "kWh/year": 0, "m": 0, "m2": 0}
_USUAL_DECIMALS: Final = 1
_COLUMN_WIDTHS: Final = (24, 44, 12, 90)


def tables_for_spreadsheet(
    content: Content, asked: Sequence[str]
) -> tuple[list[ExportTable], list[ExportTable]]:
    """Return the tables that a spreadsheet holds and those that are left out for their size."""
    fits = [table.name in asked or table.frame.height <= MOST_ROWS for table in content.tables]
    pairs = list(zip(content.tables, fits, strict=True))
    return [table for table, fit in pairs if fit], [table for table, fit in pairs if not fit]


def workbook(
    content: Content, words: Words, asked: Sequence[str] = ()
) -> tuple[list[AnySheet], Properties]:
    """Return the sheets of an export, and what the document says of itself.

    Parameters
    ----------
    content
        What is exported.
    words
        Language of the page to read first and of the titles; columns keep their names.
    asked
        Tables that go in whatever their size.
    """
    held, left_out = tables_for_spreadsheet(content, asked)
    sheets: list[AnySheet] = [_readme(content, words, held, left_out)]
    sheets += [_sheet(table, words) for table in held]
    sheets.append(_columns_sheet(held, words))
    description = "; ".join(f"{name}: {value}" for name, value in content.provenance.items())
    title = words("export.title", region=content.selection.region_name)
    return sheets, Properties(title, description, created=content.run.ended_at)


def _readme(
    content: Content,
    words: Words,
    held: Sequence[ExportTable],
    left_out: Sequence[ExportTable],
) -> TextSheet:
    lines = [
        *_about_lines(content, words),
        Line(""),
        Line(words("export.heading.reading"), "heading"),
        *(
            Line(words(f"export.reading_title.{key}"), beside=words(f"export.reading.{key}"))
            for key in ("names", "scenarios", "peaks", "modelled", "places", "grid", "empty")
        ),
        Line(""),
        *_sheet_lines(words, held, left_out),
        Line(""),
        *_licence_lines(content, words),
    ]
    return TextSheet(words("export.readme"), lines)


def _about_lines(content: Content, words: Words) -> list[Line]:
    """Return what the workbook holds, and of which run."""
    run = content.run

    def about(key: str, value: str) -> Line:
        return Line(words(f"export.about.{key}"), beside=value)

    return [
        Line(words("export.title", region=content.selection.region_name), "title"),
        about("what", words("export.intro")),
        about("terrains", words.number(len(content.selection.terrain_ids))),
        about("years", ", ".join(map(str, run.years))),
        about("scenarios", ", ".join(words(f"common.scenario.{name}") for name in run.scenarios)),
        about("run", run.run_id),
        about("computed", words.date(run.ended_at.date())),
        about("edition", run.edition_id),
        about("version", run.code_version),
        about("assumptions", run.assumptions_hash[:12]),
    ]


def _sheet_lines(
    words: Words, held: Sequence[ExportTable], left_out: Sequence[ExportTable]
) -> list[Line]:
    """Return what each sheet holds, and which tables are too large for one."""
    lines = [
        Line(words("export.heading.sheets"), "heading"),
        *(
            Line(
                words(f"export.sheet.{table.name}"),
                beside=words(f"export.about_table.{table.name}"),
            )
            for table in held
        ),
        Line(words("export.columns"), beside=words("export.columns_meaning")),
    ]
    if left_out:
        names = ", ".join(
            f"{table.name} ({words.number(table.frame.height)})" for table in left_out
        )
        said = words("export.left_out", most=words.number(MOST_ROWS), tables=names)
        lines.append(Line(words("export.left_out_title"), beside=said))
    return lines


def _licence_lines(content: Content, words: Words) -> list[Line]:
    return [
        Line(words("export.heading.licences"), "heading"),
        Line(words("export.licences_title"), beside=words("export.licences")),
        *(
            Line(
                notice.title,
                beside=f"{notice.attribution}. {words('export.licence')}: {notice.licence}."
                + (f" {notice.duty}" if notice.duty else ""),
            )
            for notice in content.notices
        ),
    ]


def _sheet(table: ExportTable, words: Words) -> Sheet:
    return Sheet(
        words(f"export.sheet.{table.name}"),
        [_sheet_column(column) for column in table.columns],
        table.frame.rows(),
        frozen_columns=2 if table.name == WIDE else 1,
    )


def _sheet_column(column: Column) -> SheetColumn:
    is_number = column.dtype == "Float64"
    decimals = _DECIMALS.get(column.unit, _USUAL_DECIMALS) if is_number else 0
    return SheetColumn(column.name, column.unit, decimals, is_grouped=bool(column.unit))


def _columns_sheet(tables: Sequence[ExportTable], words: Words) -> Sheet:
    names = [words(f"export.column.{key}") for key in ("sheet", "name", "unit", "meaning")]
    return Sheet(
        words("export.columns"),
        [SheetColumn(name, width=width) for name, width in zip(names, _COLUMN_WIDTHS, strict=True)],
        [
            (words(f"export.sheet.{table.name}"), column.name, column.unit, column.meaning)
            for table in tables
            for column in table.columns
        ],
    )
