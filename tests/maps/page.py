"""What a reader does with the page of a map: choose, click, read."""

from __future__ import annotations

from typing import Any

# Place on the screen of a terrain, to click as a hand would.
PIXEL = """
const box = document.getElementById('planMap').getBoundingClientRect();
const place = arguments[0].at || laadvraagMap.circles[arguments[0]].getLatLng();
if (arguments[0].at) laadvraagMap.map.closePopup().setView(place, 12, { animate: false });
const point = laadvraagMap.map.latLngToContainerPoint(place);
return [Math.round(box.left + point.x), Math.round(box.top + point.y)];
"""


def choose(browser: Any, name: str, value: str) -> None:
    """Choose a value of a group in the panel, or the measure of its list."""
    if name == "measure":
        from selenium.webdriver.support.ui import Select

        Select(browser.find_element("id", name)).select_by_value(value)
        return
    field = browser.find_element("css selector", f"input[name={name}][value={value!r}]")
    browser.execute_script("arguments[0].click()", field)


def search(browser: Any, text: str) -> list[str]:
    """Type in the search box; return what it offers, headings too."""
    field = browser.find_element("id", "search")
    field.clear()
    field.send_keys(text)
    items = browser.find_elements("css selector", "#search-results li")
    return [" | ".join(item.text.split("\n")) for item in items]


def set_width(browser: Any, width: int, height: int) -> None:
    """Give the page the size of a screen."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 800}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def problems(browser: Any) -> list[str]:
    """Return what the browser complained of since the last time."""
    return [entry["message"] for entry in browser.get_log("browser")]


def click_terrain(browser: Any, index: int) -> str:
    """Click on a terrain; return what its popup says."""
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
    """Return what the open popup says."""
    # Not `.text`: that leaves out what lies off the screen while the map still moves.
    content = browser.find_element("css selector", ".leaflet-popup-content")
    text: str = content.get_attribute("innerText")
    return text


def row(browser: Any, name: str) -> list[str]:
    """Return the figures behind a row heading of the popup, without their bands."""
    heads = browser.find_elements("css selector", ".sheet tbody th[scope=row]")
    [head] = [head for head in heads if head.get_attribute("textContent") == name]
    cells = head.find_elements("xpath", "following-sibling::td")
    return [cell.get_attribute("innerText").split("\n")[0] for cell in cells]


def legend(browser: Any) -> dict[str, str]:
    """Return the number of terrains per class."""
    items = browser.find_elements("css selector", "#legend li")
    return {
        item.find_element("css selector", ".legend-text").text: item.find_element(
            "css selector", ".legend-count"
        ).text.split()[0]
        for item in items
    }
