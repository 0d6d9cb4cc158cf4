"""The index page lists every sheet, finds them as one types, and can't be bent by a name."""

from __future__ import annotations

import time
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest
from selenium.webdriver import Chrome

from factsheets.index import write_index
from forecast.files import file_stem
from forecast.region_report import region_report
from forecast.selection import Selection, select_terrains
from forecast.theme import Theme
from forecast.visible import visible
from forecast.words import load
from tests.accessibility import accessibility_violations

HOSTILE = (
    "</td><script>document.title='owned'</script><img src=x onerror=alert(1)> "
    '=cmd|"/c calc"!A1 \u202eתל אביב {{ 7*7 }}'
)


@pytest.fixture(scope="module")
def utrecht(published: duckdb.DuckDBPyConnection) -> Selection:
    return select_terrains(published, "province", "Utrecht")


def files_of(selection: Selection, *formats: str) -> dict[str, list[str]]:
    """Return made-up names of sheets; the page only links them."""
    return {
        key: [f"{file_stem(key, 'terrein')}.{name}" for name in formats]
        for key in selection.terrain_ids
    }


class Page(HTMLParser):
    """What stands in a page: its elements, its links, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_terrain_stands_there_with_its_figures_and_files(
    published: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    files = files_of(utrecht, "html", "pdf", "xlsx")
    path = write_index(region_report(published, utrecht), files, tmp_path)
    page = Page(path.read_text(encoding="utf-8"))
    targets = {unquote(link) for link in page.links if not link.startswith("#")}
    assert targets == {name for names in files.values() for name in names}
    # One link per municipality jumps to it.
    [(municipalities,)] = published.execute(
        "SELECT count(DISTINCT municipality_code) FROM terrains JOIN municipalities "
        "USING (municipality_code) WHERE province_name = 'Utrecht'"
    ).fetchall()
    assert sum(link.startswith("#") for link in page.links) == municipalities
    words = load("nl")
    [(vehicles, energy, peak)] = published.execute(
        """
        SELECT (SELECT sum(electric_vehicles) FROM electric_vehicles
                WHERE year = 2030 AND scenario = 'mid' AND terrain_id = $key),
               (SELECT sum(energy_kwh_per_year) FROM energy WHERE year = 2030
                AND scenario = 'mid' AND location_type IN ('depot', 'shared_hub')
                AND terrain_id = $key),
               (SELECT design_peak_kw FROM power WHERE year = 2030 AND scenario = 'mid'
                AND location_type = 'on_terrain' AND strategy = 'unmanaged'
                AND terrain_id = $key)
        """,
        {"key": utrecht.terrain_ids[0]},
    ).fetchall()
    source = path.read_text(encoding="utf-8")
    row = source[source.index(f"RIN {utrecht.terrain_ids[0]}<") :].partition("</tr>")[0]
    for figure in (vehicles, energy / 1000, peak):
        assert f">{words.significant(figure)}</td>" in row


def test_a_file_that_is_not_made_is_not_linked(
    published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    zwolle = select_terrains(published, "municipality", "Zwolle")
    files = files_of(zwolle, "pdf")
    del files[zwolle.terrain_ids[0]]
    page = Page(
        write_index(region_report(published, zwolle), files, tmp_path).read_text(encoding="utf-8")
    )
    assert page.text.count("nog niet gemaakt") == 1
    assert len(set(page.links)) == len(zwolle.terrain_ids) - 1


def test_a_region_without_terrains_and_one_sheet_of_the_region(
    published: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rozendaal = select_terrains(published, "municipality", "Rozendaal")
    assert rozendaal.terrain_ids == ()
    path = write_index(
        region_report(published, rozendaal), {}, tmp_path, language="en", opening="region 1.html"
    )
    page = Page(path.read_text(encoding="utf-8"))
    assert "The register has no business park here." in page.text
    assert page.links == ["region%201.html"]
    assert "table" not in page.elements


def test_a_hostile_name_is_text(published: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    page = Page(_hostile(published, tmp_path).read_text(encoding="utf-8"))
    assert page.elements.count("script") == 1
    assert "img" not in page.elements
    assert visible(HOSTILE) in page.text


def test_the_page_needs_no_network_and_wears_the_house_style(
    published: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    theme = Theme(publisher="Provincie Utrecht")
    path = write_index(region_report(published, utrecht), {}, tmp_path, theme=theme)
    page = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "Provincie Utrecht · laadvraag" in page


def open_at(browser: Chrome, path: Path, width: int, *, scripts: bool = True) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get(path.as_uri())


def shown_rows(browser: Chrome) -> list[str]:
    rows: list[str] = browser.execute_script(
        "return [...document.querySelectorAll('tr.entry .name')]"
        ".filter((name) => name.checkVisibility()).map((name) => name.textContent)"
    )
    return rows


@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_is_accessible_and_fits_the_screen(
    browser: Chrome,
    published: duckdb.DuckDBPyConnection,
    utrecht: Selection,
    tmp_path: Path,
    width: int,
) -> None:
    path = write_index(
        region_report(published, utrecht), files_of(utrecht, "html", "pdf", "xlsx"), tmp_path
    )
    open_at(browser, path, width)
    assert accessibility_violations(browser) == []
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    complaints = [entry["message"] for entry in browser.get_log("browser")]
    assert complaints == []


def test_one_finds_a_terrain_by_typing(
    browser: Chrome, published: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    path = write_index(region_report(published, utrecht), files_of(utrecht, "html"), tmp_path)
    open_at(browser, path, 1366)
    assert len(shown_rows(browser)) == len(utrecht.terrain_ids)
    lines = sorted(
        region_report(published, utrecht).terrains,
        key=lambda line: (line.municipality_name, line.terrain_name, line.terrain_id),
    )
    box = browser.find_element("css selector", "#asked")
    in_zeist = [line.terrain_name for line in lines if line.municipality_name == "Zeist"]
    _type(browser, "  zÉist ")
    assert shown_rows(browser) == in_zeist
    found = browser.find_element("css selector", "[role=status]").text
    assert found == f"{len(in_zeist)} van {len(lines)} terreinen"
    _type(browser, lines[0].terrain_id)
    assert lines[0].terrain_name in shown_rows(browser)
    _type(browser, "geen enkel terrein heet zo")
    assert shown_rows(browser) == []
    assert browser.find_element("css selector", ".none").text == "Geen terrein gevonden."
    box.clear()
    _type(browser, " ")
    assert len(shown_rows(browser)) == len(lines)


def test_without_scripts_everything_stands_there(
    browser: Chrome, published: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    path = write_index(region_report(published, utrecht), files_of(utrecht, "html"), tmp_path)
    open_at(browser, path, 1366, scripts=False)
    names = browser.find_elements("css selector", "tr.entry .name")
    assert len(names) == len(utrecht.terrain_ids)
    assert names[-1].is_displayed()
    assert not browser.find_element("css selector", ".search").is_displayed()
    open_at(browser, path, 1366)


def test_in_a_browser_a_hostile_name_runs_nothing(
    browser: Chrome,
    published: duckdb.DuckDBPyConnection,
    tmp_path: Path,
) -> None:
    open_at(browser, _hostile(published, tmp_path), 390)
    assert browser.title.startswith("Gemeente Zwolle")
    assert visible(HOSTILE) in [
        row.get_property("textContent")
        for row in browser.find_elements("css selector", "tr.entry .name")
    ]
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def _type(browser: Chrome, text: str) -> None:
    box = browser.find_element("css selector", "#asked")
    box.clear()
    box.send_keys(text)
    time.sleep(0.3)  # the page waits for a pause in typing


def _hostile(opened: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    zwolle = select_terrains(opened, "municipality", "Zwolle")
    report = region_report(opened, zwolle)
    first, *others = report.terrains
    renamed = replace(report, terrains=(replace(first, terrain_name=HOSTILE), *others))
    return write_index(renamed, files_of(zwolle, "html", "pdf"), folder)
