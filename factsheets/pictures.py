"""The four pictures of a factsheet, each with what it shows in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factsheets.bar_charts import BarChart, draw_bars
from factsheets.day_chart import draw_day
from factsheets.small_map import small_map
from forecast.vocabulary import MID_SCENARIO, STRATEGIES
from models.units import QUARTERS_PER_HOUR, STRESS_END_HOUR, STRESS_START_HOUR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from factsheets.material import Material
    from factsheets.surroundings import Surroundings
    from forecast.query import TerrainReport
    from forecast.theme import Colours
    from forecast.words import Words


@dataclass(frozen=True)
class Picture:
    """An SVG, what it is called, what it shows in words, and a note below it."""

    title: str
    svg: str
    alt: str
    note: str


def make_pictures(
    material: Material, year: int, words: Words, colours: Colours
) -> tuple[Picture, ...]:
    """Return electric vehicles, added power, the day and the map."""
    return (
        _vehicles(material.report, words, colours),
        _power(material.report, words, colours),
        _day(material.curves_kw, year, words, colours),
        _map(material.report, material.surroundings, words, colours),
    )


def _vehicles(report: TerrainReport, words: Words, colours: Colours) -> Picture:
    years, scenarios = report.run.years, report.run.scenarios
    chart = BarChart(
        "vehicles",
        years,
        scenarios,
        report.all_electric_vehicles,
        "",
        band=report.all_electric_vehicles_band,
        band_name=words("factsheet.vehicles.band"),
    )
    told = " ".join(
        words(
            "factsheet.vehicles.alt_year",
            year=year,
            band=words.band(*report.all_electric_vehicles_band(year, MID_SCENARIO)),
            **{
                name: words.significant(report.all_electric_vehicles(year, name))
                for name in scenarios
            },
        )
        for year in years
    )
    return Picture(
        words("factsheet.vehicles.title"),
        draw_bars(chart, words, colours),
        words("factsheet.vehicles.alt", figures=told),
        words("factsheet.vehicles.note"),
    )


def _power(report: TerrainReport, words: Words, colours: Colours) -> Picture:
    """Return what the peak grows by since the first year; the peak itself if there is one year."""
    first, *later = report.run.years
    form = "added" if later else "peak"

    def peak_kw(year: int, scenario: str, strategy: str) -> float:
        at_year = report.on_terrain_power(year, scenario, strategy).design_peak_kw
        if not later:
            return at_year
        return max(at_year - report.on_terrain_power(first, scenario, strategy).design_peak_kw, 0.0)

    years = later or [first]
    unmanaged, smart = STRATEGIES[:2]
    chart = BarChart(
        "power",
        years,
        report.run.scenarios,
        lambda year, scenario: peak_kw(year, scenario, unmanaged),
        words("factsheet.unit.kw"),
        inner=lambda year, scenario: peak_kw(year, scenario, smart),
        inner_name=words("factsheet.power.inner"),
    )
    told = " ".join(
        words(
            "factsheet.power.alt_year",
            year=year,
            smart=words.significant(peak_kw(year, MID_SCENARIO, smart)),
            **{
                name: words.significant(peak_kw(year, name, unmanaged))
                for name in report.run.scenarios
            },
        )
        for year in years
    )
    return Picture(
        words(f"factsheet.power.title_{form}", first=first),
        draw_bars(chart, words, colours),
        words("factsheet.power.alt", figures=told),
        words("factsheet.power.note"),
    )


def _day(
    curves_kw: Mapping[str, Sequence[float]], year: int, words: Words, colours: Colours
) -> Picture:
    start, end = STRESS_START_HOUR * QUARTERS_PER_HOUR, STRESS_END_HOUR * QUARTERS_PER_HOUR
    told = {}
    for name in STRATEGIES:
        curve = list(curves_kw[name])
        quarter = curve.index(max(curve))
        told[name] = words(
            "factsheet.day.alt_curve",
            strategy=words(f"common.strategy_short.{name}"),
            highest=words.significant(curve[quarter]),
            clock=f"{quarter // QUARTERS_PER_HOUR}:{quarter % QUARTERS_PER_HOUR * 15:02d}",
            window=words.significant(max(curve[start:end])),
        )
    return Picture(
        words("factsheet.day.title", year=year),
        draw_day(curves_kw, words, colours),
        words("factsheet.day.alt", year=year, curves=" ".join(told.values())),
        words("factsheet.day.note"),
    )


def _map(
    report: TerrainReport, surroundings: Surroundings, words: Words, colours: Colours
) -> Picture:
    svg, shown_places = small_map(report, surroundings, words, colours)
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
