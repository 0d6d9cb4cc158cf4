"""In Chromium: find a terrain, move a slider, save a refinement, and see it after a restart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.maps.page import problems, set_width
from tests.web.conftest import DE_HURK
from tests.web.process import Served, served

_WAIT_SECONDS = 60
_STEP_SECONDS = 0.5
SMALL = "4938"
"""The one terrain of Rhenen: few others change with it."""


def at_rest(browser: Any, selector: str) -> Any:
    """Return an element that no longer moves, as a panning map makes it do; else None."""
    found = browser.find_element("css selector", selector)
    before = found.rect
    time.sleep(_STEP_SECONDS)
    return found if found.rect == before else None


def wait_for(browser: Any, what: Callable[[], Any]) -> Any:
    """Wait until something is there, and return it."""
    from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
    from selenium.webdriver.support.ui import WebDriverWait

    gone = (NoSuchElementException, StaleElementReferenceException)
    return WebDriverWait(browser, _WAIT_SECONDS, ignored_exceptions=gone).until(lambda _: what())


def move(browser: Any, name: str, value: float) -> None:
    """Move the slider of a field, as a hand does."""
    browser.execute_script(
        "const slider = document.getElementById(arguments[0]).closest('.slider')"
        ".querySelector('input[type=range]');"
        "slider.value = arguments[1]; slider.dispatchEvent(new Event('input'));",
        name,
        value,
    )


def text(browser: Any, selector: str) -> str:
    return str(browser.find_element("css selector", selector).text)


@pytest.fixture(scope="module")
def pages(real_database: Path) -> Iterator[Served]:
    with served(real_database) as server:
        yield server


def test_from_the_search_to_a_refinement_that_outlives_a_restart(
    browser: Any, own_database: Path
) -> None:
    set_width(browser, 1366, 900)
    with served(own_database) as server:
        browser.get(f"{server.address}/")
        browser.find_element("id", "search").send_keys("remmerden rhenen\n")
        wait_for(browser, lambda: text(browser, "h1") == "Remmerden")

        browser.find_element("link text", "Wat als").click()
        wait_for(browser, lambda: browser.find_element("id", "vans"))
        before = text(browser, ".headlines")
        move(browser, "vans", 900)
        wait_for(browser, lambda: "in plaats van" in text(browser, ".headlines"))
        assert text(browser, ".headlines") != before
        assert browser.current_url.endswith("vans=900")
        assert "Bestelauto's: 900" in text(browser, ".effects")
        # What was tried is in the address: another browser sees the same.
        browser.get(browser.current_url)
        assert "in plaats van" in text(browser, ".headlines")

        browser.find_element("link text", "Leg dit vast als verfijning").click()
        author = wait_for(browser, lambda: browser.find_element("name", "author"))
        author.send_keys("A. Jansen")
        browser.find_element("name", "reason").send_keys("geteld met de parkmanager")
        browser.find_element("css selector", ".record .actions button").click()
        wait_for(browser, lambda: text(browser, ".outcome-note h2") == "Vastgelegd")
        assert "→ 900" in text(browser, ".outcome-note")
        assert server.stop() == 0

    with served(own_database) as server:
        browser.get(f"{server.address}/terrain/{SMALL}")
        assert "900 verfijnd" in text(browser, "table.side")
        assert "geteld met de parkmanager" in text(browser, ".log")
    assert problems(browser) == []


def test_the_last_of_many_moves_is_the_one_that_is_shown(browser: Any, pages: Served) -> None:
    set_width(browser, 1366, 900)
    browser.get(f"{pages.address}/terrain/{DE_HURK}/what-if")
    for value in range(700, 1900, 100):
        move(browser, "vans", value)
        time.sleep(0.06)
    wait_for(browser, lambda: "1.800" in text(browser, ".effects"))
    wait_for(
        browser,
        lambda: browser.find_element("id", "outcome").get_attribute("aria-busy") == "false",
    )
    browser.find_element("css selector", ".is-tried .reset").click()
    wait_for(browser, lambda: "zoals nu verwacht" in text(browser, ".headlines"))
    assert "vans" not in browser.current_url
    assert problems(browser) == []


def test_a_refused_value_is_told_beside_the_sliders(browser: Any, pages: Served) -> None:
    browser.get(f"{pages.address}/terrain/{DE_HURK}/what-if?trucks=80")
    move(browser, "electric_trucks_2030", 200)
    wait_for(browser, lambda: "200 kan niet" in text(browser, "#problem"))
    assert browser.find_element("css selector", "#problem p").get_attribute("lang") == "nl"
    assert [line for line in problems(browser) if "400" not in line] == []


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=industrieterrein",
        "/terrain/{terrain}?lang=nl",
        "/terrain/{terrain}/what-if?vans=900&home_share=0.3",
        "/terrain/{terrain}/refine?vans=900",
        "/nowhere",
    ],
)
@pytest.mark.parametrize(("width", "height"), [(1366, 900), (390, 844)])
def test_the_pages_are_accessible_and_fit(
    browser: Any, pages: Served, path: str, width: int, height: int
) -> None:
    from tests.accessibility import accessibility_violations

    set_width(browser, width, height)
    browser.get(pages.address + path.format(terrain=DE_HURK))
    assert accessibility_violations(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert [line for line in problems(browser) if "404" not in line] == []


def test_without_scripts_the_forms_do_the_same(browser: Any, pages: Served) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(f"{pages.address}/terrain/{DE_HURK}/what-if")
    browser.find_element("name", "vans").send_keys("900")
    browser.find_element("css selector", ".sliders .actions button").click()
    wait_for(browser, lambda: "in plaats van" in text(browser, ".headlines"))
    assert "vans=900" in browser.current_url


def test_the_map_opens_the_page_of_a_terrain(browser: Any, pages: Served) -> None:
    set_width(browser, 1366, 900)
    browser.get(f"{pages.address}/?region=municipality:GM0772")
    frame = browser.find_element("tag name", "iframe")
    browser.execute_script("arguments[0].scrollIntoView()", frame)
    browser.switch_to.frame(frame)
    wait_for(browser, lambda: browser.execute_script("return window.laadvraagMap !== undefined"))
    browser.find_element("id", "search").send_keys("de hurk")
    wait_for(
        browser, lambda: browser.find_element("css selector", "#search-results [role=option]")
    ).click()
    wait_for(browser, lambda: at_rest(browser, ".factsheet a")).click()
    browser.switch_to.default_content()
    wait_for(browser, lambda: text(browser, "h1") == "DE HURK")
    assert browser.current_url.endswith(f"/terrain/{DE_HURK}")
    assert problems(browser) == []
