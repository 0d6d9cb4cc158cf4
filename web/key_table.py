"""The main figures of a terrain per year and scenario, each with its band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words

COLUMNS: Final = ("vehicles", "energy", "unmanaged", "smart")
"""Keys of their headings in the words of the terminal, whose table this is."""
_BANDED_STRATEGIES: Final = ("unmanaged", "smart")


@dataclass(frozen=True)
class Cell:
    """A figure and its band, in words."""

    value: str
    band: str


@dataclass(frozen=True)
class KeyRow:
    """One year and scenario."""

    year: int
    scenario: str
    scenario_name: str
    cells: tuple[Cell, ...]
    plan_class: str


def key_rows(report: TerrainReport, words: Words) -> tuple[KeyRow, ...]:
    """Return a row per year and scenario of the run."""
    return tuple(
        KeyRow(
            year,
            scenario,
            words(f"common.scenario.{scenario}"),
            _cells(report, year, scenario, words),
            report.plan_class[year, scenario].plan_class,
        )
        for year in report.run.years
        for scenario in report.run.scenarios
    )


def _cells(report: TerrainReport, year: int, scenario: str, words: Words) -> tuple[Cell, ...]:
    def cell(value: float, band: tuple[float, float]) -> Cell:
        return Cell(words.significant(value), words.band(*band))

    low_kwh, high_kwh = report.on_terrain_energy_band(year, scenario)
    return (
        cell(
            report.all_electric_vehicles(year, scenario),
            report.all_electric_vehicles_band(year, scenario),
        ),
        cell(
            report.on_terrain_energy_kwh_per_year(year, scenario) / KWH_PER_MWH,
            (low_kwh / KWH_PER_MWH, high_kwh / KWH_PER_MWH),
        ),
        *(
            cell(
                report.on_terrain_power(year, scenario, strategy).design_peak_kw,
                report.power_band[year, scenario, strategy],
            )
            for strategy in _BANDED_STRATEGIES
        ),
    )
