"""The full table of a factsheet: years by scenario, for vehicles, energy, power and points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.vocabulary import (
    LOCATION_TYPES,
    ON_TERRAIN_LOCATION_TYPES,
    STRATEGIES,
    VEHICLE_CLASSES,
)
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.run_info import RunInfo
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words

YEARS_PER_TABLE: Final = 3
"""Three years of three scenarios fill the width of a page."""

Figure = Callable[[int, str], "float | tuple[float, float] | None"]
"""A figure (a whole number is exact), the ends of its band, or None if there is nothing to say."""
_NOTHING: Final = "\u2013"


@dataclass(frozen=True)
class Row:
    """A row: its name, and a figure per year and scenario.

    Attributes
    ----------
    form
        ``total``; ``detail`` of the row above it; ``band`` of the row above it; or ``plain``.
    """

    name: str
    cells: tuple[str, ...]
    form: str


@dataclass(frozen=True)
class Section:
    """Rows of one kind, with their unit in the title."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """A table with a column per year and scenario."""

    title: str
    row_heading: str
    years: tuple[str, ...]
    scenarios: tuple[str, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Listing:
    """A table of ready texts: its headings and rows."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Line:
    """A row before it is written: its name and what gives its figures."""

    name: str
    figure: Figure
    form: str = "plain"


def all_tables(report: TerrainReport, words: Words) -> tuple[Table, ...]:
    """Return the tables of a report, for at most three years side by side."""
    sections = {
        "electric": tuple(_electric(report, words)),
        "energy": tuple(_energy(report, words)),
        "power": tuple(_power(report, words)),
        "points": tuple(_points(report, words)),
    }
    return make_tables(sections, report.run, words)


def make_tables(
    sections: Mapping[str, Sequence[Line]], run: RunInfo, words: Words
) -> tuple[Table, ...]:
    """Return the tables of sections, by the key of their titles."""
    return tuple(
        Table(
            words("factsheet.table.caption", years=", ".join(map(str, years))),
            words("factsheet.table.row"),
            tuple(str(year) for year in years),
            tuple(words(f"common.scenario.{name}") for name in run.scenarios),
            tuple(
                Section(
                    words(f"factsheet.table.{name}"),
                    tuple(
                        Row(
                            line.name,
                            tuple(
                                _cell(line.figure(year, scenario), words)
                                for year in years
                                for scenario in run.scenarios
                            ),
                            line.form,
                        )
                        for line in lines
                    ),
                )
                for name, lines in sections.items()
            ),
        )
        for years in _chunks(run.years)
    )


def _electric(report: TerrainReport, words: Words) -> Iterator[Line]:
    for name in VEHICLE_CLASSES:
        now = words("factsheet.table.fleet", count=words.number(report.vehicles.get(name, 0)))

        def figure(year: int, scenario: str, name: str = name) -> float:
            return report.electric_vehicles[year, scenario, name]

        yield Line(f"{words(f'common.vehicle_class.{name}')} ({now})", figure)
    yield Line(words("factsheet.table.total"), report.all_electric_vehicles, "total")
    yield Line(words("factsheet.table.band"), report.all_electric_vehicles_band, "band")


def _energy(report: TerrainReport, words: Words) -> Iterator[Line]:
    def of(names: Sequence[str]) -> Figure:
        return lambda year, scenario: (
            sum(report.energy_kwh_per_year[year, scenario, name] for name in names) / KWH_PER_MWH
        )

    def band(year: int, scenario: str) -> tuple[float, float]:
        low, high = report.on_terrain_energy_band(year, scenario)
        return low / KWH_PER_MWH, high / KWH_PER_MWH

    for name in ON_TERRAIN_LOCATION_TYPES:
        yield Line(words(f"common.location_type.{name}"), of([name]))
    yield Line(words("factsheet.table.on_terrain"), of(ON_TERRAIN_LOCATION_TYPES), "total")
    yield Line(words("factsheet.table.band"), band, "band")
    for name in LOCATION_TYPES[len(ON_TERRAIN_LOCATION_TYPES) :]:
        yield Line(words(f"common.location_type.{name}"), of([name]))
    yield Line(words("factsheet.table.total"), of(LOCATION_TYPES), "total")


def _power(report: TerrainReport, words: Words) -> Iterator[Line]:
    def of(strategy: str, figure: str) -> Figure:
        return lambda year, scenario: float(
            getattr(report.on_terrain_power(year, scenario, strategy), figure)
        )

    unmanaged = STRATEGIES[0]
    for strategy in STRATEGIES:
        name = words(f"common.strategy.{strategy}")
        is_first = strategy == unmanaged
        yield Line(name.capitalize(), of(strategy, "design_peak_kw"), "total")
        if is_first:
            yield Line(
                words("factsheet.table.band"),
                lambda year, scenario: report.power_band[year, scenario, unmanaged],
                "band",
            )
            yield Line(words("factsheet.table.typical"), of(strategy, "typical_peak_kw"), "detail")
        if strategy != STRATEGIES[-1]:  # the night block has none by definition
            in_window = of(strategy, "design_peak_16_21_kw")
            yield Line(words("factsheet.table.in_window"), in_window, "detail")


def _points(report: TerrainReport, words: Words) -> Iterator[Line]:
    def own(year: int, scenario: str) -> float:
        return sum(
            count
            for (held, name, _), count in report.charge_points.items()
            if (held, name) == (year, scenario)
        )

    def shared(year: int, scenario: str) -> int | None:
        hub = report.hubs.get((year, scenario))
        return None if hub is None else hub.charge_points

    yield Line(words("factsheet.table.own_points"), own)
    yield Line(words("factsheet.table.hub_points"), shared)


def _cell(figure: float | tuple[float, float] | None, words: Words) -> str:
    if figure is None:
        return _NOTHING
    if isinstance(figure, int):
        return words.number(figure)
    return words.band(*figure) if isinstance(figure, tuple) else words.significant(figure)


def _chunks(years: Sequence[int]) -> list[tuple[int, ...]]:
    return [
        tuple(years[start : start + YEARS_PER_TABLE])
        for start in range(0, len(years), YEARS_PER_TABLE)
    ]
