"""The plan map in a real browser without a network."""

from __future__ import annotations

import json
import re
import shutil
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import maps
from maps.plan_map import write_plan_map

if TYPE_CHECKING:
    from collections.abc import Iterator

DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(
    not (DRIVER and CHROMIUM), reason="chromium or chromedriver is not installed"
)

# Place on the screen of a terrain, to click as a hand would.
PIXEL = """
const box = document.getElementById('planMap').getBoundingClientRect();
const place = arguments[0].at || laadvraagMap.circles[arguments[0]].getLatLng();
if (arguments[0].at) laadvraagMap.map.closePopup().setView(place, 12, { animate: false });
const point = laadvraagMap.map.latLngToContainerPoint(place);
return [Math.round(box.left + point.x), Math.round(box.top + point.y)];
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
        "--window-size=1280,900",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def plan_map(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "kaart.html"
    with duckdb.connect(str(database), read_only=True) as connection:
        return write_plan_map(connection, path)


@pytest.fixture
def opened(browser: Any, plan_map: Path) -> Iterator[Any]:
    browser.get(plan_map.as_uri())
    yield browser
    problems = [entry["message"] for entry in browser.get_log("browser")]
    assert problems == []


def choose(browser: Any, name: str, value: str) -> None:
    field = browser.find_element("css selector", f"input[name={name}][value={value!r}]")
    browser.execute_script("arguments[0].click()", field)


def click_terrain(browser: Any, index: int) -> str:
    return click(browser, index)


def click(browser: Any, target: int | dict[str, list[float]]) -> str:
    """Click on a terrain, or go to ``{"at": [latitude, longitude]}`` and click there."""
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    x, y = browser.execute_script(PIXEL, target)
    hand = ActionBuilder(browser)
    hand.pointer_action.move_to_location(x, y).click()
    hand.perform()
    return popup_text(browser)


def popup_text(browser: Any) -> str:
    # Not `.text`: that leaves out what lies off the screen while the map still moves.
    content = browser.find_element("css selector", ".leaflet-popup-content")
    text: str = content.get_attribute("innerText")
    return text


def row(text: str, name: str) -> list[str]:
    """Return the figures behind a row heading of the popup."""
    found = re.search(rf"^{re.escape(name)}\s(.*)$", text, re.MULTILINE)
    assert found is not None, text
    return found.group(1).split()


def legend(browser: Any) -> dict[str, str]:
    items = browser.find_elements("css selector", "#legend li")
    return {
        item.find_element("css selector", ".legend-text").text: item.find_element(
            "css selector", ".legend-count"
        ).text.split()[0]
        for item in items
    }


def test_click_on_a_terrain_shows_its_figures(opened: Any) -> None:
    text = click_terrain(opened, 1)
    assert "DE LANGE ZIJDE" in text
    assert "RIN 105001 · 78,5 ha bruto, 60 ha netto" in text
    # Plan class of terrain 1 in 2030: the second, by the second rule.
    assert "Collectieve laadvoorziening nodig" in text
    assert "Slim geladen past het wel" in text
    # Today, then 2025, 2030 and 2035 of the middle scenario: growth 1, 6 and 11.
    assert row(text, "Bestelauto's") == ["1.234", "1,0", "6,0", "11"]
    assert row(text, "Laden op terrein (MWh/jaar)") == ["600", "3.600", "6.600"]
    assert row(text, "ongestuurd") == ["100", "600", "1.100"]
    assert row(text, "slim laden") == ["25", "150", "280"]
    assert row(text, "niets tussen 16 en 21 uur") == ["150", "900", "1.700"]
    assert "70 % kans: Hunze (Enexis): tekort" in text
    assert "op grond van de omhullende van het gebied" in text
    # Three lines that are never one: the contract, the area, and 6 - 1 times 90 and 50 kW.
    assert "vraag het bedrijf om zijn gecontracteerde vermogen" in text
    assert "tussen 16 en 21 uur en daarbuiten: ongestuurd 450 en 250 kW" in text
    assert "ZE Groningen, op 3,3 km. Van kracht vanaf 1 april 2025." in text
    assert "op kernnaam geplaatst (Groningen)" in text


def test_other_choices_change_popup_and_legend(opened: Any) -> None:
    click_terrain(opened, 1)
    choose(opened, "scenario", "high")
    text = popup_text(opened)
    assert "2030, scenario hoog" in text
    assert row(text, "ongestuurd") == ["200", "1.200", "2.200"]
    choose(opened, "year", "2035")
    assert "Eerst maatregelen tegen netcongestie" in popup_text(opened)
    assert legend(opened) == {
        "Laden op eigen terrein kan": "1",
        "Collectieve laadvoorziening nodig": "1",
        "Eerst maatregelen tegen netcongestie": "1",
        "Niet bekend": "1",
    }


# Every plan class in grey, small as on the map of the country and large as close by: grey values.
GREYS = """
const greys = (glyph, radius) => {
  const ctx = swatch(24, 24, (ctx) => {
    ctx.fillStyle = '#f8f5ee';
    ctx.fillRect(0, 0, 24, 24);
    drawGlyph(ctx, 12, 12, radius, glyph);
  }).getContext('2d');
  const data = ctx.getImageData(0, 0, ctx.canvas.width, ctx.canvas.height).data;
  const grey = [];
  for (let i = 0; i < data.length; i += 4) {
    grey.push(0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]);
  }
  return grey;
};
return Object.entries(CLASS_GLYPHS).map(([name, glyph]) => [name, greys(glyph, arguments[0])]);
"""


@pytest.mark.parametrize("radius", [pytest.param(3.2, id="country"), pytest.param(11, id="close")])
def test_plan_classes_differ_without_colour(opened: Any, radius: float) -> None:
    # The functions of the page are its own; the same file is read again beside them.
    glyphs = (Path(maps.__file__).parent / "assets" / "glyphs.js").read_text(encoding="utf-8")
    drawn = dict(opened.execute_script(glyphs + GREYS, radius))
    assert set(drawn) == {"own_site", "collective", "mitigate", "not_known"}
    ground = 245
    for one, other in combinations(drawn, 2):
        pixels = list(zip(drawn[one], drawn[other], strict=True))
        inked = [pair for pair in pixels if min(pair) < ground - 10]
        # Of what either of them inks, most differs by a clear step of grey.
        apart = sum(abs(left - right) > 40 for left, right in inked) / len(inked)
        assert apart > 1 / 2, (one, other, apart)


def test_legend_gives_words_marks_counts_and_shares_of_the_chosen_year(opened: Any) -> None:
    def texts() -> list[str]:
        items = opened.find_elements("css selector", "#legend li")
        assert all(item.find_elements("tag name", "canvas") for item in items)
        return [" ".join(item.get_attribute("textContent").split()) for item in items]

    # Four terrains, each of another class in each year.
    assert texts() == [
        "Laden op eigen terrein kan1 terreinen 25 %",
        "Collectieve laadvoorziening nodig1 terreinen 25 %",
        "Eerst maatregelen tegen netcongestie1 terreinen 25 %",
        "Niet bekend1 terreinen 25 %",
    ]
    note = opened.find_element("id", "legend-note")
    assert "31 december 2030, scenario midden" in note.text
    choose(opened, "year", "2035")
    choose(opened, "scenario", "high")
    assert "31 december 2035, scenario hoog" in note.text


def test_power_is_what_was_added_since_the_first_year(opened: Any) -> None:
    strategy = opened.find_element("id", "choice-strategy")
    assert not strategy.is_displayed()
    choose(opened, "theme", "added")
    assert strategy.is_displayed()
    # Quantiles of 1,100, 2,200, 3,300 and 4,400 kW (2035, mid), rounded: 2 and 5 MW.
    # Added in 2030: 500, 1,000, 1,500 and 2,000 kW.
    assert legend(opened) == {
        "5.000 kW en meer": "0",
        "2.000 \u2013 5.000 kW": "1",
        "minder dan 2.000 kW": "3",
    }
    choose(opened, "year", "2025")
    assert legend(opened)["minder dan 2.000 kW"] == "4"
    note = opened.find_element("id", "legend-note").text
    assert "het verschil is nul" in note


def test_search_finds_without_accents_and_by_keyboard(opened: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    field = opened.find_element("id", "search")
    field.send_keys("sudwest amsterdam")
    assert field.get_attribute("aria-expanded") == "true"
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert "SÚDWÉST-KADE" in popup_text(opened)
    assert "bruto oppervlakte is 0 ha" in popup_text(opened)
    assert opened.switch_to.active_element.get_attribute("textContent") == "SÚDWÉST-KADE"


def test_hostile_name_is_shown_and_does_not_run(opened: Any, hostile_name: str) -> None:
    opened.execute_script("laadvraagMap.find(2)")
    heading = opened.find_element("css selector", ".leaflet-popup-content h2")
    assert heading.get_attribute("textContent") == hostile_name
    opened.find_element("id", "search").send_keys("owned")
    assert opened.title == "Plankaart laadvraag"
    assert opened.find_elements("css selector", "img") == []


def test_layers_switch_on_and_leave_terrains_clickable(opened: Any) -> None:
    for layer in ("areas", "sites"):
        choose(opened, "layer", layer)
    assert "tekort" in opened.find_element("id", "legend-areas").text
    assert "LAGE WEIDE" in click_terrain(opened, 0)


def test_zone_site_and_area_tell_what_they_are(opened: Any, plan_map: Path) -> None:
    text = plan_map.read_text(encoding="utf-8").split('id="plan-data">')[1].split("</script>")[0]
    content = json.loads(text)
    for layer in ("areas", "sites"):
        choose(opened, "layer", layer)
    zone = click(opened, {"at": content["zones"][0]["at"]})
    assert "ZE Groningen" in zone
    assert "Van kracht vanaf 1 april 2025" in zone
    assert "cirkel met dezelfde oppervlakte" in zone
    outlined = click(opened, {"at": content["zones"][1]["at"]})
    assert "ZE Later" in outlined
    assert "eigen omtrek" in outlined
    assert "1 van 3 zones" in opened.find_element("id", "legend-zones").text
    sites = content["sites"]
    site = click(opened, {"at": [sites["lat"][0], sites["lon"][0]]})
    assert "Verzorgingsplaats" in site
    assert "2030: 2.500" in site
    area = click(opened, {"at": [sites["lat"][0] + 0.006, sites["lon"][0]]})
    assert "Hunze" in area
    assert "Enexis" in area


def test_narrow_screen_starts_with_the_map(opened: Any) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        opened.refresh()
        toggle = opened.find_element("id", "panel-toggle")
        assert not opened.find_element("id", "controls").is_displayed()
        # The key stays beside the map, in words and with counts.
        strip = opened.find_element("id", "legend-strip")
        assert strip.is_displayed()
        assert [item.text.split() for item in strip.find_elements("tag name", "li")] == [
            ["eigen", "terrein", "1"],
            ["collectief", "1"],
            ["eerst", "maatregelen", "1"],
            ["niet", "bekend", "1"],
        ]
        toggle.click()
        assert opened.find_element("id", "controls").is_displayed()
        wide = opened.execute_script("return document.documentElement.scrollWidth")
        assert wide <= 390
    finally:
        opened.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
