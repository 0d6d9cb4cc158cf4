"""The map on a screen of 390 pixels wide."""

from __future__ import annotations

from typing import Any

from tests.maps.page import choose, set_width


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
