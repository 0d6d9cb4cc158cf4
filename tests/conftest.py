"""The real thing, once per session: a run over the embedded register in a real DuckDB file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forecast.run import run_and_publish
from forecast.vocabulary import DEFAULT_YEARS


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
