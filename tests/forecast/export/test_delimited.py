"""CSV for programs and for Dutch Excel, with its description."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from frictionless import Package

from forecast.export.content import Content
from forecast.export.delimited import DUTCH_EXCEL, PLAIN, delimited
from forecast.export.write import write_export
from forecast.words import load
from tests.hostile import HOSTILE

FRAME = pl.DataFrame(
    {
        "name": ['=1+1; "x"', "-2 dagen", "\u202eשם", None, ""],
        "kw": [-1234.5, 0.000001, 1e-9, float("nan"), None],
        "at": [datetime(2030, 1, 1, tzinfo=UTC)] * 5,
    }
)


def test_plain_csv_is_that_of_rfc_4180() -> None:
    assert delimited(FRAME, PLAIN).decode("utf-8").split("\r\n") == [
        "name,kw,at",
        '"\'=1+1; ""x""",-1234.5,2030-01-01T00:00:00+00:00',
        "'-2 dagen,0.000001,2030-01-01T00:00:00+00:00",
        "\u202eשם,0,2030-01-01T00:00:00+00:00",
        ",,2030-01-01T00:00:00+00:00",
        '"",,2030-01-01T00:00:00+00:00',
        "",
    ]


def test_csv_for_dutch_excel_has_its_marks() -> None:
    body = delimited(FRAME, DUTCH_EXCEL)
    assert body.startswith(b"\xef\xbb\xbfname;kw;at\r\n")
    rows = list(csv.reader(body.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert [row[1] for row in rows[1:]] == ["-1234,5", "0,000001", "0", "", ""]
    assert rows[1][0] == '\'=1+1; "x"'


@pytest.mark.parametrize("format_name", ["csv", "csv-excel"])
def test_a_folder_of_csv_describes_itself(
    hostile: Content, tmp_path: Path, format_name: str
) -> None:
    small = hostile.only(["terrains", "hubs", "truck_sites", "ze_zones", "plan_class"])
    folder = write_export(small, format_name, tmp_path / "csv", load("nl"))
    package = Package(str(folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "message"])
    body = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert "ODbL-1.0" in {licence["name"] for licence in body["licenses"]}
    [terrains] = [each for each in body["resources"] if each["name"] == "terrains"]
    fields = {field["name"]: field for field in terrains["schema"]["fields"]}
    assert fields["gross_ha"]["unit"] == "ha"
    rows = package.get_resource("terrains").read_rows()
    table = small.tables[0].frame
    gross = [float(row["gross_ha"]) for row in rows]
    assert gross == pytest.approx(table["gross_ha"].to_list())
    names = {row["terrain_name"] for row in rows}
    assert HOSTILE["script"] in names
    assert "'" + HOSTILE["formula"] in names
    assert not any(name[0] in "=+-@" for name in names)


def test_csv_holds_the_figures_of_the_run(zwolle: Content, tmp_path: Path) -> None:
    only = zwolle.only(["energy"])
    path = write_export(only, "csv", tmp_path / "energy.csv", load("nl"))
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "energy.csv",
        "energy.datapackage.json",
    ]
    read = pl.read_csv(path)
    assert read.height == only.tables[0].frame.height
    assert read["energy_kwh_per_year"].sum() == pytest.approx(
        only.tables[0].frame["energy_kwh_per_year"].sum(), rel=1e-9
    )
