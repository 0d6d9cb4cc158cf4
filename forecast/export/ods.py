"""OpenDocument spreadsheets (ODS), written row by row.

The libraries for this form keep a whole document as objects in memory, which takes minutes for a
country. A sheet of values needs few elements of the standard (OpenDocument 1.3, part 3), so they
are written straight away.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from forecast.column_letters import column_letters
from forecast.export.ods_cells import escaped, write_cell, write_string
from forecast.export.ods_styles import automatic_styles, number_style, pages
from forecast.export.sheet import (
    AnySheet,
    Properties,
    Sheet,
    TextSheet,
    fit_titles,
)

_MIME: Final = "application/vnd.oasis.opendocument.spreadsheet"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Time of every file in the archive, so that the same sheets give the same bytes."""
_CM_PER_CHARACTER: Final = 0.22
_TEXT_WIDTHS_CM: Final = (7.5, 19.0)
_NAMESPACES: Final = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{urn}"'
        for name, urn in {
            "office": "office:1.0",
            "table": "table:1.0",
            "text": "text:1.0",
            "style": "style:1.0",
            "fo": "xsl-fo-compatible:1.0",
            "number": "datastyle:1.0",
            "meta": "meta:1.0",
            "config": "config:1.0",
            "manifest": "manifest:1.0",
        }.items()
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write_ods(sheets: Sequence[AnySheet], properties: Properties) -> bytes:
    """Return sheets as an ODS document; the same sheets and properties give the same bytes.

    Raises
    ------
    SheetError
        If a sheet holds more than a spreadsheet does.
    """
    titles = fit_titles(sheets)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        # First and not compressed: so that a program knows the file by its first bytes.
        archive.writestr(zipfile.ZipInfo("mimetype", _EPOCH), _MIME)
        for name, text in (
            ("META-INF/manifest.xml", _manifest()),
            ("meta.xml", _meta(properties)),
            ("settings.xml", _settings(sheets, titles)),
            ("styles.xml", _document("styles", pages())),
        ):
            archive.writestr(_entry(name), text)
        with archive.open(_entry("content.xml"), "w", force_zip64=True) as file:
            for text in _content(sheets, titles):
                file.write(text.encode())
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _document(kind: str, body: str) -> str:
    root = f"office:document-{kind}"
    return f'{_HEAD}<{root} {_NAMESPACES} office:version="1.3">{body}</{root}>'


def _manifest() -> str:
    files = ("content.xml", "meta.xml", "settings.xml", "styles.xml")
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", _MIME), *((name, "text/xml") for name in files))
    )
    return (
        f'{_HEAD}<manifest:manifest {_NAMESPACES} manifest:version="1.3">{entries}'
        "</manifest:manifest>"
    )


def _meta(properties: Properties) -> str:
    return _document(
        "meta",
        "<office:meta>"
        f"<dc:title>{escaped(properties.title)}</dc:title>"
        f"<dc:description>{escaped(properties.description)}</dc:description>"
        f"<meta:initial-creator>{escaped(properties.author)}</meta:initial-creator>"
        f"<meta:creation-date>{properties.created:%Y-%m-%dT%H:%M:%S}</meta:creation-date>"
        "</office:meta>",
    )


def _settings(sheets: Sequence[AnySheet], titles: Sequence[str]) -> str:
    """Return the settings that keep units and headings in view."""

    def item(name: str, kind: str, value: int | str) -> str:
        named = f'config:name="{name}" config:type="{kind}"'
        return f"<config:config-item {named}>{value}</config:config-item>"

    views = ""
    for sheet, title in zip(sheets, titles, strict=True):
        if isinstance(sheet, TextSheet):
            continue
        items = [("VerticalSplitMode", "short", 2), ("VerticalSplitPosition", "int", 2)]
        items += [("PositionBottom", "int", 2), ("ActiveSplitRange", "short", 2)]
        if sheet.frozen_columns:
            items += [
                ("HorizontalSplitMode", "short", 2),
                ("HorizontalSplitPosition", "int", sheet.frozen_columns),
                ("PositionRight", "int", sheet.frozen_columns),
            ]
        views += (
            f"<config:config-item-map-entry config:name={quoteattr(title)}>"
            + "".join(item(*each) for each in items)
            + "</config:config-item-map-entry>"
        )
    return _document(
        "settings",
        '<office:settings><config:config-item-set config:name="ooo:view-settings">'
        '<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        + item("ViewId", "string", "view1")
        + item("ActiveTable", "string", escape(titles[0]))
        + f'<config:config-item-map-named config:name="Tables">{views}'
        "</config:config-item-map-named></config:config-item-map-entry>"
        "</config:config-item-map-indexed></config:config-item-set></office:settings>",
    )


