"""The map of a forecast of others beside ours, in a real browser without a network."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forecast.compare.report import Asked, Report, compare_forecast
from forecast.importing import import_file
from maps.comparison_map import write_comparison_map
from tests.hostile import HOSTILE
from tests.maps.page import choose, legend, popup_text, problems, search, set_width

TERRAINS = "SELECT terrain_id, depot_energy_kwh_per_year + shared_hub_energy_kwh_per_year FROM \
terrain_figures JOIN terrains USING (terrain_id) WHERE municipality_code = 'GM0262' AND \
year = 2030 AND scenario = 'mid' AND depot_energy_kwh_per_year > 0 ORDER BY terrain_id"
FACTORS = (1.0, 1.1, 1.5, 3.0, 8.0, 0.7, 0.3, 0.1, 0.0)
"""Theirs over ours of terrains of Lochem: one per class, two of the same; the last says nothing."""
HOSTILE_NAME = HOSTILE["script"]


@pytest.fixture(scope="module")
def compared(real_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with a forecast of nine terrains of Lochem, one with a hostile name."""
    path = tmp_path_factory.mktemp("compared") / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    with duckdb.connect(path) as opened:
        rows = opened.execute(TERRAINS).fetchall()
        opened.execute(
            "UPDATE terrains SET terrain_name = ? WHERE terrain_id = ?", [HOSTILE_NAME, rows[0][0]]
        )
    lines = [
        f"{rin};{factor * kwh:.4f};7" for factor, (rin, kwh) in zip(FACTORS, rows, strict=False)
    ]
    file = path.with_name("<script><b>outlook.csv")
    file.write_text("\n".join(["RIN;kWh 2030;e-trucks 2035", *lines]), encoding="utf-8")
    import_file(path, "forecast", file)
    return path


def report_of(database: Path) -> tuple[duckdb.DuckDBPyConnection, Report]:
    connection = duckdb.connect(database, read_only=True)
    return connection, compare_forecast(connection, Asked(region=("municipality", "Lochem")))


@pytest.fixture(scope="module")
def page(compared: Path) -> Path:
    connection, report = report_of(compared)
    with connection:
        return write_comparison_map(connection, report, compared.with_name("kaart.html"))


@pytest.fixture
def opened(browser: Any, page: Path) -> Iterator[Any]:
    """Open the map; afterwards the browser must have had nothing to complain of."""
    browser.get(page.as_uri())
    yield browser
    assert problems(browser) == []


def test_the_page_fetches_nothing_and_names_its_sources(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert "img-src data:;" in text
    assert "Prognose van anderen: &lt;script&gt;&lt;b&gt;outlook.csv" in text
    assert "IBIS" in text
    assert len(text) < 1_500_000


def test_the_legend_counts_terrains_by_their_ratio(opened: Any) -> None:
    drawn = opened.execute_script("return laadvraagMap.circles.length")
    assert legend(opened) == {
        "zij 4 keer zo veel of meer": "1",
        "zij 2 tot 4 keer zo veel": "1",
        "zij 1,25 tot 2 keer zo veel": "1",
        "ongeveer gelijk (tot 1,25 keer)": "2",
        "wij 1,25 tot 2 keer zo veel": "1",
        "wij 2 tot 4 keer zo veel": "1",
        "wij 4 keer zo veel of meer": "2",
        "niet in hun prognose": str(drawn - len(FACTORS)),
    }


def test_a_terrain_tells_both_figures_and_where_theirs_lies(opened: Any) -> None:
    [button] = opened.find_elements("css selector", "#listed-rows tr:first-child button")
    opened.execute_script("arguments[0].click()", button)
    text = popup_text(opened)
    assert "Lochem" in text
    assert "boven onze band" in text or "onder onze band" in text
    assert "laadvraag [MWh/jaar]" in text
    assert "elektrische vrachtauto's" in text
    assert "Ons cijfer rust op" in text


def test_shapes_say_what_the_colours_say(opened: Any) -> None:
    """Theirs more: triangles up; ours more: down; alike: discs; absent: crosses."""
    shapes = opened.execute_script(
        "return laadvraagMap.circles.map((circle) => circle.options.glyph.shape)"
    )
    assert [shapes.count(shape) for shape in ("triangle", "triangle_down", "disc")] == [3, 4, 2]
    assert set(shapes) == {"triangle", "triangle_down", "disc", "cross"}


def test_another_quantity_and_a_year_without_it(opened: Any) -> None:
    choose(opened, "year", "2035")
    assert "heeft hun prognose dit cijfer niet" in opened.find_element("id", "legend-note").text
    from selenium.webdriver.support.ui import Select

    Select(opened.find_element("id", "measure")).select_by_value("electric_trucks")
    assert "e-trucks 2035" in opened.find_element("id", "legend-note").text
    assert opened.find_elements("css selector", "#listed-rows tr")


def test_a_hostile_name_is_shown_and_does_not_run(opened: Any, compared: Path) -> None:
    with duckdb.connect(compared, read_only=True) as connection:
        [(rin,)] = connection.execute(
            "SELECT terrain_id FROM terrains WHERE terrain_name = ?", [HOSTILE_NAME]
        ).fetchall()
    row = opened.execute_script(
        "return JSON.parse(document.getElementById('plan-data').textContent)"
        f".terrains.id.indexOf({json.dumps(rin)})"
    )
    opened.execute_script(f"laadvraagMap.find({row})")
    heading = opened.find_element("css selector", ".leaflet-popup-content h2")
    assert heading.get_attribute("textContent") == HOSTILE_NAME
    assert search(opened, "Lochem")


def test_on_a_phone_the_key_stands_below_the_map(opened: Any, page: Path) -> None:
    set_width(opened, 390, 844)
    opened.get(page.as_uri())
    assert "ongeveer gelijk" in opened.find_element("id", "legend-strip").text
    assert opened.execute_script("return document.documentElement.scrollWidth") <= 390


def test_english_words_are_english(compared: Path, tmp_path: Path) -> None:
    connection, report = report_of(compared)
    with connection:
        path = write_comparison_map(connection, report, tmp_path / "m.html", language="en")
    text = path.read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    assert "A forecast of others beside ours, municipality of Lochem" in text
    assert "bestelauto" not in text.partition('id="plan-data"')[0]
