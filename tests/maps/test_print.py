"""The map on paper."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from maps.plan_map import write_plan_map
from tests.maps.page import choose

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def opened(browser: Any, database: Path, tmp_path: Path) -> Any:
    with duckdb.connect(str(database), read_only=True) as connection:
        path = write_plan_map(connection, tmp_path / "kaart.html", background=None)
    browser.get(path.as_uri())
    return browser


def test_prints_on_one_a4_on_its_side(opened: Any) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    for layer in ("areas", "sites", "hubs"):
        choose(opened, "layer", layer)
    before = opened.execute_script("return laadvraagMap.map.getBounds().toBBoxString()")
    result = opened.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    with pikepdf.open(io.BytesIO(base64.b64decode(result["data"]))) as pdf:
        [sheet] = pdf.pages
        _, _, width, height = (float(edge) for edge in sheet.mediabox)
        # 297 by 210 mm in points of 1/72 inch.
        assert (width, height) == pytest.approx((841.9, 595.3), abs=1)
    # Back on the screen the reader finds the view as it was.
    assert opened.execute_script("return laadvraagMap.map.getBounds().toBBoxString()") == before


def test_paper_has_title_legend_sources_and_choices_and_no_controls(opened: Any) -> None:
    choose(opened, "measure", "added")
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    opened.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    try:
        text = opened.find_element("tag name", "body").text
        for part in (
            "Plankaart laadvraag",
            "Extra piekvermogen sinds 2025",
            "2030 · scenario midden · ongestuurd · ontwerppiek",
            "2.000 \u2013 5.000 kW",
            "Berekend op 23 november 2026",
            "Netbeheer Nederland",
        ):
            assert part in text
        shown = [
            control
            for control in opened.find_elements("css selector", "input, select, button, .skip")
            if control.is_displayed()
        ]
        assert shown == []
        # Every circle lies on the sheet that is printed.
        inside = opened.execute_script(
            "const map = laadvraagMap.map;"
            "return laadvraagMap.circles.every((c) => map.getBounds().contains(c.getLatLng()))"
        )
        assert inside
        box = opened.execute_script(
            "return document.getElementById('planMap').getBoundingClientRect().toJSON()"
        )
        # 202 by 166 mm, at 96 pixels to the inch.
        assert box["width"] == pytest.approx(202 * 96 / 25.4, abs=2)
        assert box["height"] == pytest.approx(166 * 96 / 25.4, abs=2)
    finally:
        opened.execute_script("window.dispatchEvent(new Event('afterprint'))")
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
