"""The sheet as a workbook holds the figures of the run as numbers, and names as text."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest

from factsheets.material import Material
from factsheets.workbook import render_workbook
from forecast.theme import Theme


def table(workbook: openpyxl.Workbook, title: str) -> list[dict[str, object]]:
    """Return the rows of a tab by their headings, which stand below the units."""
    _, headings, *rows = workbook[title].iter_rows(values_only=True)
    return [dict(zip(map(str, headings), row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def workbook(sheet: Material) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_workbook(sheet, "nl", Theme())))


def test_figures_are_numbers_and_those_of_the_run(
    workbook: openpyxl.Workbook, sheet: Material
) -> None:
    report = sheet.report
    power = {
        (row["jaar"], row["scenario"], row["manier van laden"]): row["piek (P95)"]
        for row in table(workbook, "Vermogen")
    }
    for year in report.run.years:
        expected = report.on_terrain_power(year, "mid", "smart").design_peak_kw
        assert power[year, "midden", "slim laden"] == pytest.approx(expected)
    energy = [row["energie"] for row in table(workbook, "Energie") if row["jaar"] == 2030]
    assert sum(energy) == pytest.approx(  # type: ignore[arg-type]
        sum(value for key, value in report.energy_kwh_per_year.items() if key[0] == 2030)
    )
    vehicles = table(workbook, "Voertuigen")
    assert len(vehicles) == 3 * 3 * 3
    assert all(row["p10"] <= row["elektrisch"] <= row["p90"] for row in vehicles)  # type: ignore[operator]
    day = table(workbook, "Dagverloop")
    assert [day[0]["van"], day[-1]["van"]] == ["00:00", "23:45"]
    assert [row["slim laden"] for row in day] == pytest.approx(sheet.curves_kw["smart"])
    [area, *_] = table(workbook, "Voedingsgebied")
    assert isinstance(area["stand"], date | datetime)


def test_headings_stay_in_view_and_units_stand_above_them(workbook: openpyxl.Workbook) -> None:
    readme, *tables = workbook.worksheets
    assert readme.title == "Lees mij"
    assert all(sheet.freeze_panes == "A3" for sheet in tables)
    units = {cell.value for sheet in tables for cell in sheet[1] if cell.value}
    assert units == {"voertuigen", "kWh per jaar", "kW", "MW", "aantal"}


def test_a_name_that_looks_like_a_formula_is_text(sheet: Material) -> None:
    name = '=cmd|"/c calc"!A1'
    report = replace(sheet.report, terrain=replace(sheet.report.terrain, terrain_name=name))
    made = render_workbook(replace(sheet, report=report), "en", Theme(publisher="=1+1"))
    read = openpyxl.load_workbook(io.BytesIO(made))
    cells = [cell for page in read.worksheets for row in page.iter_rows() for cell in row]
    assert name in [cell.value for cell in cells]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert render_workbook(replace(sheet, report=report), "en", Theme(publisher="=1+1")) == made
