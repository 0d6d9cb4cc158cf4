"""CSV from outside, line by line: its sign between cells, its encoding and its decimal sign."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forecast.errors import DataSourceError
from forecast.sources.untrusted.limits import MOST_CELL_LETTERS
from forecast.sources.untrusted.text import encoding_of

_SEPARATORS: Final = (";", "\t", "|", ",")
_GROUPED: Final = {
    ",": re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?"),
    ".": re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?"),
}
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_COMMA_DECIMAL: Final = re.compile(
    r"[+-]?(?:[\d.]*\d,(?:\d{1,2}|\d{4,})|(?:0|\d{4,}|\d{1,3}(?:\.\d{3})+),\d{3})"
)
"""Not three digits behind one to three others, as in 1,200; but 0,125 is no number of thousands."""


@dataclass(frozen=True)
class Line:
    """One row: its number in the file, its cells by column, and what is wrong with it ("")."""

    number: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class TextTable:
    """A CSV file, before its rows are read."""

    path: Path
    given: Path
    header: tuple[str, ...]
    separator: str
    encoding: str

    def lines(self) -> Iterator[Line]:
        """Yield the rows; empty ones are passed over.

        Raises
        ------
        DataSourceError
            If a quotation never ends, or a cell is beyond all measure.
        """
        csv.field_size_limit(MOST_CELL_LETTERS)
        with self.path.open(encoding=self.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.separator, strict=True)
            start = 1
            try:
                next(reader)
                start = reader.line_num + 1
                for cells in reader:
                    if any(cell.strip() for cell in cells):
                        yield self._line(start, cells)
                    start = reader.line_num + 1
            except (csv.Error, UnicodeDecodeError) as error:
                reason = f"line {start} can't be read ({error}); is the file cut off?"
                raise DataSourceError(self.given, reason) from None

    def _line(self, number: int, cells: Sequence[str]) -> Line:
        named = {name: cell.strip() for name, cell in zip(self.header, cells, strict=False)}
        if len(cells) == len(self.header):
            return Line(number, named)
        rest = {
            f"column {index + 1}": cells[index] for index in range(len(self.header), len(cells))
        }
        problem = f"it has {len(cells)} cells where the header has {len(self.header)}"
        return Line(number, named | rest, problem)


def open_table(path: Path, given: Path) -> TextTable:
    """Return a CSV file with its header read.

    Raises
    ------
    DataSourceError
        If it is no text, has no header with two columns, or names a column twice.
    """
    encoding = encoding_of(path, given)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(MOST_CELL_LETTERS)
    separator = max(_SEPARATORS, key=first.count)
    try:
        cells = next(csv.reader([first], delimiter=separator))
    except (csv.Error, StopIteration):
        cells = []
    header = tuple(cell.strip().strip("\ufeff") for cell in cells)
    if len(header) < 2:  # noqa: PLR2004 - one column is no table
        shown = " ".join(first.split())[:60]
        raise DataSourceError(given, f"a table with a header is expected, but it starts '{shown}'")
    folded = [name.casefold() for name in header]
    twice = sorted({name for name in folded if folded.count(name) > 1})
    if twice:
        raise DataSourceError(given, f"column {', '.join(twice)} occurs more than once")
    return TextTable(path, given, header, separator, encoding)


def decimal_sign(texts: Sequence[str]) -> str:
    """Return the sign before decimals: a comma where one number can't be read otherwise.

    >>> decimal_sign(["12,5", "1.200"]), decimal_sign(["12.5", "1,200"]), decimal_sign(["12"])
    (',', '.', '.')
    >>> decimal_sign(["0,125"]), decimal_sign(["1234,125"]), decimal_sign(["1,200"])
    (',', ',', '.')
    """
    return "," if any(_COMMA_DECIMAL.fullmatch(text) for text in texts) else "."


def to_number(text: str, decimal: str = ".") -> float:
    """Return the number of a text, thousands grouped or not.

    >>> to_number("1.234,5", ","), to_number("1,234.5"), to_number("236100")
    (1234.5, 1234.5, 236100.0)

    Raises
    ------
    ValueError
        If it is none, or not finite.
    """
    plain = text.strip()
    other = "." if decimal == "," else ","
    if other in plain:
        if not _GROUPED[decimal].fullmatch(plain):
            raise ValueError(f"'{text}' is not a number")
        plain = plain.replace(other, "")
    pointed = plain.replace(decimal, ".")
    if not _NUMBER.fullmatch(pointed) or not math.isfinite(float(pointed)):
        raise ValueError(f"'{text}' is not a number")
    return float(pointed)
