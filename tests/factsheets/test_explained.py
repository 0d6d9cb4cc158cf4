"""Every figure that a factsheet prints opens into a chain that computes to it again."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from factsheets.content import FactsheetContent, make_content
from factsheets.surroundings import read_surroundings
from forecast.assumptions import load_scenarios
from forecast.explain.explainer import Explainer
from forecast.explain.node import Node
from forecast.query import TerrainReport, terrain_report
from forecast.store import open_published
from forecast.vocabulary import LOCATION_TYPES, SCENARIOS, STRATEGIES, VEHICLE_CLASSES
from forecast.words import Words, load

TERRAINS = {
    "De Hurk": "SELECT '190044'",
    "largest": "SELECT terrain_id FROM terrains ORDER BY net_ha DESC, terrain_id LIMIT 1",
    "no vehicles": "SELECT terrain_id FROM fleet JOIN terrains USING (terrain_id) "
    "GROUP BY terrain_id HAVING sum(vehicles) = 0 ORDER BY terrain_id LIMIT 1",
    "area not known": "SELECT terrain_id FROM plan_class WHERE plan_class = 'not_known' "
    "ORDER BY terrain_id LIMIT 1",
    "several areas": "SELECT terrain_id FROM terrain_supply_areas GROUP BY terrain_id "
    "ORDER BY count(*) DESC, terrain_id LIMIT 1",
}
KWH_PER_MWH = 1000
MID = "mid"
# Tables of what lies over the terrain: a new column in them can be opened without more ado.
OVERLAYS = {
    "zone_exposure",
    "terrain_supply_areas",
    "supply_areas",
    "area_power",
    "area_fit",
    "grid_fit",
    "fit_years",
    "plan_scores",
    "plan_class",
}


@dataclass(frozen=True)
class Sheet:
    """A factsheet beside the chains of its figures."""

    report: TerrainReport
    content: FactsheetContent
    explainer: Explainer
    words: Words

    def figure(self, field: str, year: int, scenario: str = MID) -> float:
        """Return a figure as its chain computes it."""
        return float(str(self.node(field, year, scenario).recomputed))

    def node(self, field: str, year: int, scenario: str = MID) -> Node:
        """Return a chain, after a look at every link of it."""
        top = self.explainer.explain(field, year, scenario)
        assert [node.field for node in top.walk() if not node.agrees] == []
        return top


@pytest.fixture(scope="module")
def database(real_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(real_database) as connection:
        yield connection


@pytest.fixture(scope="module", params=TERRAINS.values(), ids=TERRAINS)
def opened(database: duckdb.DuckDBPyConnection, request: pytest.FixtureRequest) -> Sheet:
    [(terrain_id,)] = database.execute(request.param).fetchall()
    report = terrain_report(database, terrain_id)
    return Sheet(
        report,
        make_content(report, read_surroundings(database, report), "nl"),
        Explainer(database, terrain_id, load_scenarios()),
        load("nl"),
    )


def rows_of_tables() -> list[list[tuple[tuple[str, ...], float]]]:
    """Return, per table and row, the fields of a cell and what its unit divides them by."""
    electric = [
        fields
        for name in VEHICLE_CLASSES
        for fields in (
            ((f"electric_vehicles.{name}",), 1),
            ((f"electric_vehicles_p10.{name}", f"electric_vehicles_p90.{name}"), 1),
        )
    ]
    energy = [
        *(((f"energy_kwh_per_year.{name}",), KWH_PER_MWH) for name in LOCATION_TYPES),
        (("energy_kwh_per_year",), KWH_PER_MWH),
    ]
    power = [
        ((f"{column}.{name}",), 1)
        for name in STRATEGIES
        for column in ("design_peak_kw", "design_peak_16_21_kw")
        if (column, name) != ("design_peak_16_21_kw", STRATEGIES[-1])
    ]
    return [electric, energy, power]


def test_every_cell_of_the_tables_opens(opened: Sheet) -> None:
    expected = rows_of_tables()
    assert [len(table.rows) for table in opened.content.tables] == [len(rows) for rows in expected]
    for table, rows in zip(opened.content.tables, expected, strict=True):
        for row, (fields, divisor) in zip(table.rows, rows, strict=True):
            columns = [(int(year), name) for year in table.years for name in SCENARIOS]
            for cell, (year, scenario) in zip(row.cells, columns, strict=True):
                figures = [opened.figure(field, year, scenario) / divisor for field in fields]
                write = opened.words.significant if len(figures) == 1 else opened.words.band
                assert cell == write(*figures), (table.title, row.name, year, scenario)


def test_the_key_figures_open(opened: Sheet) -> None:
    year = 2030
    write = opened.words.significant
    expected = [
        ("electric_vehicles", ("electric_vehicles.van", "electric_vehicles.truck"), 1),
        ("energy_kwh_per_year.on_terrain", ("energy_kwh_per_year",), KWH_PER_MWH),
        ("design_peak_kw.unmanaged", ("design_peak_kw.smart",), 1),
    ]
    for shown, (field, details, divisor) in zip(opened.content.key_figures, expected, strict=True):
        low, middle, high = (opened.figure(field, year, name) / divisor for name in SCENARIOS)
        assert shown.value == write(middle)
        assert numbers(shown.range) == [write(low), write(high)]
        found = [write(opened.figure(detail, year) / divisor) for detail in details]
        assert numbers(shown.detail) == found


def test_no_other_figure_is_printed_than_those_that_open(opened: Sheet) -> None:
    content, words = opened.content, opened.words
    fields = opened.explainer.fields.values()
    overlays = [
        each.name
        for each in fields
        if each.table in OVERLAYS or each.name.startswith(("nearest_zone_", "added_design_peak"))
    ]
    register = [each.name for each in fields if each.table in ("terrains", "fleet")]
    peaks = [f"design_peak_kw.{name}" for name in STRATEGIES]
    constants = {
        token
        for key, text in words.texts.items()
        if key.startswith(("factsheet.", "common.", "plan.", "zones."))
        for token in numbers(re.sub(r"\{\w+\}", "", text))
    } | {str(year) for year in opened.report.run.years}
    pieces = {
        "facts": (content.facts, register),
        "plan": ((content.plan_label, content.plan_context, content.plan_texts), overlays),
        "plan years": (content.plan_years, []),
        "chart": ((content.chart.title, content.chart.alt, content.chart.note), peaks),
        "lines": ((content.lines_title, content.lines), overlays),
        "names of rows": ([row.name for table in content.tables for row in table.rows], register),
        "basis": (content.basis, register),
    }
    for piece, (texts, names) in pieces.items():
        allowed = constants | {opened.report.terrain.terrain_id}
        for name in names:
            # The name of a supply area holds figures too.
            allowed |= set(numbers(" ".join(opened.explainer.fields[name].parts.values())))
            for year in opened.report.run.years:
                allowed |= set(written(opened.explainer.explain(name, year, MID), words))
        surplus = [text for text in strings(texts) if set(numbers(text)) - allowed]
        assert surplus == [], f"{piece}: no chain covers a figure of this text"


def numbers(text: str) -> list[str]:
    return [token.rstrip(".,") for token in re.findall(r"\d[\d.,]*", text)]


def written(node: Node, words: Words) -> list[str]:
    """Return how a figure may stand in print."""
    value = node.value
    if isinstance(value, date):
        return numbers(words.date(value))
    if isinstance(value, str):
        return numbers(value)
    if value is None or not math.isfinite(value):
        return []
    per_cent = 100 * value
    return [
        str(value),
        words.number(value),
        words.number(value, 1),
        words.number(per_cent),
        words.significant(value),
    ]


def strings(piece: object) -> Iterator[str]:
    """Iterate over the texts of a part of a factsheet."""
    if isinstance(piece, str):
        yield piece
    elif isinstance(piece, Iterable):
        for part in piece:
            yield from strings(part)
    elif hasattr(piece, "__dataclass_fields__"):
        for name in piece.__dataclass_fields__:
            yield from strings(getattr(piece, name))


def test_the_pieces_are_the_whole_sheet() -> None:
    """A new part of the sheet must be looked at here as well."""
    looked_at = {
        "facts",
        "plan_label",
        "plan_context",
        "plan_texts",
        "plan_years",
        "key_figures",
        "chart",
        "lines",
        "tables",
        "basis",
    }
    without_figures = {"language", "kind", "name", "municipality_line", "plan_code", "run_line"}
    without_figures |= {"page", "map", "plan_title", "plan_years_title", "key_title"}
    without_figures |= {"lines_title", "tables_title", "basis_title"}
    assert set(FactsheetContent.__dataclass_fields__) == looked_at | without_figures
