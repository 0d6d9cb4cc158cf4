"""The log of refinements: who wins, and that none is lost on its way through a file."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast import refinement_log as log
from forecast import store
from forecast.earlier_refinements import read_refinements_of_any_layout
from forecast.entry_errors import RefinementError
from forecast.errors import DatabaseError, DataSourceError, LaadvraagError
from forecast.refinement_entry import COLUMNS, Correction, Entry, active
from forecast.refinement_files import read_refinements, write_refinements
from forecast.refinement_import import import_refinements
from forecast.refinement_state import read_stated
from forecast.schema import SCHEMA_VERSION, TABLES
from forecast.settings import parse_setting
from tests.hostile import HOSTILE

ROOT = Path(__file__).parent.parent.parent
HURK = "190044"
HEAD = "terrain_id;field;value;unit;year;municipal_rest;author_name;observed_on;reason;source"


def correction(text: str, **others: object) -> Correction:
    known = {"author_name": "A. Jansen", "reason": "geteld", "source": "visit"} | others
    day = known.pop("observed_on", date(2026, 11, 2))
    return Correction(parse_setting(text), observed_on=day, **known)  # type: ignore[arg-type]


def entries(path: Path) -> tuple[Entry, ...]:
    with store.open_published(path) as connection:
        return log.read_entries(connection)


def counting(path: Path) -> dict[str, float | None]:
    return {entry.name: entry.value for entry in active(entries(path))}


@pytest.fixture
def database(real_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    return path


def typed(folder: Path, *lines: str, name: str = "met-de-hand.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((HEAD, *lines)), encoding="utf-8")
    return path


def test_parts_given_with_a_whole_are_kept_in_any_order(database: Path) -> None:
    log.add(database, HURK, [correction("tractors=20"), correction("trucks=80")])
    assert counting(database) == {"trucks": 80, "tractors": 20}
    log.add(database, HURK, [correction("trucks=60")])
    assert counting(database) == {"trucks": 60}


def test_a_clock_that_is_set_back_does_not_change_what_counts(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.add(database, HURK, [correction("vans=80")])
    past = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=2)
    monkeypatch.setattr(log, "utc_now", lambda: past)
    log.add(database, HURK, [correction("vans=90")])
    assert counting(database) == {"vans": 90}


def test_an_undo_lets_the_earlier_count_again(database: Path) -> None:
    log.add(database, HURK, [correction("vans=80")])
    [second] = log.add(database, HURK, [correction("vans=90")])
    log.undo(database, second.refinement_id[:-2], "B", "verkeerd terrein")
    assert counting(database) == {"vans": 80}
    with pytest.raises(RefinementError, match="undone already"):
        log.undo(database, second.refinement_id, "B", "nog eens")


def test_an_id_that_begins_another_can_be_undone(database: Path, tmp_path: Path) -> None:
    [entry] = log.add(database, HURK, [correction("vans=80")])
    file = write_refinements(tmp_path / "r.json", [entry])
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(entry.refinement_id, f"{entry.refinement_id}0"), encoding="utf-8")
    import_refinements(database, file)
    assert log.undo(database, entry.refinement_id, "B", "x").undoes == entry.refinement_id


def test_more_electric_than_there_are_is_refused(database: Path) -> None:
    with pytest.raises(LaadvraagError, match="correct that number first or with it"):
        log.add(database, HURK, [correction("trucks=80"), correction("electric_trucks_2030=500")])
    assert entries(database) == ()


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        ({"author_name": " "}, "author is missing"),
        ({"reason": ""}, "reason is missing"),
        ({"source": "rumour"}, "no source 'rumour'"),
        ({"observed_on": date(2999, 1, 1)}, "still to come"),
        ({"observed_on": date(2001, 1, 1)}, "older than the register"),
        ({"municipal_rest": "half"}, "can't be 'half'"),
    ],
)
def test_a_correction_says_who_when_and_why(
    database: Path, others: dict[str, object], sentence: str
) -> None:
    with pytest.raises(RefinementError, match=sentence):
        log.add(database, HURK, [correction("vans=80", **others)])


ADD = """
import sys
from datetime import date
from pathlib import Path
from forecast import refinement_log as log
from forecast.refinement_entry import Correction
from forecast.settings import parse_setting
for number in range(4):
    log.add(Path(sys.argv[1]), "190044", [Correction(
        parse_setting(f"vans={number}"), sys.argv[2], date(2026, 11, 2), "geteld", "visit")])