def _content(sheets: Sequence[AnySheet], titles: Sequence[str]) -> Iterator[str]:
    yield f'{_HEAD}<office:document-content {_NAMESPACES} office:version="1.3">'
    widths = sorted({width for sheet in sheets for width in _widths(sheet)})
    heights = sorted(
        {
            line.height_points
            for sheet in sheets
            if isinstance(sheet, TextSheet)
            for line in sheet.lines
        }
    )
    formats = sorted(
        {
            (column.decimals, column.is_grouped)
            for sheet in sheets
            if isinstance(sheet, Sheet)
            for column in sheet.columns
        }
    )
    styles = automatic_styles(widths, heights, formats)
    yield f"<office:automatic-styles>{styles}</office:automatic-styles>"
    yield "<office:body><office:spreadsheet>"
    for sheet, title in zip(sheets, titles, strict=True):
        look = "readme" if isinstance(sheet, TextSheet) else "table"
        yield f'<table:table table:name={quoteattr(title)} table:style-name="{look}">'
        for width in _widths(sheet):
            yield f'<table:table-column table:style-name="w{widths.index(width)}"/>'
        yield from _text_rows(sheet) if isinstance(sheet, TextSheet) else _table_rows(sheet)
        yield "</table:table>"
    yield f"<table:database-ranges>{_filters(sheets, titles)}</table:database-ranges>"
    yield "</office:spreadsheet></office:body></office:document-content>"


def _widths(sheet: AnySheet) -> list[float]:
    """Return the widths of its columns [cm]."""
    if isinstance(sheet, TextSheet):
        return list(_TEXT_WIDTHS_CM)
    return [round(width * _CM_PER_CHARACTER, 2) for width in sheet.widths()]


def _text_rows(sheet: TextSheet) -> Iterator[str]:
    for line in sheet.lines:
        beside = write_string(line.beside, "s-text") if line.beside else ""
        text = write_string(line.text, f"s-{line.style}")
        row = f"row{line.height_points:g}"
        yield f'<table:table-row table:style-name="{row}">{text}{beside}</table:table-row>'


def _table_rows(sheet: Sheet) -> Iterator[str]:
    sides = ["-r" if sheet.is_numeric(place) else "" for place in range(len(sheet.columns))]
    pairs = list(zip(sheet.columns, sides, strict=True))
    units = "".join(write_string(column.unit, f"unit{side}") for column, side in pairs)
    names = "".join(write_string(column.name, f"heading{side}") for column, side in pairs)
    yield (
        f"<table:table-header-rows><table:table-row>{units}</table:table-row>"
        f"<table:table-row>{names}</table:table-row></table:table-header-rows>"
    )
    styles = [number_style(column.decimals, column.is_grouped) for column in sheet.columns]
    for _, row in sheet.checked_rows():
        cells = "".join(write_cell(cell, style) for cell, style in zip(row, styles, strict=True))
        yield f"<table:table-row>{cells}</table:table-row>"


def _filters(sheets: Sequence[AnySheet], titles: Sequence[str]) -> str:
    ranges = ""
    for place, (sheet, title) in enumerate(zip(sheets, titles, strict=True)):
        if isinstance(sheet, Sheet):
            quoted = "'" + title.replace("'", "''") + "'"
            last = f"{column_letters(len(sheet.columns) - 1)}{max(len(sheet.rows) + 2, 2)}"
            address = quoteattr(f"{quoted}.A2:{quoted}.{last}")
            ranges += (
                f'<table:database-range table:name="filter{place}" '
                f'table:display-filter-buttons="true" table:target-range-address={address}/>'
            )
    return ranges
