"""The real things, once per session: a run over the embedded register, and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from filelock import FileLock
from hypothesis import settings

from forecast.run import run_and_publish
from forecast.store import open_published
from forecast.vocabulary import DEFAULT_YEARS
from tests.hostile import HOSTILE

# No test is one of speed: a busy machine is not a fault.
settings.register_profile("laadvraag", deadline=None)
settings.load_profile("laadvraag")
# Commands answer in the language of the system and as wide as the terminal, unless a test sets it.
os.environ |= {"LC_ALL": "C.UTF-8", "COLUMNS": "100"}


@pytest.fixture(scope="session")
def real_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with one published run over the embedded data; don't write to it.

    While working, LAADVRAAG_TEST_DB may name a current one and save the run.
    """
    if "LAADVRAAG_TEST_DB" in os.environ:
        return Path(os.environ["LAADVRAAG_TEST_DB"])
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # of the session: the first worker makes the run, the others read it
    path = folder / "real" / "laadvraag.duckdb"
    with FileLock(folder / "real.lock"):
        if not path.exists():
            path.parent.mkdir()
            run_and_publish(path, DEFAULT_YEARS)
    return path


@pytest.fixture(scope="session")
def published(real_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a reading connection to the real database."""
    with open_published(real_database) as connection:
        yield connection


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


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Return a Chromium that reaches no host but this machine."""
    webdriver = pytest.importorskip("selenium.webdriver")
    driver_path = shutil.which("chromedriver")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not (driver_path and program):
        pytest.skip("chromium or chromedriver is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--window-size=1280,900",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
    driver.set_page_load_timeout(30)
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """Return the browser of the session as it opens: no page, own size, scripts, no complaint."""
    chromium.get_log("browser")
    yield chromium
    chromium.get("about:blank")
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
