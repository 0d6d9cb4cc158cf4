"""Forecasts of others as people send them: every way to write one down, and every trap in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from openpyxl import Workbook

from forecast.errors import DataSourceError
from forecast.sources.contract import Known, Reading, Request
from forecast.sources.readers.forecast_numbers import decimal_of
from forecast.sources.registry import SOURCES, read_source

HURK, WEIDE = "190044", "155053"
"""De Hurk in Eindhoven and Lage Weide in Utrecht."""

Figures = dict[tuple[str, int, str, str], float]


def read(path: Path, known: Known, day: date | None = None) -> Reading:
    return read_source(SOURCES["forecast"], Request(path, known, day))


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "outlook.csv"
    path.write_bytes(text.encode(encoding))
    return path


def sheet_file(folder: Path, *sheets: Sequence[Sequence[Any]]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Blad{number}")
        for row in rows:
            sheet.append(list(row))
    path = folder / "outlook.xlsx"
    book.save(path)
    return path


def figures(reading: Reading) -> Figures:
    frame = reading.tables["external_forecasts"]
    keys = ("terrain_id", "year", "their_scenario", "quantity", "their_value")
    return {(a, b, c, d): value for a, b, c, d, value in frame.select(keys).iter_rows()}


def refusal(path: Path, known: Known) -> str:
    with pytest.raises(DataSourceError) as caught:
        read(path, known)
    return str(caught.value)


def test_a_wide_dutch_csv_of_excel(tmp_path: Path, known: Known) -> None:
    """Windows-1252, semicolons, decimal commas, thousands with points, units in the names."""
    path = csv_file(
        tmp_path,
        "RIN nummer;Naam terrein;Aantal e-bestelauto's 2030;Laadvraag 2030 [MWh];"
        "Geïnstalleerd vermogen 2035 (MW);Opmerking\n"
        f"{HURK};De Hurk;12,5;1.234,5;0,75;knelpunt\n"
        f"{WEIDE};Lage Weide;1.200,0;;-;\n",
        "cp1252",
    )
    reading = read(path, known)
    assert figures(reading) == {
        (HURK, 2030, "", "electric_vans"): 12.5,
        (HURK, 2030, "", "energy_kwh_per_year"): 1_234_500.0,
        (HURK, 2035, "", "installed_kw"): 750.0,
        (WEIDE, 2030, "", "electric_vans"): 1200.0,
    }
    assert reading.facts.encoding == "cp1252"
    assert [note.text for note in reading.notes] == ["not read: Opmerking"]
    said = reading.tables["external_forecasts"].filter(quantity="installed_kw")["said_as"].item()
    assert said == "Geïnstalleerd vermogen 2035 (MW)"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_row_per_year_and_scenario(encoding: str, tmp_path: Path, known: Known) -> None:
    text = (
        "RIN\tjaar\tScenario\te-trucks\tlaadvraag_GWh\tPiek (kW)\n"
        f"{HURK}\t2030\tlaag\t10\t0.5\t300\n{HURK}\t2030\tHoog\t30\t1.5\t900\n"
    )
    assert figures(read(csv_file(tmp_path, text, encoding), known)) == {
        (HURK, 2030, "low", "electric_trucks"): 10.0,
        (HURK, 2030, "low", "energy_kwh_per_year"): 500_000.0,
        (HURK, 2030, "low", "unmanaged_peak_kw"): 300.0,
        (HURK, 2030, "high", "electric_trucks"): 30.0,
        (HURK, 2030, "high", "energy_kwh_per_year"): 1_500_000.0,
        (HURK, 2030, "high", "unmanaged_peak_kw"): 900.0,
    }


def test_a_row_per_figure_with_its_unit_beside_it(tmp_path: Path, known: Known) -> None:
    text = (
        "RIN,jaar,grootheid,eenheid,waarde\n"
        f"{HURK},2030,Laadvraag,MWh,7\n"
        f"{HURK},2030,Laadvraag,kW,8\n"
        f"{HURK},2030,Elektrische bestelauto's,aantal,9\n"
        f"{HURK},2030,Parkeerplaatsen,stuks,10\n"
        f"{HURK},2035,Laadvraag,GJ,11\n"
        f"{HURK},2035,E-trucks,,12\n"
        f"{WEIDE},2035,Aantal e-trucks,voertuigen,13\n"
    )
    path = csv_file(tmp_path, text)
    reading = read(path, known)
    assert figures(reading) == {
        (HURK, 2030, "", "energy_kwh_per_year"): 7000.0,
        (HURK, 2030, "", "power_kw"): 8.0,
        (HURK, 2030, "", "electric_vans"): 9.0,
        (HURK, 2035, "", "electric_trucks"): 12.0,
        (WEIDE, 2035, "", "electric_trucks"): 13.0,
    }
    assert "not read: Parkeerplaatsen" in [note.text for note in reading.notes]
    [row] = reading.quarantined
    assert "is in gj; put it in" in row.reason
    assert json.loads(row.original)["eenheid"] == "GJ"


def test_a_workbook_with_a_title_and_a_header_of_two_rows(tmp_path: Path, known: Known) -> None:
    path = sheet_file(
        tmp_path,
        [["Toelichting"], ["Alleen tekst"]],
        [
            ["Laadvraag per bedrijventerrein, Outlook"],
            [],
            ["RIN", "Terrein", "Laadvraag [MWh]", None, "E-trucks"],
            [None, None, 2030, 2035, 2030],
            [int(HURK), "De Hurk", 100.5, 200, 7],
            [float(WEIDE), "LAGE WEIDE", "n.v.t.", 300, None],
            ["Totaal", None, 100.5, 500, 7],
        ],
    )
    reading = read(path, known)
    assert figures(reading) == {
        (HURK, 2030, "", "energy_kwh_per_year"): 100_500.0,
        (HURK, 2035, "", "energy_kwh_per_year"): 200_000.0,
        (HURK, 2030, "", "electric_trucks"): 7.0,
        (WEIDE, 2035, "", "energy_kwh_per_year"): 300_000.0,
    }
    assert reading.facts.format_name == "XLSX, sheet 'Blad2'"
    assert (reading.facts.passed_over, reading.quarantined) == (1, ())


def test_a_geopackage_beside_a_layer_of_something_else(tmp_path: Path, known: Known) -> None:
    path = tmp_path / "outlook.gpkg"
    point = [shapely.Point(155_000, 463_000)]
    for layer, values in (
        ("terreinen", {"rin": [int(HURK)], "laadvraag_mwh_2030_hoog": [2.5]}),
        ("gemeenten", {"naam": ["Eindhoven"], "inwoners": [1]}),
    ):
        frame = geopandas.GeoDataFrame(values, geometry=point, crs="EPSG:28992")
        frame.to_file(path, layer=layer, driver="GPKG")
    reading = read(path, known)
    assert figures(reading) == {(HURK, 2030, "high", "energy_kwh_per_year"): 2500.0}
    assert reading.facts.format_name.startswith("GeoPackage")


def test_a_rin_that_a_program_made_a_number(tmp_path: Path, known: Known) -> None:
    path = csv_file(tmp_path, f"RIN,kWh 2030\n{HURK}.0,5\n")
    assert figures(read(path, known)) == {(HURK, 2030, "", "energy_kwh_per_year"): 5.0}


def test_two_sheets_with_figures_are_refused_by_name(tmp_path: Path, known: Known) -> None:
    rows = [["RIN", "kWh 2030"], [int(HURK), 1]]
    assert "sheets 'Blad1', 'Blad2'" in refusal(sheet_file(tmp_path, rows, rows), known)


def test_terrains_are_found_by_name_where_the_rin_is_not_known(
    tmp_path: Path, known: Known
) -> None:
    names = dict(known.tables["terrains"].select("terrain_id", "terrain_name").iter_rows())
    text = (
        "RIN;Naam;Gemeente;kWh 2030\n"
        f"{HURK};{names[HURK]};Eindhoven;1\n"
        f";{names[WEIDE].lower()};Gemeente Utrecht;2\n"
    )
    reading = read(csv_file(tmp_path, text), known)
    assert sorted(key[0] for key in figures(reading)) == [WEIDE, HURK]
    assert [note.row_key for note in reading.notes if note.code == "found_otherwise"] == [WEIDE]


ROWS_APART = [
    pytest.param("999999;Bestaat niet;Zwolle;5", "nor is RIN 999999", id="unknown"),
    pytest.param(";INDUSTRIETERREIN;GM1966;5", "may be RIN", id="ambiguous"),
    pytest.param(";De Hurk;Hurkdam;5", "no municipality 'Hurkdam'", id="no such municipality"),
    pytest.param(";De Hurk;;5", "neither a known RIN nor a municipality", id="no municipality"),
    pytest.param(
        f"{HURK};Isselt;Amersfoort;5", "and the row says 'Isselt' in Amersfoort", id="other terrain"
    ),
    pytest.param(f"{WEIDE};;;-5", "-5 is not from 0", id="negative"),
    pytest.param(f"{WEIDE};;;veel", "'veel' is not a number", id="no number"),
    pytest.param(f"{WEIDE};;;2e10", "is not from 0 to", id="beyond reason"),
    pytest.param(f"{WEIDE};;;5;6", "5 cells where the header has 4", id="cells too many"),
]


@pytest.mark.parametrize(("line", "reason"), ROWS_APART)
def test_a_row_that_cannot_be_used_is_set_apart_with_its_text(
    line: str, reason: str, tmp_path: Path, known: Known
) -> None:
    rins = [rin for rin in known.tables["terrains"]["terrain_id"] if rin not in (HURK, WEIDE)]
    good = "".join(f"{rin};;;1\n" for rin in rins[:5])
    text = f"RIN;Naam;Gemeente;kWh 2030\n{good}{line}\n"
    if "GM1966" in line:
        text = text.replace("Gemeente", "Gemeentecode", 1)
    reading = read(csv_file(tmp_path, text), known)
    [row] = reading.quarantined
    assert reason in row.reason
    assert row.row_number == 7
    assert line.split(";")[3] in json.loads(row.original).values()
    assert reading.used == 5


def test_more_than_a_fifth_unknown_is_another_register(tmp_path: Path, known: Known) -> None:
    text = f"RIN;kWh 2030\n{HURK};1\n{WEIDE};1\n888888;1\n"
    assert "1 of 3 rows can't be used, more than the 20%" in refusal(
        csv_file(tmp_path, text), known
    )


HEADERS_REFUSED = [
    ("laadvraag 2030", "does not say its unit; put it in kWh, MWh or GWh per year or kW or MW"),
    ("Energie 2030 [GJ]", "is in gj; put it in kWh, MWh or GWh per year"),
    ("Laadvraag 2030 [kWh per dag]", "is in dag; put it in kWh, MWh or GWh per year"),
    ("Piek 2030 kVA", "is in kva; put it in kW or MW"),
    ("E-trucks 2030 [kW]", "is in kw; put it in vehicles"),
    ("Bedrijfsvloer 2030", "the file has RIN, Bedrijfsvloer 2030; expected are"),
    ("kWh", "no column says of which year"),
    ("kWh 2030;Laadvraag 2030 [MWh]", "'kWh 2030' and 'Laadvraag 2030 [MWh]' say the same"),
]


@pytest.mark.parametrize(("names", "sentence"), HEADERS_REFUSED)
def test_a_header_that_is_not_understood_refuses_the_file(
    names: str, sentence: str, tmp_path: Path, known: Known
) -> None:
    cells = ";".join("1" for _ in names.split(";"))
    path = csv_file(tmp_path, f"RIN;{names}\n{HURK};{cells}\n")
    assert sentence in refusal(path, known)


def test_a_sheet_with_a_wrong_unit_says_so(tmp_path: Path, known: Known) -> None:
    path = sheet_file(tmp_path, [["RIN", "Energie 2030 [GJ]"], [int(HURK), 5]])
    assert "is in gj" in refusal(path, known)


def test_figures_without_a_year_need_a_day(tmp_path: Path, known: Known) -> None:
    path = csv_file(tmp_path, f"RIN;bestelauto's;e-trucks 2030\n{HURK};800;40\n")
    reading = read(path, known)
    assert figures(reading) == {(HURK, 2030, "", "electric_trucks"): 40.0}
    assert "no year is known of bestelauto's" in reading.notes[0].text
    dated = read(path, known, date(2025, 12, 31))
    assert figures(dated)[HURK, 2025, "", "all_vans"] == 800.0


def test_two_rows_of_one_terrain_with_other_figures_are_both_set_apart(
    tmp_path: Path, known: Known
) -> None:
    rins = known.tables["terrains"]["terrain_id"].to_list()
    rest = "".join(f"{rin};1\n" for rin in rins[:10] if rin not in (HURK, WEIDE))
    text = f"RIN;kWh 2030\n{HURK};5\n{HURK};6\n{WEIDE};7\n{WEIDE};7\n{rest}"
    reading = read(csv_file(tmp_path, text), known)
    assert [row.row_number for row in reading.quarantined] == [2, 3]
    assert "other figures for 2030 on row 3" in reading.quarantined[0].reason
    assert figures(reading)[WEIDE, 2030, "", "energy_kwh_per_year"] == 7.0
    assert reading.facts.passed_over == 1


@pytest.mark.parametrize(
    ("texts", "separator", "sign"),
    [
        (["1.200", "3.400"], ";", ","),
        (["1,200", "3,400"], ",", "."),
        (["1.200", "12,5"], ",", ","),
        (["0.125", "1.200"], ";", "."),
        (["0,125", "1,200"], ";", ","),
        (["1234.500"], ";", "."),
        (["1.234,567"], ";", ","),
        (["12", ""], ";", "."),
    ],
)
def test_the_decimal_sign_is_that_of_the_numbers(
    texts: list[str], separator: str, sign: str
) -> None:
    assert decimal_of(texts, separator)[0] == sign


def test_numbers_that_may_be_thousands_or_decimals_refuse_the_file(
    tmp_path: Path, known: Known
) -> None:
    path = csv_file(tmp_path, f"RIN,kWh 2030\n{HURK},1.200\n")
    assert "1.200 may be thousands or decimals" in refusal(path, known)
    path = csv_file(tmp_path, f"RIN;kWh 2030\n{HURK};1.200\n")
    reading = read(path, known)
    assert figures(reading) == {(HURK, 2030, "", "energy_kwh_per_year"): 1200.0}
    assert "read as thousands" in reading.notes[0].text


def test_an_uncomputed_formula_and_an_error_of_excel_are_no_numbers(
    tmp_path: Path, known: Known
) -> None:
    rins = [int(rin) for rin in known.tables["terrains"]["terrain_id"][:10]]
    rows: list[list[Any]] = [[rin, 1] for rin in rins]
    path = sheet_file(
        tmp_path, [["RIN", "kWh 2030"], *rows, [int(HURK), "=1+1"], [int(WEIDE), "#N/A"]]
    )
    reading = read(path, known)
    assert [row.row_number for row in reading.quarantined] == [12, 13]
    assert "=1+1" in reading.quarantined[0].reason
