"""What a spreadsheet is made of, whatever the kind of file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from forecast.errors import SheetError

Cell = str | int | float | bool | date | datetime | None
Style = Literal["title", "heading", "label"]

MOST_ROWS: Final = 1_048_576
"""Of a sheet in Excel and LibreOffice."""
MOST_CHARACTERS: Final = 32_767
"""Of a cell in Excel."""
_MOST_TITLE: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_HEAD_ROWS: Final = 2
_HEIGHTS: Final = {"title": 32.0, "heading": 26.0}
_LINE_HEIGHT: Final = 15.5
_CHARACTERS: Final = (34, 92)
"""That fit beside each other in a line of a page of text."""
_LEAST_WIDTH: Final = 8
_MOST_WIDTH: Final = 44
_LOOKED_AT: Final = 200
"""First rows, by which a column is given its width."""
_ROOM: Final = 3.5
"""Characters more than the longest word of a column: its margin and the mark of the filter."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet.

    Attributes
    ----------
    name
        Its heading.
    unit
        Written above the heading; "" for none.
    decimals
        Shown of a number; the cell keeps all of them.
    is_grouped
        Whether thousands are parted: not of a year.
    width
        In characters; None: from the heading and the first rows.
    """

    name: str
    unit: str = ""
    decimals: int = 0
    is_grouped: bool = True
    width: float | None = None

    @property
    def number_format(self) -> str:
        """The format of its numbers, as Excel writes it."""
        whole = "#,##0" if self.is_grouped else "0"
        return whole + ("." + "0" * self.decimals if self.decimals else "")


@dataclass(frozen=True)
class Sheet:
    """A table with its units above the headings; both stay in view, the headings have filters.

    Attributes
    ----------
    title
        Of its tab; made fit for one by `fit_title`.
    columns, rows
        A row holds one cell per column; None leaves it empty. Text is always text: no formula,
        no address to click on.
    frozen_columns
        First columns that stay in view.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Cell]]
    frozen_columns: int = 0

    def checked_rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Return its rows with their numbers from 0, below the two rows of unit and heading.

        Raises
        ------
        SheetError
            If there are more than a sheet holds, or a text is longer than a cell holds.
        """
        if len(self.rows) + _HEAD_ROWS > MOST_ROWS:
            raise SheetError(
                self.title,
                "too_many_rows",
                rows=float(len(self.rows)),
                most=float(MOST_ROWS),
            )
        for number, row in enumerate(self.rows, start=_HEAD_ROWS):
            for column, cell in zip(self.columns, row, strict=True):
                if isinstance(cell, str) and len(cell) > MOST_CHARACTERS:
                    raise SheetError(
                        self.title,
                        "text_too_long",
                        column=column.name,
                        length=float(len(cell)),
                        row=number + 1,
                        most=float(MOST_CHARACTERS),
                    )
            yield number, row

    def widths(self) -> list[float]:
        """Return the width of each column in characters."""
        return [
            column.width if column.width is not None else self._fit(position)
            for position, column in enumerate(self.columns)
        ]

    def is_numeric(self, position: int) -> bool:
        """Whether a column holds numbers: its heading then stands on the right, as they do."""
        cells = (row[position] for row in self.rows[:_LOOKED_AT])
        first = next((cell for cell in cells if not is_missing(cell)), None)
        return isinstance(first, int | float) and not isinstance(first, bool)

    def _fit(self, position: int) -> float:
        looked_at = self.rows[:_LOOKED_AT]
        column = self.columns[position]
        words = [column.name, column.unit, *(_shown(row[position], column) for row in looked_at)]
        return min(max(max(map(len, words)) + _ROOM, _LEAST_WIDTH), _MOST_WIDTH)


@dataclass(frozen=True)
class Line:
    """A line of a page of text: a title or heading, or a label with a text beside it that wraps."""

    text: str
    style: Style = "label"
    beside: str = ""

    @property
    def height_points(self) -> float:
        """The height of its row; LibreOffice does not fit that to wrapped text by itself."""
        if self.style in _HEIGHTS:
            return _HEIGHTS[self.style]
        texts = zip((self.text, self.beside), _CHARACTERS, strict=True)
        return _LINE_HEIGHT * max(-(-max(len(text), 1) // width) for text, width in texts)


@dataclass(frozen=True)
class TextSheet:
    """A page of text: labels on the left, texts on the right."""

    title: str
    lines: Sequence[Line]


AnySheet = Sheet | TextSheet


@dataclass(frozen=True)
class Properties:
    """What a document says of itself."""

    title: str
    description: str = ""
    author: str = "laadvraag"
    created: datetime = datetime(2000, 1, 1)  # noqa: DTZ001 - both forms hold a time without zone


def fit_titles(sheets: Iterable[AnySheet]) -> list[str]:
    """Return the titles of sheets as tabs may hold them: short, allowed and each once.

    >>> fit_titles([TextSheet("Wat [1/2]", []), TextSheet("wat  1 2 ", [])])
    ['Wat  1 2', 'wat  1 2 (2)']
    """
    titles: list[str] = []
    for sheet in sheets:
        title = _FORBIDDEN.sub(" ", sheet.title).strip(" '")[:_MOST_TITLE].strip(" '") or "sheet"
        plain, count = title, 1
        while title.casefold() in {other.casefold() for other in titles}:
            count += 1
            end = f" ({count})"
            title = plain[: _MOST_TITLE - len(end)] + end
        titles.append(title)
    return titles


def is_missing(cell: Cell) -> bool:
    """Whether a cell stays empty: nothing, or no number."""
    return cell is None or (isinstance(cell, float) and not math.isfinite(cell))


def _shown(cell: Any, column: SheetColumn) -> str:
    if is_missing(cell):
        return ""
    if isinstance(cell, float):
        return f"{cell:,.{column.decimals}f}"
    return str(cell)
