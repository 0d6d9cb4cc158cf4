"""A small published run in a real DuckDB file, a browser, and the map of that run in it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from forecast.schema import TABLES
from forecast.vocabulary import DEFAULT_YEARS, SCENARIOS
from maps.plan_map import write_plan_map
from tests.maps.made_up_run import HOSTILE, Row, made_up_results, made_up_sources
from tests.maps.page import problems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def fill(connection: duckdb.DuckDBPyConnection, tables: dict[str, list[Row]]) -> None:
    """Create every table of the schema and insert the rows."""
    for name, table in TABLES.items():
        connection.execute(table.duckdb_ddl())
        columns = [column.name for column in table.columns]
        marks = ", ".join("?" * len(columns))
        values = [[row[column] for column in columns] for row in tables.get(name, [])]
        if values:
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", values)  # noqa: S608


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "laadvraag.duckdb"
    sources = made_up_sources()
    run = {"run_id": "run0123456789", "edition_id": "edition0123456789", "code_version": "0.1.0",
           "assumptions_hash": "a", "data_hashes": "{}", "scenario_set": ",".join(SCENARIOS),
           "years": ",".join(map(str, DEFAULT_YEARS)),
           "started_at": datetime(2026, 11, 23, 12, 0),  # noqa: DTZ001 - the column is UTC
           "ended_at": datetime(2026, 11, 23, 12, 1),  # noqa: DTZ001
           "refined_at": None}  # fmt: skip
    with duckdb.connect(str(path)) as connection:
        ids = [row["terrain_id"] for row in sources["terrains"]]
        fill(connection, sources | made_up_results(ids) | {"runs": [run]})
    return path


@pytest.fixture
def connection(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def plan_map(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("map") / "kaart.html"
    with duckdb.connect(str(database), read_only=True) as opened:
        return write_plan_map(opened, path, background=None)


@pytest.fixture
def opened(browser: Any, plan_map: Path) -> Iterator[Any]:
    """Open the plan map; afterwards the browser must have had nothing to complain of."""
    browser.get(plan_map.as_uri())
    yield browser
    assert problems(browser) == []


@pytest.fixture(scope="session")
def hostile_name() -> str:
    return HOSTILE
