"""The chart and the small map are true to the figures and say what they show."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from factsheets.charts import bars, nice_step, peak_chart, small_map
from factsheets.content import FactsheetContent, make_content
from factsheets.surroundings import Spot, Surroundings, circle_radius_m
from forecast.query import TerrainReport
from forecast.words import load


def test_bars_are_as_high_as_their_values(sheet: tuple[TerrainReport, Surroundings]) -> None:
    report, _ = sheet
    drawn, top = bars(report, load("nl"))
    peaks = [
        report.on_terrain_power(year, "mid", strategy).design_peak_kw
        for year in report.run.years
        for strategy in ("unmanaged", "smart", "night_block")
    ]
    plot_height = 184.0  # from 34 to 218 on the canvas
    assert [bar.height for bar in drawn] == pytest.approx(
        [plot_height * peak / top for peak in peaks]
    )
    assert all(bar.whisker_top <= bar.y <= bar.whisker_bottom for bar in drawn)


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
    ("unmanaged_kw", "labels"),
    [
        pytest.param(9.0, ["5", "10 kW"], id="steps of five"),
        pytest.param(7.0, ["2", "4", "6", "8 kW"], id="steps of two"),
        pytest.param(0.9, ["0,5", "1,0 kW"], id="steps of a half"),
        pytest.param(0.0, [], id="nothing to measure"),
    ],
)
def test_grid_lines_are_named_by_their_value(
    sheet: tuple[TerrainReport, Surroundings], unmanaged_kw: float, labels: list[str]
) -> None:
    report = _with_peaks(sheet[0], unmanaged_kw)
    drawn = peak_chart(report, load("nl"))
    assert re.findall(r'font-size="9.5" fill="#52616a">([^<]*)<', drawn) == labels


def test_figures_of_many_years_leave_each_other_room(
    sheet: tuple[TerrainReport, Surroundings], six_years: TerrainReport
) -> None:
    three, _ = bars(sheet[0], load("nl"))
    six, _ = bars(six_years, load("nl"))
    assert all(bar.label for bar in three)
    assert [bool(bar.label) for bar in six] == [True, False, False] * 6


def test_the_map_says_what_its_signs_mean_and_how_sure_the_place_is(
    sheet: tuple[TerrainReport, Surroundings], content: FactsheetContent
) -> None:
    words = load("nl")
    svg, _ = small_map(*sheet, words)
    for sign in ("this", "other", "zone", "site"):
        assert f">{words(f'factsheet.map.{sign}')}</text>" in svg
    assert "bij benadering" in content.map.note
    surveyed = replace(sheet[0], terrain=replace(sheet[0].terrain, location_quality="polygon"))
    assert "bij benadering" not in make_content(surveyed, sheet[1], "nl").map.note


def test_no_place_name_lies_across_the_terrain(sheet: tuple[TerrainReport, Surroundings]) -> None:
    report, surroundings = sheet
    middle = Spot("Midden", 0.0, 0.0, 0.0)
    svg, names = small_map(report, replace(surroundings, places=(middle,)), load("nl"))
    [ring] = re.findall(r'cy="([0-9.]+)" r="([0-9.]+)" fill="none"', svg)
    [baseline] = {float(y) for y in re.findall(r'y="([0-9.]+)"[^>]*>Midden<', svg)}
    assert names == ["Midden"]
    assert baseline < float(ring[0]) - float(ring[1])


def test_a_circle_has_the_area_of_the_terrain() -> None:
    assert circle_radius_m(100.0) ** 2 * 3.141592653589793 == pytest.approx(1_000_000)


def _with_peaks(report: TerrainReport, unmanaged_kw: float) -> TerrainReport:
    """Return the report with the same unmanaged peak everywhere, and none otherwise."""
    return replace(
        report,
        power={
            key: replace(figures, design_peak_kw=unmanaged_kw if key[3] == "unmanaged" else 0.0)
            for key, figures in report.power.items()
        },
    )
