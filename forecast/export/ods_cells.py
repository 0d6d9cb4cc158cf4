"""Cells of an OpenDocument spreadsheet: text with its white space, numbers, dates, nothing."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from forecast.export.sheet import Cell, is_missing
from forecast.export.table import xml_safe

_SPACES: Final = re.compile("  +|^ | $")
_BREAKS: Final = re.compile("\r\n|[\t\r\n]")


def write_cell(cell: Cell, number_style: str) -> str:
    """Return a cell by the kind of its value; numbers in a style of `ods_styles.number_style`."""
    if is_missing(cell):
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return write_string(cell, "t")
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


def write_string(text: str, style: str = "") -> str:
    """Return a cell of text, in a style if one is named."""
    if not text:
        return f'<table:table-cell table:style-name="{style}"/>' if style else "<table:table-cell/>"
    named = f' table:style-name="{style}"' if style else ""
    return (
        f'<table:table-cell{named} office:value-type="string">'
        f"<text:p>{_text(text)}</text:p></table:table-cell>"
    )


def escaped(text: str) -> str:
    """Return text for XML, without what XML can't hold."""
    return escape(xml_safe(text))


def _text(text: str) -> str:
    """Return text for XML, with the white space that OpenDocument would fold.

    A tab or line break becomes a space: LibreOffice drops them from a cell.
    """
    return _SPACES.sub(_space, escaped(_BREAKS.sub(" ", text)))


def _space(found: re.Match[str]) -> str:
    return f'<text:s text:c="{len(found[0])}"/>'
