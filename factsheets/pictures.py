"""The four pictures of a factsheet, each with what it shows in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from factsheets.bar_charts import Band, BarChart, Figure, draw_bars
from factsheets.day_chart import draw_day
from factsheets.key_figures import KILOWATT, PowerUnit
from factsheets.small_map import small_map
from forecast.footprint_text import footprint_text
from forecast.vocabulary import MID_SCENARIO, STRATEGIES
from models.units import MINUTES_PER_HOUR, QUARTERS_PER_HOUR, STRESS_END_HOUR, STRESS_START_HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from factsheets.material import Material
    from factsheets.surroundings import Surroundings
    from forecast.run_info import RunInfo
    from forecast.terrain_report import TerrainReport
    from forecast.theme import Colours
    from forecast.words import Words


@dataclass(frozen=True)
class Picture:
    """An SVG, what it is called, what it shows in words, and a note below it."""

    title: str
    svg: str
    alt: str
    note: str


def make_pictures(material: Material, words: Words, colours: Colours) -> tuple[Picture, ...]:
    """Return electric vehicles, added power, the day and the map of a terrain."""
    report = material.report
    return (
        vehicles_picture(
            report.run,
            report.all_electric_vehicles,
            report.all_electric_vehicles_band,
            words,
            colours,
        ),
        power_picture(
            report.run,
            lambda year, scenario, strategy: (
                report.on_terrain_power(year, scenario, strategy).design_peak_kw
            ),
            KILOWATT,
            words,
            colours,
        ),
        day_picture(
            material.curves_kw,
            material.year,
            words("factsheet.day.note", scenario=words(f"common.scenario.{material.scenario}")),
            KILOWATT,
            words,
            colours,
        ),
        _map(report, material.surroundings, words, colours),
    )


def vehicles_picture(
    run: RunInfo, vehicles: Figure, band: Band, words: Words, colours: Colours
) -> Picture:
    """Return the electric vehicles per year and scenario, with the band of the middle one."""
    chart = BarChart(
        "vehicles",
        run.years,
        run.scenarios,
        vehicles,
        "",
        band=band,
        band_name=words("factsheet.vehicles.band"),
    )
    told = " ".join(
        words(
            "factsheet.vehicles.alt_year",
            year=year,
            band=words.band(*band(year, MID_SCENARIO)),
            **{name: words.significant(vehicles(year, name)) for name in run.scenarios},
        )
        for year in run.years
    )
    return Picture(
        words("factsheet.vehicles.title"),
        draw_bars(chart, words, colours),
        words("factsheet.vehicles.alt", figures=told),
        words("factsheet.vehicles.note"),
    )


def power_picture(
    run: RunInfo,
    peak_kw: Callable[[int, str, str], float],
    unit: PowerUnit,
    words: Words,
    colours: Colours,
) -> Picture:
    """Return what the peak grows by since the first year; the peak itself if there is one year.

    Parameters
    ----------
    peak_kw
        Design peak of a year, scenario and strategy [kW].
    unit
        In which it is shown.
    """
    first, *later = run.years
    form = "added" if later else "peak"

    def shown(year: int, scenario: str, strategy: str) -> float:
        before = peak_kw(first, scenario, strategy) if later else 0.0
        return max(peak_kw(year, scenario, strategy) - before, 0.0) / unit.kw

    years = later or [first]
    unmanaged, smart = STRATEGIES[:2]
    chart = BarChart(
        "power",
        years,
        run.scenarios,
        lambda year, scenario: shown(year, scenario, unmanaged),
        unit.name,
        inner=lambda year, scenario: shown(year, scenario, smart),
        inner_name=words("factsheet.power.inner"),
    )
    told = " ".join(
        words(
            "factsheet.power.alt_year",
            year=year,
            smart=words.significant(shown(year, MID_SCENARIO, smart)),
            **{name: words.significant(shown(year, name, unmanaged)) for name in run.scenarios},
        )
        for year in years
    )
    return Picture(
        words(f"factsheet.power.title_{form}", first=first),
        draw_bars(chart, words, colours),
        words("factsheet.power.alt", figures=told, unit=unit.name),
        words("factsheet.power.note"),
    )


def day_picture(
    curves_kw: Mapping[str, Sequence[float]],
    year: int,
    note: str,
    unit: PowerUnit,
    words: Words,
    colours: Colours,
) -> Picture:
    """Return the load through a winter working day, with 16:00-21:00 marked."""
    start, end = STRESS_START_HOUR * QUARTERS_PER_HOUR, STRESS_END_HOUR * QUARTERS_PER_HOUR
    told = []
    for name in STRATEGIES:
        curve = [kw / unit.kw for kw in curves_kw[name]]
        quarter = curve.index(max(curve))
        told.append(
            words(
                "factsheet.day.alt_curve",
                strategy=words(f"common.strategy_short.{name}"),
                highest=words.significant(curve[quarter]),
                clock=_clock(quarter),
                window=words.significant(max(curve[start:end])),
                unit=unit.name,
            )
        )
    return Picture(
        words("factsheet.day.title", year=year),
        draw_day(curves_kw, unit, words, colours),
        words("factsheet.day.alt", year=year, curves=" ".join(told)),
        note,
    )


def _clock(quarter: int) -> str:
    hour, part = divmod(quarter, QUARTERS_PER_HOUR)
    return f"{hour}:{part * MINUTES_PER_HOUR // QUARTERS_PER_HOUR:02d}"


def _map(
    report: TerrainReport, surroundings: Surroundings, words: Words, colours: Colours
) -> Picture:
    svg, shown_places = small_map(report, surroundings, words, colours)
    terrain = report.terrain
    is_vague = not terrain.footprint.is_outline and terrain.location_quality == "gemeente"
    shape = "outline" if terrain.footprint.is_outline else "vague" if is_vague else "approximate"
    return Picture(
        words("factsheet.map.title"),
        svg,
        words(
            "factsheet.map.alt_outline" if terrain.footprint.is_outline else "factsheet.map.alt",
            name=terrain.terrain_name,
            terrains=len(surroundings.terrains),
            zones=len(surroundings.zones),
            sites=len(surroundings.sites),
            places=", ".join(shown_places) or words("factsheet.map.no_places"),
        ),
        words(
            f"factsheet.map.note_{shape}",
            quality=footprint_text(terrain.footprint, terrain.location_quality, words),
            municipality=terrain.municipality_name,
        ),
    )
