"""Answers in a database: what counts, what is replaced, what is gone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from forecast import refinement_log as log
from forecast import store
from forecast.entry_errors import RowsError, SurveyError
from forecast.errors import LaadvraagError
from forecast.refinement_entry import Correction, Entry, active
from forecast.settings import parse_setting
from forecast.survey.apply import SurveyedTerrain, is_of_survey
from forecast.survey.export import write_answers
from forecast.survey.importing import (
    ImportOrder,
    SurveyImport,
    import_survey,
    refresh_surveys,
    remove_answers,
)
from forecast.survey.records import StoredAnswer, read_current
from forecast.words import load
from tests.hostile import HOSTILE

ROOT = Path(__file__).parent.parent.parent.parent
HURK = "190044"
DAY = date(2026, 11, 3)
HEAD = "Bedrijf;EAN-code;Bestelauto's: totaal;Bestelauto's: elektrisch eind 2030;Trekkers: totaal"
EANS = ("871687110000000005", "871687110000000012", "871687110000000029")


@pytest.fixture
def database(real_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    return path


def form(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "enquete.csv"
    path.write_text("\n".join((head, *rows)), encoding="utf-8")
    return path


def bring(database: Path, *rows: str, head: str = HEAD, **others: bool | str) -> SurveyImport:
    known = {"terrain": HURK, "author_name": "A. Jansen", "day": DAY} | others
    order = ImportOrder(**known)  # type: ignore[arg-type]
    return import_survey(database, form(database.parent, *rows, head=head), order)


def counting(database: Path) -> dict[str, float | None]:
    with store.open_published(database) as connection:
        return {each.name: each.value for each in active(log.read_entries(connection, [HURK]))}


def answers(database: Path) -> tuple[StoredAnswer, ...]:
    with store.open_published(database) as connection:
        return read_current(connection)


def correct(database: Path, text: str) -> Entry:
    correction = Correction(parse_setting(text), "B. Bos", DAY, "geteld", "visit")
    [entry] = log.add(database, HURK, [correction])
    return entry


def keys(surveyed: SurveyedTerrain) -> list[str]:
    return [note.key for note in surveyed.notes]


def test_companies_of_several_files_add_up_and_a_correction_replaces(database: Path) -> None:
    bring(database, "A;;800;;", "B;;700;;")
    assert counting(database) == {"vans": 1500}
    [other] = bring(database, "C;;100;;").terrains
    assert counting(database) == {"vans": 1600}
    assert other.companies == 3
    done = bring(database, "a ;;750;;", "B;;700;;")
    assert (done.replaced, done.unchanged) == (1, 1)
    assert [(note.key, note.texts["ids"]) for note in done.notes] == [("absent", "190044-3")]
    assert counting(database) == {"vans": 1550}
    with store.open_published(database) as connection:
        entries = log.read_entries(connection)
    assert [entry.value for entry in entries] == [1500, None, 1600, None, 1550]
    assert all(entry.source == "survey" and entry.observed_on == DAY for entry in entries[::2])


def test_the_same_file_again_changes_nothing(database: Path) -> None:
    bring(database, "A;;1500;;")
    before = len(answers(database))
    [again] = bring(database, "A;;1500;;").terrains
    assert (again.has_changed, len(again.kept)) == (False, 1)
    with store.open_published(database) as connection:
        assert connection.execute("SELECT count(*) FROM survey_answers").fetchall() == [(before,)]


def test_what_was_said_of_the_coverage_holds_until_it_is_said_otherwise(database: Path) -> None:
    bring(database, "A;;30;;4", covers_all=True)
    assert counting(database) == {"vans": 30, "tractors": 4}
    bring(database, "B;;10;;")
    assert counting(database) == {"vans": 40, "tractors": 4}
    bring(database, "B;;10;;", covers_all=False)
    assert counting(database) == {}


def test_a_corrected_file_may_replace_all(database: Path) -> None:
    bring(database, "Jansn;;30;;", "B;;10;;4", covers_all=True)
    done = bring(database, "Jansen;;30;;", "B;;10;;4", replaces=True)
    assert done.removed == ("190044-1",)
    assert counting(database) == {"vans": 40, "tractors": 4}
    assert [each.company_id for each in answers(database)] == ["190044-2", "190044-3"]
    assert "almost the name of 190044-1" in str(done.warnings[0])


def test_a_company_is_known_again_by_its_ean_code(database: Path) -> None:
    bring(database, f"Oude naam;{EANS[0]};1500;;", f"B;{EANS[1]};1;;")
    bring(database, f"Nieuwe naam;{EANS[0]};1400;;")
    assert [each.answer.company_name for each in answers(database)] == ["Nieuwe naam", "B"]
    with pytest.raises(RowsError) as refused:
        bring(database, f"B;{EANS[0]};1;;", "Nieuwe naam;;1;;", f"C;{EANS[0]};1;;")
    text = str(refused.value)
    assert "row 2: the name is that of company 190044-2 and the EAN code that of 190044-1" in text
    assert "row 4: this is the company of row 2" in text
    with pytest.raises(RowsError, match="row 3: this is company 190044-1 by its EAN code or name"):
        bring(database, "Nieuwe naam;;1;;", f"C;{EANS[0]};1;;")


def test_rows_are_refused_together_or_skipped(database: Path) -> None:
    rows = ("A;;30;;", "B;;dertig;;", "C;;5;9;", ";;1;;", "D;;;;", "a.;;3;;")
    with pytest.raises(RowsError) as refused:
        bring(database, *rows)
    for part in (
        "4 problems", "row 3, column C (Bestelauto's: totaal): the number must be a number",
        "row 5: the name of the company is missing", "row 6: D answers no question",
        "row 7: this is the company of row 2",
    ):  # fmt: skip
        assert part in str(refused.value)
    assert answers(database) == ()
    done = bring(database, *rows, skips_bad_rows=True)
    assert (done.companies, len(done.skipped)) == (2, 4)
    with pytest.raises(RowsError):
        bring(database, *rows, skips_bad_rows=True, replaces=True)


def test_rows_name_their_own_terrain(database: Path) -> None:
    head = f"Terrein;Datum;{HEAD}"
    done = bring(
        database, "190044;3-11-2026;A;;1500;;", "3214;;B;;900;;", head=head, terrain=""
    )  # fmt: skip
    assert [each.terrain_id for each in done.terrains] == [HURK, "3214"]
    with pytest.raises(RowsError) as refused:
        bring(
            database, "xyzzyx;;A;;1;;", "3214;;B;;1;;", "190044;3-11-2020;C;;1;;",
            "190044;3-11-2999;D;;1;;", head=head,
        )  # fmt: skip
    for part in (
        "row 2, column A (Terrein): there is no terrain 'xyzzyx'",
        "row 3, column A (Terrein): the row is about RIN 3214 and --terrain about RIN 190044",
        "row 4, column B (Datum): an observation of 2020-11-03 is older",
        "row 5, column B (Datum): 2999-11-03 is still to come",
    ):
        assert part in str(refused.value)


def test_a_later_value_of_an_adviser_stands_until_the_survey_says_something_new(
    database: Path,
) -> None:
    bring(database, "A;;30;;", covers_all=True)
    correct(database, "vans=50")
    [same] = bring(database, "A;;30;;5").terrains
    assert counting(database) == {"vans": 50, "tractors": 5}
    assert "overtaken" in keys(same)
    [new] = bring(database, "A;;31;;5").terrains
    assert counting(database) == {"vans": 31, "tractors": 5}
    assert "overtakes" in keys(new)


def test_the_words_of_an_adviser_do_not_make_an_entry_the_survey_s(database: Path) -> None:
    correction = Correction(
        parse_setting("vans=7"), "B", DAY, "Enquête onder 3 bedrijven: geteld", "survey"
    )
    log.add(database, HURK, [correction])
    bring(database, "A;;;;400")
    assert counting(database) == {"vans": 7, "tractors": 400}


def test_what_contradicts_an_adviser_is_refused(database: Path) -> None:
    correct(database, "electric_tractors_2030=100")
    with pytest.raises(LaadvraagError, match=r"DE HURK \(RIN 190044\): electric_tractors_2030"):
        bring(database, "A;;;;40", covers_all=True)
    assert answers(database) == ()


def test_a_company_can_always_withdraw(database: Path) -> None:
    bring(database, "A;;;;400", "Geheim BV;;;;100")
    correct(database, "electric_tractors_2030=450")
    surveyed = remove_answers(database, "190044-1", "A. Jansen")
    assert surveyed.contradiction is not None
    assert "can't be 450" in str(surveyed.contradiction)
    remove_answers(database, "190044-2", "A. Jansen")
    assert counting(database) == {"electric_tractors_2030": 450}
    assert b"Geheim" not in database.read_bytes()
    with pytest.raises(SurveyError, match="no company '190044-2'"):
        remove_answers(database, "190044-2", "A. Jansen")
    bring(database, "C;;1;;")
    assert [each.company_id for each in answers(database)] == ["190044-3"]


def test_a_withdrawal_makes_the_others_a_part(database: Path) -> None:
    bring(database, "A;;30;;", "B;;10;;", covers_all=True)
    surveyed = remove_answers(database, "190044-1", "A. Jansen")
    assert (surveyed.covers_all, counting(database)) == (False, {})


def test_answers_of_a_vanished_terrain_are_kept_and_can_be_removed(database: Path) -> None:
    bring(database, "A;;1500;;")
    with duckdb.connect(database) as connection:
        connection.execute("DELETE FROM terrains WHERE terrain_id = ?", [HURK])
    [refreshed] = refresh_surveys(database, [HURK], "A")
    assert (refreshed.is_vanished, refreshed.companies) == (True, 1)
    remove_answers(database, "190044-1", "A")
    assert answers(database) == ()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_with_names_gives_back_every_answer(
    database: Path, real_database: Path, tmp_path: Path, ending: str
) -> None:
    head = (
        "company;contact;date;ean;van_vehicles;van_electric;van_planned_2031;van_charge_points;"
        "van_charger_kw;van_distance;van_schedule;truck_vehicles;connection;contract_kw;feed_in_kw;"
        "connection_kw;requested_kw"
    )
    rows = [
        f'"{name.replace(chr(34), chr(34) * 2)}";"{at}: =1+1";{at + 1}-11-2026;;{at + 5};2;3;1;'
        f"7,4;12000,0;3 ma-wo,vr 6:15-17:45;{at};groot;250,5;0;630;nee"
        for at, name in enumerate(HOSTILE.values())
    ]
    bring(database, *rows, head=head)
    kept = answers(database)
    path = tmp_path / f"antwoorden.{ending}"
    write_answers(path, kept, load("nl"), with_names=True)
    other = tmp_path / "other.duckdb"
    shutil.copy(real_database, other)
    import_survey(other, path, ImportOrder(None, "B", DAY))
    assert [each.answer for each in answers(other)] == [each.answer for each in kept]


def test_an_export_without_names_tells_no_company(database: Path, tmp_path: Path) -> None:
    head = f"contact;{HEAD}"
    bring(database, f"Piet;Geheim BV;{EANS[0]};3;;", f";Ook;{EANS[1]};4;;", head=head)
    remove_answers(database, "190044-1", "A")
    path = write_answers(tmp_path / "a.csv", answers(database), load("nl"), with_names=False)
    text = path.read_text(encoding="utf-8-sig")
    assert "Bedrijf 190044-2" in text
    for private in ("Ook", "Piet", EANS[1], "EAN", "Contact"):
        assert private not in text
    with pytest.raises(RowsError, match="is the number of a company, not its name"):
        import_survey(database, path, ImportOrder(None, "B", DAY))


def test_an_export_without_names_keeps_its_numbers_elsewhere(
    database: Path, real_database: Path, tmp_path: Path
) -> None:
    bring(database, "A;;3;;", "B;;4;;", "C;;5;;")
    remove_answers(database, "190044-1", "A")
    path = write_answers(tmp_path / "a.xlsx", answers(database), load("en"), with_names=False)
    other = tmp_path / "other.duckdb"
    shutil.copy(real_database, other)
    import_survey(other, path, ImportOrder(None, "B", DAY))
    assert [each.company_id for each in answers(other)] == ["190044-2", "190044-3"]


def test_no_formula_leaves_in_a_file(database: Path, tmp_path: Path) -> None:
    names = ["=cmd|'/C calc'!A0", "+31 6", "@sum", "-2", "\uff1d1+1"]
    bring(database, *[f"{name};;3;;" for name in names])
    path = write_answers(tmp_path / "a.csv", answers(database), load("nl"), with_names=True)
    for name in names:
        assert f"'{name}" in path.read_text(encoding="utf-8-sig")


IMPORT = """
import sys
from datetime import date
from pathlib import Path
from forecast.survey.importing import ImportOrder, import_survey
for number in range(3):
    file = Path(sys.argv[2]) / f"{sys.argv[3]}{number}.csv"
    file.write_text(f"Bedrijf;Trekkers: totaal\\n{sys.argv[3]}{number} oo;100\\n")
    import_survey(Path(sys.argv[1]), file, ImportOrder("190044", sys.argv[3], date(2026, 11, 3)))
"""


def test_two_writers_at_once_lose_no_company(database: Path, tmp_path: Path) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", IMPORT, str(database), str(tmp_path), name], cwd=ROOT
        )
        for name in ("P", "Q")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    assert len(answers(database)) == 6
    assert counting(database) == {"tractors": 600}
    with store.open_published(database) as connection:
        entries = log.read_entries(connection)
    assert all(is_of_survey(entry) or entry.undoes for entry in entries)
