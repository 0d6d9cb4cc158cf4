"""The grid of the page of a terrain: as wide as the terminal, with a column per year.

rich would do this too, but not in the time a page may take: docs/decisions/0012-terminal-page.md.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import click

from forecast.plain_text import printable

_LEAST_WIDTH: Final = 60
_MOST_WIDTH: Final = 140
"""Longer lines are hard to read."""
_UNKNOWN_WIDTH: Final = 100
_LEAST_LABEL: Final = 26
_MOST_LABEL: Final = 46
_CELL: Final = 18
"""Holds a figure with its band: 1,100 (490-2,300)."""
_KEY_YEARS: Final = 3
"""Years in the table of key figures, which has them under each other, where fewer fit beside."""
_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|kW|MW|km|ha)(?!\w))")
"""Space between a number and its unit, where a line may not end."""


class Layout(NamedTuple):
    """Width of the page, and the years that fit on it.

    Attributes
    ----------
    width
        Of the page [characters].
    years
        In columns.
    key_years
        Under each other: those and, where they are few, the next nearest.
    """

    width: int
    years: tuple[int, ...]
    key_years: tuple[int, ...] = ()

    @property
    def label_width(self) -> int:
        """Width of the first column [characters]."""
        return min(_MOST_LABEL, self.width - _CELL * len(self.years))

    def heading(self, title: str) -> None:
        """Print the title of a table after an empty line, with the years over its columns."""
        click.echo()
        self.row(title, [str(year) for year in self.years], bold=True)

    def row(
        self, label: str, cells: Sequence[str], *, bold: bool = False, dim: bool = False
    ) -> None:
        """Print a label and a cell per year."""
        figures = _cells(cells, _CELL)
        # A cell too wide for its column takes from the space behind the label.
        width = self.width - _CELL * (len(self.years) - len(cells)) - len(figures)
        width = min(width, self.label_width)
        line = f"{_shortened(label, width - 1):<{width}}{figures}"
        # Stating that a line is not dim would also end its being bold.
        click.secho(line, bold=bold or None, dim=dim or None)

    def text(self, text: str, *, bold: bool = False, colour: str | None = None) -> None:
        """Print a text at the margin, wrapped with its further lines indented."""
        click.secho(self._wrapped(text, ""), bold=bold or None, fg=colour)

    def item(self, text: str) -> None:
        """Print a text that belongs to the line before it."""
        click.echo(self._wrapped(text, "  "))

    def _wrapped(self, text: str, indent: str) -> str:
        joined = _UNIT.sub("\u00a0", printable(text))
        return textwrap.fill(
            joined,
            self.width,
            initial_indent=indent,
            subsequent_indent=f"{indent}  ",
            break_on_hyphens=False,
        ).replace("\u00a0", " ")


def layout_for(years: Sequence[int], chosen: int) -> Layout:
    """Return the layout for this terminal, with the years nearest to the one chosen."""
    found = shutil.get_terminal_size((_UNKNOWN_WIDTH, 0)).columns
    width = min(max(found, _LEAST_WIDTH), _MOST_WIDTH)
    fitting = (width - _LEAST_LABEL) // _CELL
    nearest = sorted(years, key=lambda year: (abs(year - chosen), year))
    return Layout(
        width,
        tuple(sorted(nearest[:fitting])),
        tuple(sorted(nearest[: max(fitting, _KEY_YEARS)])),
    )


def table(heading: Sequence[str], rows: Iterable[tuple[Sequence[str], bool]], first: int) -> None:
    """Print rows under a heading: the first column left, the others right; true makes bold.

    Parameters
    ----------
    first
        Width of the first column [characters].
    """
    for cells, is_bold in [(heading, True), *rows]:
        label, *others = cells
        line = f"{label:<{first}}" + _cells(others, KEY_CELL)
        click.secho(line, bold=is_bold or None)


KEY_CELL: Final = 23
"""Holds a figure with a wide band and a space before it: 25,000 (11,000-55,000)."""


def _cells(cells: Iterable[str], width: int) -> str:
    """Return cells in columns, of which the widest still have a space between them."""
    return "".join(f"{' ' + cell:>{width}}" for cell in cells)


def _shortened(label: str, width: int) -> str:
    """Return a label that fits, without the part in parentheses if it must."""
    if len(label) <= width:
        return label
    short = label.partition(" (")[0]
    return short if len(short) <= width else f"{short[: width - 1]}…"
