"""Contents of the real run, and one of hostile names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from forecast.export.content import Content, read_content
from forecast.selection import select_terrain, select_terrains
from forecast.store import open_published

HURK = "190044"


@pytest.fixture(scope="session")
def connection(real_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(real_database) as opened:
        yield opened


@pytest.fixture(scope="session")
def zwolle(connection: duckdb.DuckDBPyConnection) -> Content:
    return read_content(connection, select_terrains(connection, "municipality", "Zwolle"))


@pytest.fixture(scope="session")
def country(connection: duckdb.DuckDBPyConnection) -> Content:
    selection = select_terrains(connection)
    return read_content(connection, selection, ["terrains", "supply_areas", "ze_zones"])


@pytest.fixture(scope="session")
def hostile(hostile_database: Path) -> Content:
    with open_published(hostile_database) as opened:
        return read_content(opened, select_terrains(opened, "municipality", "GM0193"))


@pytest.fixture(scope="session")
def hurk(connection: duckdb.DuckDBPyConnection) -> Content:
    return read_content(connection, select_terrain(connection, HURK))
