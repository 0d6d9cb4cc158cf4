"""Two runs beside each other, of which the second differs in ways that are known."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from scipy.stats import spearmanr

from cli import main
from forecast.diff.figures import (
    QUANTITIES,
    Change,
    TerrainChange,
    rank_correlation,
)
from forecast.diff.runs import comparison
from forecast.schema import tables_of
from forecast.store import open_published
from tests.hostile import HOSTILE

HURK, GONE, MOVED, NAMED = "190044", "3214", "155053", "3475"
"""Its energy grows by half; is not in the second run; gets another class; has a hostile name."""
ENERGY = "energy_kwh_per_year"
_CHANGES = """
UPDATE energy SET energy_kwh_per_year = energy_kwh_per_year * 1.5
    WHERE run_id = 'second' AND terrain_id = '190044';
UPDATE power SET design_peak_kw = design_peak_kw + 100
    WHERE run_id = 'second' AND terrain_id = '190044' AND location_type = 'on_terrain';
UPDATE plan_class SET plan_class = 'mitigate' WHERE run_id = 'second' AND terrain_id = '155053';
UPDATE energy SET energy_kwh_per_year = energy_kwh_per_year * 1.01
    WHERE run_id = 'second' AND terrain_id = '3475';
DELETE FROM terrains WHERE terrain_id = '3214';
DELETE FROM plan_class WHERE run_id = 'second' AND terrain_id = '3214';
DELETE FROM energy WHERE run_id = 'second' AND terrain_id = '3214';
DELETE FROM power WHERE run_id = 'second' AND terrain_id = '3214';
DELETE FROM electric_vehicles WHERE run_id = 'second' AND terrain_id = '3214';
UPDATE regional_summary SET depot_energy_kwh_per_year = depot_energy_kwh_per_year + 1e6
    WHERE run_id = 'second' AND (region_id = 'GM0772' OR level = 'nation');
UPDATE runs SET assumptions_hash = 'f00dfeedf00dfeed',
    data_hashes = replace(data_hashes, 'ze_zones.csv', 'ze_zones.geojson')
    WHERE run_id = 'second';
"""


def invoke(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, words)], prog_name="laadvraag")


@contextmanager
def writing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(path) as connection:
        yield connection


def add_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> str:
    """Add a run that is a copy of the last one, an hour later; return the first one's name."""
    [(first,)] = connection.execute(
        "SELECT run_id FROM runs ORDER BY ended_at DESC LIMIT 1"
    ).fetchall()
    for name in (*(table.name for table in tables_of("result")), "runs"):
        connection.execute(
            f"INSERT INTO {name} SELECT * REPLACE ($new AS run_id) FROM {name} WHERE run_id = $old",  # noqa: S608 - names of the schema
            {"new": run_id, "old": first},
        )
    connection.execute(
        "UPDATE runs SET started_at = started_at + INTERVAL 1 HOUR, "
        "ended_at = ended_at + INTERVAL 1 HOUR "
        "WHERE run_id = ?",
        [run_id],
    )
    return str(first)


