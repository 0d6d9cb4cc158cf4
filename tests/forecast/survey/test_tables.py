"""Files as companies and their spreadsheets make them; workbooks made by another library."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from forecast.errors import DataSourceError
from forecast.sources.untrusted.workbook import Formula
from forecast.survey.table import AnswerTable, read_answer_table
from forecast.survey.template import form_csv, form_xlsx
from forecast.words import load

HEAD = "Bedrijf;Bestelauto's: totaal;Trekkers: totaal"


def cells(table: AnswerTable) -> list[dict[str, Any]]:
    return [{key: cell.value for key, cell in row.cells.items()} for row in table.rows]


def workbook(path: Path, rows: Iterable[Iterable[Any]], title: str = "Blad1") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return book


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_text_in_any_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "enquête.csv"
    text = f"{HEAD}\r\n\r\n;;\r\n\"Café 'Zon' €\";3;\r\n".replace(";", separator)
    path.write_text(text, encoding=encoding, newline="")
    table = read_answer_table(path)
    assert cells(table) == [{"company": "Café 'Zon' €", "van_vehicles": "3"}]
    assert table.rows[0].number == 4
    assert table.decimal_mark == ("," if separator == ";" else None)


def test_a_line_break_in_a_cell_keeps_the_numbers_of_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'{HEAD}\n"A\nB";3;\nC;4;\n', encoding="utf-8")
    assert [row.number for row in read_answer_table(path).rows] == [2, 4]


def test_a_company_whose_name_begins_with_a_hash_is_a_company(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"# uitleg; met teken\n{HEAD}\n#1 Logistics;3;\n", encoding="utf-8")
    assert cells(read_answer_table(path)) == [{"company": "#1 Logistics", "van_vehicles": "3"}]


def test_headings_in_two_rows_the_upper_one_merged(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = workbook(
        path,
        [
            ["Enquête De Hurk"],
            [],
            ["Bedrijf", "Bestelauto's", None, "Trekkers", None, "Opmerking"],
            [None, "totaal", "elektrisch nu", "totaal", "elektrisch eind 2030"],
            [],
            ["A", 3, 1, 4, 2, "bel na 10 uur"],
        ],
    )
    book.active.merge_cells("B3:C3")
    book.active.merge_cells("D3:E3")
    book.active.merge_cells("A1:F1")
    book.save(path)
    table = read_answer_table(path)
    assert cells(table) == [
        {
            "company": "A", "van_vehicles": 3, "van_electric": 1, "tractor_vehicles": 4,
            "tractor_planned_2030": 2,
        }
    ]  # fmt: skip
    assert table.rows[0].number == 6
    assert [str(each) for each in table.unread] == ["column F (Opmerking) is not read"]


def test_hidden_sheets_are_told_and_two_with_answers_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = workbook(path, [HEAD.split(";"), ["A", 3, 4]])
    other = book.create_sheet("Oud")
    other.append(HEAD.split(";"))
    other.append(["B", 3, 4])
    other.sheet_state = "hidden"
    book.save(path)
    table = read_answer_table(path)
    assert len(table.rows) == 1
    assert [str(each) for each in table.unread] == ["the hidden sheet 'Oud' is not read"]
    other.sheet_state = "visible"
    book.save(path)
    with pytest.raises(DataSourceError, match="'Blad1' and 'Oud' both hold answers"):
        read_answer_table(path)


def test_a_formula_counts_by_its_computed_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, [HEAD.split(";"), ["A", "=1+2", None]])
    never = cells(read_answer_table(path))[0]["van_vehicles"]
    assert never == Formula("=1+2")
    buffer = io.BytesIO()  # as a spreadsheet saves it: with the value beside the formula
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, content.replace(b"<f>1+2</f><v></v>", b"<f>1+2</f><v>3</v>")
                         .replace(b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>"))  # fmt: skip
    path.write_bytes(buffer.getvalue())
    assert cells(read_answer_table(path)) == [{"company": "A", "van_vehicles": 3}]


def test_what_is_wrong_with_the_heading(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    head = "Bestelauto's: totaal;Bestelauto's totaal;Gecontracteerd vermogen afname (MW)"
    path.write_text(f"{head}\n3;3;0,4\n", encoding="utf-8")
    assert [str(each) for each in read_answer_table(path).problems] == [
        "row 1: columns A and B ask the same",
        "there is no column with the name of the company",
        "row 1, column C (Gecontracteerd vermogen afname (MW)): the form asks for kW",
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xls", b"", "save it as one of these"),
        ("a.ods", b"", "save it as one of these"),
        ("a.xlsx", b"PK\x03\x04", "can't be read as a workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0 a password", "take off its password"),
        ("a.csv", b"\x00\x01\x02", "no text"),
        ("a.csv", b"", "no sheet has the headings"),
        ("a.csv", b"naam;aantal\nA;3\n", "survey template"),
    ],
)
def test_files_that_are_something_else(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DataSourceError, match=sentence):
        read_answer_table(path)


def test_a_file_that_is_not_there_and_one_that_unpacks_to_gigabytes(tmp_path: Path) -> None:
    with pytest.raises(DataSourceError, match="no such file"):
        read_answer_table(tmp_path / "none.csv")
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * 210_000_000)
    with pytest.raises(DataSourceError, match="unpacked it is 210 MB"):
        read_answer_table(path)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_empty_form_is_read_back(tmp_path: Path, language: str) -> None:
    for name, form in (("a.xlsx", form_xlsx), ("a.csv", form_csv)):
        path = tmp_path / name
        path.write_bytes(form(load(language)))
        table = read_answer_table(path)
        assert (table.rows, table.problems, table.unread) == ([], [], [])


def test_the_form_lists_sizes_and_keeps_codes_as_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx(load("nl"))))
    sheet = book["Formulier"]
    columns = {cell.value: cell.column_letter for cell in sheet[2]}
    assert sheet[f"{columns['EAN-code']}3"].number_format == "@"
    lists = [each for each in sheet.data_validations.dataValidation if each.type == "list"]
    assert [each.formula1 for each in lists] == ['"kleinverbruik,grootverbruik"']
    assert sheet.freeze_panes == "B3"
