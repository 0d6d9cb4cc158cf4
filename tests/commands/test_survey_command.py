"""`laadvraag survey` as an adviser types it: from an empty form to figures, and privacy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from cli import main
from forecast.store import open_published

HURK = "190044"
COPEN = "4932"
"""The only terrain of its municipality, so that little is computed anew."""
HEBREW = "\u202e\u05e9\u05dd"
SECRETS = ("Geheim Transport", "piet@geheim.nl", "871687110000000005")


@pytest.fixture
def database(real_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "laadvraag.duckdb"
    shutil.copy(real_database, path)
    return path


def laadvraag(*words: str | Path) -> Result:
    environment = {"LC_ALL": "C", "LAADVRAAG_AUTHOR": ""}
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


def survey(database: Path, command: str, *words: str | Path) -> Result:
    return laadvraag("survey", command, *words, "--db", database)


def filled_in(folder: Path, *companies: dict[str, Any]) -> Path:
    """Return the empty form, filled in as a company would."""
    path = folder / "ingevuld.xlsx"
    assert laadvraag("survey", "template", path).exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["Formulier"]
    column = {cell.value: cell.column for cell in sheet[2]}
    for row, company in enumerate(companies, start=3):
        for heading, value in company.items():
            cell = sheet.cell(row, column[heading], value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text, whatever it begins with
    book.save(path)
    return path


COMPANIES = (
    {
        "Bedrijf": SECRETS[0], "Contact": SECRETS[1], "EAN-code": SECRETS[2],
        "Bestelauto's: totaal": 100, "Bestelauto's: elektrisch eind 2030": 60,
        "Bestelauto's: rooster": "100 ma-vr 5:00-14:00", "Aansluiting": "grootverbruik",
        "Gecontracteerd vermogen afname (kW)": "250,0",
    },
    {"Bedrijf": "=cmd|'/C calc'!A0", "Bestelauto's: totaal": 12},
    {"Bedrijf": HEBREW, "Trekkers: totaal": 4, "Trekkers: elektrisch nu": 0},
)  # fmt: skip


@pytest.fixture
def surveyed(database: Path, tmp_path: Path) -> Path:
    file = filled_in(tmp_path, *COMPANIES)
    done = survey(
        database, "import", file, "--terrain", "De Hurk", "--author", "A. Jansen", "--no-run",
        "--date", "3-11-2026",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "3 companies imported" in done.stdout
    assert "Vans: 112 of 1,112 vehicles (10 %)" in done.stdout
    return database


def test_a_survey_changes_the_figures_of_its_terrain(database: Path, tmp_path: Path) -> None:
    file = filled_in(tmp_path, COMPANIES[0] | {"Bestelauto's: rooster": None}, *COMPANIES[1:])
    done = survey(
        database, "import", file, "--terrain", COPEN, "--author", "A", "--covers", "all",
        "--lang", "nl", "--date", "3-11-2026",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "Bestelauto's: 418 → 112" in done.stdout
    with open_published(database) as connection:
        vehicles = dict(
            connection.execute(
                "SELECT vehicle_class, vehicles FROM fleet WHERE terrain_id = ?", [COPEN]
            ).fetchall()
        )
        electric = connection.execute(
            "SELECT electric_vehicles, model_electric_vehicles, vehicles FROM electric_vehicles "
            "WHERE terrain_id = ? AND vehicle_class = 'van' AND year = 2030 AND scenario = 'mid'",
            [COPEN],
        ).fetchall()
        [(modelled,)] = connection.execute(
            "SELECT model_vehicles FROM fleet WHERE terrain_id = ? AND vehicle_class = 'van'",
            [COPEN],
        ).fetchall()
    assert (vehicles["van"], vehicles["tractor"]) == (112, 4)
    # 60 planned among 100, and 12 more that follow the model.
    [(refined, model, _)] = electric
    assert refined == pytest.approx(round(60 + 12 * model / modelled))


def test_names_stay_inside(surveyed: Path, tmp_path: Path) -> None:
    plain = [
        survey(surveyed, "list").output,
        survey(surveyed, "list", "--json").output,
        survey(surveyed, "show", f"{HURK}-1").output,
        laadvraag("refine", "list", "--all", "--json", "--db", surveyed).output,
    ]
    out = tmp_path / "out"
    survey(surveyed, "export", out / "antwoorden.csv")
    survey(surveyed, "export", out / "antwoorden.xlsx")
    laadvraag("refine", "export", out / "r.csv", "--db", surveyed)
    done = laadvraag("export", HURK, "--format", "csv", "--out", out / "hurk", "--db", surveyed)
    assert done.exit_code == 0, done.output
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) > 3
    texts = [*plain, *(path.read_bytes().decode("utf-8", "replace") for path in files)]
    texts += [str(list(book.values)) for book in openpyxl.load_workbook(out / "antwoorden.xlsx")]
    for text in texts:
        for secret in (*SECRETS, "calc", HEBREW[1:]):
            assert secret not in text
    assert "190044-1" in plain[0]


def test_names_are_there_when_asked_for(surveyed: Path, tmp_path: Path) -> None:
    shown = survey(surveyed, "show", f"{HURK}-1", "--with-names", "--lang", "nl").stdout
    shown = " ".join(shown.split())
    for part in (*SECRETS, "100 ma-vr 5:00-14:00", "afname 250 kW", "2030: 60"):
        assert part in shown
    [first, *_] = json.loads(survey(surveyed, "list", "--json", "--with-names").stdout)
    assert [first[key] for key in ("company_name", "contact", "ean_code")] == list(SECRETS)
    assert "\u202e" not in survey(surveyed, "list", "--with-names").stdout
    file = tmp_path / "a.xlsx"
    survey(surveyed, "export", file, "--terrain", HURK, "--with-names")
    cells = [cell for row in openpyxl.load_workbook(file).active for cell in row]
    [hostile] = [cell for cell in cells if "calc" in str(cell.value)]
    assert (hostile.value, hostile.data_type) == ("=cmd|'/C calc'!A0", "s")


def test_a_company_withdraws(surveyed: Path) -> None:
    done = survey(surveyed, "remove", f"{HURK}-1", "--author", "A", "--no-run")
    assert done.exit_code == 0, done.output
    assert "190044-1 is removed" in done.stdout
    again = survey(surveyed, "remove", f"{HURK}-1", "--author", "A")
    assert (again.exit_code, "no company '190044-1'" in again.stderr) == (1, True)
    for secret in SECRETS:
        assert secret.encode() not in surveyed.read_bytes()


def test_all_faults_are_told_and_nothing_imported(database: Path, tmp_path: Path) -> None:
    file = filled_in(
        tmp_path,
        {"Bedrijf": "A", "Bestelauto's: totaal": "veel"},
        {"Bedrijf": "B", "Bestelauto's: totaal": 3, "Bestelauto's: elektrisch nu": 4},
    )
    order = ("import", file, "--terrain", HURK, "--author", "A", "--no-run")
    done = survey(database, *order)
    assert done.exit_code == 1
    assert "2 problems" in done.stderr
    assert "row 3, column D (Bestelauto's: totaal)" in done.stderr
    assert "row 4, column E (Bestelauto's: elektrisch nu): 4 electric of 3 can't be" in done.stderr
    assert "no answers" in survey(database, "list").stdout
    both = survey(database, *order, "--replace", "--skip-bad-rows")
    assert (both.exit_code, "correct the rows first" in both.stderr) == (2, True)


def test_without_a_terrain_the_rows_must_name_one(database: Path, tmp_path: Path) -> None:
    file = filled_in(tmp_path, {"Bedrijf": "A", "Bestelauto's: totaal": 3})
    done = survey(database, "import", file, "--author", "A", "--no-run")
    assert (done.exit_code, "Give --terrain" in done.stderr) == (1, True)


def test_refresh_follows_a_new_model(surveyed: Path) -> None:
    done = survey(surveyed, "refresh", "--author", "A", "--no-run")
    assert done.exit_code == 0, done.output
    assert "as it was" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("template", "form.pdf"), "written as .xlsx or .csv"),
        (("export", "a.pdf"), "written as .csv or .xlsx"),
        (("show", "9-9"), "no company '9-9'"),
        (("import", "none.csv", "--author", "A"), "no such file"),
    ],
)
def test_refusals_are_sentences(database: Path, words: tuple[str, ...], sentence: str) -> None:
    done = laadvraag("survey", "--db", database, *words)
    assert done.exit_code == 1
    assert sentence in done.stderr
