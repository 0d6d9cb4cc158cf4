"""A CSV file of a measuring company as a table: its encoding, separator, header and rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forecast.errors import DataSourceError
from forecast.spoken import Spoken, say

Row = tuple[int, Sequence[str]]
"""Number of the line in the file, from 1 on, and its cells."""

_MOST_BYTES: Final = 300_000_000
_SEPARATORS: Final = (";", "\t", ",", "|")
"""The first that divides the file evenly counts: a comma may also be in every number."""
_SAMPLE: Final = 300
_EVENLY: Final = 0.8
_ALIKE: Final = 3
"""Lines with a date in the same column that begin the table."""
_DAY: Final = r"(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|20\d{6}|19\d{6})"
IS_DATE: Final = re.compile(rf"{_DAY}$")
STARTS_WITH_DATE: Final = re.compile(rf"{_DAY}(?:$|[T\s])")
_UNITS_ONLY: Final = re.compile(r"[\[(]?\s*(?:[km]?wh?|kvarh?|uu?r|)\s*[\])]?$", re.IGNORECASE)
_WORKBOOK: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class MeterTable:
    """A table of text.

    Attributes
    ----------
    path
        The file.
    preamble
        Lines before the header.
    header
        Names of the columns; two lines joined where the second holds only units.
    rows
        With the number of their line.
    has_decimal_comma
        Whether a comma in its numbers is the decimal mark.
    """

    path: Path
    preamble: tuple[str, ...]
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    has_decimal_comma: bool

    @property
    def named_columns(self) -> tuple[str, ...]:
        """Names of the columns that have one."""
        return tuple(filter(None, self.header))

    def refuse(self, reason: Spoken) -> DataSourceError:
        """Return the error that this file can't be read, to raise."""
        return DataSourceError(self.path, reason)

    def number(self, text: str) -> float | None:
        """Return the number in a cell; None where it is empty.

        Raises
        ------
        ValueError
            If it is something else.
        """
        plain = text.strip().replace("\u00a0", "").replace(" ", "")
        if plain.casefold() in {"", "-", "--", "n/a", "nan", "null", "nb"}:
            return None
        if self.has_decimal_comma:
            plain = plain.replace(".", "").replace(",", ".") if "," in plain else plain
        elif "," in plain:
            raise ValueError(text)
        if not re.fullmatch(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?", plain):
            raise ValueError(text)
        return float(plain)


def read_meter_table(path: Path) -> MeterTable:
    """Return the table in a file, which may have lines before its header.

    UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252.

    Raises
    ------
    DataSourceError
        If there is no such file, it is a workbook, or no table with dates is in it.
    """
    lines = _lines(path)
    separator = _separator(lines)
    rows: list[Row] = []
    reader = csv.reader(lines, delimiter=separator)
    try:
        rows.extend(
            (reader.line_num, [cell.strip().strip("'") for cell in cells])
            for cells in reader
            if any(cell.strip() for cell in cells)
        )
    except csv.Error as error:
        raise DataSourceError(
            path,
            say("meter_refusals.file.no_csv", number=reader.line_num, problem=str(error)),
        ) from None
    first = _first_of_table(rows)
    if first is None:
        raise DataSourceError(path, say("meter_refusals.file.no_table"))
    if first == 0:
        raise DataSourceError(path, say("meter_refusals.file.no_header", number=rows[0][0]))
    header, above = _header(rows[:first])
    body = rows[first:]
    return MeterTable(
        path,
        tuple(" ".join(cells) for _, cells in above),
        header,
        tuple(body),
        _has_decimal_comma(body, separator),
    )


def _lines(path: Path) -> list[str]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataSourceError(path, say("meter_refusals.file.too_large"))
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataSourceError(path, say("meter_refusals.file.missing")) from None
    except OSError as error:
        raise DataSourceError(
            path, say("refusals.text.not_readable", problem=error.strerror)
        ) from None
    if content.startswith((_WORKBOOK, _OLD_WORKBOOK)):
        raise DataSourceError(path, say("meter_refusals.file.workbook"))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and lines[0].casefold().startswith("sep="):  # for Excel
        lines[0] = ""
    return lines


def _separator(lines: Sequence[str]) -> str:
    sample = [line for line in lines if line.strip()][:_SAMPLE]
    for separator in _SEPARATORS:
        counts = Counter(line.count(separator) for line in sample)
        counts.pop(0, None)
        if counts and counts.most_common(1)[0][1] >= _EVENLY / 2 * len(sample):
            return separator
    return _SEPARATORS[0]


def _first_of_table(rows: Sequence[Row]) -> int | None:
    """Return where the first of three rows stands that have a date in the same column."""
    held = [
        {at for at, cell in enumerate(cells) if STARTS_WITH_DATE.match(cell)} for _, cells in rows
    ]
    for first in range(len(rows)):
        following = held[first : first + _ALIKE]
        if set.intersection(*following):
            return first
    return None


def _header(rows: Sequence[Row]) -> tuple[tuple[str, ...], Sequence[Row]]:
    """Return the header right above the table, and the rows above it."""
    names = list(rows[-1][1])
    if len(rows) > 1 and all(_UNITS_ONLY.match(name) for name in names):
        above = rows[-2][1]
        width = max(len(above), len(names))
        padded = ([*cells, *[""] * (width - len(cells))] for cells in (above, names))
        return tuple(f"{name} {unit}".strip() for name, unit in zip(*padded, strict=True)), rows[
            :-2
        ]
    return tuple(names), rows[:-1]


def _has_decimal_comma(rows: Sequence[Row], separator: str) -> bool:
    if separator != ",":
        return True  # what has no comma reads the same
    return any(re.fullmatch(r"-?\d+,\d+", cell) for _, cells in rows[:_SAMPLE] for cell in cells)
