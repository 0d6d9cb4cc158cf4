"""Contents of the real run, and one of hostile names."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from forecast.export.content import Content, read_content
from forecast.selection import select_terrain, select_terrains
from forecast.store import open_published

HURK = "190044"


@pytest.fixture(scope="session")
def zwolle(published: duckdb.DuckDBPyConnection) -> Content:
    return read_content(published, select_terrains(published, "municipality", "Zwolle"))


@pytest.fixture(scope="session")
def country(published: duckdb.DuckDBPyConnection) -> Content:
    selection = select_terrains(published)
    return read_content(published, selection, ["terrains", "supply_areas", "ze_zones"])


@pytest.fixture(scope="session")
def hostile(hostile_database: Path) -> Content:
    with open_published(hostile_database) as opened:
        return read_content(opened, select_terrains(opened, "municipality", "GM0193"))


@pytest.fixture(scope="session")
def hurk(published: duckdb.DuckDBPyConnection) -> Content:
    return read_content(published, select_terrain(published, HURK))
