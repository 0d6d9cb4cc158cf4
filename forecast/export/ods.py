"""OpenDocument spreadsheets (ODS), written row by row.

The libraries for this form keep a whole document as objects in memory, which takes minutes for a
country. A sheet of values needs few elements of the standard (OpenDocument 1.3, part 3), so they
are written straight away.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from forecast.export.sheet import (
    AnySheet,
    Cell,
    Properties,
    Sheet,
    TextSheet,
    fit_titles,
    is_missing,
)
from forecast.export.table import xml_safe

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
_SPACES: Final = re.compile("  +|^ | $|\n|\r")
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_UNIT: Final = ('fo:color="#52616a" fo:font-style="italic"', "#f3efe5")
_HEADING: Final = ('fo:color="#0d5c75" fo:font-weight="bold"', "#f3efe5")
_LOOKS: Final = {
    "unit": _UNIT,
    "unit-r": _UNIT,
    "heading": _HEADING,
    "heading-r": _HEADING,
    "t": ('fo:color="#1d2b33"', ""),
    "s-title": ('fo:color="#0d5c75" fo:font-weight="bold" fo:font-size="18pt"', ""),
    "s-heading": ('fo:color="#0d5c75" fo:font-weight="bold" fo:font-size="13pt"', ""),
    "s-text": ('fo:color="#1d2b33"', ""),
    "s-label": ('fo:color="#1d2b33" fo:font-weight="bold"', ""),
}


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
            ("styles.xml", _document("styles", _pages())),
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
        f"<dc:title>{_escaped(properties.title)}</dc:title>"
        f"<dc:description>{_escaped(properties.description)}</dc:description>"
        f"<meta:initial-creator>{_escaped(properties.author)}</meta:initial-creator>"
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
    yield f"<office:automatic-styles>{_styles(widths, heights, formats)}</office:automatic-styles>"
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


def _pages() -> str:
    """Return the pages that sheets are printed on: A4, text upright, tables lying."""
    layouts = masters = ""
    for name, width, height, orientation, fit in (
        ("readme", 21.0, 29.7, "portrait", ' style:scale-to-X="1" style:scale-to-Y="0"'),
        ("table", 29.7, 21.0, "landscape", ""),
    ):
        layouts += (
            f'<style:page-layout style:name="p-{name}"><style:page-layout-properties '
            f'fo:page-width="{width}cm" fo:page-height="{height}cm" '
            f'style:print-orientation="{orientation}" fo:margin="1.5cm"{fit}/>'
            "</style:page-layout>"
        )
        masters += f'<style:master-page style:name="m-{name}" style:page-layout-name="p-{name}"/>'
    return (
        f"<office:automatic-styles>{layouts}</office:automatic-styles>"
        f"<office:master-styles>{masters}</office:master-styles>"
    )


def _widths(sheet: AnySheet) -> list[float]:
    """Return the widths of its columns [cm]."""
    if isinstance(sheet, TextSheet):
        return list(_TEXT_WIDTHS_CM)
    return [round(width * _CM_PER_CHARACTER, 2) for width in sheet.widths()]


def _styles(
    widths: Sequence[float], heights: Sequence[float], formats: Sequence[tuple[int, bool]]
) -> str:
    parts = [
        f'<style:style style:name="w{place}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
        for place, width in enumerate(widths)
    ]
    parts += [
        f'<number:number-style style:name="N{_number_style(*format_)}">'
        f'<number:number number:min-integer-digits="1" number:decimal-places="{format_[0]}" '
        f'number:min-decimal-places="{format_[0]}" '
        f'number:grouping="{str(format_[1]).lower()}"/></number:number-style>'
        f'<style:style style:name="{_number_style(*format_)}" style:family="table-cell" '
        f'style:data-style-name="N{_number_style(*format_)}"/>'
        for format_ in formats
    ]
    parts += [
        f'<style:style style:name="{name}" style:family="table" '
        f'style:master-page-name="m-{name}"><style:table-properties table:display="true"/>'
        "</style:style>"
        for name in ("readme", "table")
    ]
    parts += [
        f'<style:style style:name="row{height:g}" style:family="table-row">'
        f'<style:table-row-properties style:row-height="{height:g}pt" '
        'style:use-optimal-row-height="false"/></style:style>'
        for height in heights
    ]
    parts.append(
        '<number:date-style style:name="Nd"><number:year number:style="long"/>'
        "<number:text>-</number:text>"
        '<number:month number:style="long"/><number:text>-</number:text>'
        '<number:day number:style="long"/></number:date-style>'
        '<style:style style:name="d" style:family="table-cell" style:data-style-name="Nd">'
        f"{_side('d')}</style:style>"
    )
    parts += [
        f'<style:style style:name="{name}" style:family="table-cell">'
        '<style:table-cell-properties style:vertical-align="top"'
        + (f' fo:background-color="{ground}"' if ground else "")
        + (' fo:wrap-option="wrap"' if name in ("s-text", "s-label") else "")
        + f"/>{_side(name)}<style:text-properties {look}/></style:style>"
        for name, (look, ground) in _LOOKS.items()
    ]
    return "".join(parts)


def _side(name: str) -> str:
    """Return where the text of a cell stands; text keeps off the numbers before it."""
    if name.startswith("s-"):
        return ""
    end = name.endswith("-r")
    side = 'fo:text-align="end"' if end else 'fo:text-align="start" fo:margin-left="0.2cm"'
    return f"<style:paragraph-properties {side}/>"


def _number_style(decimals: int, is_grouped: bool) -> str:  # noqa: FBT001 - a part of a name
    return f"n{decimals}{'g' if is_grouped else ''}"


def _text_rows(sheet: TextSheet) -> Iterator[str]:
    for line in sheet.lines:
        beside = _string(line.beside, "s-text") if line.beside else ""
        text = _string(line.text, f"s-{line.style}")
        row = f"row{line.height_points:g}"
        yield f'<table:table-row table:style-name="{row}">{text}{beside}</table:table-row>'


def _table_rows(sheet: Sheet) -> Iterator[str]:
    sides = ["-r" if sheet.is_numeric(place) else "" for place in range(len(sheet.columns))]
    pairs = list(zip(sheet.columns, sides, strict=True))
    units = "".join(_string(column.unit, f"unit{side}") for column, side in pairs)
    names = "".join(_string(column.name, f"heading{side}") for column, side in pairs)
    yield (
        f"<table:table-header-rows><table:table-row>{units}</table:table-row>"
        f"<table:table-row>{names}</table:table-row></table:table-header-rows>"
    )
    styles = [_number_style(column.decimals, column.is_grouped) for column in sheet.columns]
    for _, row in sheet.checked_rows():
        cells = "".join(_cell(cell, style) for cell, style in zip(row, styles, strict=True))
        yield f"<table:table-row>{cells}</table:table-row>"


def _cell(cell: Cell, number_style: str) -> str:
    if is_missing(cell):
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return _string(cell, "t")
    if isinstance(cell, bool):
        value = str(cell).lower()
        return (
            f'<table:table-cell office:value-type="boolean" office:boolean-value="{value}">'
            f"<text:p>{value.upper()}</text:p></table:table-cell>"
        )
    if isinstance(cell, date):
        day = f"{cell:%Y-%m-%dT%H:%M:%S}" if isinstance(cell, datetime) else f"{cell:%Y-%m-%d}"
        return (
            f'<table:table-cell table:style-name="d" office:value-type="date" '
            f'office:date-value="{day}"/>'
        )
    return (
        f'<table:table-cell table:style-name="{number_style}" office:value-type="float" '
        f'office:value="{cell}"/>'
    )


def _string(text: str, style: str = "") -> str:
    if not text:
        return f'<table:table-cell table:style-name="{style}"/>' if style else "<table:table-cell/>"
    named = f' table:style-name="{style}"' if style else ""
    return (
        f'<table:table-cell{named} office:value-type="string">'
        f"<text:p>{_text(text)}</text:p></table:table-cell>"
    )


def _text(text: str) -> str:
    """Return text for XML, with the white space that OpenDocument would fold.

    A tab becomes a space: LibreOffice drops it from a cell.
    """
    return _SPACES.sub(_space, _escaped(text.replace("\r\n", "\n").replace("\t", " ")))


def _escaped(text: str) -> str:
    return escape(xml_safe(text))


def _space(found: re.Match[str]) -> str:
    space = found[0]
    if space in "\n\r":
        return "<text:line-break/>"
    return f'<text:s text:c="{len(space)}"/>'


def _filters(sheets: Sequence[AnySheet], titles: Sequence[str]) -> str:
    ranges = ""
    for place, (sheet, title) in enumerate(zip(sheets, titles, strict=True)):
        if isinstance(sheet, Sheet):
            quoted = "'" + title.replace("'", "''") + "'"
            last = f"{_letters(len(sheet.columns) - 1)}{max(len(sheet.rows) + 2, 2)}"
            address = quoteattr(f"{quoted}.A2:{quoted}.{last}")
            ranges += (
                f'<table:database-range table:name="filter{place}" '
                f'table:display-filter-buttons="true" table:target-range-address={address}/>'
            )
    return ranges


def _letters(position: int) -> str:
    """Return the letters of a column from 0.

    >>> _letters(0), _letters(25), _letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
