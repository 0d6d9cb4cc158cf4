"""Links to factsheets: only to those that are there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forecast.errors import DataSourceError
from forecast.selection import select_terrains
from maps.data import read_terrains
from maps.factsheet_links import factsheet_links
from maps.plan_map import plan_map_html

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def test_links_go_only_to_factsheets_that_are_there(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    target = tmp_path / "kaart.html"

    def linked(place: str | None = None) -> dict[str, Any] | None:
        everything = select_terrains(connection)
        html = plan_map_html(connection, everything, target, factsheets=place)
        text = html.split('id="plan-data">')[1].split("</script>")[0]
        found: dict[str, Any] | None = json.loads(text)["factsheets"]
        return found

    assert linked() is None
    there = tmp_path / "factsheets" / "105004-lage-weide.html"
    there.parent.mkdir()
    there.write_text("sheet", encoding="utf-8")
    expected = [there.name, None, None, None]
    shared = {"text": "map.popup.factsheet", "target": "_blank"}
    assert linked() == shared | {"address": "factsheets/", "files": expected}
    elsewhere = tmp_path / "bladen & meer" / "2030"
    elsewhere.parent.mkdir()
    there.parent.rename(elsewhere)
    assert linked() is None
    assert linked(str(elsewhere)) == shared | {
        "address": "bladen%20%26%20meer/2030/",
        "files": expected,
    }
    found = linked("https://voorbeeld.nl/bladen/")
    assert found is not None
    assert found["address"] == "https://voorbeeld.nl/bladen/"
    assert None not in found["files"]


@pytest.mark.parametrize("place", ["nergens", "javascript:alert(1)//"])
def test_a_folder_without_factsheets_is_a_stated_problem(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, place: str
) -> None:
    terrains = read_terrains(connection, select_terrains(connection))
    with pytest.raises(DataSourceError, match=r"no factsheet .*105004-lage-weide\.html"):
        factsheet_links(terrains, tmp_path / "kaart.html", place)
