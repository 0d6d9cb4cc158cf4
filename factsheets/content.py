"""What a factsheet says: a report turned into words, in the order of the page.

Both renderers take `FactsheetContent` and add nothing to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from factsheets.key_figures import key_figures
from factsheets.lines import Link, NamedText, overlay_lines, transmission_caution
from factsheets.pictures import make_pictures
from factsheets.provenance import basis_listing, notes, refinement_lines, run_line
from factsheets.sheet import OWN_STYLE, SheetContent
from factsheets.tables import Listing, all_tables
from forecast.few_sessions import few_sessions_sentence
from forecast.footprint_text import footprint_text
from forecast.grid_text import change_sentences
from forecast.theme import Theme
from forecast.vocabulary import VEHICLE_CLASSES
from forecast.words import Words, load

if TYPE_CHECKING:
    from factsheets.material import Material
    from forecast.few_sessions import FewSessions
    from forecast.terrain_report import TerrainReport


@dataclass(frozen=True)
class YearClass:
    """The plan class of one year."""

    year: str
    code: str
    label: str


@dataclass(frozen=True, kw_only=True)
class FactsheetContent(SheetContent):
    """A whole factsheet in words."""

    template: ClassVar[str] = "factsheet"

    plan_code: str
    plan_label: str
    plan_context: str
    plan_texts: tuple[NamedText, ...]
    plan_years_title: str
    plan_years: tuple[YearClass, ...]
    lines_title: str
    lines: tuple[NamedText, ...]
    refinements_title: str
    refinements: tuple[str, ...]
    basis: Listing

    @property
    def icon_codes(self) -> list[str]:
        """The plan classes whose icons stand on the sheet."""
        return sorted({self.plan_code, *(year.code for year in self.plan_years)})


def make_content(
    material: Material, language: str, theme: Theme = OWN_STYLE, nav: tuple[Link, ...] = ()
) -> FactsheetContent:
    """Return the content of a factsheet, in Dutch (``nl``) or English (``en``).

    Pages that stand beside it (`nav`) are linked from its head on a screen.
    """
    report, few = material.report, material.few
    words = load(language)
    terrain = report.terrain
    year, scenario = material.year, material.scenario
    verdict = report.plan_class[year, scenario]
    in_words = words(f"common.scenario.{scenario}")
    return FactsheetContent(
        theme=theme,
        nav=nav,
        language=language,
        kind=words("factsheet.kind"),
        name=terrain.terrain_name,
        place_line=words(
            "factsheet.municipality_line",
            municipality=terrain.municipality_name,
            province=terrain.province_name,
            nal_region=terrain.nal_region_name,
        ),
        facts=_facts(report, words),
        plan_title=words("factsheet.plan.title"),
        plan_code=verdict.plan_class,
        plan_label=words(f"common.plan_class.{verdict.plan_class}"),
        plan_context=f"{year}, {words('factsheet.scenario', scenario=in_words)}",
        plan_texts=_plan_texts(report, few, year, scenario, words),
        plan_years_title=words("factsheet.plan.per_year", scenario=in_words),
        plan_years=tuple(
            YearClass(str(held), code, words(f"common.plan_class_short.{code}"))
            for held in report.run.years
            for code in [report.plan_class[held, scenario].plan_class]
        ),
        key_title=words("factsheet.key.title", year=year, scenario=in_words),
        key_figures=key_figures(report, year, scenario, words),
        pictures=make_pictures(material, words, theme.colours),
        lines_title=words("factsheet.lines.title"),
        lines=overlay_lines(report, year, scenario, words),
        tables_title=words("factsheet.table.title"),
        tables=all_tables(report, words),
        refinements_title=words("factsheet.refinement.title"),
        refinements=refinement_lines(report, words),
        basis_title=words("factsheet.basis.title"),
        basis=basis_listing(report, words),
        notes=notes(report, words),
        run_line=run_line(report.run, theme, words),
        page=words("factsheet.page", page="%p"),
    )


def _plan_texts(
    report: TerrainReport, few: FewSessions, year: int, scenario: str, words: Words
) -> tuple[NamedText, ...]:
    rule = report.plan_class[year, scenario].rule_code
    changes = " ".join(change_sentences(report, year, scenario, words))
    sentence = few_sessions_sentence(few, words)
    is_empty = not any(report.vehicles.values())
    return (
        *(
            [NamedText(words("factsheet.no_vehicles_name"), words("factsheet.no_vehicles"))]
            if is_empty
            else []
        ),
        NamedText(words("factsheet.reason"), words(f"common.rule.{rule}")),
        NamedText(words("factsheet.change"), changes),
        *transmission_caution(report, year, words),
        *([NamedText(words("factsheet.few"), sentence)] if sentence else []),
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
            footprint_text(terrain.footprint, terrain.location_quality, words),
        ),
        NamedText(words("factsheet.fact.fleet"), fleet),
    )
