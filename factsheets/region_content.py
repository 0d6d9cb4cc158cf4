"""What the sheet of a region says: totals, its terrains in order, its grid, what to do first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from factsheets.lines import Link, NamedText
from factsheets.pictures import (
    Picture,
    day_picture,
    power_picture,
    vehicles_picture,
)
from factsheets.provenance import run_line
from factsheets.region_figures import key_figures, power_unit, table_lines
from factsheets.region_map import region_map
from factsheets.region_priorities import first_steps
from factsheets.region_ranking import Ranking, rank_terrains, ranking_note
from factsheets.sheet import OWN_STYLE, SheetContent
from factsheets.tables import Listing, make_tables
from forecast.credits import credits_text
from forecast.grid_text import relief_text
from forecast.theme import Theme
from forecast.vocabulary import MID_SCENARIO, PLAN_CLASSES
from forecast.words import Words, load

if TYPE_CHECKING:
    from forecast.region_parts import RegionArea
    from forecast.region_report import RegionReport

MOST_AREAS: Final = 20
_PERCENT: Final = 100


@dataclass(frozen=True)
class ClassCount:
    """A plan class with its terrains in the year of the key figures, and in the other years."""

    code: str
    label: str
    count: str
    years: str


@dataclass(frozen=True, kw_only=True)
class RegionContent(SheetContent):
    """A whole sheet of a region in words."""

    template: ClassVar[str] = "region"

    plan_counts: tuple[ClassCount, ...]
    first_title: str
    first: tuple[NamedText, ...]
    ranking_title: str
    ranking_note: str
    ranking: Ranking
    areas_title: str
    areas_note: str
    areas: Listing
    zones_title: str
    zones: tuple[NamedText, ...]

    @property
    def icon_codes(self) -> list[str]:
        """The plan classes whose icons stand on the sheet: all of them."""
        return list(PLAN_CLASSES)


def make_region_content(
    report: RegionReport,
    language: str,
    theme: Theme = OWN_STYLE,
    links: Mapping[str, str] | None = None,
    nav: tuple[Link, ...] = (),
) -> RegionContent:
    """Return the content of the sheet of a region.

    Parameters
    ----------
    report
        The region; see `forecast.region_report`.
    language
        ``nl`` or ``en``.
    theme
        House style of who publishes.
    links
        Address of the factsheet of a terrain, where there is one.
    nav
        Pages that stand beside it, linked from its head on a screen.
    """
    words = load(language)
    year, selection = report.year, report.selection
    return RegionContent(
        theme=theme,
        nav=nav,
        language=language,
        kind=words("regionsheet.kind"),
        name=words("regionsheet.nation") if selection.is_national else selection.region_name,
        place_line=_place_line(report, words),
        facts=_facts(report, words),
        plan_title=words("regionsheet.plan.title", year=year),
        plan_counts=_class_counts(report, words),
        first_title=words("regionsheet.first.title"),
        first=first_steps(report, words),
        key_title=words(
            "factsheet.key.title",
            year=year,
            scenario=words(f"common.scenario.{MID_SCENARIO}"),
        ),
        key_figures=key_figures(report, words),
        pictures=_pictures(report, words, theme),
        ranking_title=words("regionsheet.ranking.title"),
        ranking_note=ranking_note(report, words),
        ranking=rank_terrains(report, links or {}, words),
        areas_title=words("regionsheet.areas.title"),
        areas_note=_areas_note(report, words),
        areas=_areas(report, words),
        zones_title=words("regionsheet.zones.title"),
        zones=_zones(report, words),
        tables_title=words("factsheet.table.title"),
        tables=make_tables(table_lines(report, words), report.run, words),
        basis_title=words("factsheet.basis.title"),
        notes=(
            words("regionsheet.notes.modelled"),
            words("factsheet.notes.scenarios"),
            words("regionsheet.notes.bands"),
            words("regionsheet.notes.peaks"),
            words("regionsheet.notes.reason"),
            words("factsheet.notes.sources", sources=credits_text(report.run, words)),
        ),
        run_line=run_line(report.run, theme, words),
        page=words("regionsheet.page", page="%p", pages="%n"),
    )


def _place_line(report: RegionReport, words: Words) -> str:
    level = words(f"regionsheet.level.{report.selection.level}")
    if not report.parents:
        return level
    province, nal_region = report.parents
    return words("regionsheet.place", level=level, province=province, nal_region=nal_region)


def _facts(report: RegionReport, words: Words) -> tuple[NamedText, ...]:
    figures = report.figures[report.year, MID_SCENARIO]
    approximate = sum(terrain.location_quality == "gemeente" for terrain in report.terrains)
    return (
        NamedText(words("regionsheet.fact.terrains"), words.number(len(report.terrains))),
        NamedText(
            words("factsheet.fact.area"),
            words(
                "factsheet.area",
                net=words.number(report.net_ha),
                gross=words.number(report.gross_ha),
            ),
        ),
        NamedText(words("factsheet.fact.fleet"), words.significant(figures.vehicles)),
        NamedText(
            words("factsheet.fact.location"),
            words("regionsheet.located", count=words.number(approximate)),
        ),
    )


def _class_counts(report: RegionReport, words: Words) -> tuple[ClassCount, ...]:
    def count(year: int, name: str) -> str:
        return words.number(report.figures[year, MID_SCENARIO].of_class(name))

    return tuple(
        ClassCount(
            name,
            words(f"common.plan_class_short.{name}"),
            count(report.year, name),
            " · ".join(
                f"{year}: {count(year, name)}" for year in report.run.years if year != report.year
            ),
        )
        for name in PLAN_CLASSES
    )


def _pictures(report: RegionReport, words: Words, theme: Theme) -> tuple[Picture, ...]:
    def peak_kw(year: int, scenario: str, strategy: str) -> float:
        return report.figures[year, scenario].design_peak_kw(strategy)

    unit = power_unit(report)

    return (
        vehicles_picture(
            report.run,
            report.electric_vehicles,
            lambda year, scenario: report.vehicles_band[year, scenario],
            words,
            theme.colours,
        ),
        power_picture(report.run, peak_kw, unit, words, theme.colours),
        day_picture(
            report.curves_kw,
            report.year,
            words("regionsheet.day_note"),
            unit,
            words,
            theme.colours,
        ),
        region_map(report, words, theme.colours),
    )


def _areas_note(report: RegionReport, words: Words) -> str:
    left = max(len(report.areas) - MOST_AREAS, 0)
    note = words("regionsheet.areas.note", year=report.year)
    return f"{note} {words('regionsheet.areas.cut', count=left)}" if left else note


def _areas(report: RegionReport, words: Words) -> Listing:
    def megawatts(value: float | None) -> str:
        return words("regionsheet.none") if value is None else words.number(value)

    def chance(value: float | None) -> str:
        return words("regionsheet.none") if value is None else f"{words.number(value * _PERCENT)} %"

    def row(area: RegionArea) -> tuple[str, ...]:
        return (
            area.supply_area_id,
            area.grid_operator_name,
            words(f"common.area_status.{area.status}"),
            words.number(area.terrains),
            megawatts(area.demand_available_capacity_mw),
            megawatts(area.demand_quoted_capacity_mw),
            megawatts(area.demand_capacity_in_queue_mw),
            relief_text(area.demand_alleviation, area.demand_alleviation_year, words),
            chance(area.fits_probability),
            chance(area.smart_fits_probability),
        )

    names = ("area", "operator", "status", "terrains", "available", "required", "queue", "relief")
    return Listing(
        tuple(words(f"regionsheet.areas.{name}") for name in (*names, "fits", "smart_fits")),
        tuple(row(area) for area in report.areas[:MOST_AREAS]),
    )


def _zones(report: RegionReport, words: Words) -> tuple[NamedText, ...]:
    if not report.zones:
        return (NamedText(words("regionsheet.zones.none_name"), words("regionsheet.zones.none")),)
    return tuple(
        NamedText(
            zone.zone_name,
            words(
                "regionsheet.zones.line",
                municipality=zone.municipality_name,
                start=words.date(zone.start_date) if zone.start_date else words("common.unknown"),
            ),
        )
        for zone in report.zones
    )
