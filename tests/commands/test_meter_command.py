"""`laadvraag meter`: a synthetic year through the commands, two writers at once, and privacy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli import main
from factsheets.lines import overlay_lines
from forecast.export.content import EXPORT_TABLES
from forecast.meter.records import read_connections, read_year
from forecast.query import terrain_report
from forecast.store import insert_records, open_published, open_records
from forecast.terrain_schema import terrain_schema
from forecast.words import load
from tests.hostile import HOSTILE
from tests.meter_files import EAN, begin_and_end, local, long_rows, number, write

ROOT = Path(__file__).parent.parent.parent
TERRAIN = "190044"
COMPANY = "Jansen <b>Transport</b> =cmd()"
HEADER = "Datum;Van;Tot;Afname (kWh)"


def load_kw(begin: datetime) -> float:
    """Return 400 kW on weekdays from 7:00 to 18:00, else 60; once, on 6 May at 10:00, 500."""
    if begin.replace(tzinfo=None) == datetime(2025, 5, 6, 10):  # noqa: DTZ001 - a clock
        return 500
    return 400 if begin.weekday() < 5 and 7 <= begin.hour < 18 else 60


@pytest.fixture(scope="session")
def year_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = long_rows(date(2025, 1, 1), date(2025, 12, 31), load_kw, begin_and_end)
    lines = ["Meetbedrijf;;;", f"EAN;{EAN};;", HEADER, *rows]
    return write(tmp_path_factory.mktemp("meter") / "Jansen 2025.csv", lines, "utf-8-sig")


@pytest.fixture(scope="session")
def metered(real_database: Path, year_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the year of one company; don't write to it."""
    path = tmp_path_factory.mktemp("metered") / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    done = bring_in(path, year_file, "--company", COMPANY, "--connection-kva", "800")
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture
def database(real_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    return path


def meter(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["meter", *map(str, words)], env={"LC_ALL": "C"})


def bring_in(database: Path, file: Path, *words: str, terrain: str = TERRAIN) -> Result:
    fixed = ("--terrain", terrain, "--contract-kw", "630", "--author", "adviser")
    return meter("import", file, *fixed, "--db", database, *words)


def week_file(path: Path, level_kw: float, *, ean: str | None = None) -> Path:
    rows = long_rows(date(2025, 3, 26), date(2025, 4, 2), lambda _: level_kw, begin_and_end)
    return write(path, [*([f"EAN;{ean}"] if ean else []), HEADER, *rows])


def shown(database: Path, *words: str) -> Any:
    done = meter("show", TERRAIN, "--db", database, "--json", *words)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_year_by_hand(metered: Path) -> None:
    [body] = shown(metered, "--rigid-trucks", "4")
    connection, room = body["connection"], body["room"]
    assert (connection["quarters"], connection["missing_quarters"]) == (35_040, 0)
    assert (connection["first_quarter_at"], connection["last_quarter_at"]) == (
        "2024-12-31 23:00:00",
        "2025-12-31 22:45:00",
    )
    assert (room["days"], room["highest_kw"], room["one_number_kw"]) == (365, 500, 130)
    assert room["highest_at"] == "2025-05-06T10:00+02:00"
    parts = {(one["day_type"], one["from_hour"]): one for one in room["parts"]}
    assert parts["working_day", 9]["room_kw_p05"] == 230
    assert parts["working_day", 16]["room_kw_mean"] == pytest.approx((2 * 230 + 3 * 570) / 5)
    assert parts["saturday", 9]["room_kw_mean"] == 570
    unmanaged = body["charging"]["comparisons"][0]
    assert unmanaged["measured"]["served_share"] > unmanaged["one_number"]["served_share"]
    # Four chargers of 44 kW are never more than 176 kW: above 130 kW by at most 46.
    assert unmanaged["one_number"]["most_above_kw"] == pytest.approx(46)
    assert unmanaged["measured"]["quarters_above"] == 0
    for one in body["charging"]["that_fit"]:
        assert one["measured"] >= one["one_number"]


def test_the_page_reads_in_both_languages(metered: Path) -> None:
    for language, sentence in (
        (
            "nl",
            "Hoogste kwartier 500 kW (6 mei 2025 10:00): met één getal gerekend is er altijd 130",
        ),
        ("en", "Highest quarter-hour 500 kW (6 May 2025 10:00): reckoned with one number there"),
    ):
        words = ("--db", metered, "--vans", "10", "--trucks", "3", "--lang", language)
        done = meter("show", TERRAIN, *words)
        assert done.exit_code == 0, done.output
        assert sentence in done.output
        assert "…" not in done.output  # nothing is cut off


def test_the_same_file_twice_changes_nothing(metered: Path, year_file: Path) -> None:
    before = metered.read_bytes()
    again = bring_in(metered, year_file, "--json")
    assert json.loads(again.stdout)["is_new"] is False
    assert "nothing has changed" in bring_in(metered, year_file).output
    assert metered.read_bytes() == before
    elsewhere = bring_in(metered, year_file, terrain="4722")
    assert elsewhere.exit_code == 1
    assert "held already" in elsewhere.output
    other_contract = bring_in(metered, year_file, "--contract-kw", "700")
    assert "with 630 kW contracted; remove that first" in " ".join(other_contract.output.split())


def test_an_ean_counts_once(database: Path, tmp_path: Path) -> None:
    assert bring_in(database, week_file(tmp_path / "a.csv", 50, ean=EAN)).exit_code == 0
    overlapping = bring_in(database, week_file(tmp_path / "b.csv", 60, ean=EAN))
    assert overlapping.exit_code == 1
    assert "count twice" in overlapping.output


def test_several_connections_ask_which(database: Path, tmp_path: Path) -> None:
    def row(moment: datetime, kw: float) -> str:
        when = f"{local(moment):%d-%m-%Y;%H:%M}"
        return f"{EAN};{when};{number(kw)}\r\n{EAN[:-4]}9999;{when};7"

    rows = long_rows(date(2025, 3, 26), date(2025, 4, 2), lambda _: 50.0, row)
    path = write(tmp_path / "a.csv", ["EAN;Datum;Tijd;kW", *rows])
    asked = bring_in(database, path)
    assert asked.exit_code == 1
    assert "2 connections (…2345, …9999); choose one with --ean" in asked.output
    assert EAN not in asked.output
    for words, level in ((("--ean", "9999"), 7), (("--add",), 57)):
        done = json.loads(bring_in(database, path, "--json", *words).stdout)
        with open_published(database) as opened:
            assert set(read_year(opened, done["connection_id"]).offtake_kw[96:192]) == {level}
        meter("remove", done["connection_id"], "--db", database)


def test_what_is_odd_is_told_on_import(database: Path, tmp_path: Path) -> None:
    rows = long_rows(date(2025, 1, 6), date(2025, 1, 14), lambda _: 5.0, begin_and_end)
    rows[0] = rows[0].replace("1,250", "160,000")
    path = write(tmp_path / "a.csv", [HEADER, *rows[:50], *rows[52:], rows[-1]])
    told = " ".join(bring_in(database, path, "--lang", "en").output.split())
    assert "2 quarter-hours are missing from 6 January 2025 12:30; nothing was filled in" in told
    assert "1 quarter-hours were there twice" in told
    assert "These are 9 days and no year" in told
    assert "1 quarter-hours are above the contracted power" in told


def test_two_writers_at_once_lose_nothing(database: Path, tmp_path: Path) -> None:
    files = [week_file(tmp_path / f"{number}.csv", 10 + number) for number in range(4)]
    writers = [
        subprocess.Popen(
            [sys.executable, ROOT / "cli.py", "meter", "import", file, "--terrain", TERRAIN,
             "--contract-kw", "100", "--db", database],
            env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE,
        )
        for file in files
    ]  # fmt: skip
    assert [writer.wait(60) for writer in writers] == [0] * 4
    for writer in writers:
        writer.communicate()
    with open_published(database) as opened:
        held = read_connections(opened, TERRAIN)
        assert len(held) == 4
        levels = {read_year(opened, one.connection_id).offtake_kw[96] for one in held}
        assert levels == {10, 11, 12, 13}
        assert opened.execute("SELECT count(*) FROM meter_rooms").fetchall() == [(4,)]


def test_a_record_half_written_is_not_there(database: Path) -> None:
    row = pl.DataFrame(
        {
            "interval_start_utc": np.array(["2025-01-01"], dtype="datetime64[us]"),
            "offtake_kw": [1.0],
            "feed_in_kw": [0.0],
            "connection_id": ["x"],
        }
    )

    def fail_half_way() -> None:
        with open_records(database) as opened:
            insert_records(opened, "meter_readings", row)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with open_published(database) as opened:
        assert opened.execute("SELECT count(*) FROM meter_readings").fetchall() == [(0,)]


def test_a_removed_connection_leaves_nothing(metered: Path, tmp_path: Path) -> None:
    path = tmp_path / "laadvraag.duckdb"
    shutil.copy(metered, path)
    [held] = json.loads(meter("list", "--db", path, "--json").stdout)
    assert COMPANY.encode() in path.read_bytes()
    done = meter("remove", held["connection_id"], "--db", path)
    assert COMPANY.encode() not in path.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert "35,040 quarter-hours are removed" in done.output
    assert json.loads(meter("list", "--db", path, "--json").stdout) == []
    with open_published(path) as opened:
        for table in ("meter_connections", "meter_readings", "meter_rooms"):
            assert opened.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)]  # noqa: S608
    again = meter("remove", held["connection_id"], "--db", path)
    assert again.exit_code == 1
    assert "no connection with meter data" in again.output
    assert "no meter data of DE HURK" in meter("show", TERRAIN, "--db", path).output


