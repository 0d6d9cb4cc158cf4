"""Map and tables against WCAG 2.1 AA, as far as axe-core can see, on a screen and on a phone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from forecast.theme import Colours, Logo, Theme
from maps.plan_map import table_path, write_plan_map
from tests.accessibility import accessibility_violations
from tests.maps.page import choose, search, set_width

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = [pytest.param((1366, 900), id="1366"), pytest.param((390, 844), id="390")]


@pytest.fixture(scope="module")
def plan_map(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "kaart.html"
    factsheet = path.parent / "factsheets" / "105001-de-lange-zijde.html"
    factsheet.parent.mkdir()
    factsheet.touch()
    logo = Logo(
        Path("logo.svg"), b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml", "Gemeente"
    )
    theme = Theme(publisher="Gemeente", colours=Colours(accent="#7a1f3d"), logo=logo)
    with duckdb.connect(str(database), read_only=True) as connection:
        return write_plan_map(connection, path, background=None, theme=theme)


@pytest.fixture(params=SIZES)
def screen(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    width, height = request.param
    set_width(browser, width, height)
    # A popup that still fades in has no contrast yet.
    still = [{"name": "prefers-reduced-motion", "value": "reduce"}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": still})
    yield browser
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_map_with_its_panel_open(screen: Any, plan_map: Path) -> None:
    screen.get(plan_map.as_uri())
    if not screen.find_element("id", "controls").is_displayed():
        assert accessibility_violations(screen) == []
        screen.find_element("id", "panel-toggle").click()
    choose(screen, "measure", "added")
    for layer in ("areas", "sites", "hubs"):
        choose(screen, "layer", layer)
    assert accessibility_violations(screen) == []


def test_map_with_search_results_and_a_popup(screen: Any, plan_map: Path) -> None:
    screen.get(plan_map.as_uri())
    search(screen, "groning")
    assert accessibility_violations(screen) == []
    from selenium.webdriver.support.ui import WebDriverWait

    screen.execute_script("laadvraagMap.find(1)")
    link = screen.find_element("css selector", ".factsheet a")
    # The map glides until the popup has its room.
    WebDriverWait(screen, 3).until(lambda _: link.is_displayed())
    assert accessibility_violations(screen) == []


def test_tables(screen: Any, plan_map: Path) -> None:
    screen.get(table_path(plan_map).as_uri())
    for fold in screen.find_elements("tag name", "details"):
        fold.find_element("tag name", "summary").click()
    assert accessibility_violations(screen) == []


def test_skip_link_of_the_map_reaches_the_tables_and_back(browser: Any, plan_map: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.get(plan_map.as_uri())
    body = browser.find_element("tag name", "body")
    body.send_keys(Keys.TAB, Keys.TAB)
    link = browser.switch_to.active_element
    assert link.text == "Naar dezelfde cijfers in tabellen"
    link.send_keys(Keys.ENTER)
    assert browser.title == "Plankaart laadvraag: tabellen"
    browser.find_element("link text", "Naar de kaart").click()
    assert browser.title == "Plankaart laadvraag"
