"""Importing on the command line: what is said, in which words, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from tests.forecast.sources.made import (
    MADE,
    X,
    feature,
    ibis,
    ibis_row,
    polygon,
    square,
)


def run(database: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--db", str(database), "data", *map(str, arguments)])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "laadvraag.duckdb"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    rows = [feature(ibis_row(str(n)), polygon(square(X + n * 300))) for n in range(30)]
    rows[4]["properties"]["HA_BRUTO"] = "véél"
    return ibis(tmp_path, *rows)


def test_import_says_what_was_used_and_what_was_not(database: Path, register: Path) -> None:
    checked = run(database, "check", "ibis", register)
    assert checked.exit_code == 0
    assert "Nothing was kept." in checked.output
    assert not database.exists()
    result = run(database, "import", "ibis", register)
    assert result.exit_code == 0
    for text in (
        "Business parks (IBIS): ibis.geojson",
        "GeoJSON, utf-8, EPSG:28992, holds on 2024-12-31",
        "30 rows: 29 used, 1 set apart",
        "set apart  row 5: its gross area 'véél' is not a number",
        "what it does not hold stays",
    ):
        assert text in result.output, text
    again = run(database, "import", "ibis", register)
    assert "nothing new" in again.output


def test_status_tells_of_editions_before_there_is_a_run(database: Path, register: Path) -> None:
    kept = json.loads(run(database, "import", "ibis", register, "--json").output)
    assert kept["is_kept"]
    assert kept["tables"]["terrains"] == 29
    assert kept["quarantine"][0]["row_number"] == 5
    identifier = kept["edition"]["edition_id"]
    status = run(database, "status")
    assert status.exit_code == 0
    assert f"{identifier}  ibis register: ibis.geojson (in use, from the next run on, row" in (
        status.output
    )
    assert "holds on 2024-12-31" in status.output
    assert "CC0-1.0" in status.output
    facts = json.loads(run(database, "status", "--json").output)
    assert facts["editions"][0]["rows_quarantined"] == 1
    assert facts["editions"][0]["is_in_use"]
    listed = run(database, "quarantine", identifier)
    assert "row" in listed.output
    assert "véél" in listed.output
    rows = json.loads(run(database, "quarantine", identifier, "--json").output)
    assert json.loads(rows["quarantine"][0]["original"])["properties"]["HA_BRUTO"] == "véél"


def test_diff_says_what_an_edition_changed(database: Path, register: Path) -> None:
    run(database, "import", "ibis", register)
    told = run(database, "diff", "ibis")
    assert told.exit_code == 0
    assert "terrain_outlines: 0 rows before" in told.output
    facts = json.loads(run(database, "diff", "ibis", "--json").output)
    assert {table["table"] for table in facts["tables"]} >= {"terrains", "terrain_outlines"}
    assert run(database, "diff", "vehicles").exit_code == 1


def test_a_bad_file_ends_with_one_sentence_and_code_1(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.geojson"
    path.write_bytes(MADE["ibis"](tmp_path).read_bytes()[:200])
    for command in ("import", "check"):
        result = run(database, command, "ibis", path)
        assert result.exit_code == 1
        assert "breaks off" in result.output
        assert "Traceback" not in result.output
    assert run(database, "import", "zones", path).exit_code == 2
    assert run(database, "quarantine", "abc").exit_code == 1
    assert not database.exists()