@pytest.fixture(scope="module")
def same(real_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with two runs that are the same."""
    path = tmp_path_factory.mktemp("diff") / "same.duckdb"
    shutil.copy(real_database, path)
    with writing(path) as connection:
        add_run(connection, "second")
    return path


@pytest.fixture(scope="module")
def other(same: Path) -> Path:
    """Return a database whose second run differs in what the names at the top say."""
    path = same.with_name("other.duckdb")
    shutil.copy(same, path)
    with writing(path) as connection:
        connection.execute(_CHANGES)
        connection.execute(
            "UPDATE terrains SET terrain_name = ? WHERE terrain_id = ?",
            [HOSTILE["formula"] + HOSTILE["right to left"] + "[bold]", NAMED],
        )
    return path


@pytest.fixture(scope="module")
def facts(other: Path) -> dict[str, Any]:
    result = invoke("--db", other, "--json")
    assert result.exit_code == 0, result.output
    body: dict[str, Any] = json.loads(result.stdout)
    return body


def of(facts: dict[str, Any], terrain_id: str) -> dict[str, Any]:
    [found] = [each for each in facts["terrains"] if each["terrain_id"] == terrain_id]
    return dict(found)


def test_the_same_runs_have_no_difference(same: Path) -> None:
    result = invoke("--db", same, "--lang", "nl")
    assert result.exit_code == 0, result.output
    assert "In beide runs ging hetzelfde" in result.stdout
    assert "Geen terrein verschilt" in result.stdout
    body = json.loads(invoke("--db", same, "--json").stdout)
    assert body["terrains"] == body["municipalities"] == body["inputs"] == []
    assert body["rank_correlations"][ENERGY] == pytest.approx(1)


def test_the_older_run_comes_first(facts: dict[str, Any]) -> None:
    assert facts["after"]["run_id"] == "second"
    assert facts["before"]["ended_at"] < facts["after"]["ended_at"]


def test_a_change_of_a_terrain_is_found_in_its_units(facts: dict[str, Any], other: Path) -> None:
    """Energy at depots and hubs of its vehicles, all classes: half of it more."""
    with open_published(other) as connection:
        [(energy,)] = connection.execute(
            "SELECT sum(energy_kwh_per_year) FROM energy WHERE run_id <> 'second' AND year = 2030 "
            "AND scenario = 'mid' AND terrain_id = ? AND location_type IN ('depot', 'shared_hub')",
            [HURK],
        ).fetchall()
    figures = of(facts, HURK)["figures"]
    assert figures[ENERGY]["before"] == pytest.approx(energy)
    assert figures[ENERGY]["difference"] == pytest.approx(energy / 2)
    assert figures["unmanaged_design_peak_kw"]["difference"] == pytest.approx(100)
    assert figures["smart_design_peak_kw"]["difference"] == pytest.approx(100)
    assert figures["electric_vehicles"]["difference"] == 0
    assert facts["units"] == QUANTITIES


def test_only_what_changed_is_there(facts: dict[str, Any]) -> None:
    assert {each["terrain_id"] for each in facts["terrains"]} == {HURK, GONE, MOVED, NAMED}
    assert [each["region_id"] for each in facts["municipalities"]] == ["GM0772"]
    assert facts["whole"]["figures"][ENERGY]["difference"] == pytest.approx(1e6)


def test_a_terrain_that_is_gone_has_no_after(facts: dict[str, Any]) -> None:
    gone = of(facts, GONE)
    assert gone["plan_class_after"] is None
    assert gone["figures"][ENERGY]["after"] is None
    assert gone["figures"][ENERGY]["difference"] == -gone["figures"][ENERGY]["before"]


def test_classes_that_moved_are_counted(facts: dict[str, Any]) -> None:
    [move] = facts["plan_class_moves"]
    assert (move["after"], move["terrains"]) == ("mitigate", 1)
    assert move["before"] == of(facts, MOVED)["plan_class_before"] != "mitigate"


def test_inputs_that_changed_are_named(facts: dict[str, Any]) -> None:
    found = {(each["kind"], each["name"]): each for each in facts["inputs"]}
    assert found["assumptions", ""]["after"] == "f00dfeedf00d"
    assert found["data", "ze_zones/ze_zones.csv"]["after"] is None
    assert found["data", "ze_zones/ze_zones.geojson"]["before"] is None
    assert len(found) == 3


def test_the_order_is_compared_as_scipy_does(other: Path) -> None:
    """Hand-made, with ties: terrains of one figure share their mean rank."""
    before, after = [5.0, 1, 3, 3, 9, 0, 0], [4.0, 2, 1, 1, 9, 7, 0]
    changes = [
        TerrainChange(str(n), "", "", dict.fromkeys(QUANTITIES, Change(old, new)), None, None)
        for n, (old, new) in enumerate(zip(before, after, strict=True))
    ]
    with open_published(other) as connection:
        found = rank_correlation(connection, changes, ENERGY)
        assert found == pytest.approx(spearmanr(before, after).statistic)
        assert rank_correlation(connection, changes[:1], ENERGY) is None
        assert rank_correlation(connection, [], ENERGY) is None


def test_a_page_ranks_the_largest_difference_first(other: Path) -> None:
    result = invoke("--db", other, "--lang", "nl", "--top", "2")
    assert result.exit_code == 0, result.output
    text = result.stdout
    assert "4 van 3.646 terreinen verschillen" in text
    first, second = text.split("Terreinen, grootste verschil")[1].splitlines()[2:4]
    # Half of De Hurk is less than all of a terrain that is gone.
    assert f"({GONE})" in first
    assert f"({HURK})" in second
    assert "+50,0" in text
    assert "(2 van 3)" in text
    assert f"Alleen eerst, 1: ({GONE})" in text
    assert re.search(r"niet bekend +eerst maatregelen +1$", text, re.MULTILINE)
    assert f"({MOVED}): niet bekend → eerst maatregelen" in text
    assert "ze_zones/ze_zones.geojson" in text
    english = invoke("--db", other, "--lang", "en").stdout
    assert "4 of 3,646 terrains differ" in english
    assert "Only before, 1" in english


def test_a_hostile_name_shows_as_text(other: Path, tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    result = invoke("--db", other, "--csv", path)
    assert result.exit_code == 0, result.output
    assert "=cmd|'/C calc'!A0" in result.stdout
    assert "[bold]" in result.stdout
    assert "\u202e" not in result.stdout
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["terrain_id"]: row for row in csv.DictReader(file)}
    assert rows[NAMED]["terrain_name"].startswith("'=cmd")


def test_a_file_holds_every_terrain(other: Path, tmp_path: Path, facts: dict[str, Any]) -> None:
    path = tmp_path / "changes.csv"
    result = invoke("--db", other, "--csv", path, "--json")
    assert json.loads(result.stdout) == facts  # where the file lies is told on standard error
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["terrain_id"]: row for row in csv.DictReader(file)}
    assert len(rows) == 3646
    hurk = of(facts, HURK)["figures"][ENERGY]
    for part in ("before", "after", "difference"):
        assert float(rows[HURK][f"{ENERGY}_{part}"]) == pytest.approx(hurk[part], abs=1e-6)
    assert rows[GONE][f"{ENERGY}_after"] == rows[GONE]["plan_class_after"] == ""
    assert rows[HURK]["run_id_after"] == "second"


def test_a_region_alone(other: Path) -> None:
    body = json.loads(invoke("--db", other, "--json", "--municipality", "Eindhoven").stdout)
    assert (body["level"], body["region_id"]) == ("municipality", "GM0772")
    assert [each["terrain_id"] for each in body["terrains"]] == [HURK]
    page = invoke("--db", other, "--municipality", "Eindhoven", "--lang", "nl").stdout
    assert "gemeente Eindhoven" in page
    assert "Gemeenten, grootste verschil" not in page  # there is one


def test_runs_are_named_by_how_they_start(other: Path, facts: dict[str, Any]) -> None:
    first = facts["before"]["run_id"]
    body = json.loads(invoke("--db", other, "--json", "sec", first[:15]).stdout)
    assert body["before"]["run_id"] == "second"
    turned = of(body, HURK)["figures"][ENERGY]["difference"]
    assert turned == pytest.approx(-of(facts, HURK)["figures"][ENERGY]["difference"])


def test_refinements_in_between_are_inputs(same: Path, tmp_path: Path) -> None:
    path = tmp_path / "refined.duckdb"
    shutil.copy(same, path)
    with writing(path) as connection:
        columns = connection.execute("DESCRIBE refinements").fetchall()
        # Whatever columns there are: of texts a text, of numbers a number, of times a time.
        filled = {"VARCHAR": "x", "DOUBLE": 80.0, "BIGINT": 2030, "DATE": "2026-11-25"}
        [(started,)] = connection.execute(
            "SELECT started_at - INTERVAL 1 MINUTE FROM runs WHERE run_id = 'second'"
        ).fetchall()
        values = {name: filled.get(kind, started) for name, kind, *_ in columns}
        values |= {"terrain_id": HURK, "field": "vans"}
        marks = ", ".join("?" * len(values))
        connection.execute(f"INSERT INTO refinements VALUES ({marks})", list(values.values()))  # noqa: S608
        connection.execute("INSERT INTO applied_refinements VALUES ('second', 'x')")
    with open_published(path) as connection:
        compared = comparison(connection, (), None, "mid")
    assert compared.year == 2030
    [change] = json.loads(invoke("--db", path, "--json").stdout)["inputs"]
    assert (change["kind"], change["name"]) == ("refinement", f"{HURK} vans")
    assert change["before"] is None
    assert change["after"]
    assert "verfijning" in invoke("--db", path, "--lang", "nl").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("nope", "second"), 1, "there is no one run 'nope'. Possible: second;"),
        (("", "second"), 1, "there is no one run ''"),
        (("second",), 2, "name two runs, or none for the last two"),
        (("--year", "2041"), 1, "there is no year in this run '2041'"),
        (("--municipality", "Nergens"), 1, "there is no municipality 'Nergens'"),
        (("--province", "Utrecht", "--municipality", "Utrecht"), 2, "not several"),
    ],
)
def test_stated_problems(same: Path, words: tuple[str, ...], code: int, said: str) -> None:
    result = invoke("--db", same, *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_one_run_has_nothing_beside_it(same: Path, tmp_path: Path) -> None:
    path = tmp_path / "one.duckdb"
    shutil.copy(same, path)
    with writing(path) as connection:
        for table in tables_of("result"):
            connection.execute(f"DELETE FROM {table.name} WHERE run_id = 'second'")  # noqa: S608
    result = invoke("--db", path)
    assert result.exit_code == 1
    assert "results of one run only" in result.stderr
    gone = invoke("--db", path, "second", "second")
    assert "the results of run second are no longer held" in gone.stderr
