"""The database: all of a run or nothing, and a sentence for every way it can be wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from forecast import attaching, new_database, store
from forecast.erasing import rewrite
from forecast.errors import DatabaseError
from forecast.new_database import make_database
from forecast.pipeline import result_tables
from forecast.refinement_log import read_entries
from forecast.schema import SCHEMA_VERSION, TABLES, conform
from forecast.sources.embedded import SourceData
from forecast.spoken import say
from tests.refined import refine

ROOT = Path(__file__).parent.parent.parent
START = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001 - UTC as stored


def run_row(run_id: str, number: int = 0) -> pl.DataFrame:
    row = {
        "run_id": run_id,
        "edition_id": "edition",
        "code_version": "test",
        "assumptions_hash": "hash",
        "data_hashes": "{}",
        "scenario_set": "low,mid,high",
        "years": "2030",
        "started_at": START + timedelta(minutes=number),
        "ended_at": START + timedelta(minutes=number, seconds=5),
        "refined_at": None,
    }
    return conform(pl.DataFrame([row], schema=TABLES["runs"].polars_schema()), "runs")


def frames(sources: SourceData, state: dict[str, Any], run_id: str) -> dict[str, pl.DataFrame]:
    """Return small but whole tables: two terrains of a real run."""
    few = pl.col("terrain_id").is_in(["190044", "3214"])
    results = {
        name: frame.filter(few) if "terrain_id" in frame.columns else frame.head(20)
        for name, frame in result_tables(state, run_id).items()
    }
    return {**sources.tables, **results}


@pytest.fixture
def database(tmp_path: Path, sources: SourceData, state: dict[str, Any]) -> Path:
    path = tmp_path / "laadvraag.duckdb"
    store.publish(path, frames(sources, state, "first"), run_row("first"))
    return path


@contextmanager
def another_process(code: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Run code in a process of its own; it prints a line when it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.kill()
        process.communicate()


def runs(path: Path) -> list[str]:
    with store.open_published(path) as connection:
        rows = connection.execute("SELECT run_id FROM runs ORDER BY ended_at").fetchall()
    return [run_id for (run_id,) in rows]


def test_a_published_run_can_be_read(database: Path) -> None:
    with store.open_published(database) as connection:
        rows = connection.execute(
            "SELECT DISTINCT run_id, terrain_id FROM plan_class ORDER BY terrain_id"
        ).fetchall()
    assert rows == [("first", "190044"), ("first", "3214")]


def test_a_failed_publication_leaves_the_previous_run(
    database: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    broken = frames(sources, state, "second")
    broken["plan_class"] = broken["plan_class"].with_columns(
        plan_class=pl.lit(None, dtype=pl.String)
    )
    with pytest.raises(DatabaseError, match="could not be written"):
        store.publish(database, broken, run_row("second", 1))
    assert runs(database) == ["first"]
    with store.open_published(database) as connection:
        held = connection.execute("SELECT DISTINCT run_id FROM energy").fetchall()
    assert held == [("first",)]


def test_a_failed_first_publication_leaves_no_file(
    tmp_path: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    path = tmp_path / "new.duckdb"
    broken = frames(sources, state, "first")
    broken["fleet"] = broken["fleet"].with_columns(basis=pl.lit(None, dtype=pl.String))
    with pytest.raises(DatabaseError):
        store.publish(path, broken, run_row("first"))
    assert list(tmp_path.iterdir()) == []


def test_a_log_of_a_database_that_is_gone_is_not_lost(
    tmp_path: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    log = tmp_path / "new.duckdb.wal"
    log.write_text("what was entered last")
    with pytest.raises(DatabaseError, match=r"new\.duckdb\.wal of an earlier one stands there"):
        store.publish(tmp_path / "new.duckdb", frames(sources, state, "first"), run_row("first"))
    assert [path.name for path in tmp_path.iterdir()] == [log.name]
    assert log.read_text() == "what was entered last"


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="root may look anywhere")
def test_a_folder_that_may_not_be_looked_into_is_told(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    with pytest.raises(DatabaseError, match="Permission denied"), store.open_any(closed / "x"):
        pass


def test_an_erased_row_is_not_left_in_a_copy_that_was_cut_off(database: Path) -> None:
    cut_off = database.with_name(f".laadvraag-{database.name}.123.tmp")
    cut_off.write_text("a row that was erased later")
    rewrite(database)
    assert [path.name for path in database.parent.iterdir()] == [database.name]


def test_results_of_two_runs_are_kept_and_all_runs_remembered(
    database: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    for number, name in enumerate(("second", "third"), start=1):
        store.publish(database, frames(sources, state, name), run_row(name, number))
    assert runs(database) == ["first", "second", "third"]
    with store.open_published(database) as connection:
        held = connection.execute("SELECT DISTINCT run_id FROM power ORDER BY 1").fetchall()
        [(terrains,)] = connection.execute("SELECT count(*) FROM terrains").fetchall()
    assert held == [("second",), ("third",)]
    assert terrains == 3646  # source tables are replaced, not added to


def test_refinements_survive_a_new_run(
    database: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    with duckdb.connect(database) as connection:
        connection.register("incoming", refine(("190044", "vans=80")).to_arrow())
        connection.execute("INSERT INTO refinements SELECT * FROM incoming")
    store.publish(database, frames(sources, state, "second"), run_row("second", 1))
    with store.open_published(database) as opened:
        [entry] = read_entries(opened)
    assert (entry.name, entry.value) == ("vans", 80.0)


def test_meter_data_survives_a_new_run(
    database: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    reading = pl.DataFrame(
        [{"connection_id": "c", "interval_start_utc": START, "offtake_kw": 5.0, "feed_in_kw": 0.0}]
    )
    with store.open_records(database) as opened:
        store.insert_records(opened, "meter_readings", conform(reading, "meter_readings"))
    store.publish(database, frames(sources, state, "second"), run_row("second", 1))
    with store.open_published(database) as opened:
        assert opened.execute("FROM meter_readings").fetchall() == [("c", START, 5.0, 0.0)]


def test_only_lasting_records_are_inserted_outside_a_run(database: Path) -> None:
    with store.open_records(database) as opened, pytest.raises(ValueError, match="no table of"):
        store.insert_records(opened, "power", pl.DataFrame())


def test_a_slow_query_prints_nothing_among_the_results(real_database: Path) -> None:
    # By itself DuckDB prints a bar on standard output for all that takes two seconds.
    with store.open_published(real_database) as opened:
        [(is_on,)] = opened.execute("SELECT current_setting('enable_progress_bar')").fetchall()
    assert is_on is False


def test_readers_go_on_while_a_run_in_another_process_computes(database: Path) -> None:
    # The whole main job in a process of its own, which tells when it starts its last step.
    code = (
        "import sys, pathlib\n"
        "from forecast.run import run_and_publish, STEP_COUNT\n"
        "steps = []\n"
        "def on_step(step):\n"
        "    steps.append(step)\n"
        "    if len(steps) in (1, STEP_COUNT): print('ready', flush=True)\n"
        "print(run_and_publish(pathlib.Path(sys.argv[1]), [2030], on_step=on_step), flush=True)"
    )
    with another_process(code, database) as run:
        assert run.stdout is not None
        assert runs(database) == ["first"]
        with store.open_published(database) as connection:  # held open while the run computes
            assert run.stdout.readline().strip() == "ready"
            held = connection.execute("SELECT DISTINCT run_id FROM energy").fetchall()
        assert held == [("first",)]
        new_run = run.stdout.readline().strip()
        assert run.wait(timeout=60) == 0
    assert set(runs(database)) == {"first", new_run}


def test_a_writer_waits_for_a_reader_to_finish(
    database: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    code = (
        "import sys, time, duckdb\n"
        "c = duckdb.connect(sys.argv[1], read_only=True)\n"
        "print('ready', flush=True); time.sleep(1); c.close()\n"
        "sys.stdin.read()"
    )
    with another_process(code, database):
        store.publish(database, frames(sources, state, "second"), run_row("second", 1))
    assert runs(database) == ["first", "second"]


def test_a_locked_database_names_the_holder_after_the_wait(database: Path) -> None:
    code = (
        "import sys, duckdb\n"
        "c = duckdb.connect(sys.argv[1])\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    with another_process(code, database) as holder:
        started = time.monotonic()
        with (
            pytest.raises(DatabaseError, match=f"in use by process {holder.pid}"),
            store.open_published(database, wait_seconds=0.3),
        ):
            pass
        assert time.monotonic() - started >= 0.3


def test_a_first_run_removes_no_database_that_another_process_took(tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"
    code = (
        "import sys, duckdb\n"
        "c = duckdb.connect(sys.argv[1])\n"
        "print('ready', flush=True); sys.stdin.read()"
    )
    with ExitStack() as others:

        def taken(made: Path) -> bool:
            is_made = make_database(made)
            others.enter_context(another_process(code, made))
            return is_made

        patch = others.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(new_database, "make_database", taken)
        with (
            pytest.raises(DatabaseError, match="in use by process"),
            store.writing(path, say("refusals.database.run"), wait_seconds=0.1),
        ):
            pass
        assert path.exists()


def test_a_first_run_that_fails_removes_its_database_but_not_a_run_of_another(
    tmp_path: Path, sources: SourceData, state: dict[str, Any]
) -> None:
    path = tmp_path / "new.duckdb"

    def fail() -> None:
        with store.writing(path, say("refusals.database.run")):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not [*tmp_path.iterdir()]

    def published_meanwhile(made: Path) -> bool:
        is_made = make_database(made)
        store.publish(made, frames(sources, state, "first"), run_row("first"))
        return is_made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(new_database, "make_database", published_meanwhile)
        with pytest.raises(ZeroDivisionError):
            fail()
    assert runs(path) == ["first"]


def test_a_database_that_is_held_on_windows_is_waited_for_as_well(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As DuckDB says it there, with the sentence of a Dutch system.
    said = (
        f'IO Error: Cannot open file "{database}": Het proces heeft geen toegang tot het '
        "bestand omdat het door een ander proces wordt gebruikt.\n\n\nFile is already open in \n"
        "C:\\Python\\python.exe (PID 8252)"
    )

    class Refusing:
        def execute(self, _: str) -> None:
            raise duckdb.IOException(said)

        def close(self) -> None:
            pass

    monkeypatch.setattr(attaching, "_take", Refusing)
    with (
        pytest.raises(DatabaseError, match=r"in use by process 8252 \(C:.*python\.exe\)"),
        store.open_published(database, wait_seconds=0.1),
    ):
        pass


@pytest.mark.parametrize(
    ("version", "text"),
    [
        pytest.param(SCHEMA_VERSION - 1, "move it away, then run `laadvraag run", id="older"),
        pytest.param(SCHEMA_VERSION + 1, "made by a newer laadvraag", id="newer"),
    ],
)
def test_another_layout_is_refused_with_what_to_do(
    database: Path, sources: SourceData, state: dict[str, Any], version: int, text: str
) -> None:
    with duckdb.connect(database) as connection:
        connection.execute("UPDATE meta SET schema_version = ?", [version])
    with pytest.raises(DatabaseError, match=text), store.open_published(database):
        pass
    with pytest.raises(DatabaseError, match=text):
        store.publish(database, frames(sources, state, "second"), run_row("second", 1))
    with duckdb.connect(database, read_only=True) as connection:
        assert connection.execute("SELECT run_id FROM runs").fetchall() == [("first",)]


def test_a_table_that_lacks_is_told_when_it_is_asked_for(database: Path) -> None:
    with pytest.raises(duckdb.CatalogException), store.open_published(database) as opened:
        opened.execute("FROM no_table_of_ours")
    with duckdb.connect(database) as connection:
        connection.execute("DROP TABLE hubs")
    with (
        pytest.raises(DatabaseError, match=r"lacks hubs, .* move it away"),
        store.open_published(database) as opened,
    ):
        opened.execute("FROM hubs")
    with (
        pytest.raises(DatabaseError, match=r"lacks hubs, .* move it away"),
        store.open_records(database) as opened,
    ):
        opened.execute("FROM hubs")


def test_a_file_that_is_no_database_of_ours_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.duckdb"
    text.write_text("not a database " * 1000, encoding="utf-8")
    foreign = tmp_path / "foreign.duckdb"
    with duckdb.connect(foreign) as connection:
        connection.execute("CREATE TABLE mine (a INTEGER)")
    folder = tmp_path / "folder"
    folder.mkdir()
    for path, sentence in (
        (text, "is not a DuckDB database"),
        (foreign, "not one of laadvraag"),
        (folder, "is a folder"),
        (tmp_path / "none.duckdb", "there is no database"),
    ):
        with pytest.raises(DatabaseError, match=sentence), store.open_published(path):
            pass
    with duckdb.connect(foreign, read_only=True) as connection:
        assert connection.execute("FROM mine").fetchall() == []


def test_a_damaged_file_is_not_called_one_in_use(tmp_path: Path, real_database: Path) -> None:
    """DuckDB speaks of bad blocks, which hold the word of a file that another process locked."""
    whole = real_database.read_bytes()
    damaged = tmp_path / "laadvraag.duckdb"
    damaged.write_bytes(whole[:12_288] + b"\x55" * (len(whole) - 12_288))
    with pytest.raises(DatabaseError, match="move it away"), store.open_published(damaged):
        pass


def test_duckdb_draws_no_bar_among_the_results(real_database: Path) -> None:
    """A program without a file, as in `python -c`, is taken for a person at a prompt."""
    code = (
        "import sys, pathlib\n"
        "from forecast.store import open_published\n"
        "with open_published(pathlib.Path(sys.argv[1])) as connection:\n"
        "    query = \"SELECT current_setting('enable_progress_bar')\"\n"
        "    print(connection.execute(query).fetchall())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(real_database)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout == "[(False,)]\n"
