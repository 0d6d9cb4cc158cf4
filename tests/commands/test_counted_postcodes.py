"""Vehicles counted per postcode, from the import to the factsheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from forecast.sources.embedded import read_sources
from forecast.store import open_published
from tests.forecast.sources.made import RIGID_TRUCKS, VANS, cbs_counts, postcodes, write

ZWOLLE, TERRAIN = "GM0193", "130082"
"""Vrolijkheid in Zwolle."""
MEASURES = {VANS: "vans_registered", RIGID_TRUCKS: "rigid_trucks_registered"}
SECOND_HOLDS = 40
"""Vehicles of each municipality and class that stand in its second postcode, as far as it has
them."""

Run = Callable[..., str]


def placed() -> list[tuple[str, str, dict[str, int]]]:
    """Return two postcodes per municipality, with vehicles that add up to twice those embedded."""
    rows = []
    for number, row in enumerate(read_sources()["vehicles_registered"].rows(named=True)):
        twice = {measure: 2 * row[column] for measure, column in MEASURES.items()}
        second = {measure: min(SECOND_HOLDS, count) for measure, count in twice.items()}
        first = {measure: twice[measure] - second[measure] for measure in twice}
        rows += [
            (f"{1000 + 2 * number + index}", row["municipality_code"], counts)
            for index, counts in enumerate((first, second))
        ]
    return rows


def table(folder: Path) -> Path:
    counted = {f"PC{postcode}": counts for postcode, _, counts in placed()}
    return write(folder / "85236NED_pc4.json", cbs_counts(counted, 2025))


@pytest.fixture(scope="module")
def laadvraag(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("counted")
    database = folder / "laadvraag.duckdb"

    def run(*arguments: object) -> str:
        result = CliRunner().invoke(main, ["--db", str(database), *map(str, arguments)])
        assert result.exit_code == 0, result.output
        return result.output

    rows = [f"{postcode},{code}" for postcode, code, _ in placed()]
    run("data", "import", "postcodes", postcodes(folder, *rows))
    told = run("data", "import", "vehicles", table(folder))
    assert "Vehicles per municipality: counts of 2025-01-01 per postcode, added up." in told
    run("run", "--years", "2030", "--out", folder)
    with open_published(database) as connection:
        [(vans, trucks)] = connection.execute(
            "SELECT sum(registered_vehicles) FILTER (vehicle_class = 'van'), "
            "sum(registered_vehicles) FILTER (vehicle_class = 'rigid_truck') FROM municipal_fleet"
        ).fetchall()
    # What the data embedded for 2023 add up to, doubled.
    assert (vans, trucks) == (2 * 989_734, 2 * 62_750)
    return run


def test_the_factsheet_says_that_postcodes_were_added_up(laadvraag: Run, tmp_path: Path) -> None:
    laadvraag("factsheet", TERRAIN, "--lang", "en", "--format", "html", "--out", tmp_path)
    [sheet] = [path.read_text("utf-8") for path in tmp_path.glob("*.html")]
    assert "counts per postcode of CBS, 1 January 2025, added up per municipality" in sheet
    assert "counts of vehicles (CBS and RDW), edition of 1 January 2025" in sheet
    assert "municipality of postcodes (CBS), edition of 1 January 2025" in sheet
    assert "Energy Transition Model" not in sheet


def test_json_explanation_and_status_say_so_too(laadvraag: Run) -> None:
    found = json.loads(laadvraag("terrain", TERRAIN, "--json"))
    assert found["terrain"]["vehicles_counted_per"] == "postcode4"
    assert found["quality"]["municipal_counts"]["file_name"] == "85236NED_pc4.json"
    told = laadvraag("terrain", TERRAIN, "--explain", "registered_vehicles.van", "--lang", "en")
    assert "vehicles_counted_per postcode4" in " ".join(told.split())
    assert "85236NED_pc4.json, pc4_gemeente_2025.csv" in " ".join(told.split())
    status = laadvraag("data", "status")
    assert "342 of 342  municipalities whose vehicles are imported counts" in status
    assert "counts of 2025-01-01 per postcode, added up" in status
