"""The factsheet as a workbook: every figure as a number, one row per year and scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from factsheets.provenance import basis_listing, notes, refinement_lines, run_line
from forecast.export.spreadsheet import (
    Cell,
    Line,
    Properties,
    Sheet,
    SheetColumn,
    TextSheet,
    write_xlsx,
)
from forecast.footprint_text import footprint_text
from forecast.run_info import check_year_of_run
from forecast.vocabulary import (
    LOCATION_TYPES,
    ON_TERRAIN,
    POWER_CLASSES_KW,
    POWER_STRATEGIES,
    STRATEGIES,
)
from forecast.vocabulary import VEHICLE_CLASSES as CLASSES
from forecast.words import Words, load
from models.units import QUARTERS_PER_DAY, QUARTERS_PER_HOUR

if TYPE_CHECKING:
    from factsheets.material import Material
    from forecast.terrain_report import TerrainReport
    from forecast.theme import Theme

_MINUTES_PER_QUARTER: Final = 60 // QUARTERS_PER_HOUR
_YEAR: Final = "year"


def render_workbook(material: Material, language: str, theme: Theme) -> bytes:
    """Return the factsheet as XLSX; the same material gives the same bytes."""
    words, report = load(language), material.report
    return write_xlsx(
        [
            _readme(report, theme, words),
            _vehicles(report, words),
            _energy(report, words),
            _power(report, words),
            _charge_points(report, words),
            _plan_class(report, words),
            _areas(report, words),
            _day(material, words),
        ],
        Properties(
            f"{report.terrain.terrain_name}, {words('factsheet.kind')}",
            created=report.run.ended_at.replace(microsecond=0),
        ),
    )


def _readme(report: TerrainReport, theme: Theme, words: Words) -> TextSheet:
    terrain, run = report.terrain, report.run
    facts = {
        "terrain": terrain.terrain_name,
        "municipality": terrain.municipality_name,
        "province": terrain.province_name,
        "nal_region": terrain.nal_region_name,
        "net": words.number(terrain.net_ha, 1),
        "gross": words.number(terrain.gross_ha, 1),
    }
    year = check_year_of_run(run, None)
    basis = basis_listing(report, words)
    return TextSheet(
        words("workbook.readme"),
        [
            Line(words("factsheet.kind"), "title"),
            *(Line(words(f"workbook.fact.{key}"), beside=text) for key, text in facts.items()),
            Line("RIN", beside=terrain.terrain_id),
            Line(
                words("factsheet.fact.location"),
                beside=footprint_text(terrain.footprint, terrain.location_quality, words),
            ),
            Line(words("workbook.about"), "heading"),
            Line("", beside=words("workbook.figures")),
            Line("", beside=words("workbook.day_note", year=year)),
            *(Line("", beside=text) for text in notes(report, words)),
            Line(words("factsheet.refinement.title"), "heading"),
            *(Line("", beside=text) for text in refinement_lines(report, words)),
            Line(words("factsheet.basis.title"), "heading"),
            *(Line(name, beside=f"{kind}. {quality}") for name, kind, quality in basis.rows),
            Line("", beside=run_line(run, theme, words)),
        ],
    )


def _column(words: Words, name: str, unit: str = "", decimals: int = 0) -> SheetColumn:
    return SheetColumn(words(f"workbook.column.{name}"), unit, decimals, is_grouped=name != _YEAR)


def _keys(report: TerrainReport) -> Iterator[tuple[int, str]]:
    """Return every year and scenario of the run."""
    return ((year, name) for year in report.run.years for name in report.run.scenarios)


def _vehicles(report: TerrainReport, words: Words) -> Sheet:
    unit = words("workbook.unit.vehicles")
    return Sheet(
        words("workbook.vehicles"),
        [
            _column(words, _YEAR),
            _column(words, "scenario"),
            _column(words, "vehicle_class"),
            _column(words, "now", unit),
            *(_column(words, name, unit, 1) for name in ("electric", "p10", "p90")),
        ],
        [
            (
                year,
                words(f"common.scenario.{scenario}"),
                words(f"common.vehicle_class.{name}"),
                report.vehicles.get(name, 0),
                report.electric_vehicles[year, scenario, name],
                *report.electric_vehicles_band[year, scenario, name],
            )
            for year, scenario in _keys(report)
            for name in CLASSES
        ],
    )


def _energy(report: TerrainReport, words: Words) -> Sheet:
    return Sheet(
        words("workbook.energy"),
        [
            _column(words, _YEAR),
            _column(words, "scenario"),
            _column(words, "location_type"),
            _column(words, "energy", words("workbook.unit.energy")),
        ],
        [
            (
                year,
                words(f"common.scenario.{scenario}"),
                words(f"common.location_type.{name}"),
                report.energy_kwh_per_year.get((year, scenario, name), 0.0),
            )
            for year, scenario in _keys(report)
            for name in LOCATION_TYPES
        ],
    )


def _power(report: TerrainReport, words: Words) -> Sheet:
    figures = ("design_peak", "p10", "p90", "typical_peak", "within", "outside")

    def row(year: int, scenario: str, strategy: str) -> tuple[Cell, ...]:
        power = report.power[year, scenario, ON_TERRAIN, strategy]
        low, high = report.power_band.get((year, scenario, strategy), (None, None))
        return (
            year,
            words(f"common.scenario.{scenario}"),
            words(f"common.strategy.{strategy}"),
            power.design_peak_kw,
            low,
            high,
            power.typical_peak_kw,
            power.design_peak_16_21_kw,
            power.design_peak_other_hours_kw,
        )

    return Sheet(
        words("workbook.power"),
        [
            _column(words, _YEAR),
            _column(words, "scenario"),
            _column(words, "strategy"),
            *(_column(words, name, "kW", 1) for name in figures),
        ],
        [
            row(year, scenario, strategy)
            for year, scenario in _keys(report)
            for strategy in POWER_STRATEGIES
            if (year, scenario, ON_TERRAIN, strategy) in report.power
        ],
    )


def _charge_points(report: TerrainReport, words: Words) -> Sheet:
    return Sheet(
        words("workbook.charge_points"),
        [
            _column(words, _YEAR),
            _column(words, "scenario"),
            _column(words, "charger", "kW"),
            _column(words, "points", words("workbook.unit.points"), 1),
        ],
        [
            (year, words(f"common.scenario.{scenario}"), power_kw, points)
            for year, scenario in _keys(report)
            for power_kw in POWER_CLASSES_KW
            for points in [report.charge_points.get((year, scenario, power_kw))]
            if points is not None
        ],
    )


def _plan_class(report: TerrainReport, words: Words) -> Sheet:
    names = ("scenario", "plan_class", "reason", "with_smart")
    return Sheet(
        words("workbook.plan_class"),
        [
            _column(words, _YEAR),
            *(_column(words, name) for name in names),
            SheetColumn(words("workbook.column.own_site_from"), is_grouped=False),
        ],
        [
            (
                year,
                words(f"common.scenario.{scenario}"),
                words(f"common.plan_class.{verdict.plan_class}"),
                words(f"common.rule.{verdict.rule_code}"),
                words(f"common.plan_class.{verdict.class_with_smart}"),
                verdict.own_site_from_year,
            )
            for year, scenario in _keys(report)
            for verdict in [report.plan_class[year, scenario]]
        ],
    )


def _areas(report: TerrainReport, words: Words) -> Sheet:
    def year(name: str) -> SheetColumn:
        return SheetColumn(words(f"workbook.column.{name}"), is_grouped=False)

    return Sheet(
        words("workbook.areas"),
        [
            _column(words, "area"),
            _column(words, "operator"),
            _column(words, "probability", decimals=2),
            _column(words, "status"),
            *(_column(words, name, "MW", 1) for name in ("available", "required", "queue")),
            year("relief"),
            year("tso_relief"),
            _column(words, "holds_on"),
        ],
        [
            (
                area.supply_area_id,
                area.grid_operator_name,
                area.match_probability,
                words(f"common.area_status.{area.status}"),
                area.demand_available_capacity_mw,
                area.demand_quoted_capacity_mw,
                area.demand_capacity_in_queue_mw,
                area.demand_alleviation_year,
                area.tso_alleviation_year,
                area.holds_on,
            )
            for area in report.areas
        ],
    )


def _day(material: Material, words: Words) -> Sheet:
    def clock(quarter: int) -> str:
        hour, part = divmod(quarter, QUARTERS_PER_HOUR)
        return f"{hour:02}:{part * _MINUTES_PER_QUARTER:02}"

    return Sheet(
        words("workbook.day"),
        [
            _column(words, "from"),
            *(
                SheetColumn(words(f"common.strategy.{strategy}"), "kW", 1)
                for strategy in STRATEGIES
            ),
        ],
        [
            (
                clock(quarter),
                *(material.curves_kw[strategy][quarter] for strategy in STRATEGIES),
            )
            for quarter in range(QUARTERS_PER_DAY)
        ],
    )
