"""What a factsheet says: a report turned into words, in the order of the page.

Both renderers take `FactsheetContent` and add nothing to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factsheets.charts import peak_chart, small_map
from factsheets.lines import NamedText, overlay_lines, transmission_caution
from factsheets.tables import Table, all_tables
from forecast.grid_text import change_sentences
from forecast.query import check_year_of_run
from forecast.vocabulary import LOCATION_TYPES, STRATEGIES, VEHICLE_CLASSES
from forecast.words import Words, load

if TYPE_CHECKING:
    from factsheets.surroundings import Surroundings
    from forecast.query import TerrainReport

KWH_PER_MWH: Final = 1000
_MID: Final = "mid"


@dataclass(frozen=True)
class KeyFigure:
    """One of the three figures that matter."""

    value: str
    unit: str
    label: str
    detail: str
    range: str


@dataclass(frozen=True)
class YearClass:
    """The plan class of one year."""

    year: str
    code: str
    label: str


@dataclass(frozen=True)
class Picture:
    """An SVG, what it is called, what it shows in words, and a note below it."""

    title: str
    svg: str
    alt: str
    note: str


@dataclass(frozen=True)
class FactsheetContent:
    """A whole factsheet in words."""

    language: str
    kind: str
    name: str
    municipality_line: str
    facts: tuple[NamedText, ...]
    plan_title: str
    plan_code: str
    plan_label: str
    plan_context: str
    plan_texts: tuple[NamedText, ...]
    plan_years_title: str
    plan_years: tuple[YearClass, ...]
    key_title: str
    key_figures: tuple[KeyFigure, ...]
    chart: Picture
    map: Picture
    lines_title: str
    lines: tuple[NamedText, ...]
    tables_title: str
    tables: tuple[Table, ...]
    basis_title: str
    basis: tuple[str, ...]
    run_line: str
    page: str


def make_content(
    report: TerrainReport, surroundings: Surroundings, language: str
) -> FactsheetContent:
    """Return the content of the factsheet of a report, in Dutch (``nl``) or English (``en``)."""
    words = load(language)
    terrain = report.terrain
    year = check_year_of_run(report.run, None)
    verdict = report.plan_class[year, _MID]
    return FactsheetContent(
        language=language,
        kind=words("factsheet.kind"),
        name=terrain.terrain_name,
        municipality_line=words(
            "factsheet.municipality_line",
            municipality=terrain.municipality_name,
            province=terrain.province_name,
            nal_region=terrain.nal_region_name,
        ),
        facts=_facts(report, words),
        plan_title=words("factsheet.plan.title"),
        plan_code=verdict.plan_class,
        plan_label=words(f"common.plan_class.{verdict.plan_class}"),
        plan_context=f"{year}, {words('factsheet.mid')}",
        plan_texts=(
            NamedText(words("factsheet.reason"), words(f"common.rule.{verdict.rule_code}")),
            NamedText(
                words("factsheet.change"), " ".join(change_sentences(report, year, _MID, words))
            ),
            *transmission_caution(report, year, words),
        ),
        plan_years_title=words("factsheet.plan.per_year"),
        plan_years=tuple(
            YearClass(str(held), code, words(f"common.plan_class_short.{code}"))
            for held in report.run.years
            for code in [report.plan_class[held, _MID].plan_class]
        ),
        key_title=words("factsheet.key.title", year=year),
        key_figures=_key_figures(report, year, words),
        chart=_chart(report, words),
        map=_map(report, surroundings, words),
        lines_title=words("factsheet.lines.title"),
        lines=overlay_lines(report, year, words),
        tables_title=words("factsheet.table.title"),
        tables=all_tables(report, words),
        basis_title=words("factsheet.basis.title"),
        basis=_basis(report, words),
        run_line=words(
            "factsheet.run_line",
            version=report.run.code_version,
            run=report.run.run_id,
            date=words.date(report.run.ended_at.date()),
        ),
        page=words("factsheet.page", page="%p", pages="%n"),
    )


def _facts(report: TerrainReport, words: Words) -> tuple[NamedText, ...]:
    terrain = report.terrain
    area = words(
        "factsheet.area",
        net=words.number(terrain.net_ha, 1),
        gross=words.number(terrain.gross_ha, 1),
    )
    if terrain.issuable_ha > 0:
        area += ", " + words("factsheet.issuable", issuable=words.number(terrain.issuable_ha, 1))
    register = words("factsheet.register", year=terrain.reference_year)
    if terrain.ibis_type_code:
        register += ", " + words("factsheet.type_code", code=terrain.ibis_type_code)
    fleet = ", ".join(
        f"{words.number(report.vehicles.get(name, 0))} "
        + words(f"common.vehicle_class.{name}").lower()
        for name in VEHICLE_CLASSES
    )
    return (
        NamedText(words("factsheet.fact.rin"), terrain.terrain_id),
        NamedText(words("factsheet.fact.area"), area),
        NamedText(words("factsheet.fact.register"), register),
        NamedText(
            words("factsheet.fact.location"),
            words(f"common.location_quality.{terrain.location_quality}"),
        ),
        NamedText(words("factsheet.fact.fleet"), fleet),
    )


def _key_figures(report: TerrainReport, year: int, words: Words) -> tuple[KeyFigure, ...]:
    def vehicles(scenario: str, names: tuple[str, ...] = VEHICLE_CLASSES) -> float:
        return sum(report.electric_vehicles[year, scenario, name] for name in names)

    def energy(scenario: str) -> float:
        return report.on_terrain_energy_kwh_per_year(year, scenario) / KWH_PER_MWH

    def peak(scenario: str, strategy: str = STRATEGIES[0]) -> float:
        return report.on_terrain_power(year, scenario, strategy).design_peak_kw

    def scenario_range(low: float, high: float) -> str:
        return words("factsheet.range", low=words.significant(low), high=words.significant(high))

    total = sum(report.energy_kwh_per_year[year, _MID, name] for name in LOCATION_TYPES)
    return (
        KeyFigure(
            words.significant(vehicles(_MID)),
            "",
            words("factsheet.key.vehicles"),
            words(
                "factsheet.key.vehicles_detail",
                vans=words.significant(vehicles(_MID, VEHICLE_CLASSES[:1])),
                trucks=words.significant(vehicles(_MID, VEHICLE_CLASSES[1:])),
            ),
            scenario_range(vehicles("low"), vehicles("high")),
        ),
        KeyFigure(
            words.significant(energy(_MID)),
            words("factsheet.key.energy_unit"),
            words("factsheet.key.energy"),
            words("factsheet.key.energy_detail", total=words.significant(total / KWH_PER_MWH)),
            scenario_range(energy("low"), energy("high")),
        ),
        KeyFigure(
            words.significant(peak(_MID)),
            words("factsheet.key.power_unit"),
            words("factsheet.key.power"),
            words("factsheet.key.power_detail", smart=words.significant(peak(_MID, "smart"))),
            scenario_range(peak("low"), peak("high")),
        ),
    )


def _chart(report: TerrainReport, words: Words) -> Picture:
    figures = " ".join(
        words(
            "factsheet.chart.alt_year",
            year=year,
            **{
                strategy: words.significant(
                    report.on_terrain_power(year, _MID, strategy).design_peak_kw
                )
                for strategy in STRATEGIES
            },
        )
        for year in report.run.years
    )
    return Picture(
        words("factsheet.chart.title"),
        peak_chart(report, words),
        words("factsheet.chart.alt", figures=figures),
        words("factsheet.chart.note"),
    )


def _map(report: TerrainReport, surroundings: Surroundings, words: Words) -> Picture:
    svg, shown_places = small_map(report, surroundings, words)
    quality = report.terrain.location_quality
    note = "note" if quality == "polygon" else "note_approximate"
    return Picture(
        words("factsheet.map.title"),
        svg,
        words(
            "factsheet.map.alt",
            name=report.terrain.terrain_name,
            terrains=len(surroundings.terrains),
            zones=len(surroundings.zones),
            sites=len(surroundings.sites),
            places=", ".join(shown_places) or words("factsheet.map.no_places"),
        ),
        words(f"factsheet.map.{note}", quality=words(f"common.location_quality.{quality}")),
    )


def _basis(report: TerrainReport, words: Words) -> tuple[str, ...]:
    refined = [
        words(f"common.vehicle_class.{name}").lower()
        for name in VEHICLE_CLASSES
        if report.fleet_basis.get(name) == "refined"
    ]
    issues = [words(f"common.issue.{code}") for code in report.terrain.issue_codes]
    return (
        words("factsheet.basis.modelled"),
        *([words("factsheet.basis.refined", classes=", ".join(refined))] if refined else []),
        words("factsheet.basis.observed"),
        f"{words('factsheet.on_date')} {words('factsheet.basis.scenarios')}",
        *([words("factsheet.basis.issues", issues="; ".join(issues))] if issues else []),
        words("factsheet.basis.sources"),
    )
