"""The day curve that the page computes is that of the forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forecast.day_curve import day_curves
from forecast.selection import select_terrains
from forecast.store import open_published
from forecast.vocabulary import STRATEGIES
from maps.plan_map import write_plan_map
from tests.maps.page import popup_text

if TYPE_CHECKING:
    from pathlib import Path

CURVES = "return laadvraagMap.dayCurves(arguments[0], arguments[1], arguments[2])"


def test_page_and_forecast_draw_the_same_day(
    browser: Any, real_database: Path, tmp_path: Path
) -> None:
    with open_published(real_database) as connection:
        eindhoven = select_terrains(connection, "municipality", "Eindhoven")
        path = write_plan_map(connection, tmp_path / "kaart.html", eindhoven, background=None)
        browser.get(path.as_uri())
        ids = browser.execute_script(
            "return JSON.parse(document.getElementById('plan-data').textContent).terrains.id"
        )
        assert set(ids) == set(eindhoven.terrain_ids)
        # The largest, a middling and the smallest; with and without a hub of their own.
        for row in (0, 1, len(ids) // 2, len(ids) - 1):
            for year, scenario in ((2025, "low"), (2030, "mid"), (2035, "high")):
                expected = day_curves(connection, ids[row], year, scenario)
                drawn = browser.execute_script(CURVES, row, year, scenario)
                for strategy in STRATEGIES:
                    # The page knows sessions and peaks in four digits. What that lacks over the
                    # hours of charging falls in the quarter-hour in which the last is charged.
                    slack = max(0.03 * max(expected[strategy]), 0.02)
                    assert drawn[strategy] == pytest.approx(expected[strategy], abs=slack), (
                        ids[row],
                        year,
                        scenario,
                        strategy,
                    )


def test_chart_says_its_peaks_in_words(browser: Any, database: Path, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        path = write_plan_map(connection, tmp_path / "kaart.html", background=None)
    browser.get(path.as_uri())
    # The largest is terrain 4: 8 depot and 4 hub sessions, each 10 kW from 12 to 13 and from 17.
    browser.execute_script("laadvraagMap.open(0)")
    chart = browser.find_element("css selector", ".day svg.chart")
    told = chart.get_attribute("aria-label")
    assert "2030" in told
    assert "Hoogste, ongestuurd: 120 kW om 12.00 uur." in told
    assert "16\u201321 uur" in chart.get_attribute("textContent")
    dashes = browser.execute_script(
        "return [...document.querySelectorAll('.day svg.chart > path')]"
        ".map((line) => line.getAttribute('stroke-dasharray'))"
    )
    assert len(set(dashes)) == 3
    browser.execute_script("document.querySelector('input[name=year][value=\"2035\"]').click()")
    assert "Een winterse werkdag in 2035" in popup_text(browser)
