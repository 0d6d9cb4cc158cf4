"""`laadvraag refine` as an adviser types it: recorded, shown, taken back and carried over."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

from cli import main
from commands.refine_page import print_vanished
from forecast.fields import FIELDS
from forecast.store import open_published
from forecast.words import load

ROOT = Path(__file__).parent.parent.parent
HURK = "190044"
WHO = ("--author", "A. Jansen", "--source", "visit", "--date", "2-11-2026")


@pytest.fixture
def database(real_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    return path


def refine(database: Path, *words: str | Path) -> Result:
    arguments = ["refine", *map(str, words), "--db", str(database)]
    return CliRunner().invoke(main, arguments, env={"LC_ALL": "C", "LAADVRAAG_AUTHOR": ""})


def add(database: Path, *words: str, reason: str = "geteld") -> Result:
    return refine(database, "add", "De Hurk", *words, *WHO, "--reason", reason, "--no-run")


def listed(database: Path, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(refine(database, "list", "--json", *words).stdout)
    return found


def test_an_entry_holds_all_that_was_said(database: Path) -> None:
    done = add(database, "trucks=80", "electric_trucks_2030=30", "--rest", "leave")
    assert done.exit_code == 0, done.output
    assert "Trucks of both kinds: 80 vehicles" in done.stdout
    assert "laadvraag run" in done.stderr
    trucks, electric = listed(database, "De Hurk")
    known = {
        "terrain_id": HURK, "terrain_name": "DE HURK", "unit": "vehicles",
        "municipal_rest": "leave", "author_name": "A. Jansen", "observed_on": "2026-11-02",
        "reason": "geteld", "source": "visit", "undoes": None, "state": "active",
    }  # fmt: skip
    assert known.items() <= trucks.items()
    assert known.items() <= electric.items()
    assert (trucks["field"], trucks["value"], trucks["year"]) == ("trucks", 80, None)
    assert (electric["field"], electric["value"], electric["year"]) == ("electric_trucks", 30, 2030)


def test_the_latest_wins_and_an_undo_is_an_entry(database: Path) -> None:
    for value in (80, 90):
        add(database, f"vans={value}")
    assert [each["value"] for each in listed(database)] == [90]
    [latest] = listed(database)
    undone = refine(
        database, "undo", latest["refinement_id"], "--author", "B", "--reason", "x", "--no-run"
    )
    assert undone.exit_code == 0, undone.output
    states = [(each["value"], each["state"]) for each in listed(database, "--all")]
    assert states == [(80, "active"), (90, "undone"), (None, "undo")]
    shown = refine(database, "show", latest["refinement_id"], "--lang", "nl").stdout
    for part in ("90 voertuigen", "A. Jansen", "2 november 2026", "bezoek", "ongedaan gemaakt"):
        assert part in shown


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("trucks=80,5",), "whole number of vehicles"),
        (("other_load_kw=1.250",), "can be read as 1250 and as 1.250"),
        (("trucks=-1",), "from 0 to 20,000 vehicles is plausible"),
        (("truks=80",), "possible: vans"),
        (("electric_vans=3",), "needs a year, such as electric_vans_2030"),
        (("electric_vans_2051=3",), "from 2025 to 2050"),
        (("vans_2030=3",), "has no year"),
        (("strategy=smart",), "a choice, not a fact"),
        (("vans=80", "--unit", "kW"), "vans is in vehicles, not in 'kW'"),
        (("van_km_per_year=20000", "--rest", "leave"), "none is given"),
        (("vans=80", "vans=81"), "given twice"),
        (("vans=10", "electric_vans_2030=500"), "correct that number first or with it"),
        (("vans",), "write it as field=value"),
    ],
)
def test_what_is_refused_leaves_no_trace(
    database: Path, words: tuple[str, ...], sentence: str
) -> None:
    done = add(database, *words)
    assert done.exit_code != 0
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
    assert listed(database, "--all") == []


def test_without_author_reason_or_source_nothing_is_recorded(database: Path) -> None:
    for missing in ("--author", "--reason", "--source"):
        given = {"--author": "A", "--reason": "x", "--source": "talk"}
        del given[missing]
        options = [word for pair in given.items() for word in pair]
        done = refine(database, "add", HURK, "vans=80", *options)
        assert done.exit_code == 2
        assert missing in done.stderr
    assert listed(database) == []


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_log_goes_to_a_rebuilt_database_and_back(
    database: Path, real_database: Path, tmp_path: Path, ending: str
) -> None:
    add(database, "trucks=80", reason="=cmd|'/C calc'!A0")
    add(database, "van_charger_kw=7.4", reason='met "quotes"; en\nregels')
    [first, _] = listed(database)
    refine(database, "undo", first["refinement_id"], "--author", "B", "--reason", "x", "--no-run")
    file = tmp_path / f"verfijningen.{ending}"
    done = refine(database, "export", file)
    assert "3 refinements written" in done.stderr
    new = tmp_path / "new.duckdb"
    shutil.copy(real_database, new)
    assert "3 refinements imported" in refine(new, "import", file, "--no-run").stdout
    assert listed(new, "--all") == listed(database, "--all")
    assert "0 refinements imported, 3 were" in refine(new, "import", file, "--no-run").stdout
    if ending == "csv":
        with file.open(encoding="utf-8-sig", newline="") as opened:
            cells = [cell for row in csv.reader(opened, delimiter=";") for cell in row]
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)


def test_two_advisers_at_once(database: Path) -> None:
    def start(name: str) -> subprocess.Popen[bytes]:
        words = ["add", HURK, "vans=80", *WHO[2:], "--author", name, "--reason", "x", "--no-run"]
        return subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), "refine", *words, "--db", str(database)],
            stdout=subprocess.DEVNULL,
        )

    processes = [start(name) for name in "ABCD"]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert sorted(each["author_name"] for each in listed(database, "--all")) == list("ABCD")


def test_a_vanished_terrain_is_reported_by_list_and_run(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(database, "vans=80")
    with duckdb.connect(database) as connection:
        connection.execute("DELETE FROM terrains WHERE terrain_id = ?", [HURK])
    shown = refine(database, "list", HURK).stdout
    assert "no longer in the register" in shown
    assert "laadvraag refine add" in " ".join(shown.split())
    with open_published(database) as connection:
        print_vanished(connection, load("en"))
    assert "RIN 190044 is not in the register" in capsys.readouterr().err
    [entry] = listed(database)
    undone = refine(
        database, "undo", entry["refinement_id"], "--author", "B", "--reason", "x", "--no-run"
    )
    assert undone.exit_code == 0, undone.output


def fields(*words: str) -> str:
    return CliRunner().invoke(main, ["refine", "fields", *words]).stdout


def test_the_fields_are_listed() -> None:
    rows = json.loads(fields("--json"))
    assert [row["name"] for row in rows] == [f.name for f in FIELDS.values() if f.is_recorded]
    assert "electric_vans_2030" in fields("--lang", "nl")
