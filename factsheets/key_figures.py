"""The three figures that matter, each with its band and with what the scenarios make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.vocabulary import LOCATION_TYPES, STRATEGIES, TRUCK_CLASSES, VEHICLE_CLASSES
from models.units import KW_PER_MW, KWH_PER_MWH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecast.terrain_report import TerrainReport
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
        The figure of the chosen scenario in words, what it is, and what is worth knowing of it.
    band
        Its p10 and p90, within that scenario.
    range
        The same figure in scenarios low and high.
    """

    value: str
    unit: str
    label: str
    detail: str
    band: str
    range: str


def key_figures(
    report: TerrainReport, year: int, scenario: str, words: Words
) -> tuple[KeyFigure, ...]:
    """Return electric vehicles, energy on the terrain and the unmanaged design peak of a year."""
    return (
        _vehicles(report, year, scenario, words),
        _energy(report, year, scenario, words),
        _power(report, year, scenario, words),
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
        p10 and p90 within the chosen scenario.
    """
    low, high = (words.significant(end) for end in band)
    lowest, highest = (words.significant(figure(name)) for name in ("low", "high"))
    return (
        words("factsheet.band", low=low, high=high),
        words("factsheet.range", low=lowest, high=highest),
    )


def _vehicles(report: TerrainReport, year: int, scenario: str, words: Words) -> KeyFigure:
    def count(names: Sequence[str], of: str = scenario) -> float:
        return sum(report.electric_vehicles[year, of, name] for name in names)

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
            lambda of: count(VEHICLE_CLASSES, of),
            report.all_electric_vehicles_band(year, scenario),
            words,
        ),
    )


def _energy(report: TerrainReport, year: int, scenario: str, words: Words) -> KeyFigure:
    def energy_mwh(of: str) -> float:
        return report.on_terrain_energy_kwh_per_year(year, of) / KWH_PER_MWH

    total_kwh = sum(report.energy_kwh_per_year[year, scenario, name] for name in LOCATION_TYPES)
    low, high = report.on_terrain_energy_band(year, scenario)
    return KeyFigure(
        words.significant(energy_mwh(scenario)),
        words("factsheet.unit.mwh"),
        words("factsheet.key.energy"),
        words("factsheet.key.energy_detail", total=words.significant(total_kwh / KWH_PER_MWH)),
        *band_and_range(energy_mwh, (low / KWH_PER_MWH, high / KWH_PER_MWH), words),
    )


def _power(report: TerrainReport, year: int, scenario: str, words: Words) -> KeyFigure:
    def peak_kw(of: str, strategy: str = STRATEGIES[0]) -> float:
        return report.on_terrain_power(year, of, strategy).design_peak_kw

    return KeyFigure(
        words.significant(peak_kw(scenario)),
        KILOWATT.name,
        words("factsheet.key.power"),
        words(
            "factsheet.key.power_detail",
            smart=words.significant(peak_kw(scenario, "smart")),
        ),
        *band_and_range(peak_kw, report.power_band[year, scenario, STRATEGIES[0]], words),
    )
