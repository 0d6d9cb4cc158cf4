"""Which column of a file holds what: spellings are data, in column_maps.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from forecast.errors import DataSourceError

_FILE: Final = Path(__file__).with_name("column_maps.toml")
_SHOWN: Final = 14


@dataclass(frozen=True)
class Layout:
    """One way to spell the columns of a source.

    Attributes
    ----------
    name
        Who spells them so.
    required
        Fields that a file must have to be of this layout.
    columns
        Spellings by field, best first.
    area_unit
        Unit of areas as the publisher states it, ha or m2; "" where there are none.
    """

    name: str
    required: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]
    area_unit: str = ""

    def match(self, names: Iterable[str]) -> dict[str, str]:
        """Return the column of a file by field, of the fields that it has."""
        by_folded = {name.casefold(): name for name in names}
        found = {}
        for field, spellings in self.columns.items():
            hit = next(
                (by_folded[s.casefold()] for s in spellings if s.casefold() in by_folded), ""
            )
            if hit:
                found[field] = hit
        return found

    def fits(self, names: Iterable[str]) -> bool:
        """Return whether a file with these columns is of this layout."""
        return set(self.required) <= self.match(names).keys()


@cache
def layouts_of(source: str) -> tuple[Layout, ...]:
    """Return the layouts of a source, in the order in which they are tried."""
    entries: list[dict[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))[source]
    return tuple(
        Layout(
            entry["layout"],
            tuple(entry["required"]),
            entry["columns"],
            entry.get("area_unit", ""),
        )
        for entry in entries
    )


def fits_any(source: str, names: Iterable[str]) -> bool:
    """Return whether some layout of a source fits a file with these columns."""
    listed = list(names)
    return any(layout.fits(listed) for layout in layouts_of(source))


def layout_for(source: str, names: Iterable[str], given: Path) -> tuple[Layout, dict[str, str]]:
    """Return the layout of a file and its columns by field.

    Raises
    ------
    DataSourceError
        If none fits: with what the file has and what each layout asks.
    """
    listed = list(names)
    for layout in layouts_of(source):
        if layout.fits(listed):
            return layout, layout.match(listed)
    asked = "; ".join(
        f"{layout.name}: {', '.join(layout.columns[field][0] for field in layout.required)}"
        for layout in layouts_of(source)
    )
    found = ", ".join(listed[:_SHOWN]) or "no columns"
    raise DataSourceError(given, f"the file has {found}; one of these is expected: {asked}")
