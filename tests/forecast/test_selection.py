"""Which terrains a document is about."""

from __future__ import annotations

import duckdb
import pytest

from forecast.errors import UnknownNameError
from forecast.selection import select_terrains


def test_the_provinces_hold_every_terrain_once(published: duckdb.DuckDBPyConnection) -> None:
    country = select_terrains(published)
    provinces = [
        select_terrains(published, "province", name)
        for (name,) in published.execute(
            "SELECT DISTINCT province_name FROM municipalities"
        ).fetchall()
    ]
    assert len(provinces) == 12
    together = [terrain_id for province in provinces for terrain_id in province.terrain_ids]
    assert sorted(together) == sorted(country.terrain_ids)
    assert country.is_national


def test_a_municipality_is_found_by_name_and_code(published: duckdb.DuckDBPyConnection) -> None:
    by_name = select_terrains(published, "municipality", "zwolle")
    assert by_name == select_terrains(published, "municipality", "GM0193")
    assert (by_name.region_name, by_name.is_national) == ("Zwolle", False)
    names = published.execute(
        "SELECT terrain_name FROM terrains WHERE municipality_code = 'GM0193' ORDER BY ALL"
    ).fetchall()
    assert len(by_name.terrain_ids) == len(names)


def test_an_unknown_region_names_what_was_meant(published: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UnknownNameError, match="Overijssel"):
        select_terrains(published, "province", "Overijsel")
