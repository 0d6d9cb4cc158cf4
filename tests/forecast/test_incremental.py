"""What a refinement changes is computed again, to the figures of a full run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from forecast import incremental, kept_run, run, touched
from forecast.beside import SECOND
from forecast.errors import DatabaseError, InvariantError
from forecast.incremental import bring_up_to_date
from forecast.query import terrain_report
from forecast.refinement_entry import Correction
from forecast.refinement_log import add, undo
from forecast.run import run_and_publish
from forecast.run_info import RunInfo
from forecast.schema import tables_of
from forecast.settings import parse_setting
from forecast.spoken import say
from forecast.store import open_published, writing
from forecast.vocabulary import DEFAULT_YEARS

DE_HURK = "190044"
DE_COPEN = "170008"
"""A terrain of another municipality."""


@pytest.fixture
def database(real_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(real_database, tmp_path / "lv.duckdb"))


def correct(
    database: Path, terrain: str, *settings: str, municipal_rest: str = "rebalance"
) -> Sequence[str]:
    entries = add(
        database,
        terrain,
        [
            Correction(
                parse_setting(text),
                "A. Adviser",
                date(2026, 10, 1),
                "counted on the spot",
                "visit",
                municipal_rest,
            )
            for text in settings
        ],
    )
    return [entry.refinement_id for entry in entries]


def results(database: Path) -> dict[str, pl.DataFrame]:
    """Return the tables of the last run, sorted by key, without what names the run."""
    found = {}
    with open_published(database) as connection:
        [(run,)] = connection.execute(
            "SELECT run_id FROM runs ORDER BY ended_at DESC LIMIT 1"
        ).fetchall()
        for table in tables_of("result"):
            frame = connection.sql(
                f'SELECT * EXCLUDE (run_id) FROM "{table.name}" WHERE run_id = ?',  # noqa: S608
                params=[run],
            ).pl()
            found[table.name] = frame.sort([key for key in table.keys if key != "run_id"])
    return found


def same(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    """Check that all tables hold the same rows, figures up to their last digits."""
    assert found.keys() == expected.keys()
    for name, frame in expected.items():
        try:
            assert_frame_equal(found[name], frame, rel_tol=1e-9, abs_tol=1e-9)
        except AssertionError as error:
            raise AssertionError(name) from error


def test_an_incremental_run_equals_a_full_one(database: Path) -> None:
    correct(database, DE_HURK, "trucks=80", "electric_trucks_2030=40", "van_km_per_year=30000")
    correct(database, DE_HURK, "vans=1500", "own_site_share=0.9", municipal_rest="leave")
    assert bring_up_to_date(database).kind == "incremental"
    # What is taken back, and what comes on top, on a database that was updated in part before.
    [wrong] = correct(database, DE_COPEN, "tractors=20")
    bring_up_to_date(database)
    undo(database, wrong, "A. Adviser", "another terrain was meant")
    correct(database, DE_COPEN, "depot_charger_kw=50")
    bring_up_to_date(database)
    updated = results(database)
    run_and_publish(database, DEFAULT_YEARS)
    full = results(database)
    same(updated, full)
    assert bring_up_to_date(database).kind == "none"


def test_what_another_process_published_meanwhile_is_not_overlooked(
    database: Path, tmp_path: Path
) -> None:
    correct(database, DE_HURK, "trucks=80")
    bring_up_to_date(database)
    known = dict(kept_run._KEPT)
    kept_run._KEPT.clear()  # another process, which knows nothing yet
    correct(database, DE_COPEN, "tractors=20")
    bring_up_to_date(database)
    correct(database, DE_HURK, "vans=1500")
    other = Path(shutil.copy(database, tmp_path / "other.duckdb"))
    kept_run._KEPT.clear()
    kept_run._KEPT.update(known)
    bring_up_to_date(database)
    kept_run._KEPT.clear()
    bring_up_to_date(other)
    same(results(database), results(other))


def test_undoing_a_refinement_brings_the_figures_of_before_back(database: Path) -> None:
    before = results(database)
    [key] = correct(database, DE_COPEN, "tractors=20")
    assert bring_up_to_date(database).terrain_ids == (DE_COPEN,)
    with open_published(database) as connection:
        report = terrain_report(connection, DE_COPEN)
    assert report.vehicles["tractor"] == 20
    assert report.model_vehicles["tractor"] != 20
    assert report.refinements[0].is_applied
    undo(database, key, "A. Adviser", "wrong terrain")
    bring_up_to_date(database)
    after = results(database)
    same(after, before)


def test_a_refinement_of_a_vanished_terrain_is_applied_without_figures(database: Path) -> None:
    correct(database, DE_COPEN, "tractors=20")
    with duckdb.connect(database) as connection:
        connection.execute("UPDATE refinements SET terrain_id = '999999999'")
    before = results(database)
    assert bring_up_to_date(database).terrain_ids == ()
    after = results(database)
    assert after.pop("applied_refinements").height == 1
    before.pop("applied_refinements")
    same(after, before)


def test_other_assumptions_than_those_of_the_run_ask_for_a_new_run(database: Path) -> None:
    correct(database, DE_COPEN, "tractors=20")
    with duckdb.connect(database) as connection:
        connection.execute("UPDATE runs SET assumptions_hash = 'other'")
    with pytest.raises(DatabaseError, match="what was entered is kept"):
        bring_up_to_date(database)


def test_a_run_that_comes_in_between_is_not_written_over(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(database, DE_COPEN, "tractors=20")
    calls: list[int] = []

    def changed(connection: duckdb.DuckDBPyConnection, info: RunInfo) -> kept_run.State:
        state = kept_run.state_of(connection, info)
        calls.append(1)
        # The second look is the one before the first writing: the run is another by then.
        return replace(state, run_id="a later run") if len(calls) == 2 else state

    monkeypatch.setattr(incremental, "state_of", changed)
    assert bring_up_to_date(database).kind == "incremental"
    assert len(calls) == 4  # looked, refused to write, looked again, wrote


def test_a_full_run_can_be_written_where_counts_are_learned_from(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(database, DE_COPEN, "tractors=20")
    learned: list[bool] = []

    def learns(*_: object) -> bool:
        learned.append(True)
        return len(learned) == 1  # the second look is for what came in meanwhile

    def rerun(path: Path, years: Sequence[int]) -> None:
        assert tuple(years) == DEFAULT_YEARS
        with writing(path, say("refusals.database.run")):
            pass

    monkeypatch.setattr(incremental, "_learns", learns)
    monkeypatch.setattr(run, "run_and_publish", rerun)
    # The stand-in for a run applied nothing, so the second look still finds the entry.
    assert bring_up_to_date(database).kind == "incremental"
    assert len(learned) == 2


def broken(*_: object) -> None:
    """Stand for a piece of work that fails; the second process finds it here."""
    raise InvariantError("a figure is negative", "none")


@pytest.mark.parametrize("work", ["find_power", "find_areas", "find_bands"])
def test_what_goes_wrong_beside_is_told(
    work: str, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = results(database)
    correct(database, DE_COPEN, "tractors=20")
    with monkeypatch.context() as patched:
        patched.setattr(touched, work, broken)
        with pytest.raises(InvariantError, match="a figure is negative"):
            bring_up_to_date(database)
    same(results(database), before)
    assert bring_up_to_date(database).terrain_ids == (DE_COPEN,)


def test_an_update_without_a_second_process_gives_the_same_figures(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(database, DE_COPEN, "van_km_per_year=30000", "tractors=20")
    alone = Path(shutil.copy(database, tmp_path / "alone.duckdb"))
    bring_up_to_date(database)
    SECOND.end()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no_python"))
    bring_up_to_date(alone)
    same(results(alone), results(database))
