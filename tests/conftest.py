"""The real thing, once per session: a run over the embedded register in a real DuckDB file."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from forecast.run import run_and_publish
from forecast.vocabulary import DEFAULT_YEARS
from tests.hostile import HOSTILE

# Commands answer in the language of the system and as wide as the terminal, unless a test sets it.
os.environ |= {"LC_ALL": "C.UTF-8", "COLUMNS": "100"}


@pytest.fixture(scope="session")
def real_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with one published run over the embedded data; don't write to it.

    While working, LAADVRAAG_TEST_DB may name a current one and save the run.
    """
    if "LAADVRAAG_TEST_DB" in os.environ:
        return Path(os.environ["LAADVRAAG_TEST_DB"])
    path = tmp_path_factory.mktemp("real") / "laadvraag.duckdb"
    run_and_publish(path, DEFAULT_YEARS)
    return path


@pytest.fixture(scope="session")
def hostile_database(real_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the database in which terrains of Zwolle have hostile names."""
    path = tmp_path_factory.mktemp("hostile") / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    with duckdb.connect(path) as opened:
        rows = opened.execute(
            "SELECT terrain_id FROM terrains WHERE municipality_code = 'GM0193' ORDER BY 1"
        ).fetchall()
        for (terrain_id,), name in zip(rows, HOSTILE.values(), strict=False):
            opened.execute(
                "UPDATE terrains SET terrain_name = ? WHERE terrain_id = ?", [name, terrain_id]
            )
        opened.execute(
            "UPDATE municipalities SET municipality_name = '../<b>\"Zw/olle=' "
            "WHERE municipality_code = 'GM0193'"
        )
        opened.execute(
            "UPDATE regional_summary SET region_name = '../<b>\"Zw/olle=' "
            "WHERE level = 'municipality' AND region_id = 'GM0193'"
        )
    return path
