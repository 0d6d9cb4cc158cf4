"""The pictures are true to the figures and say what they show."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from factsheets.axis import axis_for, nice_step
from factsheets.bar_charts import PLOT_BOTTOM, PLOT_TOP, BarChart, draw_bars, place_bars
from factsheets.content import FactsheetContent, make_content
from factsheets.day_chart import stepped_path
from factsheets.material import Material
from factsheets.small_map import small_map
from factsheets.surroundings import Spot
from forecast.footprints import circle_radius_m
from forecast.theme import Colours
from forecast.words import load

COLOURS = Colours()


def chart(largest: float = 90.0, years: tuple[int, ...] = (2025, 2030)) -> BarChart:
    return BarChart(
        "test",
        years,
        ("low", "mid", "high"),
        lambda _, scenario: {"low": 0.25, "mid": 0.5, "high": 1.0}[scenario] * largest,
        "kW",
        band=lambda *_: (0.4 * largest, 0.8 * largest),
    )


def test_bars_are_as_high_as_their_values() -> None:
    bars = place_bars(chart(), load("nl"))
    # Lines at 50 and 100: the top of the plot is 100.
    plot = PLOT_BOTTOM - PLOT_TOP
    assert [bar.height for bar in bars[:3]] == pytest.approx(
        [0.225 * plot, 0.45 * plot, 0.9 * plot]
    )
    assert [bar.whisker for bar in bars[:3]] == [
        None,
        pytest.approx((PLOT_BOTTOM - 0.72 * plot, PLOT_BOTTOM - 0.36 * plot)),
        None,
    ]
    assert [bar.label for bar in bars[:3]] == ["", "45", ""]


def test_the_band_of_the_middle_scenario_fits_the_plot() -> None:
    wide = replace(chart(), band=lambda *_: (0.0, 900.0))
    assert wide.largest == 900
    assert all(
        bar.whisker is None or bar.whisker[0] >= PLOT_TOP for bar in place_bars(wide, load("nl"))
    )


def test_the_day_is_level_within_a_quarter_and_steps_between() -> None:
    curve = [0.0] * 64 + [10.0] * 20 + [0.0] * 12
    path = stepped_path(curve, axis_for(10.0, 110.0, 10.0))
    # From zero at 16:00 up to the top, and down again at 21:00, on 292 of 300 units.
    assert path == "M4 110.0H198.7V10.0H259.5V110.0H296"


@pytest.mark.parametrize(
    ("largest", "step"),
    [
        pytest.param(0.0, 1.0, id="nothing"),
        pytest.param(4.0, 1.0, id="exact"),
        pytest.param(3900.0, 1000.0, id="thousands"),
        pytest.param(0.07, 0.02, id="small"),
    ],
)
def test_grid_lines_are_round(largest: float, step: float) -> None:
    assert nice_step(largest) == pytest.approx(step)


@pytest.mark.parametrize(
    ("largest", "labels"),
    [
        pytest.param(9.0, ["5", "10 kW"], id="steps of five"),
        pytest.param(7.0, ["2", "4", "6", "8 kW"], id="steps of two"),
        pytest.param(0.9, ["0,5", "1,0 kW"], id="steps of a half"),
        pytest.param(0.0, [], id="nothing to measure"),
    ],
)
def test_grid_lines_are_named_by_their_value(largest: float, labels: list[str]) -> None:
    drawn = draw_bars(chart(largest), load("nl"), COLOURS)
    assert re.findall(r'font-size="9" fill="#52616a"[^>]*>([^<]*)<', drawn) == labels


def test_the_map_says_what_its_signs_mean_and_how_sure_the_place_is(
    sheet: Material, content: FactsheetContent
) -> None:
    words = load("nl")
    svg, _ = small_map(sheet.report, sheet.surroundings, words, COLOURS)
    for sign in ("this", "other", "zone", "site"):
        assert f">{words(f'factsheet.map.{sign}')}</text>" in svg
    told = {
        quality: make_content(_placed(sheet, quality), "nl").pictures[-1].note
        for quality in ("gemeente", "kern", "polygon")
    }
    assert told["gemeente"] == content.pictures[-1].note
    assert "ergens in Eindhoven" in told["gemeente"]
    assert "Bij benadering" in told["kern"]
    assert "benadering" not in told["polygon"]


def test_no_place_name_lies_across_the_terrain(sheet: Material) -> None:
    middle = Spot("Midden", 0.0, 0.0, 0.0)
    report = _placed(sheet, "kern").report
    svg, names = small_map(
        report, replace(sheet.surroundings, places=(middle,)), load("nl"), COLOURS
    )
    [ring] = re.findall(r'cy="([0-9.]+)" r="([0-9.]+)" fill="none"', svg)
    [baseline] = {float(y) for y in re.findall(r'y="([0-9.]+)"[^>]*>Midden<', svg)}
    assert names == ["Midden"]
    assert baseline < float(ring[0]) - float(ring[1])


def test_a_circle_has_the_area_of_the_terrain() -> None:
    assert circle_radius_m(100.0) ** 2 * 3.141592653589793 == pytest.approx(1_000_000)


def _placed(material: Material, quality: str) -> Material:
    ground = material.report.terrain.footprint
    if quality == "polygon":
        wkt = "POLYGON ((0 0, 1000 0, 1000 1000, 0 0))"
        ground = replace(ground, footprint_quality="outline", outline_wkt=wkt)
    terrain = replace(material.report.terrain, location_quality=quality, footprint=ground)
    return replace(material, report=replace(material.report, terrain=terrain))
