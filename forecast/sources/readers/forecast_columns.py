"""Which column of a forecast says what: the terrain, or a figure with its year, scenario and unit.

Spellings stand in column_maps.toml. A figure is wide (a column per year: "E-trucks 2030"), long (a
column for the year, one per quantity) or fully long (columns for quantity, unit and value).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from forecast.search import fold_name
from forecast.sources.forecast_quantities import OTHER_PERIODS, OTHER_UNITS, QUANTITIES, UNITS
from forecast.sources.readers.column_maps import layouts_of

FIRST_YEAR, LAST_YEAR = 2015, 2100
_WORDS_OF_SCENARIOS: Final = {
    "low": ("laag", "low", "lage", "minimum"),
    "mid": ("midden", "mid", "middel", "middle", "basis", "base", "medium"),
    "high": ("hoog", "high", "hoge", "maximum"),
}
_SCENARIOS: Final = {word: name for name, words in _WORDS_OF_SCENARIOS.items() for word in words}
_PER_YEAR: Final = (("per", "jaar"), ("per", "year"), ("jaar",), ("year",), ("jr",))
_FILLING: Final = frozenset(
    {"aantal", "number", "stuks", "verwacht", "verwachte", "prognose", "expected", "forecast", "in"}
)
"""Words that tell no figure from another."""
_GLUED: Final = re.compile(r"(?<=[a-z])(?=20\d\d(?!\d))|(?<=(?<!\d)20\d\d)(?=[a-z])")
_YEAR: Final = re.compile(r"20\d\d")
_WANTED: Final = {
    "kWh/year": "kWh, MWh or GWh per year",
    "kW": "kW or MW",
    "vehicles": "vehicles",
}
_SHOWN: Final = 14


class ColumnError(ValueError):
    """A column that can't be meant; its text is a sentence about it."""


@dataclass(frozen=True)
class Figure:
    """A column with figures.

    Attributes
    ----------
    at
        Its number, from 0.
    said_as
        Its name in the file.
    quantity
        One of `QUANTITIES`.
    factor
        Times what its numbers are in the unit of the quantity.
    year, their_scenario
        That its name says; None where it says none.
    """

    at: int
    said_as: str
    quantity: str
    factor: float
    year: int | None
    their_scenario: str | None


