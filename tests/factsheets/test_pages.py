"""Sheets as they are seen: PDF in pixels, HTML in a real browser; nothing cut off, nothing over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pypdfium2
import pytest

from factsheets.content import make_content
from factsheets.html import render_html
from factsheets.material import read_material
from factsheets.pdf import render_pdf
from factsheets.region_content import make_region_content
from forecast.region_report import region_report
from forecast.selection import select_terrains
from tests.accessibility import accessibility_violations
from tests.pdf_pages import inked_margins, overlapping_texts, text_boxes

TERRAINS = {
    "longest name": "SELECT terrain_id FROM terrains "
    "ORDER BY length(terrain_name) DESC, terrain_id LIMIT 1",
    "largest": "SELECT terrain_id FROM terrains ORDER BY net_ha DESC, terrain_id LIMIT 1",
    "most power": "SELECT terrain_id FROM power ORDER BY design_peak_kw DESC LIMIT 1",
    "no vehicles": "SELECT terrain_id FROM fleet JOIN terrains USING (terrain_id) "
    "GROUP BY terrain_id HAVING sum(vehicles) = 0 ORDER BY terrain_id LIMIT 1",
    "most areas": "SELECT terrain_id FROM terrain_supply_areas GROUP BY terrain_id "
    "ORDER BY count(*) DESC, terrain_id LIMIT 1",
}
REGIONS = {
    "municipality": ("municipality", "Zwolle"),
    "province": ("province", "Zuid-Holland"),
    "no terrains": ("municipality", "Rozendaal"),
}
# What an office printer leaves blank.
MARGIN_MM = 6.0


def sheet_of(published: duckdb.DuckDBPyConnection, name: str, language: str = "nl") -> Any:
    if name in REGIONS:
        report = region_report(published, select_terrains(published, *REGIONS[name]))
        return make_region_content(report, language), report.run.ended_at
    [(terrain_id,)] = published.execute(TERRAINS[name]).fetchall()
    [material] = read_material(published, [terrain_id])
    return make_content(material, language), material.report.run.ended_at


@pytest.mark.parametrize("name", [*TERRAINS, *REGIONS])
def test_on_paper_nothing_is_cut_off_or_lies_over_another(
    published: duckdb.DuckDBPyConnection, name: str
) -> None:
    content, made_at = sheet_of(published, name)
    pdf = pypdfium2.PdfDocument(render_pdf(content, made_at))
    if name in TERRAINS:
        assert len(pdf) == 2
    for page in pdf:
        assert inked_margins(page, MARGIN_MM) == []
        assert overlapping_texts(page) == []
    front = " ".join(box.text for box in text_boxes(pdf[0]))
    # The four pictures are on the front.
    for picture in content.pictures:
        assert picture.note.split()[0] in front


# Texts of a picture that lie over each other, and elements wider than the page.
FAULTS = """
const faults = [];
for (const svg of document.querySelectorAll('figure svg')) {
  const texts = [...svg.querySelectorAll('text')].map((text) =>
    [text.textContent, text.getBoundingClientRect()]);
  for (let i = 0; i < texts.length; i += 1) for (let j = i + 1; j < texts.length; j += 1) {
    const [one, a] = texts[i], [other, b] = texts[j];
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    const area = Math.min(a.width * a.height, b.width * b.height);
    const isOver = wide > 0 && high > 0 && wide * high > 0.25 * area;
    if (one !== other && isOver) faults.push([one, other]);
  }
}
if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
  faults.push(['the page is wider than the screen', String(document.documentElement.scrollWidth)]);
return faults;
"""


@pytest.mark.parametrize("width", [1366, 390])
@pytest.mark.parametrize("name", ["longest name", "no vehicles", "municipality"])
def test_on_a_screen_the_sheet_is_accessible_and_fits(
    published: duckdb.DuckDBPyConnection, browser: Any, tmp_path: Path, name: str, width: int
) -> None:
    content, _ = sheet_of(published, name)
    page = tmp_path / "sheet.html"
    page.write_bytes(render_html(content))
    # A window has a least width; the page is told how wide the screen is.
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get(page.as_uri())
    assert accessibility_violations(browser) == []
    assert browser.execute_script(FAULTS) == []
