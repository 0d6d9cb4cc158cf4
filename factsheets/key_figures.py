"""The three figures that matter, each with its band and with what the scenarios make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.vocabulary import (
    LOCATION_TYPES,
    MID_SCENARIO,
    STRATEGIES,
    TRUCK_CLASSES,
    VEHICLE_CLASSES,
)
from models.units import KW_PER_MW, KWH_PER_MWH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.query import TerrainReport
    from forecast.words import Words


@dataclass(frozen=True)
class PowerUnit:
    """A unit of power and how many kilowatts it holds."""

    name: str
    kw: float


KILOWATT: Final = PowerUnit("kW", 1.0)
MEGAWATT: Final = PowerUnit("MW", KW_PER_MW)


@dataclass(frozen=True)
class KeyFigure:
    """One of the three figures.

    Attributes
    ----------
    value, unit, label, detail
        The figure of scenario mid in words, what it is, and what is worth knowing of it.
    band
        Its p10 and p90, within scenario mid.
    range
        The same figure in scenarios low and high.
    """

    value: str
    unit: str
    label: str
    detail: str
    band: str
    range: str


def key_figures(report: TerrainReport, year: int, words: Words) -> tuple[KeyFigure, ...]:
    """Return electric vehicles, energy on the terrain and the unmanaged design peak of a year."""
    return (
        _vehicles(report, year, words),
        _energy(report, year, words),
        _power(report, year, words),
    )


def band_and_range(
    figure: Callable[[str], float], band: tuple[float, float], words: Words
) -> tuple[str, str]:
    """Return the last two texts of a key figure: its band, and the scenarios around it.

    Parameters
    ----------
    figure
        The same figure per scenario.
    band
        p10 and p90 within scenario mid.
    """
    low, high = (words.significant(end) for end in band)
    lowest, highest = (words.significant(figure(name)) for name in ("low", "high"))
    return (
        words("factsheet.band", low=low, high=high),
        words("factsheet.range", low=lowest, high=highest),
    )


def _vehicles(report: TerrainReport, year: int, words: Words) -> KeyFigure:
    def count(names: Sequence[str], scenario: str = MID_SCENARIO) -> float:
        return sum(report.electric_vehicles[year, scenario, name] for name in names)

    return KeyFigure(
        words.significant(count(VEHICLE_CLASSES)),
        "",
        words("factsheet.key.vehicles"),
        words(
            "factsheet.key.vehicles_detail",
            vans=words.significant(count(VEHICLE_CLASSES[:1])),
            trucks=words.significant(count(TRUCK_CLASSES)),
        ),
        *band_and_range(
            lambda scenario: count(VEHICLE_CLASSES, scenario),
            report.all_electric_vehicles_band(year, MID_SCENARIO),
            words,
        ),
    )


def _energy(report: TerrainReport, year: int, words: Words) -> KeyFigure:
    def energy_mwh(scenario: str) -> float:
        return report.on_terrain_energy_kwh_per_year(year, scenario) / KWH_PER_MWH

    total_kwh = sum(report.energy_kwh_per_year[year, MID_SCENARIO, name] for name in LOCATION_TYPES)
    low, high = report.on_terrain_energy_band(year, MID_SCENARIO)
    return KeyFigure(
        words.significant(energy_mwh(MID_SCENARIO)),
        words("factsheet.unit.mwh"),
        words("factsheet.key.energy"),
        words("factsheet.key.energy_detail", total=words.significant(total_kwh / KWH_PER_MWH)),
        *band_and_range(energy_mwh, (low / KWH_PER_MWH, high / KWH_PER_MWH), words),
    )


def _power(report: TerrainReport, year: int, words: Words) -> KeyFigure:
    def peak_kw(scenario: str, strategy: str = STRATEGIES[0]) -> float:
        return report.on_terrain_power(year, scenario, strategy).design_peak_kw

    return KeyFigure(
        words.significant(peak_kw(MID_SCENARIO)),
        KILOWATT.name,
        words("factsheet.key.power"),
        words(
            "factsheet.key.power_detail",
            smart=words.significant(peak_kw(MID_SCENARIO, "smart")),
        ),
        *band_and_range(peak_kw, report.power_band[year, MID_SCENARIO, STRATEGIES[0]], words),
    )
