"""The index page lists every sheet, finds them as one types, and can't be bent by a name."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from factsheets import index
from factsheets.index import write_index
from forecast.files import file_stem
from forecast.selection import Selection, select_terrains
from forecast.store import open_published
from forecast.terrain_list import terrain_list
from forecast.theme import Theme
from forecast.visible import visible
from forecast.words import load
from tests.accessibility import accessibility_violations

HOSTILE = (
    "</td><script>document.title='owned'</script><img src=x onerror=alert(1)> "
    '=cmd|"/c calc"!A1 \u202eתל אביב {{ 7*7 }}'
)
DRIVER = shutil.which("chromedriver")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    not (DRIVER and CHROMIUM), reason="chromium or chromedriver is not installed"
)


@pytest.fixture(scope="module")
def opened(real_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(real_database) as connection:
        yield connection


@pytest.fixture(scope="module")
def utrecht(opened: duckdb.DuckDBPyConnection) -> Selection:
    return select_terrains(opened, "province", "Utrecht")


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

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: D102
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href" and tag == "a"]

    def handle_data(self, data: str) -> None:  # noqa: D102
        self.text += data


def test_every_terrain_stands_there_with_its_figures_and_files(
    opened: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    files = files_of(utrecht, "html", "pdf", "xlsx")
    path = write_index(opened, utrecht, files, tmp_path)
    page = Page(path.read_text(encoding="utf-8"))
    targets = {unquote(link) for link in page.links if not link.startswith("#")}
    assert targets == {name for names in files.values() for name in names}
    # One link per municipality jumps to it.
    [(municipalities,)] = opened.execute(
        "SELECT count(DISTINCT municipality_code) FROM terrains JOIN municipalities "
        "USING (municipality_code) WHERE province_name = 'Utrecht'"
    ).fetchall()
    assert sum(link.startswith("#") for link in page.links) == municipalities
    words = load("nl")
    [(vehicles, energy, peak)] = opened.execute(
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
    opened: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    zwolle = select_terrains(opened, "municipality", "Zwolle")
    files = files_of(zwolle, "pdf")
    del files[zwolle.terrain_ids[0]]
    page = Page(write_index(opened, zwolle, files, tmp_path).read_text(encoding="utf-8"))
    assert page.text.count("nog niet gemaakt") == 1
    assert len(set(page.links)) == len(zwolle.terrain_ids) - 1


def test_a_region_without_terrains_and_one_sheet_of_the_region(
    opened: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    rozendaal = select_terrains(opened, "municipality", "Rozendaal")
    assert rozendaal.terrain_ids == ()
    path = write_index(opened, rozendaal, {}, tmp_path, language="en", opening="region 1.html")
    page = Page(path.read_text(encoding="utf-8"))
    assert "The register has no business park here." in page.text
    assert page.links == ["region%201.html"]
    assert "table" not in page.elements


def test_a_hostile_name_is_text(
    opened: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(_hostile(opened, tmp_path, monkeypatch).read_text(encoding="utf-8"))
    assert page.elements.count("script") == 1
    assert "img" not in page.elements
    assert visible(HOSTILE) in page.text


def test_the_page_needs_no_network_and_wears_the_house_style(
    opened: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    theme = Theme(publisher="Provincie Utrecht")
    path = write_index(opened, utrecht, {}, tmp_path, theme=theme)
    page = path.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "Provincie Utrecht · laadvraag" in page


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        f"--user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(argument)
    chrome = Chrome(options=options, service=Service(DRIVER))
    yield chrome
    chrome.quit()


def open_at(driver: Chrome, path: Path, width: int, *, scripts: bool = True) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    driver.get(path.as_uri())


def shown_rows(driver: Chrome) -> list[str]:
    rows: list[str] = driver.execute_script(
        "return [...document.querySelectorAll('tr.entry .name')]"
        ".filter((name) => name.checkVisibility()).map((name) => name.textContent)"
    )
    return rows


@needs_browser
@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_is_accessible_and_fits_the_screen(
    driver: Chrome,
    opened: duckdb.DuckDBPyConnection,
    utrecht: Selection,
    tmp_path: Path,
    width: int,
) -> None:
    path = write_index(opened, utrecht, files_of(utrecht, "html", "pdf", "xlsx"), tmp_path)
    open_at(driver, path, width)
    assert accessibility_violations(driver) == []
    assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    complaints = [entry["message"] for entry in driver.get_log("browser")]
    assert complaints == []


@needs_browser
def test_one_finds_a_terrain_by_typing(
    driver: Chrome, opened: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    path = write_index(opened, utrecht, files_of(utrecht, "html"), tmp_path)
    open_at(driver, path, 1366)
    assert len(shown_rows(driver)) == len(utrecht.terrain_ids)
    lines = terrain_list(opened, utrecht.terrain_ids, 2030, "mid")
    box = driver.find_element("css selector", "#asked")
    in_zeist = [line.terrain_name for line in lines if line.municipality_name == "Zeist"]
    _type(driver, "  zÉist ")
    assert shown_rows(driver) == in_zeist
    found = driver.find_element("css selector", "[role=status]").text
    assert found == f"{len(in_zeist)} van {len(lines)} terreinen"
    _type(driver, lines[0].terrain_id)
    assert lines[0].terrain_name in shown_rows(driver)
    _type(driver, "geen enkel terrein heet zo")
    assert shown_rows(driver) == []
    assert driver.find_element("css selector", ".none").text == "Geen terrein gevonden."
    box.clear()
    _type(driver, " ")
    assert len(shown_rows(driver)) == len(lines)


@needs_browser
def test_without_scripts_everything_stands_there(
    driver: Chrome, opened: duckdb.DuckDBPyConnection, utrecht: Selection, tmp_path: Path
) -> None:
    path = write_index(opened, utrecht, files_of(utrecht, "html"), tmp_path)
    open_at(driver, path, 1366, scripts=False)
    names = driver.find_elements("css selector", "tr.entry .name")
    assert len(names) == len(utrecht.terrain_ids)
    assert names[-1].is_displayed()
    assert not driver.find_element("css selector", ".search").is_displayed()
    open_at(driver, path, 1366)


@needs_browser
def test_in_a_browser_a_hostile_name_runs_nothing(
    driver: Chrome,
    opened: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_at(driver, _hostile(opened, tmp_path, monkeypatch), 390)
    assert driver.title.startswith("Gemeente Zwolle")
    assert visible(HOSTILE) in [
        row.get_property("textContent")
        for row in driver.find_elements("css selector", "tr.entry .name")
    ]
    assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def _type(driver: Chrome, text: str) -> None:
    box = driver.find_element("css selector", "#asked")
    box.clear()
    box.send_keys(text)
    time.sleep(0.3)  # the page waits for a pause in typing


def _hostile(
    opened: duckdb.DuckDBPyConnection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    zwolle = select_terrains(opened, "municipality", "Zwolle")

    def renamed(*arguments: object) -> list[object]:
        first, *others = terrain_list(*arguments)  # type: ignore[arg-type]
        return [replace(first, terrain_name=HOSTILE), *others]

    monkeypatch.setattr(index, "terrain_list", renamed)
    return write_index(opened, zwolle, files_of(zwolle, "html", "pdf"), folder)
