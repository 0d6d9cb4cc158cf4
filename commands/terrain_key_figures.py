"""The key figures of a terrain on the terminal: every year and scenario, with their bands."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click

from commands.terrain_layout import KEY_CELL, Layout, table
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words

    Figure = Callable[[TerrainReport, int, str], tuple[float, tuple[float, float]]]
    """Of a year and scenario: the figure and its band."""

_LABEL: Final = 11
_IN_ONE_TABLE: Final = 3
"""Columns beside each other from 80 characters on; on narrower pages they stand in two tables."""


def print_key_figures(
    report: TerrainReport, year: int, scenario: str, layout: Layout, words: Words
) -> None:
    """Print vehicles, energy and peaks with their bands; the year and scenario chosen in bold.

    The smart peak, the last, gives way where the page has no room for four columns: it stands with
    the other peaks as well.
    """
    fitting = (layout.width - _LABEL) // KEY_CELL
    columns = list(_FIGURES)
    if fitting == _IN_ONE_TABLE:
        columns = columns[:fitting]
    click.echo()
    layout.text(words("terminal.key"), bold=True)
    for start in range(0, len(columns), fitting):
        _print_columns(report, columns[start : start + fitting], year, scenario, layout, words)
    layout.text(words("terminal.key_note"))
    if others := [str(at) for at in report.run.years if at not in layout.key_years]:
        layout.text(words("terminal.other_years", years=", ".join(others)))


def _print_columns(
    report: TerrainReport,
    columns: list[str],
    year: int,
    scenario: str,
    layout: Layout,
    words: Words,
) -> None:
    def cell(name: str, at: int, of_scenario: str) -> str:
        value, band = _FIGURES[name](report, at, of_scenario)
        return f"{words.significant(value)} ({words.band(*band)})"

    rows = [
        (
            [
                f"{at} {words(f'common.scenario.{name}')}",
                *(cell(column, at, name) for column in columns),
            ],
            (at, name) == (year, scenario),
        )
        for at in layout.key_years
        for name in report.run.scenarios
    ]
    table(["", *(words(f"terminal.key_{column}") for column in columns)], rows, _LABEL)


def _vehicles(report: TerrainReport, year: int, scenario: str) -> tuple[float, tuple[float, float]]:
    return (
        report.all_electric_vehicles(year, scenario),
        report.all_electric_vehicles_band(year, scenario),
    )


def _energy(report: TerrainReport, year: int, scenario: str) -> tuple[float, tuple[float, float]]:
    low_kwh, high_kwh = report.on_terrain_energy_band(year, scenario)
    return (
        report.on_terrain_energy_kwh_per_year(year, scenario) / KWH_PER_MWH,
        (low_kwh / KWH_PER_MWH, high_kwh / KWH_PER_MWH),
    )


def _peak(strategy: str) -> Figure:
    def of(report: TerrainReport, year: int, scenario: str) -> tuple[float, tuple[float, float]]:
        return (
            report.on_terrain_power(year, scenario, strategy).design_peak_kw,
            report.power_band[year, scenario, strategy],
        )

    return of


_FIGURES: Final = {
    "vehicles": _vehicles,
    "energy": _energy,
    "unmanaged": _peak("unmanaged"),
    "smart": _peak("smart"),
}
