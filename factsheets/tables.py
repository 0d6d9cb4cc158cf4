"""The tables of a factsheet: years by scenario, for vehicles, energy and power."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.vocabulary import LOCATION_TYPES, STRATEGIES, VEHICLE_CLASSES

if TYPE_CHECKING:
    from forecast.query import TerrainReport
    from forecast.words import Words

YEARS_PER_TABLE: Final = 3
"""Three years of three scenarios fill the width of a page."""
_KWH_PER_MWH: Final = 1000

Figure = Callable[[int, str], float | tuple[float, float]]
"""A figure, or the ends of its band."""


@dataclass(frozen=True)
class Row:
    """A row: its name, and a figure per year and scenario."""

    name: str
    cells: tuple[str, ...]
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a column per year and scenario."""

    title: str
    row_heading: str
    years: tuple[str, ...]
    scenarios: tuple[str, ...]
    rows: tuple[Row, ...]


def all_tables(report: TerrainReport, words: Words) -> tuple[Table, ...]:
    """Return the tables of a report, for at most three years side by side."""
    return tuple(
        Table(
            title,
            words("factsheet.table.row"),
            tuple(str(year) for year in years),
            tuple(words(f"common.scenario.{name}") for name in report.run.scenarios),
            tuple(
                Row(
                    name,
                    tuple(
                        _cell(figure(year, scenario), words)
                        for year in years
                        for scenario in report.run.scenarios
                    ),
                    is_total=is_total,
                )
                for name, figure, is_total in rows
            ),
        )
        for title, rows in (
            (words("factsheet.table.electric"), list(_electric(report, words))),
            (words("factsheet.table.energy"), list(_energy(report, words))),
            (words("factsheet.table.power"), list(_power(report, words))),
        )
        for years in _chunks(report.run.years)
    )


def _electric(report: TerrainReport, words: Words) -> Iterator[tuple[str, Figure, bool]]:
    for name in VEHICLE_CLASSES:
        now = f"{words('factsheet.table.fleet')} {words.number(report.vehicles.get(name, 0))}"

        def figure(year: int, scenario: str, name: str = name) -> float:
            return report.electric_vehicles[year, scenario, name]

        def band(year: int, scenario: str, name: str = name) -> tuple[float, float]:
            return report.electric_vehicles_band[year, scenario, name]

        yield f"{words(f'common.vehicle_class.{name}')} ({now})", figure, False
        yield words("factsheet.table.band"), band, False


def _energy(report: TerrainReport, words: Words) -> Iterator[tuple[str, Figure, bool]]:
    for name in LOCATION_TYPES:

        def figure(year: int, scenario: str, name: str = name) -> float:
            return report.energy_kwh_per_year[year, scenario, name] / _KWH_PER_MWH

        yield words(f"common.location_type.{name}"), figure, False

    def total(year: int, scenario: str) -> float:
        return (
            sum(report.energy_kwh_per_year[year, scenario, name] for name in LOCATION_TYPES)
            / _KWH_PER_MWH
        )

    yield words("factsheet.table.total"), total, True


def _power(report: TerrainReport, words: Words) -> Iterator[tuple[str, Figure, bool]]:
    for strategy in STRATEGIES:

        def peak(year: int, scenario: str, strategy: str = strategy) -> float:
            return report.on_terrain_power(year, scenario, strategy).design_peak_kw

        def in_window(year: int, scenario: str, strategy: str = strategy) -> float:
            return report.on_terrain_power(year, scenario, strategy).design_peak_16_21_kw

        name = words(f"common.strategy.{strategy}")
        yield name.capitalize(), peak, False
        if strategy != STRATEGIES[-1]:  # the night block has none by definition
            label = words("factsheet.table.in_window", strategy=name)
            yield label.capitalize(), in_window, False


def _cell(figure: float | tuple[float, float], words: Words) -> str:
    return words.band(*figure) if isinstance(figure, tuple) else words.significant(figure)


def _chunks(years: Sequence[int]) -> list[tuple[int, ...]]:
    return [
        tuple(years[start : start + YEARS_PER_TABLE])
        for start in range(0, len(years), YEARS_PER_TABLE)
    ]
