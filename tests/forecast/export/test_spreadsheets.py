"""XLSX and ODS: text stays text, numbers stay numbers, and office programs open them."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from odf.opendocument import load as load_ods
from odf.table import Table, TableCell, TableRow
from odf.teletype import extractText

from forecast.errors import SheetError
from forecast.export.content import Content
from forecast.export.sheet import MOST_ROWS, fit_titles
from forecast.export.spreadsheet import (
    Line,
    Properties,
    Sheet,
    SheetColumn,
    TextSheet,
    write_ods,
    write_xlsx,
)
from forecast.export.workbook import workbook
from forecast.words import load
from tests.hostile import HOSTILE

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="soffice is not installed")
ABOUT = Properties("Proef", created=datetime(2026, 1, 2))  # noqa: DTZ001 - without a zone
COLUMNS = [SheetColumn("naam"), SheetColumn("piek", "kW", decimals=1), SheetColumn("dag")]
ROWS: list[list[Any]] = [
    *([name, -1.25, date(2026, 1, 2)] for name in HOSTILE.values()),
    ["niets", None, None],
    ["geen getal", float("nan"), None],
    ["http://example.org", 1234567.5, None],
    ["0012", 0.0, None],
]


@pytest.fixture(scope="module")
def xlsx() -> bytes:
    return write_xlsx([Sheet("Pieken", COLUMNS, ROWS)], ABOUT)


@pytest.fixture(scope="module")
def ods() -> bytes:
    return write_ods([Sheet("Pieken", COLUMNS, ROWS)], ABOUT)


def test_text_is_no_formula_and_no_link_in_xlsx(xlsx: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx))["Pieken"]
    names = [sheet.cell(row, 1) for row in range(3, 3 + len(ROWS))]
    assert [cell.value for cell in names] == [row[0] for row in ROWS]
    assert {cell.data_type for cell in names} == {"s"}
    assert all(cell.hyperlink is None for cell in names)
    assert sheet.cell(3, 2).value == -1.25
    assert sheet.cell(3, 3).value == datetime(2026, 1, 2)  # noqa: DTZ001 - as Excel has it
    assert [sheet.cell(row, 2).value for row in (10, 11, 13)] == [None, None, 0]
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_units_and_headings_stay_in_view_and_have_filters(xlsx: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx))["Pieken"]
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == f"A2:C{2 + len(ROWS)}"
    assert [sheet.cell(1, column).value for column in (1, 2, 3)] == ["", "kW", ""]
    assert [sheet.cell(2, column).value for column in (1, 2, 3)] == ["naam", "piek", "dag"]
    assert sheet.cell(3, 2).number_format == "#,##0.0"


def test_ods_holds_the_same_cells(ods: bytes) -> None:
    document = load_ods(io.BytesIO(ods))
    [table] = document.spreadsheet.getElementsByType(Table)
    cells = [row.getElementsByType(TableCell) for row in table.getElementsByType(TableRow)][2:]
    names = [row[0].replace("\t", " ") for row in ROWS]  # LibreOffice would drop a tab
    assert [extractText(row[0]) for row in cells] == names
    assert {row[0].getAttribute("valuetype") for row in cells} == {"string"}
    assert all(cell.getAttribute("formula") is None for row in cells for cell in row)
    assert float(cells[0][1].getAttribute("value")) == -1.25
    assert cells[0][2].getAttribute("datevalue") == "2026-01-02"
    assert cells[8][1].getAttribute("valuetype") is None


def test_the_same_sheets_give_the_same_bytes(xlsx: bytes, ods: bytes) -> None:
    sheets = [Sheet("Pieken", COLUMNS, ROWS)]
    assert write_xlsx(sheets, ABOUT) == xlsx
    assert write_ods(sheets, ABOUT) == ods


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_more_than_a_sheet_holds_is_a_sentence(write: Any) -> None:
    long = Sheet("Lang", [SheetColumn("naam")], [["x" * 40_000]])
    with pytest.raises(SheetError, match="40,000 characters in row 3"):
        write([long], ABOUT)
    rows: list[list[str]] = [[]] * (MOST_ROWS - 1)  # and two rows of unit and heading
    with pytest.raises(SheetError, match="1,048,575 rows"):
        write([Sheet("Veel", [], rows)], ABOUT)


def test_titles_fit_a_tab() -> None:
    sheets = [TextSheet(text, [Line("")]) for text in ("a/b:c*[d]?", "x" * 40, "X" * 40, "''", "")]
    titles = fit_titles(sheets)
    assert titles == ["a b c  d", "x" * 31, "X" * 27 + " (2)", "sheet", "sheet (2)"]


def office_csv(path: Path, folder: Path) -> dict[str, list[list[str]]]:
    """Return every sheet of a file as LibreOffice reads it, formulas as formulas."""
    # 44,34,76: comma, quote, UTF-8; then: quote text, no detection, formulas shown, every sheet
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,true,false,-1"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            options,
            "--outdir",
            folder,
            path,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {
        file.stem.removeprefix(f"{path.stem}-"): list(
            csv.reader(io.StringIO(file.read_text(encoding="utf-8")))
        )
        for file in folder.glob("*.csv")
    }


@needs_office
@pytest.mark.parametrize(("write", "suffix"), [(write_xlsx, ".xlsx"), (write_ods, ".ods")])
def test_libreoffice_opens_an_export(
    hostile: Content, tmp_path: Path, write: Any, suffix: str
) -> None:
    path = tmp_path / f"zwolle{suffix}"
    path.write_bytes(write(*workbook(hostile, load("nl"))))
    sheets = office_csv(path, tmp_path)
    assert len(sheets) == len(hostile.tables) + 2
    wide = hostile.tables[0].frame
    found = sheets["Terreinen"]
    assert found[1] == wide.columns
    at = {name: wide.columns.index(name) for name in ("terrain_name", "gross_ha", "van_vehicles")}
    assert found[0][at["gross_ha"]] == "ha"
    names = [row[at["terrain_name"]].replace("\t", " ") for row in found[2:]]
    assert names == [name.replace("\t", " ") for name in wide["terrain_name"]]
    assert HOSTILE["formula"] in names
    for name in ("gross_ha", "van_vehicles"):
        shown = [float(row[at[name]].replace(",", "")) for row in found[2:]]
        assert shown == pytest.approx(wide[name].to_list())
    readme = "\n".join(" ".join(row) for row in sheets["Leesmij"])
    for text in ("OpenStreetMap", "Bron: CBS, Kadaster", "GeoNames", hostile.run.run_id):
        assert text in readme
    assert ["Terreinen", "gross_ha", "ha", "gross area"] in sheets["Kolommen"]


def test_tables_too_long_for_a_spreadsheet_are_left_out_and_told(
    zwolle: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forecast.export.workbook.MOST_ROWS", 500)
    sheets, _ = workbook(zwolle, load("en"))
    assert "Energy" not in [sheet.title for sheet in sheets]
    readme = sheets[0]
    assert isinstance(readme, TextSheet)
    assert any("More than 500 rows" in line.beside for line in readme.lines)
    asked, _ = workbook(zwolle, load("en"), ["energy"])
    assert "Energy" in [sheet.title for sheet in asked]
