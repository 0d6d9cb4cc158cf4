"""The plan map as a file: nothing from outside, nothing from a name that runs, all or nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from forecast.errors import OutputError
from forecast.selection import Selection, select_terrains
from forecast.theme import Colours, Logo, Theme
from forecast.words import load
from maps.background import PDOK
from maps.plan_map import plan_map_html, write_plan_map


class Resources(HTMLParser):
    """Collects what a browser would fetch, the scripts, and the links a reader may follow."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []
        self.styles = ""
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the element would fetch, link to or run."""
        found = dict(attrs)
        self._inside = tag
        for name in ("src", "href", "srcset", "data", "poster", "action"):
            if name in found:
                (self.links if tag == "a" else self.fetched).append(found[name] or "")
        self.handlers += [name for name in found if name.startswith("on")]
        self.styles += found.get("style") or ""
        if tag == "script":
            self.scripts.append(found)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the name is the parser's
        """Leave the element."""
        self._inside = ""

    def handle_data(self, data: str) -> None:
        """Keep the text of style elements."""
        if self._inside == "style":
            self.styles += data


@pytest.fixture(scope="module")
def page(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        return plan_map_html(connection, select_terrains(connection))


def parsed(html: str) -> Resources:
    parser = Resources()
    parser.feed(html)
    return parser


def payload(html: str) -> dict[str, Any]:
    text = re.search(r'id="plan-data">(.*?)</script>', html, re.DOTALL)
    assert text is not None
    content: dict[str, Any] = json.loads(text.group(1))
    return content


def test_page_fetches_nothing(page: str) -> None:
    found = parsed(page)
    assert found.fetched == []
    assert "@import" not in found.styles
    urls = re.findall(r"url\(\s*['\"]?([^)'\"]*)", found.styles)
    assert [url for url in urls if not url.startswith(("data:", "#"))] == []
    assert "sourceMappingURL" not in page
    for left_out in ("jquery", "bootstrap", "awesome", "glyphicons", "tile.openstreetmap"):
        assert left_out not in page.lower()


def test_links_of_the_sources_are_plain_links(page: str) -> None:
    links = parsed(page).links
    assert "https://www.openstreetmap.org/copyright" in links
    assert all(link.startswith(("https://", "#", "plankaart-tabel.html")) for link in links)


def test_page_says_what_it_shows(page: str) -> None:
    assert '<html lang="nl">' in page
    assert "<title>Plankaart laadvraag</title>" in page
    assert "4 van 3.744 terreinen" in page
    for part in ("23 november 2026", "0.1.0", "IBIS, peiljaar 2024", "CC0", "NDW",
                 "Netbeheer Nederland", "ODbL", "GeoNames (CC BY 4.0)", "schematisch"):  # fmt: skip
        assert part in page


def test_controls_have_labels(page: str) -> None:
    body = page.split("<aside", 1)[1].split("<script", 1)[0]
    controls = re.findall(r"<input[^>]*>", body)
    labelled = re.findall(r"<label><input[^>]*>\s*<span>[^<]+</span></label>", body)
    assert len(controls) == len(labelled) + 1  # the search box has a label of its own
    assert '<label for="search">' in body
    assert '<label for="measure">' in body


def test_hostile_name_stays_a_name(page: str, hostile_name: str) -> None:
    found = parsed(page)
    # Leaflet, the data and the program: a fourth would come from the register.
    assert [script.get("type") for script in found.scripts] == [None, "application/json", None]
    assert found.handlers == []
    assert hostile_name in payload(page)["terrains"]["name"]
    assert "<img" not in page.split('id="plan-data"', 1)[0]


def test_same_run_gives_the_same_bytes(page: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert plan_map_html(connection, select_terrains(connection)) == page


def test_english_page(connection: duckdb.DuckDBPyConnection) -> None:
    html = plan_map_html(connection, select_terrains(connection), language="en")
    assert '<html lang="en">' in html
    assert "4 of 3,744 business parks" in html
    assert "Bestelauto" not in html


def test_languages_have_the_same_words() -> None:
    dutch, english = load("nl").texts, load("en").texts
    assert dutch.keys() == english.keys()
    for key, text in dutch.items():
        if key.startswith("map."):
            fields = re.compile(r"\{\w+\}")
            assert set(fields.findall(text)) == set(fields.findall(english[key])), key


@pytest.mark.parametrize(
    ("level", "name", "title", "count", "terrains"),
    [
        pytest.param(
            "municipality",
            "Utrecht",
            "Plankaart laadvraag gemeente Utrecht",
            "Terreinen in de gemeente Utrecht: 1",
            1,
            id="municipality",
        ),
        pytest.param(
            "province",
            "Utrecht",
            "Plankaart laadvraag provincie Utrecht",
            "Terreinen in de provincie Utrecht: 1",
            1,
            id="province",
        ),
        pytest.param(
            "nal_region",
            "Noord",
            "Plankaart laadvraag NAL-regio Noord",
            "Terreinen in NAL-regio Noord: 4",
            4,
            id="NAL region",
        ),
    ],
)
def test_a_region_holds_and_names_only_its_terrains(
    connection: duckdb.DuckDBPyConnection,
    level: str,
    name: str,
    title: str,
    count: str,
    terrains: int,
) -> None:
    html = plan_map_html(connection, select_terrains(connection, level, name))
    content = payload(html)
    assert f"<title>{title}</title>" in html
    assert count in html
    assert "geen bruikbare gemeentecode" not in html
    assert len(content["terrains"]["name"]) == terrains
    (south, west), (north, east) = content["bounds"]
    for lat, lon in zip(content["terrains"]["lat"], content["terrains"]["lon"], strict=True):
        assert south < lat < north
        assert west < lon < east
    if terrains == 1:
        assert content["terrains"]["name"] == ["LAGE WEIDE"]
        assert north - south < 0.3


def test_a_region_without_a_terrain_still_has_a_map(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    empty = Selection("municipality", "GM0363", "Amsterdam", ())
    content = payload(plan_map_html(connection, empty))
    assert content["terrains"]["name"] == []
    (south, west), (north, east) = content["bounds"]
    assert south < 52.37 < north
    assert west < 4.89 < east


def policy(html: str) -> dict[str, str]:
    text = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert text is not None
    return dict(part.strip().split(" ", 1) for part in text.group(1).split(";"))


def test_policy_allows_images_of_one_host_and_nothing_else(page: str) -> None:
    allowed = policy(page)
    assert allowed["default-src"] == "'none'"
    assert allowed["img-src"] == "data: https://service.pdok.nl"
    assert all(part.startswith("'sha256-") for part in allowed["script-src"].split())
    assert payload(page)["background"]["url"] == PDOK.url
    assert "Kaartgegevens © Kadaster" in page


def test_without_a_background_the_page_never_asks(connection: duckdb.DuckDBPyConnection) -> None:
    html = plan_map_html(connection, select_terrains(connection), background=None)
    assert policy(html)["img-src"] == "data:"
    assert payload(html)["background"] is None
    assert "pdok" not in html.lower()
    assert 'value="background"' not in html


def test_a_theme_dresses_the_page(connection: duckdb.DuckDBPyConnection) -> None:
    theme = Theme(
        publisher="Gemeente <b>Voorbeeld</b>",
        colours=Colours(accent="#7a1f3d"),
        logo=Logo(Path("logo.svg"), b"<svg/>", "image/svg+xml", 'Wapen "van" Voorbeeld'),
        font_family="Fira Sans",
    )
    html = plan_map_html(connection, select_terrains(connection), theme=theme)
    assert "--accent:#7a1f3d" in html
    assert '--font:"Fira Sans",' in html
    assert 'alt="Wapen &#34;van&#34; Voorbeeld"' in html
    assert "Uitgave: Gemeente &lt;b&gt;Voorbeeld&lt;/b&gt;." in html
    assert all(url.startswith("data:") for url in parsed(html).fetched)


def test_writes_map_and_tables_and_nothing_else(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    target = tmp_path / "kaart.html"
    target.write_text("an older map", encoding="utf-8")
    assert write_plan_map(connection, target) == target
    assert payload(target.read_text(encoding="utf-8"))["years"] == [2025, 2030, 2035]
    beside = tmp_path / "kaart-tabel.html"
    assert sorted(tmp_path.iterdir()) == [beside, target]
    assert 'href="kaart-tabel.html"' in target.read_text(encoding="utf-8")
    assert 'href="kaart.html"' in beside.read_text(encoding="utf-8")


def test_a_file_in_place_of_the_folder_is_a_stated_problem(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    in_the_way = tmp_path / "output"
    in_the_way.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"can't write .*kaart\.html"):
        write_plan_map(connection, in_the_way / "kaart.html")
    assert in_the_way.read_text(encoding="utf-8") == "mine"
    assert list(tmp_path.iterdir()) == [in_the_way]


def test_failed_replacement_leaves_nothing_behind(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    target = tmp_path / "kaart.html"
    target.mkdir()  # a folder in the way: the last step fails
    (target / "kept.txt").touch()
    with pytest.raises(OutputError):
        write_plan_map(connection, target)
    assert sorted(tmp_path.rglob("*")) == [target, target / "kept.txt"]