def test_names_stay_in_the_database_unless_asked_for(database: Path, tmp_path: Path) -> None:
    path = week_file(tmp_path / "Jansen.csv", 50, ean=EAN)
    assert bring_in(database, path, "--company", COMPANY).exit_code == 0
    private = (EAN, "Jansen")
    for words in (("list",), ("list", "--json"), ("show", TERRAIN), ("show", TERRAIN, "--json")):
        output = meter(*words, "--db", database).output
        assert not [name for name in private if name in output], words
        named = meter(*words, "--with-names", "--db", database).output
        assert all(name in named for name in private), words
        if "--json" not in words:
            assert COMPANY in named  # as text
    for words in (("terrain", TERRAIN), ("terrain", TERRAIN, "--json")):
        output = CliRunner().invoke(main, [*words, "--db", str(database)]).output
        assert not [name for name in private if name in output]
    assert not [name for name in EXPORT_TABLES if name.startswith("meter")]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_company_shows_as_text(name: str, database: Path, tmp_path: Path) -> None:
    path = week_file(tmp_path / "a.csv", 50)
    assert bring_in(database, path, "--company", HOSTILE[name]).exit_code == 0
    output = meter("list", "--with-names", "--db", database).output
    assert "\u202e" not in output
    assert "\t" not in output


