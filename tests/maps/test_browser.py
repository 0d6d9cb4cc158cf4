"""The plan map in a real browser without a network."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import maps
from maps.plan_map import write_plan_map
from tests.maps.page import (
    choose,
    click,
    click_terrain,
    legend,
    popup_text,
    problems,
    row,
    search,
    set_width,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def plan_map(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "kaart.html"
    with duckdb.connect(str(database), read_only=True) as connection:
        return write_plan_map(connection, path, background=None)


@pytest.fixture
def opened(browser: Any, plan_map: Path) -> Iterator[Any]:
    browser.get(plan_map.as_uri())
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert problems(browser) == []


def test_click_on_a_terrain_shows_its_figures(opened: Any) -> None:
    text = click_terrain(opened, 1)
    assert "DE LANGE ZIJDE" in text
    assert "RIN 105001 · 78,5 ha bruto, 60 ha netto" in text
    # Plan class of terrain 1 in 2030: the second, by the second rule.
    assert "Collectieve laadvoorziening nodig" in text
    assert "Slim geladen past het wel" in text
    # Today, then 2025, 2030 and 2035 of the middle scenario: growth 1, 6 and 11.
    assert row(opened, "Bestelauto's") == ["1.234", "1,0", "6,0", "11"]
    assert row(opened, "Laden op terrein (MWh/jaar)") == ["600", "3.600", "6.600"]
    assert row(opened, "ongestuurd") == ["100", "600", "1.100"]
    assert row(opened, "slim laden") == ["25", "150", "280"]
    assert row(opened, "niets tussen 16 en 21 uur") == ["150", "900", "1.700"]
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
    assert row(opened, "ongestuurd") == ["200", "1.200", "2.200"]
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
    choose(opened, "measure", "added")
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
    set_width(opened, 390, 844)
    opened.refresh()
    toggle = opened.find_element("id", "panel-toggle")
    assert not opened.find_element("id", "controls").is_displayed()
    # The key stays beside the map, in words and with counts, and so does the choice of measure.
    strip = opened.find_element("id", "legend-strip")
    assert [" ".join(item.text.split()) for item in strip.find_elements("tag name", "li")] == [
        "2030 · scenario midden",
        "eigen terrein 1",
        "collectief 1",
        "eerst maatregelen 1",
        "niet bekend 1",
    ]
    choose(opened, "measure", "energy")
    assert "MWh" in strip.text
    toggle.click()
    assert opened.find_element("id", "controls").is_displayed()
    assert opened.execute_script("return document.documentElement.scrollWidth") <= 390


def test_buttons_and_popup_keep_clear_of_the_head_on_a_phone(opened: Any) -> None:
    set_width(opened, 390, 844)
    opened.refresh()

    def edge(selector: str, side: str) -> float:
        found: float = opened.execute_script(
            "return document.querySelector(arguments[0]).getBoundingClientRect()[arguments[1]]",
            selector,
            side,
        )
        return found

    assert edge(".leaflet-control-zoom", "top") >= edge(".measure", "bottom")
    assert edge(".leaflet-control-scale", "bottom") <= edge(".legend-strip", "top")
    from selenium.webdriver.support.ui import WebDriverWait

    opened.execute_script("laadvraagMap.find(1)")
    # The map glides until the popup has its room.
    WebDriverWait(opened, 3).until(
        lambda _: edge(".leaflet-popup-content-wrapper", "top") >= edge(".search", "bottom")
    )
    assert edge(".leaflet-popup-content-wrapper", "bottom") <= edge(".sources", "top")


@pytest.mark.parametrize(
    ("measure", "chosen", "classes"),
    [
        # Terrains 1 to 4 in 2030, scenario mid: growth 6, classes by the limits of 2035.
        pytest.param(
            "energy",
            {},
            # 600 MWh to a class and location type: 3,600, 7,200, 10,800 and 14,400.
            {
                "minder dan 10.000 MWh": "2",
                "10.000 \u2013 20.000 MWh": "2",
                "20.000 MWh en meer": "0",
            },
            id="energy",
        ),
        pytest.param(
            "vehicles",
            {"group": "van"},
            {"minder dan 20": "3", "20 \u2013 50": "1", "50 en meer": "0"},
            id="vans: 6, 12, 18 and 24",
        ),
        pytest.param(
            "vehicles",
            {"group": "truck"},
            {"minder dan 50": "4", "50 \u2013 100": "0", "100 en meer": "0"},
            id="trucks: twice as many",
        ),
        pytest.param(
            "points",
            {},
            # 24, 48, 72 and 96, and 6 of the hub on the first terrain.
            {"minder dan 100": "4", "100 \u2013 200": "0", "200 en meer": "0"},
            id="charge points",
        ),
        pytest.param(
            "added",
            {"kind": "typical"},
            # (6 - 1) times 60 kW: 300, 600, 900 and 1,200.
            {"minder dan 2.000 kW": "4", "2.000 \u2013 5.000 kW": "0", "5.000 kW en meer": "0"},
            id="typical peak",
        ),
    ],
)
def test_each_measure_has_its_classes(
    opened: Any, measure: str, chosen: dict[str, str], classes: dict[str, str]
) -> None:
    choose(opened, "measure", measure)
    for name, value in chosen.items():
        choose(opened, name, value)
    assert legend(opened) == classes
    heading = opened.find_element("id", "legend-title").text
    options = opened.find_element("id", "measure").find_elements("tag name", "option")
    assert heading in [option.text for option in options]
    assert "2030 · scenario midden" in opened.find_element("id", "chosen").text


def test_only_choices_that_matter_are_shown(opened: Any) -> None:
    def shown() -> set[str]:
        names = ("kind", "group", "strategy")
        return {
            name for name in names if opened.find_element("id", f"choice-{name}").is_displayed()
        }

    assert shown() == set()
    choose(opened, "measure", "peak")
    assert shown() == {"kind", "strategy"}
    choose(opened, "measure", "vehicles")
    assert shown() == {"group"}
    choose(opened, "measure", "points")
    assert shown() == set()


def test_search_lists_municipalities_apart_and_goes_there(opened: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    offered = search(opened, "groning")
    assert offered[:2] == ["Gemeenten", "Groningen | terreinen: 2"]
    assert offered[2] == "Terreinen"
    assert len(offered) == 5
    opened.find_element("id", "search").send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    inside = opened.execute_script(
        "const seen = laadvraagMap.map.getBounds();"
        "return laadvraagMap.circles.map((circle) => seen.contains(circle.getLatLng()))"
    )
    # In order of size: of Utrecht, of Groningen twice, of Amsterdam.
    assert inside == [False, True, True, False]
    assert "Groningen, terreinen: 2" in opened.find_element("id", "search-status").get_attribute(
        "textContent"
    )


def test_popup_closes_by_keyboard_and_the_search_goes_on(opened: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    search(opened, "lange zijde")
    field = opened.find_element("id", "search")
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert "DE LANGE ZIJDE" in popup_text(opened)
    opened.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert opened.switch_to.active_element == field
    assert not opened.execute_script("return document.body.classList.contains('has-popup')")


def test_hubs_are_a_layer_and_stand_in_the_popup(opened: Any) -> None:
    choose(opened, "layer", "hubs")
    legend_text = opened.find_element("id", "legend-hubs").text
    assert "laadplein, open op 31 december 2030" in legend_text
    assert "Samen 6 laadpunten" in legend_text
    text = click_terrain(opened, 1)
    assert "Open vanaf 2030: 6 laadpunten, netaansluiting 840 kW." in text
    assert "Bedient terreinen: 3." in text
    choose(opened, "year", "2025")
    assert "Gedeeld laadplein op dit terrein" not in popup_text(opened)


def test_the_band_stands_with_the_chosen_year(opened: Any) -> None:
    click_terrain(opened, 1)
    cells = opened.find_elements("css selector", ".sheet td.chosen")
    texts = [" ".join(cell.get_attribute("innerText").split()) for cell in cells]
    # Vans: 6, from half to twice that. Unmanaged 600 kW: 50 and 200 times growth 6.
    assert texts[0] == "6,0 3,0\u201312"
    assert "600 300\u20131.200" in texts


def test_without_factsheets_there_is_no_link(opened: Any) -> None:
    click_terrain(opened, 1)
    assert opened.find_elements("css selector", ".factsheet") == []


def test_link_opens_the_factsheet(browser: Any, database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "factsheets"
    folder.mkdir()
    (folder / "105001-de-lange-zijde.html").write_text("<title>sheet</title>", encoding="utf-8")
    with duckdb.connect(str(database), read_only=True) as connection:
        path = write_plan_map(connection, tmp_path / "kaart.html", background=None)
    browser.get(path.as_uri())
    browser.execute_script("laadvraagMap.open(0)")
    assert browser.find_elements("css selector", ".factsheet") == []
    browser.execute_script("laadvraagMap.open(1)")
    address = browser.find_element("css selector", ".factsheet a").get_attribute("href")
    browser.get(address)
    assert browser.title == "sheet"
