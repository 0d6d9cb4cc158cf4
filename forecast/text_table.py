"""Tables as text that people make: whatever their program puts between cells and around letters."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forecast.errors import DataSourceError
from forecast.spoken import say

SEPARATORS: Final = ";,\t"
MOST_BYTES: Final = 20_000_000
"""Of a file that people fill in; anything larger is another file."""
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_WINDOWS: Final = "cp1252"
"""How Excel saves CSV on a Dutch Windows unless asked for UTF-8."""


@dataclass(frozen=True)
class TextTable:
    """The cells of a file.

    Attributes
    ----------
    separator
        One of `SEPARATORS`; a file that a Dutch spreadsheet saved has semicolons.
    rows
        Number of the line that a row begins on, and its cells; rows without any text are left out.
    """

    separator: str
    rows: Sequence[tuple[int, tuple[str, ...]]]


def read_text_table(path: Path) -> TextTable:
    """Return the cells of a CSV file: UTF-8, UTF-16 or Windows-1252, by commas, semicolons or tabs.

    Raises
    ------
    DataSourceError
        If the file is missing, no text or beyond reason large.
    """
    text = read_text(path)
    first = next((line for line in text.splitlines() if _is_of_table(line)), "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, tuple(cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataSourceError(
            path, say("refusals.text.no_csv", line=line, problem=str(error))
        ) from None
    return TextTable(separator, rows)


def _is_of_table(line: str) -> bool:
    """Return whether a line holds cells: not an empty one, nor one of explanation."""
    return bool(line.strip(SEPARATORS + " ")) and not line.lstrip(' "').startswith("#")


def read_text(path: Path) -> str:
    """Return the text of a file in the encoding it was saved in.

    Raises
    ------
    DataSourceError
        As `read_text_table`.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataSourceError(
                path, say("refusals.text.too_large", most=MOST_BYTES // 1_000_000)
            )
        content = path.read_bytes()
    except OSError as error:
        raise DataSourceError(
            path, say("refusals.text.not_readable", problem=error.strerror)
        ) from None
    encoding = "utf-16" if content.startswith(_UTF16_MARKS) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode(_WINDOWS, errors="replace")
    if "\0" in text:
        raise DataSourceError(path, say("refusals.text.no_text"))
    return text
