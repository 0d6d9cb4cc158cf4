"""What the sheet of a region says: totals, its terrains in order, its grid, what to do first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from factsheets.key_figures import KILOWATT, MEGAWATT, KeyFigure, PowerUnit, band_and_range
from factsheets.lines import Link, NamedText
from factsheets.pictures import (
    Picture,
    day_picture,
    power_picture,
    vehicles_picture,
)
from factsheets.provenance import run_line
from factsheets.region_map import region_map
from factsheets.region_priorities import first_steps
from factsheets.sheet import OWN_STYLE, SheetContent
from factsheets.tables import Line, Listing, make_tables
from forecast.credits import credits_text
from forecast.grid_text import relief_text
from forecast.theme import Theme
from forecast.vocabulary import MID_SCENARIO, NATION, PLAN_CLASSES, STRATEGIES
from forecast.words import Words, load
from models.units import KWH_PER_MWH

if TYPE_CHECKING:
    from forecast.region_report import RankedTerrain, RegionArea, RegionReport

MOST_RANKED: Final = 150
"""Terrains in the ranked table: every municipality and most provinces fit, and nobody reads on."""
MOST_AREAS: Final = 20
_PERCENT: Final = 100
_LEAST_IN_MW: Final = 10
"""A region of less is told in kW, as its terrains are."""


@dataclass(frozen=True)
class ClassCount:
    """A plan class with its terrains in the year of the key figures, and in the other years."""

    code: str
    label: str
    count: str
    years: str


@dataclass(frozen=True)
class RankedRow:
    """A terrain in the ranked table: rank and names, its class, its figures and its area."""

    names: tuple[str, ...]
    code: str
    label: str
    figures: tuple[str, ...]
    area: str
    link: str


@dataclass(frozen=True)
class Ranking:
    """The ranked table: its headings in the order of `RankedRow`, and its rows."""

    names: tuple[str, ...]
    plan_class: str
    figures: tuple[str, ...]
    area: str
    rows: tuple[RankedRow, ...]


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
        key_figures=_key_figures(report, words),
        pictures=_pictures(report, words, theme),
        ranking_title=words("regionsheet.ranking.title"),
        ranking_note=_ranking_note(report, words),
        ranking=_ranking(report, links or {}, words),
        areas_title=words("regionsheet.areas.title"),
        areas_note=_areas_note(report, words),
        areas=_areas(report, words),
        zones_title=words("regionsheet.zones.title"),
        zones=_zones(report, words),
        tables_title=words("factsheet.table.title"),
        tables=make_tables(_sections(report, words), report.run, words),
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


def _key_figures(report: RegionReport, words: Words) -> tuple[KeyFigure, ...]:
    year = report.year
    figures = report.figures[year, MID_SCENARIO]
    unit = _power_unit(report)

    def energy_mwh(scenario: str) -> float:
        return report.energy_kwh_per_year(year, scenario) / KWH_PER_MWH

    def vehicles(scenario: str) -> float:
        return report.electric_vehicles(year, scenario)

    def peak(scenario: str) -> float:
        return report.figures[year, scenario].unmanaged_design_peak_kw / unit.kw

    def scaled(figure: Callable[[str], float], ratios: tuple[float, float]) -> tuple[float, float]:
        return figure(MID_SCENARIO) * ratios[0], figure(MID_SCENARIO) * ratios[1]

    return (
        KeyFigure(
            words.significant(vehicles(MID_SCENARIO)),
            "",
            words("factsheet.key.vehicles"),
            words(
                "factsheet.key.vehicles_detail",
                vans=words.significant(figures.electric_vans),
                trucks=words.significant(figures.electric_trucks),
            ),
            *band_and_range(vehicles, report.vehicles_band[year, MID_SCENARIO], words),
        ),
        KeyFigure(
            words.significant(energy_mwh(MID_SCENARIO)),
            words("factsheet.unit.mwh"),
            words("regionsheet.key.energy"),
            words(
                "regionsheet.key.energy_detail",
                hub=words.significant(figures.shared_hub_energy_kwh_per_year / KWH_PER_MWH),
            ),
            *band_and_range(
                energy_mwh, scaled(energy_mwh, report.energy_band[year, MID_SCENARIO]), words
            ),
        ),
        KeyFigure(
            words.significant(peak(MID_SCENARIO)),
            unit.name,
            words("regionsheet.key.power"),
            words(
                "regionsheet.key.power_detail",
                smart=words.significant(figures.smart_design_peak_kw / unit.kw),
                unit=unit.name,
            ),
            *band_and_range(peak, scaled(peak, report.peak_band), words),
        ),
    )


def _power_unit(report: RegionReport) -> PowerUnit:
    """Return the unit in which the power of a region is readable."""
    peak_kw = report.figures[report.year, MID_SCENARIO].unmanaged_design_peak_kw
    return KILOWATT if peak_kw < _LEAST_IN_MW * MEGAWATT.kw else MEGAWATT


def _pictures(report: RegionReport, words: Words, theme: Theme) -> tuple[Picture, ...]:
    def peak_kw(year: int, scenario: str, strategy: str) -> float:
        return report.figures[year, scenario].design_peak_kw(strategy)

    unit = _power_unit(report)

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


def _ranking_note(report: RegionReport, words: Words) -> str:
    left = len(report.terrains) - MOST_RANKED
    key = "regionsheet.ranking.note_cut" if left > 0 else "regionsheet.ranking.note"
    return words(
        key,
        year=report.year,
        first=min(report.run.years),
        shown=words.number(MOST_RANKED),
        count=words.number(len(report.terrains)),
    )


def _ranking(report: RegionReport, links: Mapping[str, str], words: Words) -> Ranking:
    has_municipality = report.selection.level != "municipality"

    def row(rank: int, terrain: RankedTerrain) -> RankedRow:
        figures = (
            terrain.electric_vehicles,
            terrain.energy_kwh_per_year / KWH_PER_MWH,
            terrain.design_peak_kw,
            terrain.added_peak_kw,
            terrain.smart_peak_kw,
        )
        return RankedRow(
            (
                str(rank),
                terrain.terrain_name,
                *([terrain.municipality_name] if has_municipality else []),
            ),
            terrain.plan_class,
            words(f"common.plan_class_short.{terrain.plan_class}"),
            tuple(words.significant(figure) for figure in figures),
            _area_status(terrain, words),
            links.get(terrain.terrain_id, ""),
        )

    def headings(*names: str) -> tuple[str, ...]:
        return tuple(words(f"regionsheet.ranking.{name}") for name in names)

    return Ranking(
        headings("rank", "terrain", *(["municipality"] if has_municipality else [])),
        words("regionsheet.ranking.class"),
        headings("vehicles", "energy", "peak", "added", "smart"),
        words("regionsheet.ranking.area"),
        tuple(
            row(rank, terrain)
            for rank, terrain in enumerate(report.terrains[:MOST_RANKED], start=1)
        ),
    )


def _area_status(terrain: RankedTerrain, words: Words) -> str:
    if terrain.supply_area_id is None:
        return words("common.unknown")
    relief = f", {terrain.relief_year}" if terrain.relief_year else ""
    status = words(f"regionsheet.status.{terrain.area_status}")
    return f"{terrain.supply_area_id}: {status}{relief}"


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


def _sections(report: RegionReport, words: Words) -> dict[str, list[Line]]:
    def of(column: str, divisor: float = 1.0) -> Callable[[int, str], float | None]:
        def figure(year: int, scenario: str) -> float | None:
            value = getattr(report.figures[year, scenario], column)
            return None if value is None else float(value) / divisor

        return figure

    unit = _power_unit(report)
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


_Of = Callable[..., Callable[[int, str], float | None]]


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
