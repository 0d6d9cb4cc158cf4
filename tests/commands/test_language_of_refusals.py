"""Refusals and notes on the command line, in the language of --lang or else of the system."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

VANS = "Bestelauto's: totaal;Bestelauto's: elektrisch nu"
CSV = f"""Bedrijf;{VANS};Gecontracteerd vermogen afname (kW)
Jansen;10;12;250
Pietersen;veel;1;2,5
"""


def laadvraag(*words: str | Path, system: str = "C.UTF-8") -> Result:
    environment = {"LC_ALL": system, "LAADVRAAG_AUTHOR": ""}
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


@pytest.fixture
def database(real_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(real_database, tmp_path / "laadvraag.duckdb"))


def test_a_refusal_is_in_the_language_asked_for(tmp_path: Path) -> None:
    gone = tmp_path / "weg.duckdb"
    terrain = ("--db", gone, "terrain", "De Hurk")
    dutch = f"Fout: er is geen database {gone}; maak die met `laadvraag run --db {gone}`\n"
    english = f"Error: there is no database {gone}; run `laadvraag run --db {gone}` to make it\n"
    for words, system, told in (
        (("--lang", "nl"), "C.UTF-8", dutch),
        ((), "nl_NL.UTF-8", dutch),
        (("--lang", "en"), "nl_NL.UTF-8", english),
        ((), "C.UTF-8", english),
        ((), "de_DE.UTF-8", english),
    ):
        result = laadvraag(*terrain, *words, system=system)
        assert (result.exit_code, result.stderr) == (1, told)


def test_the_language_of_a_document_is_not_that_of_the_terminal_unless_it_is_asked(
    tmp_path: Path,
) -> None:
    sheet = ("--db", tmp_path / "weg.duckdb", "factsheet", "De Hurk", "--out", tmp_path)
    assert laadvraag(*sheet).stderr.startswith("Error: there is no database")
    assert laadvraag(*sheet, "--lang", "nl").stderr.startswith("Fout: er is geen database")
    assert laadvraag(*sheet, system="nl_NL").stderr.startswith("Fout: er is geen database")


def test_a_command_without_lang_refuses_in_the_language_of_the_system(tmp_path: Path) -> None:
    series = ("--db", tmp_path / "weg.duckdb", "series", "De Hurk", "--out", tmp_path / "x.csv")
    assert laadvraag(*series, system="nl_BE.UTF-8").stderr.startswith("Fout: er is geen database")


def test_a_setting_is_refused_with_the_numbers_of_the_language(real_database: Path) -> None:
    asked = ("--db", real_database, "terrain", "190044", "--set", "home_share=1,5")
    dutch = laadvraag(*asked, system="nl_NL.UTF-8")
    assert dutch.exit_code == 1
    assert "1,5 kan niet; aannemelijk is 0 tot 1" in dutch.stderr
    assert "home_share can't be 1.5: from 0 to 1 is plausible" in laadvraag(*asked).stderr


def test_words_of_the_page_are_taken_for_codes(database: Path) -> None:
    asked = ("--db", database, "terrain", "190044", "--json", "--year", "2030")
    [dutch, english] = (
        laadvraag(*asked, "--scenario", scenario).stdout for scenario in ("hoog", "high")
    )
    assert dutch == english
    added = laadvraag(
        "--db", database, "refine", "add", "190044", "trucks=80", "--author", "A. Jansen",
        "--source", "bezoek", "--reason", "geteld", "--no-run",
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    [entry] = json.loads(laadvraag("--db", database, "refine", "list", "--json").stdout)
    assert entry["source"] == "visit"


def test_a_file_of_refinements_may_hold_the_words_of_the_page(
    database: Path, tmp_path: Path
) -> None:
    file = tmp_path / "log.csv"
    file.write_text(
        "terrain_id;field;value;author_name;observed_on;reason;source\n"
        "190044;trucks;80;A. Jansen;25-11-2026;geteld;Bezoek\n",
        encoding="utf-8",
    )
    asked = ("--db", database, "refine", "import", file, "--no-run")
    assert laadvraag(*asked).exit_code == 0
    [entry] = json.loads(laadvraag("--db", database, "refine", "list", "--json").stdout)
    assert entry["source"] == "visit"
    file.write_text(file.read_text("utf-8").replace(";80;", ";80,5;"), encoding="utf-8")
    refused = laadvraag(*asked, system="nl_NL.UTF-8").stderr.splitlines()
    assert refused == [
        f"Fout: uit {file} is niets ingelezen; 1 fout:",
        "  rij 2: vrachtauto's samen (trucks): geef een heel aantal voertuigen, niet 80,5",
    ]


def test_help_names_what_is_taken() -> None:
    page = " ".join(laadvraag("refine", "add", "--help").stdout.split())
    assert "[talk|survey|meter|visit or gesprek|enquête|meting|bezoek]" in page


def test_a_survey_is_refused_and_warned_about_in_dutch(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "enquete.csv"
    file.write_text(CSV, encoding="utf-8")
    survey = (
        "--db", database, "survey", "import", file, "--terrain", "190044", "--author", "A. Jansen",
        "--date", "25-11-2026", "--no-run", "--lang", "nl",
    )  # fmt: skip
    refused = laadvraag(*survey)
    assert refused.exit_code == 1
    assert refused.stderr.splitlines() == [
        f"Fout: uit {file} is niets ingelezen; 2 fouten:",
        "  rij 2, kolom C (Bestelauto's: elektrisch nu): 12 elektrisch van 10 kan niet",
        "  rij 3, kolom B (Bestelauto's: totaal): deze cel: geef een getal, niet 'veel'",
    ]
    file.write_text(CSV.replace("10;12", "10;2").replace("veel", "12"), encoding="utf-8")
    done = laadvraag(*survey)
    assert done.exit_code == 0, done.output
    told = " ".join(done.stdout.split())
    assert "kolom D (Gecontracteerd vermogen afname (kW)): 2,5 kW is weinig; is het in MW?" in told


def test_meter_data_is_refused_in_dutch(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "meter.csv"
    asked = (
        "--db", database, "meter", "import", file, "--terrain", "190044", "--contract-kw", "630",
        "--author", "A. Jansen", "--lang", "nl",
    )  # fmt: skip
    assert laadvraag(*asked).stderr == f"Fout: {file}: dit bestand met meetgegevens bestaat niet\n"
    times = ("0:15", "0:30", "0:45", "1:00", "25:00")
    rows = "".join(f"01-01-2025;{time};12,5\n" for time in times)
    file.write_text(f"datum;tijd;verbruik kWh\n{rows}", encoding="utf-8")
    told = "regel 6 heeft geen leesbare datum en tijd (01-01-2025 | 25:00 | 12,5)"
    assert laadvraag(*asked).stderr == f"Fout: {file}: {told}\n"
