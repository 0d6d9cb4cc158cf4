"""Files that the pages suppose their reader has, and what stands for identifiers in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import geopandas as gpd
import openpyxl
from click.testing import CliRunner

from cli import main
from forecast.schema import tables_of
from tests import meter_files
from tests.forecast.sources.made import (
    X,
    feature,
    ibis,
    ibis_row,
    polygon,
    postcodes,
    square,
    vehicles,
)

LATEST = "SELECT {} FROM {} ORDER BY {} DESC LIMIT 1"
REPLACED = {
    "ID": LATEST.format("refinement_id", "refinements", "entered_at"),
    "20261125T1030": LATEST.format("refinement_id", "refinements", "entered_at"),
    "19238c32": "SELECT connection_id FROM meter_connections",
    "1a2b3c4d5e6f": LATEST.format("edition_id", "editions", "imported_at"),
    "20261125T13": LATEST.format("run_id", "runs", "ended_at"),
    "20261120": "SELECT run_id FROM runs ORDER BY ended_at LIMIT 1",
}
"""Identifiers that a page shows as an example, with the query that finds a real one."""


ENDS_WITH = {'laadvraag terrain "51.43, 5.44"': 1}
"""Commands that end with another exit code than 0: many terrains lie near, and one is asked for."""


def lay_out(page: str, folder: Path) -> None:
    """Put the files of a page in the folder where it is followed; ``laadvraag.duckdb`` is there."""
    for make in _MATERIALS.get(page, ()):
        make(folder)


def _register(folder: Path) -> None:
    """Make thirty business parks in Zwolle with their outlines, one of them with a bad area."""
    rows = [feature(ibis_row(str(n)), polygon(square(X + n * 300))) for n in range(30)]
    made = ibis(folder, *rows)
    place = folder / "downloads" / "ibis" / "2026-11-25"
    place.mkdir(parents=True)
    frame = gpd.read_file(made)
    frame.set_crs(28992, allow_override=True).to_file(folder / "ibis_2026.gpkg", layer="ibis")
    made.rename(place / "ibis.geojson")


def _postcodes(folder: Path) -> None:
    postcodes(folder).rename(folder / "pc6hnr20250801_gwb.csv")
    vehicles(folder).rename(folder / "85236NED_pc4.json")


def _quarter_hours(folder: Path) -> None:
    """Make a year of a company that takes 200 kW by day and 60 kW by night."""
    rows = meter_files.long_rows(
        date(2025, 1, 1),
        date(2025, 12, 31),
        lambda moment: 200.0 if 7 <= moment.hour < 18 else 60.0,
        meter_files.begin_and_end,
    )
    heading = "Datum;Van;Tot;Afname (kWh)"
    meter_files.write(folder / "2025.csv", [f"EAN;{meter_files.EAN}", heading, *rows])


def _fill_in(folder: Path) -> None:
    """Fill in the form of `laadvraag survey template` as three companies would."""
    book = openpyxl.load_workbook(folder / "form.xlsx")
    sheet = book["Formulier"]
    column = {cell.value: cell.column for cell in sheet[2]}
    for row, vans in enumerate((30, 10, 12), start=3):
        sheet.cell(row, column["Bedrijf"], f"Bedrijf {row}")
        sheet.cell(row, column["Bestelauto's: totaal"], vans)
    book.save(folder / "form.xlsx")


def _schedule(folder: Path) -> None:
    lines = ("first_departure_hour,last_return_hour,off_shift_hours,distance_km", "6,18,,100")
    (folder / "schedule.csv").write_text("\n".join(lines), encoding="utf-8")


def _house_style(folder: Path) -> None:
    (folder / "style.toml").write_text('publisher = "Gemeente Voorbeeld"\n', encoding="utf-8")


def _second_run(folder: Path) -> None:
    """Add a copy of the run, a day later."""
    with duckdb.connect(folder / "laadvraag.duckdb") as opened:
        for name in (*(table.name for table in tables_of("result")), "runs"):
            opened.execute(f"INSERT INTO {name} SELECT * REPLACE ('later' AS run_id) FROM {name}")  # noqa: S608 - names of the schema
        opened.execute("UPDATE runs SET ended_at = ended_at + INTERVAL 1 DAY WHERE run_id='later'")


def _correction(folder: Path) -> None:
    """Add an entry to the log of refinements, which the figures follow later, and write the log."""
    database = ["--db", str(folder / "laadvraag.duckdb")]
    words = ["refine", "add", "De Hurk", "trucks=80", "--author", "A. Jansen", "--source", "visit"]
    words += ["--reason", "counted", "--no-run"]
    for command in (words, ["refine", "export", str(folder / "log.csv")]):
        result = CliRunner().invoke(main, [*command, *database])
        assert result.exit_code == 0, result.output


def _forecast_of_others(folder: Path) -> None:
    """Write the workbook of an outlook: numbers close to those of the run, in their own units."""
    with duckdb.connect(folder / "laadvraag.duckdb", read_only=True) as opened:
        rows = opened.execute(
            "SELECT terrain_id, year, sum(energy_kwh_per_year) / 1000 * 1.2, 10.0 FROM energy "
            "JOIN terrains USING (terrain_id) JOIN municipalities USING (municipality_code) "
            "WHERE scenario = 'mid' AND location_type = 'depot' AND province_name = 'Utrecht' "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["RIN", "jaar", "energie [MWh]", "elektrische trucks"])
    for row in rows:
        sheet.append(row)
    workbook.save(folder / "outlook.xlsx")


_MATERIALS: dict[str, tuple[Callable[[Path], None], ...]] = {
    "README.md": (_correction, _schedule, _house_style),
    "comparing.md": (_second_run, _forecast_of_others),
    "fetching.md": (_register,),
    "meter-data.md": (_quarter_hours,),
    "sources.md": (_register, _postcodes),
}
AFTERWARDS: dict[str, Callable[[Path], None]] = {"laadvraag survey template form.xlsx": _fill_in}
"""What others do between two commands of a page."""
