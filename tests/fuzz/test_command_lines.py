"""Any command line ends well, or with a sentence: exit code 0, 1 or 2, and nothing lost.

What takes long or reaches out (the model, documents, the network, a server) is left out: the stand-
in refuses with a sentence, so that all before and after it is tried.
"""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import cli
import commands
import factsheets
import forecast
import maps
import web
from forecast.errors import ConnectionPowerError
from forecast.refinement_entry import Correction
from forecast.refinement_log import add
from forecast.schema import tables_of
from forecast.settings import parse_setting
from tests.fuzz.command_lines import Words, leaves, lines_of
from tests.fuzz.effort import TALLY, inputs
from tests.fuzz.small_files import ARCHIVES, DAY, JSON_FILES, TEXT_FILES

LONG = (
    "forecast.run.run_forecast",
    "forecast.backtest.run_backtest",
    "forecast.explain.explainer.Explainer",
    "forecast.incremental.bring_up_to_date",
    "forecast.fetch.fetch.fetch",
    "forecast.export.content.read_content",
    "forecast.export.energy_system.energy_system",
    "forecast.year_series.year_series_and_unserved",
    "factsheets.factsheet.write_factsheet",
    "factsheets.overview.write_overview",
    "factsheets.bulk.open_set",
    "maps.plan_map.write_plan_map",
    "web.serving.bind",
)
COMMANDS = dict(leaves())
RECORDS = [table.name for table in tables_of("record")]


def left_out(*_: object, **__: object) -> None:
    raise ConnectionPowerError(0)


def show_fault(error: Exception) -> str:
    raise AssertionError(f"a fault of the program: {error!r}") from error


@pytest.fixture(scope="module")
def workplace(real_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a file of each kind, and a database with some records."""
    folder = tmp_path_factory.mktemp("workplace")
    for some in (TEXT_FILES, JSON_FILES, ARCHIVES):
        for small in some.values():
            (folder / small.name).write_bytes(small.content)
    (folder / "empty.csv").touch()
    (folder / "a folder").mkdir()
    database = folder / "laadvraag.duckdb"
    shutil.copy(real_database, database)
    known = [
        Correction(parse_setting(text), "A. Jansen", DAY, "geteld", "visit", "leave")
        for text in ("trucks=80", "electric_trucks_2030=20")
    ]
    add(database, "190044", known)
    return folder


@pytest.fixture(scope="module")
def all_is_loaded() -> None:
    """Load all modules: one that is first loaded beside a stand-in would keep it for good."""
    for package in (commands, factsheets, forecast, maps, web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)


@pytest.fixture(autouse=True)
def only_what_is_quick(workplace: Path, all_is_loaded: None) -> Iterator[None]:  # noqa: ARG001 - comes first
    with pytest.MonkeyPatch.context() as patch:
        for name in LONG:
            patch.setattr(name, left_out)
        patch.setattr(cli, "_log_fault", show_fault)
        patch.setattr("forecast.store.WAIT_SECONDS", 0)
        patch.setenv("LAADVRAAG_DB", str(workplace / "laadvraag.duckdb"))
        patch.setenv("LAADVRAAG_AUTHOR", "")
        patch.chdir(workplace)
        yield


@lru_cache(maxsize=2)
def records(folder: Path, _: int) -> dict[str, Counter[str]]:
    """Return what people entered, as it was written at a time."""
    with duckdb.connect(folder / "laadvraag.duckdb", read_only=True) as connection:
        return {name: Counter(map(str, connection.table(name).fetchall())) for name in RECORDS}


def check(path: Words, words: Words, folder: Path) -> None:
    """Run a command line; what it may do to records is add to them, or what it is for."""
    database = folder / "laadvraag.duckdb"
    before, written = records(folder, database.stat().st_mtime_ns), database.stat().st_mtime_ns
    result = CliRunner().invoke(cli.main, [*path, *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code in {0, 1, 2}, result.output
    assert "Traceback" not in result.output
    if result.exit_code:
        assert "Error: " in result.output or "Fout: " in result.output
    TALLY[f"command line: exit code {result.exit_code}"] += 1
    if database.stat().st_mtime_ns == written:
        return
    after = records(folder, database.stat().st_mtime_ns)
    for name in RECORDS:
        may_go = result.exit_code == 0 and {"remove", "import"} & set(path)
        assert may_go or not before[name] - after[name], f"records of {name} are gone"
        assert result.exit_code == 0 or before[name] == after[name], f"half written: {name}"


@pytest.mark.parametrize("path", list(COMMANDS), ids=" ".join)
@inputs(6)
@given(data=st.data())
def test_any_command_line(path: Words, workplace: Path, data: st.DataObject) -> None:
    names = sorted(each.name for each in workplace.iterdir())
    files = st.sampled_from([*names, "nowhere/x.csv", "new.csv", "new.json", "new.xlsx", "/", ""])
    words = data.draw(lines_of(COMMANDS[path], files))
    check(path, words, workplace)
