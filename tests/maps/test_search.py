"""Finding a terrain or a municipality, with the keyboard."""

from __future__ import annotations

from typing import Any

from tests.maps.page import popup_text, search


def test_search_finds_without_accents_and_by_keyboard(opened: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    field = opened.find_element("id", "search")
    field.send_keys("sudwest amsterdam")
    assert field.get_attribute("aria-expanded") == "true"
    field.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    assert "SÚDWÉST-KADE" in popup_text(opened)
    assert "bruto oppervlakte is 0 ha" in popup_text(opened)
    assert opened.switch_to.active_element.get_attribute("textContent") == "SÚDWÉST-KADE"


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