def test_the_page_of_the_terrain_tells_the_room(metered: Path) -> None:
    runner = CliRunner()
    body = json.loads(
        runner.invoke(main, ["terrain", TERRAIN, "--json", "--db", str(metered)]).stdout
    )
    jsonschema.Draft202012Validator(terrain_schema()).validate(body)
    assert body["metered_room"] == {
        "is_whole_terrain": False,
        "connections": 1,
        "contract_kw": 630,
        "room_16_21_kw_p05": 230,
        "room_night_kw_p05": 570,
    }
    page = runner.invoke(main, ["terrain", TERRAIN, "--db", str(metered), "--lang", "nl"]).output
    told = " ".join(page.split())
    assert "één aansluiting met 630 kW contract. Op 95 % van de dagen is daar 570 kW vrij" in told
    assert "230 kW van 16 tot 21 uur" in told


def test_companies_do_not_pool_and_few_are_not_published(database: Path, tmp_path: Path) -> None:
    words = load("nl")
    for count, level in enumerate((100, 200, 300), start=1):
        assert bring_in(database, week_file(tmp_path / f"{level}.csv", level)).exit_code == 0
        with open_published(database) as opened:
            report = terrain_report(opened, TERRAIN)
        line = {one.name: one.text for one in overlay_lines(report, 2030, "mid", words)}[
            "Eigen contract"
        ]
        assert ("Niet bekend" in line) == (count < 3)
    assert "Gemeten bij 3 aansluitingen met samen 1.890 kW contract" in line
    assert "1.290 kW vrij in de hele nacht" in line
    assert "alleen met een groepscontract" in line
    whole = week_file(tmp_path / "whole.csv", 400)
    assert bring_in(database, whole, "--whole-terrain").exit_code == 0
    with open_published(database) as opened:
        room = terrain_report(opened, TERRAIN).metered_room
    assert room is not None
    assert (room.is_whole_terrain, room.connections, room.room_night_kw_p05) == (True, 1, 230)
    [*_, body] = shown(database)
    assert body["charging"]["comparisons"], "the forecast of the terrain is laid on it"


def test_bad_figures_are_refused(database: Path, tmp_path: Path) -> None:
    path = week_file(tmp_path / "a.csv", 50)
    zero = bring_in(database, path, "--contract-kw", "0")
    assert zero.exit_code == 1
    low = bring_in(database, path, "--contract-kw", "10")
    assert "has a mean of 50 kW, which the connection can't carry" in " ".join(low.output.split())
    both = meter("show", TERRAIN, "--db", database, "--trucks", "1", "--tractors", "1")
    assert both.exit_code == 2
