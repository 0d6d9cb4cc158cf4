"""The tables beside the map, read back with an independent parser of HTML."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from forecast.selection import select_terrains
from forecast.theme import Theme
from maps.table import table_html

if TYPE_CHECKING:
    import duckdb


@pytest.fixture
def html(connection: duckdb.DuckDBPyConnection) -> str:
    return table_html(
        connection,
        select_terrains(connection),
        map_name="kaart.html",
        language="nl",
        theme=Theme(),
    )


def test_every_municipality_has_a_table_with_a_caption(html: str) -> None:
    assert html.count("<caption>") == 3
    assert "<caption>Bedrijventerreinen in Groningen</caption>" in html
    assert html.count('<th scope="rowgroup"') == 4


def test_a_terrain_has_its_figures_by_year(html: str) -> None:
    pytest.importorskip("lxml")
    tables = pd.read_html(StringIO(html), thousands=".", decimal=",")
    [utrecht] = [table for table in tables if "LAGE WEIDE" in str(table.iloc[0, 0])]
    assert utrecht.iloc[:, 1].tolist() == [2025, 2030, 2035]
    # Terrain 4, scenario mid, 2030: growth 6. Electric vans 6 * 4 = 24, from half to twice that.
    assert utrecht.iloc[1, 3] == "2412\u201348"
    # 3 classes, depot and hub, 100 MWh each * 6 * 4 = 14,400 MWh.
    assert utrecht.iloc[1, 5] == 14400


def test_hostile_name_is_text(html: str, hostile_name: str) -> None:
    assert "<script" not in html
    assert "<img" not in html
    assert hostile_name not in html
    assert "&lt;script&gt;document.title=&#39;owned&#39;" in html


def test_the_page_runs_and_fetches_nothing(html: str) -> None:
    assert "default-src 'none'; script-src 'none'" in html
    for part in ("<script", "<img", "<link", "@import", "url("):
        assert part not in html
