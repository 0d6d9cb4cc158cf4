"""Which terrains a document is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from forecast.errors import UnknownNameError
from forecast.selection import select_terrains
from forecast.store import open_published


@pytest.fixture(scope="module")
def database(real_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(real_database) as connection:
        yield connection


def test_the_provinces_hold_every_terrain_once(database: duckdb.DuckDBPyConnection) -> None:
    country = select_terrains(database)
    provinces = [
        select_terrains(database, "province", name)
        for (name,) in database.execute(
            "SELECT DISTINCT province_name FROM municipalities"
        ).fetchall()
    ]
    assert len(provinces) == 12
    together = [terrain_id for province in provinces for terrain_id in province.terrain_ids]
    assert sorted(together) == sorted(country.terrain_ids)
    assert country.is_national


def test_a_municipality_is_found_by_name_and_code(database: duckdb.DuckDBPyConnection) -> None:
    by_name = select_terrains(database, "municipality", "zwolle")
    assert by_name == select_terrains(database, "municipality", "GM0193")
    assert (by_name.region_name, by_name.is_national) == ("Zwolle", False)
    names = database.execute(
        "SELECT terrain_name FROM terrains WHERE municipality_code = 'GM0193' ORDER BY ALL"
    ).fetchall()
    assert len(by_name.terrain_ids) == len(names)


def test_an_unknown_region_names_what_was_meant(database: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UnknownNameError, match="Overijssel"):
        select_terrains(database, "province", "Overijsel")
