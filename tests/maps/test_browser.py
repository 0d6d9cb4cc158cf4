"""Popups and layers of the plan map, in a real browser without a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb

from maps.plan_map import write_plan_map
from tests.maps.page import choose, click, click_terrain, legend, popup_text, row

if TYPE_CHECKING:
    from pathlib import Path


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
