"""The database that inputs are tried on, and the tally at the end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from forecast.sources.contract import Known
from forecast.sources.embedded import read_sources
from forecast.sources.registry import known_from
from tests.fuzz.effort import TALLY


@pytest.fixture(scope="session")
def known() -> Known:
    return known_from(read_sources())


@pytest.fixture
def own_copy(real_database: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a database to write in, gone afterwards: it is large."""
    path = tmp_path / "own.duckdb"
    shutil.copy(real_database, path)
    yield path
    path.unlink()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY:
        terminalreporter.section(f"{sum(TALLY.values()):,} inputs tried")
        for name, number in sorted(TALLY.items()):
            terminalreporter.line(f"{number:7,}  {name}")