@dataclass(frozen=True)
class Columns:
    """The columns of a file.

    Attributes
    ----------
    fields
        Number of the column by field: terrain_id, terrain, municipality and so on.
    figures
        Columns with figures; empty where rows name their quantity.
    unread
        Names of the others.
    """

    fields: Mapping[str, int]
    figures: tuple[Figure, ...]
    unread: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Whether each row names its quantity and has one value."""
        return "quantity" in self.fields and "value" in self.fields

    @property
    def is_dated(self) -> bool:
        """Whether it says of which year its figures are."""
        return "year" in self.fields or any(figure.year for figure in self.figures)

    @property
    def is_usable(self) -> bool:
        """Whether it names terrains and holds figures."""
        has_terrain = "terrain_id" in self.fields or "terrain" in self.fields
        return has_terrain and (self.is_long or bool(self.figures))


def find_columns(header: Sequence[str]) -> Columns:
    """Return what the columns of a header hold.

    Raises
    ------
    ColumnError
        If a figure lacks its unit, has one that is not understood, or two say the same.
    """
    fields: dict[str, int] = {}
    for at, name in enumerate(header):
        field = _fields().get(fold_name(name))
        if field is not None:
            fields.setdefault(field, at)
    taken = set(fields.values())
    if "quantity" not in fields and "value" in fields:
        taken.discard(fields.pop("value"))  # a column "aantal" beside none that says of what
    figures, unread = [], []
    for at, name in enumerate(header):
        if at in taken:
            continue
        figure = None if "quantity" in fields else figure_of(name, at)
        if figure is not None:
            figures.append(figure)
        elif name:
            unread.append(name)
    _refuse_twice(figures)
    return Columns(fields, tuple(figures), tuple(unread))


def figure_of(name: str, at: int = 0, unit: str = "") -> Figure | None:
    """Return what the name of a figure says, with the unit that stands beside it; None of others.

    >>> figure_of("Laadvraag 2030 [MWh] laag")
    Figure(at=0, said_as='Laadvraag 2030 [MWh] laag', quantity='energy_kwh_per_year', \
factor=1000.0, year=2030, their_scenario='low')

    Raises
    ------
    ColumnError
        If it is a figure without a unit that it needs, or with one that is not understood.
    """
    said = f"{name} [{unit}]" if unit else name
    words = _GLUED.sub(" ", fold_name(said)).split()
    years = [int(word) for word in words if _YEAR.fullmatch(word)]
    scenarios = [_SCENARIOS[word] for word in words if word in _SCENARIOS]
    if len(set(years)) > 1 or len(set(scenarios)) > 1:
        return None
    rest = [word for word in words if not _YEAR.fullmatch(word) and word not in _SCENARIOS]
    units = [word for word in rest if word in UNITS]
    bare = _bare(word for word in rest if word not in UNITS)
    if len(units) != 1:
        _refuse_unit(said, rest, units)
    dimension, factor = UNITS[units[0]] if units else ("vehicles", 1.0)
    quantity = _quantities().get((bare, dimension))
    if quantity is None:
        _refuse_unit(said, rest, units)
        return None
    return Figure(
        at,
        " ".join(said.split()),
        quantity,
        factor,
        years[0] if years else None,
        scenarios[0] if scenarios else None,
    )


def scenario_of(text: str) -> str | None:
    """Return the scenario that a word names; "" for no word, None for another."""
    words = fold_name(text).split()
    named = {_SCENARIOS[word] for word in words if word in _SCENARIOS}
    if not words:
        return ""
    return named.pop() if len(named) == 1 else None


def asked(header: Sequence[str]) -> str:
    """Return what a file has, and what is expected."""
    found = ", ".join([name for name in header if name][:_SHOWN]) or "no columns"
    return (
        f"the file has {found}; expected are a column with the RIN (or the name and municipality) "
        "of the terrain and figures such as 'Laadvraag 2030 [MWh]', 'Piekvermogen 2030 [kW]' or "
        "'E-trucks 2030', or columns jaar, grootheid, eenheid and waarde; spellings stand in "
        "docs/sources.md"
    )


@cache
def _fields() -> dict[str, str]:
    """Return the field by folded name, of the columns that are no figures."""
    [layout] = layouts_of("forecast")
    return {
        fold_name(spelling): field
        for field, spellings in layout.columns.items()
        if field not in QUANTITIES
        for spelling in spellings
    }


@cache
def _quantities() -> dict[tuple[str, str], str]:
    """Return the quantity by folded name and unit."""
    [layout] = layouts_of("forecast")
    return {
        (fold_name(spelling), unit): quantity
        for quantity, unit in QUANTITIES.items()
        for spelling in layout.columns[quantity]
    }


def _bare(words: Iterable[str]) -> str:
    """Return a name without filling words, and without those that say per year."""
    left = [word for word in words if word not in _FILLING]
    for ending in _PER_YEAR:
        if tuple(left[-len(ending) :]) == ending:
            return " ".join(left[: -len(ending)])
    return " ".join(left)


def _refuse_unit(said: str, words: Sequence[str], units: Sequence[str]) -> None:
    """Refuse a name that is that of a figure but for its unit."""
    odd = [word for word in words if word in OTHER_UNITS or word in OTHER_PERIODS]
    bare = _bare(word for word in words if word not in UNITS and word not in {*odd, "per"})
    needs = {unit for name, unit in _quantities() if name == bare and (name or (odd and units))}
    if not needs or (needs == {"vehicles"} and not odd and not units):
        return
    if odd:
        what = f"is in {' '.join(odd)}"
    else:
        what = f"is in {' and '.join(units)}" if units else "does not say its unit"
    expected = " or ".join(text for unit, text in _WANTED.items() if unit in needs)
    raise ColumnError(f"column '{said}' {what}; put it in {expected}, and say so in its name")


def _refuse_twice(figures: Sequence[Figure]) -> None:
    seen: dict[tuple[object, ...], str] = {}
    for figure in figures:
        key = (figure.quantity, figure.year, figure.their_scenario)
        if key in seen:
            raise ColumnError(
                f"columns '{seen[key]}' and '{figure.said_as}' say the same; leave one out"
            )
        seen[key] = figure.said_as
