"""The totals of a region in words: key figures, and the table of years and scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from factsheets.key_figures import KILOWATT, MEGAWATT, KeyFigure, PowerUnit, band_and_range
from factsheets.tables import Line
from forecast.vocabulary import MID_SCENARIO, NATION, STRATEGIES
from forecast.words import Words
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.region_report import RegionReport

_LEAST_IN_MW: Final = 10
"""A region of less is told in kW, as its terrains are."""
_Figure = Callable[[int, str], float | None]
"""By year and scenario."""


def power_unit(report: RegionReport) -> PowerUnit:
    """Return the unit in which the power of a region is readable."""
    peak_kw = report.figures[report.year, MID_SCENARIO].unmanaged_design_peak_kw
    return KILOWATT if peak_kw < _LEAST_IN_MW * MEGAWATT.kw else MEGAWATT


def key_figures(report: RegionReport, words: Words) -> tuple[KeyFigure, ...]:
    """Return vehicles, energy and power of the region in the year of the key figures."""
    return (
        _vehicles(report, words),
        _energy_charged(report, words),
        _power(report, power_unit(report), words),
    )


def _vehicles(report: RegionReport, words: Words) -> KeyFigure:
    year = report.year
    figures = report.figures[year, MID_SCENARIO]
    return KeyFigure(
        words.significant(report.electric_vehicles(year, MID_SCENARIO)),
        "",
        words("factsheet.key.vehicles"),
        words(
            "factsheet.key.vehicles_detail",
            vans=words.significant(figures.electric_vans),
            trucks=words.significant(figures.electric_trucks),
        ),
        *band_and_range(
            lambda scenario: report.electric_vehicles(year, scenario),
            report.vehicles_band[year, MID_SCENARIO],
            words,
        ),
    )


def _energy_charged(report: RegionReport, words: Words) -> KeyFigure:
    year = report.year
    figures = report.figures[year, MID_SCENARIO]

    def energy_mwh(scenario: str) -> float:
        return report.energy_kwh_per_year(year, scenario) / KWH_PER_MWH

    return KeyFigure(
        words.significant(energy_mwh(MID_SCENARIO)),
        words("factsheet.unit.mwh"),
        words("regionsheet.key.energy"),
        words(
            "regionsheet.key.energy_detail",
            hub=words.significant(figures.shared_hub_energy_kwh_per_year / KWH_PER_MWH),
        ),
        *band_and_range(
            energy_mwh, _scaled(energy_mwh, report.energy_band[year, MID_SCENARIO]), words
        ),
    )


def _power(report: RegionReport, unit: PowerUnit, words: Words) -> KeyFigure:
    figures = report.figures[report.year, MID_SCENARIO]

    def peak(scenario: str) -> float:
        return report.figures[report.year, scenario].unmanaged_design_peak_kw / unit.kw

    return KeyFigure(
        words.significant(peak(MID_SCENARIO)),
        unit.name,
        words("regionsheet.key.power"),
        words(
            "regionsheet.key.power_detail",
            smart=words.significant(figures.smart_design_peak_kw / unit.kw),
            unit=unit.name,
        ),
        *band_and_range(peak, _scaled(peak, report.peak_band), words),
    )


def _scaled(figure: Callable[[str], float], ratios: tuple[float, float]) -> tuple[float, float]:
    """Return the ends of a band that is stated over the figure of scenario mid."""
    return figure(MID_SCENARIO) * ratios[0], figure(MID_SCENARIO) * ratios[1]


def table_lines(report: RegionReport, words: Words) -> dict[str, list[Line]]:
    """Return the lines of the table by section; see `factsheets.tables.make_tables`."""

    def of(column: str, divisor: float = 1.0) -> _Figure:
        def figure(year: int, scenario: str) -> float | None:
            value = getattr(report.figures[year, scenario], column)
            return None if value is None else float(value) / divisor

        return figure

    unit = power_unit(report)
    return {
        "electric": list(_electric(report, of, words)),
        "region_energy": list(_energy(report, of, words)),
        f"region_power_{unit.name.lower()}": [
            Line(
                words(f"common.strategy.{name}").capitalize(),
                of(f"{name}_design_peak_kw", unit.kw),
                "total" if name == STRATEGIES[0] else "plain",
            )
            for name in STRATEGIES
        ],
        "points": [
            Line(words("factsheet.table.own_points"), of("private_charge_points")),
            Line(words("regionsheet.table.shared_points"), of("shared_charge_points")),
            *(
                [Line(words("regionsheet.table.public_points"), of("public_charge_points"))]
                if report.selection.level == NATION
                else []
            ),
        ],
    }


_Of = Callable[..., _Figure]


def _electric(report: RegionReport, of: _Of, words: Words) -> Iterator[Line]:
    yield Line(words("common.vehicle_class.van"), of("electric_vans"))
    yield Line(words("regionsheet.table.trucks"), of("electric_trucks"))
    yield Line(words("factsheet.table.total"), report.electric_vehicles, "total")
    yield Line(
        words("factsheet.table.band"),
        lambda year, scenario: report.vehicles_band[year, scenario],
        "band",
    )


def _energy(report: RegionReport, of: _Of, words: Words) -> Iterator[Line]:
    def total(year: int, scenario: str) -> float:
        return report.energy_kwh_per_year(year, scenario) / KWH_PER_MWH

    def band(year: int, scenario: str) -> tuple[float, float]:
        low, high = report.energy_band[year, scenario]
        return total(year, scenario) * low, total(year, scenario) * high

    yield Line(words("common.location_type.depot"), of("depot_energy_kwh_per_year", KWH_PER_MWH))
    yield Line(
        words("common.location_type.shared_hub"), of("shared_hub_energy_kwh_per_year", KWH_PER_MWH)
    )
    yield Line(words("factsheet.table.total"), total, "total")
    yield Line(words("factsheet.table.band"), band, "band")