"""


def test_two_processes_at_once_lose_nothing(database: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", ADD, str(database), name], cwd=ROOT)
        for name in ("A", "B")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    found = entries(database)
    assert sorted(entry.author_name for entry in found) == ["A"] * 4 + ["B"] * 4
    assert len({entry.refinement_id for entry in found}) == 8
    assert [e.value for e in found if e.author_name == "A"] == [0, 1, 2, 3]


HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_held_database_is_waited_for_and_its_holder_named(database: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "ready"
        start = time.monotonic()
        with (
            pytest.raises(DatabaseError, match=f"in use by process {holder.pid}"),
            store.open_records(database, wait_seconds=0.4),
        ):
            pass
        assert time.monotonic() - start >= 0.4
        holder.communicate()
    log.add(database, HURK, [correction("vans=80")])


TEXTS = st.one_of(
    st.sampled_from(list(HOSTILE.values())),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
).filter(str.strip)


@pytest.mark.parametrize("ending", ["csv", "json"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(reason=TEXTS, author=TEXTS, name=TEXTS, value=st.floats(2, 1000))
def test_a_file_gives_back_every_entry(
    tmp_path: Path, ending: str, reason: str, author: str, name: str, value: float
) -> None:
    entry = Entry(
        "r1", HURK, name, "van_charger_kw", value, "kW", None, "leave", author,
        date(2026, 11, 2), datetime(2026, 11, 2, 9, 30, 0, 123), reason, "meter",  # noqa: DTZ001
    )  # fmt: skip
    [row] = read_refinements(write_refinements(tmp_path / f"r.{ending}", [entry]))
    assert row.entry == entry


def test_a_rebuilt_database_gets_everything_back_once(
    database: Path, real_database: Path, tmp_path: Path
) -> None:
    log.add(database, HURK, [correction("trucks=80"), correction("van_charger_kw=12,1255")])
    log.undo(database, entries(database)[0].refinement_id, "B", "nee")
    log.add(database, "3214", [correction("vans=7", municipal_rest="leave")])
    before = entries(database)
    assert len(before) == 4
    for ending in ("csv", "json"):
        file = write_refinements(tmp_path / f"all.{ending}", before)
        rebuilt = tmp_path / f"rebuilt-{ending}.duckdb"
        shutil.copy(real_database, rebuilt)
        assert len(import_refinements(rebuilt, file).added) == 4
        assert entries(rebuilt) == before
        again = import_refinements(rebuilt, file)
        assert (again.added, again.known) == ((), 4)
        assert entries(rebuilt) == before


def test_a_spreadsheet_sees_no_formula(database: Path, tmp_path: Path) -> None:
    log.add(database, HURK, [correction("vans=80", reason=HOSTILE["formula"])])
    path = write_refinements(tmp_path / "r.csv", entries(database))
    with path.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file, delimiter=";")
    assert row["reason"] == "'" + HOSTILE["formula"]


def test_an_entry_of_a_file_never_changes_what_is_recorded(database: Path, tmp_path: Path) -> None:
    log.add(database, HURK, [correction("vans=80")])
    file = write_refinements(tmp_path / "r.json", entries(database))
    body = json.loads(file.read_text(encoding="utf-8"))
    body["refinements"][0]["value"] = 81
    file.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(LaadvraagError, match=r"refinement 1: .* known with another value"):
        import_refinements(database, file)
    assert counting(database) == {"vans": 80}


def test_a_file_typed_by_hand(database: Path, tmp_path: Path) -> None:
    file = typed(
        tmp_path,
        "190044;tractors;20;;;;A. Jansen;02-11-2026;geteld;visit",
        "190044;trucks;80;vehicles;;leave;A. Jansen;2-11-2026;geteld;visit",
        "De Hurk Eindhoven;electric_trucks;30;;2030;;A. Jansen;2026-11-02;plan;Talk",
        "190044;van_charger_kw;12,125;kW;;;A. Jansen;46328;meting;meter",
    )
    assert len(import_refinements(database, file).added) == 4
    expected = {"trucks": 80, "tractors": 20, "electric_trucks_2030": 30, "van_charger_kw": 12.125}
    assert counting(database) == expected
    assert {entry.observed_on for entry in entries(database)} == {date(2026, 11, 2)}
    assert import_refinements(database, file).known == 4
    assert len(entries(database)) == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_of_any_program(
    database: Path, tmp_path: Path, encoding: str, separator: str
) -> None:
    line = "190044;vans;80;;;;Zoë €;2026-11-02;geteld;visit"
    path = tmp_path / "r.csv"
    path.write_text(f"{HEAD}\r\n{line}\r\n".replace(";", separator), encoding=encoding)
    import_refinements(database, path)
    assert entries(database)[0].author_name == "Zoë €"


def test_all_problems_at_once_and_nothing_imported(database: Path, tmp_path: Path) -> None:
    file = typed(
        tmp_path,
        "190044;vans;80;;;;A;2026-11-02;geteld;visit",
        "190044;vanz;80;;;;A;2026-11-02;geteld;visit",
        "190044;vans;1.250;;;;A;2026-11-02;geteld;visit",
        "190044;electric_vans;8;;;;A;2026-11-02;geteld;visit",
        "190044;contract_kw;2;MW;;;A;2026-11-02;geteld;visit",
        "190044;vans;-3;;;;A;2026-11-02;geteld;visit",
        "190044;tractors;3;;;;A;31-02-2026;geteld;visit",
        "190044;tractors;3;;;;;2026-11-02;geteld;visit",
    )
    with pytest.raises(LaadvraagError) as refused:
        import_refinements(database, file)
    text = str(refused.value)
    for part in (
        "7 problems", "row 3: there is no field 'vanz'", "row 4: value '1.250' can be read as",
        "row 5: electric_vans needs a year", "row 6: contract_kw is in kW, not in 'MW'",
        "row 7: vans can't be -3", "row 8: observed_on '31-02-2026' is no day",
        "row 9: the author is missing",
    ):  # fmt: skip
        assert part in text
    assert entries(database) == ()


def test_a_text_with_separators_needs_quotes(database: Path, tmp_path: Path) -> None:
    file = typed(tmp_path, "190044;vans;80;;;;A;2026-11-02;geteld; zelf;visit")
    with pytest.raises(LaadvraagError, match="row 2: it has 11 cells and the heading 10"):
        import_refinements(database, file)


def test_rows_that_the_register_contradicts(database: Path, tmp_path: Path) -> None:
    file = typed(
        tmp_path,
        "999999999;vans;80;;;;A;2026-11-02;geteld;visit",
        "190044;vans;80;;;;A;2026-11-02;geteld;visit",
        "190044;vans;81;;;;A;2026-11-02;geteld;visit",
        "190044;electric_vans;900;;2030;;A;2026-11-02;geteld;visit",
    )
    with pytest.raises(LaadvraagError) as refused:
        import_refinements(database, file)
    for part in ("row 2: ", "row 4: vans is given in row 3 already", "DE HURK (RIN 190044): "):
        assert part in str(refused.value)
    assert entries(database) == ()


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("r.csv", "", "holds no refinement"),
        ("r.csv", HEAD, "holds no refinement"),
        ("r.csv", "a;b\n1;2", "column terrain_id is missing"),
        ("r.csv", HEAD + ";vlaue\n", "no column 'vlaue'"),
        ("r.csv", HEAD + ";reason\n1;2", "column reason comes 2 times"),
        ("r.json", "{", "it is no JSON"),
        ("r.json", "[" * 100_000, "it is no JSON"),
        ("r.json", "7", "needs a list"),
        ("r.json", '{"format": "other/1", "refinements": []}', "its format is other/1"),
        ("r.xlsx", "PK", "read from .csv or .json"),
        ("r.csv", "\0\0", "no text"),
    ],
)
def test_files_that_are_something_else(
    database: Path, tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataSourceError, match=sentence):
        import_refinements(database, path)


def test_entries_of_a_vanished_terrain_are_kept(database: Path, tmp_path: Path) -> None:
    log.add(database, "3214", [correction("vans=7")])
    file = write_refinements(tmp_path / "r.json", entries(database))
    text = file.read_text(encoding="utf-8").replace('"3214"', '"99999"')
    file.write_text(text.replace('"refinement_id": "', '"refinement_id": "x'), encoding="utf-8")
    imported = import_refinements(database, file)
    assert (imported.vanished, imported.terrain_ids) == (("99999",), ())
    with store.open_published(database) as connection:
        stated = read_stated(connection)
    assert [each.state for each in stated] == ["active", "vanished"]
    log.undo(database, stated[1].entry.refinement_id, "B", "opgegaan in een ander")


def test_an_entry_that_the_forecast_overtook_is_restored_all_the_same(
    database: Path, tmp_path: Path
) -> None:
    log.add(database, HURK, [correction("trucks=400"), correction("electric_trucks_2030=350")])
    trucks, electric = entries(database)
    file = write_refinements(tmp_path / "r.json", [electric])
    log.undo(database, electric.refinement_id, "B", "x")
    log.undo(database, trucks.refinement_id, "B", "x")
    log.add(database, HURK, [correction("trucks=40")])
    text = file.read_text(encoding="utf-8").replace(electric.refinement_id, "other")
    file.write_text(text, encoding="utf-8")
    imported = import_refinements(database, file)
    assert len(imported.added) == 1
    assert "electric_trucks_2030 can't be 350" in str(imported.contradictions[0])


def of_layout_4(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with duckdb.connect(path) as opened:
        opened.execute("DROP TABLE refinements")
        opened.execute(
            "CREATE TABLE refinements (refinement_id VARCHAR, terrain_id VARCHAR, field VARCHAR, "
            "value DOUBLE, author_name VARCHAR, entered_at TIMESTAMP, reason VARCHAR, "
            "source VARCHAR)"
        )
        opened.execute("DROP TABLE survey_answers; UPDATE meta SET schema_version = 4")
        opened.executemany("INSERT INTO refinements VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return path


def test_nothing_is_lost_at_an_update(database: Path, real_database: Path, tmp_path: Path) -> None:
    day = datetime(2026, 5, 1, 12)  # noqa: DTZ001 - as stored
    new = tmp_path / "new.duckdb"
    shutil.copy(real_database, new)
    of_layout_4(
        database,
        [
            ("r1", HURK, "tractor", 80.4, "A. Adviseur", day, "geteld", "bezoek"),
            ("r2", HURK, "van", 12.0, "B", day, "gebeld", "telefoon"),
        ],
    )
    with pytest.raises(DatabaseError) as refused, store.open_published(database):
        pass
    text = str(refused.value)
    assert f"layout 4, this laadvraag needs layout {SCHEMA_VERSION}" in text
    assert "holds 2 refinements: save them with `laadvraag refine export" in text
    saved = write_refinements(tmp_path / "r.csv", read_refinements_of_any_layout(database))
    import_refinements(new, saved)
    first, second = entries(new)
    assert (first.field, first.value, first.source, first.terrain_name) == (
        "tractors", 80, "visit", "DE HURK",
    )  # fmt: skip
    assert (second.field, second.reason, second.source) == ("vans", "gebeld (telefoon)", "talk")
    assert second.entered_at == day


def test_a_database_of_layout_5_gives_back_its_whole_log(database: Path) -> None:
    # Layout 6 left the log as it was: year, day and undo too.
    log.add(database, HURK, [correction("electric_trucks_2030=40")])
    told = entries(database)
    with duckdb.connect(database) as opened:
        opened.execute("UPDATE meta SET schema_version = 5")
    assert read_refinements_of_any_layout(database) == told
    assert [entry.year for entry in told] == [2030]


def test_the_columns_of_the_log_are_those_of_the_table() -> None:
    columns = tuple(column.name for column in TABLES["refinements"].columns)
    assert columns == COLUMNS
