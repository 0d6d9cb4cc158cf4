"""Every figure that a factsheet prints opens into a chain that computes to it again."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import duckdb
import pytest

from factsheets.content import FactsheetContent, make_content
from factsheets.material import read_material
from forecast.assumptions import load_scenarios
from forecast.credits import credits_text
from forecast.explain.explainer import Explainer
from forecast.explain.node import Node
from forecast.terrain_report import TerrainReport
from forecast.vocabulary import (
    LOCATION_TYPES,
    ON_TERRAIN_LOCATION_TYPES,
    POWER_CLASSES_KW,
    SCENARIOS,
    VEHICLE_CLASSES,
)
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
BAND = "band"
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
    curves_kw: dict[str, list[float]]
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


@pytest.fixture(scope="module", params=TERRAINS.values(), ids=TERRAINS)
def opened(published: duckdb.DuckDBPyConnection, request: pytest.FixtureRequest) -> Sheet:
    [(terrain_id,)] = published.execute(request.param).fetchall()
    [material] = read_material(published, [terrain_id])
    return Sheet(
        material.report,
        material.curves_kw,
        make_content(material, "nl"),
        Explainer(published, terrain_id, load_scenarios()),
        load("nl"),
    )


def rows_of_sections() -> list[list[tuple[tuple[str, ...], float]]]:
    """Return, per section and row, the fields of a cell and what its unit divides them by.

    The ends of a band are two fields after one that says so.
    """
    electric = [
        *(((f"electric_vehicles.{name}",), 1) for name in VEHICLE_CLASSES),
        (("electric_vehicles",), 1),
        ((BAND, "electric_vehicles_p10", "electric_vehicles_p90"), 1),
    ]
    kwh = "energy_kwh_per_year"
    energy = [
        *(((f"{kwh}.{name}",), KWH_PER_MWH) for name in ON_TERRAIN_LOCATION_TYPES),
        ((f"{kwh}.on_terrain",), KWH_PER_MWH),
        ((BAND, f"{kwh}_p10.on_terrain", f"{kwh}_p90.on_terrain"), KWH_PER_MWH),
        *(
            ((f"{kwh}.{name}",), KWH_PER_MWH)
            for name in LOCATION_TYPES
            if name not in ON_TERRAIN_LOCATION_TYPES
        ),
        ((kwh,), KWH_PER_MWH),
    ]
    power = [
        (("design_peak_kw.unmanaged",), 1),
        ((BAND, "design_peak_kw_p10.unmanaged", "design_peak_kw_p90.unmanaged"), 1),
        (("typical_peak_kw.unmanaged",), 1),
        (("design_peak_16_21_kw.unmanaged",), 1),
        (("design_peak_kw.smart",), 1),
        (("design_peak_16_21_kw.smart",), 1),
        (("design_peak_kw.night_block",), 1),
    ]
    points = [(tuple(f"charge_points.{power}" for power in POWER_CLASSES_KW), 1)]
    return [electric, energy, power, points]


def test_every_cell_of_the_tables_opens(opened: Sheet) -> None:
    [table] = opened.content.tables
    expected = rows_of_sections()
    assert len(table.sections) == len(expected)
    columns = [(int(year), name) for year in table.years for name in SCENARIOS]
    for section, rows in zip(table.sections, expected, strict=True):
        # The points of a hub belong to other terrains as well; they have no chain here.
        own = [row for row in section.rows if "andere terreinen" not in row.name]
        assert len(own) == len(rows)
        for row, (fields, divisor) in zip(own, rows, strict=True):
            for cell, (year, scenario) in zip(row.cells, columns, strict=True):
                is_band = fields[0] == BAND
                figures = [
                    opened.figure(field, year, scenario) / divisor
                    for field in fields[1 if is_band else 0 :]
                ]
                shown = (
                    opened.words.band(*figures)
                    if is_band
                    else opened.words.significant(sum(figures))
                )
                assert cell == shown, (section.title, row.name, year, scenario)


def test_the_key_figures_open(opened: Sheet) -> None:
    year = 2030
    write = opened.words.significant
    expected = [
        (
            "electric_vehicles",
            ("electric_vehicles.van", "electric_vehicles.truck"),
            ("electric_vehicles_p10", "electric_vehicles_p90"),
            1,
        ),
        (
            "energy_kwh_per_year.on_terrain",
            ("energy_kwh_per_year",),
            ("energy_kwh_per_year_p10.on_terrain", "energy_kwh_per_year_p90.on_terrain"),
            KWH_PER_MWH,
        ),
        (
            "design_peak_kw.unmanaged",
            ("design_peak_kw.smart",),
            ("design_peak_kw_p10.unmanaged", "design_peak_kw_p90.unmanaged"),
            1,
        ),
    ]
    for shown, (field, details, band, divisor) in zip(
        opened.content.key_figures, expected, strict=True
    ):
        low, middle, high = (opened.figure(field, year, name) / divisor for name in SCENARIOS)
        assert shown.value == write(middle)
        assert numbers(shown.range) == [write(low), write(high)]
        ends = [opened.figure(end, year) / divisor for end in band]
        assert numbers(shown.band)[:2] == [write(end) for end in ends]
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
    constants = {
        token
        for key, text in words.texts.items()
        if key.startswith(("factsheet.", "common.", "plan.", "zones."))
        for token in numbers(re.sub(r"\{\w+\}", "", text))
    } | {str(year) for year in opened.report.run.years}
    vehicles, power, day, _ = content.pictures
    chart_figures = ["electric_vehicles", "electric_vehicles_p10", "electric_vehicles_p90"]
    rows = [row.name for table in content.tables for part in table.sections for row in part.rows]
    hub = opened.report.hubs.get((2030, MID))
    hub_figures = (
        {words.number(hub.charge_points), words.number(hub.hub_distance_km, 1)} if hub else set()
    )
    hub_figures |= set(numbers(hub.hub_terrain_name)) if hub else set()
    hub_figures |= {words.significant(hub.grid_connection_kw)} if hub else set()
    curves = opened.curves_kw
    day_figures = {
        words.significant(kw) for curve in curves.values() for kw in (max(curve), max(curve[64:84]))
    }
    day_figures |= {str(hour) for hour in range(24)} | {"00", "15", "30", "45"}
    first, *later = opened.report.run.years
    added_figures = {
        words.significant(
            max(opened.figure(field, year, name) - opened.figure(field, first, name), 0)
        )
        for field in ("design_peak_kw.unmanaged", "design_peak_kw.smart")
        for year in later
        for name in SCENARIOS
    }
    # What has no chain of its own here: differences of two, a hub, and the day's curve.
    licences = set(numbers(credits_text(opened.report.run, words)))  # as in CC BY 4.0
    without_chain = {
        "lines": hub_figures,
        "day": day_figures,
        "power": added_figures,
        "basis": licences,
    }
    points = [f"charge_points.{power}" for power in POWER_CLASSES_KW]
    classes = {str(power) for power in POWER_CLASSES_KW}
    pieces = {
        "facts": (content.facts, register),
        "plan": ((content.plan_label, content.plan_context, content.plan_texts), overlays),
        "plan years": (content.plan_years, []),
        "vehicles": ((vehicles.title, vehicles.alt, vehicles.note), chart_figures),
        "power": ((power.title, power.alt, power.note), []),
        "day": ((day.title, day.alt, day.note), []),
        "lines": ((content.lines_title, content.lines), [*overlays, *points]),
        "names of rows": (rows, register),
        "basis": ((content.basis.rows, content.notes), [*register, *overlays]),
        "refinements": (content.refinements, register),
    }
    for piece, (texts, names) in pieces.items():
        allowed = constants | classes | {opened.report.terrain.terrain_id}
        allowed |= without_chain.get(piece, set())
        for name in names:
            # The name of a supply area holds figures too.
            allowed |= set(numbers(" ".join(opened.explainer.fields[name].parts.values())))
            for year, scenario in product(
                opened.report.run.years, SCENARIOS if piece == "vehicles" else [MID]
            ):
                allowed |= set(written(opened.explainer.explain(name, year, scenario), words))
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
        "pictures",
        "lines",
        "tables",
        "refinements",
        "basis",
        "notes",
    }
    without_figures = {
        "nav",
        "theme",
        "language",
        "kind",
        "name",
        "place_line",
        "plan_code",
        "run_line",
    }
    without_figures |= {"page", "plan_title", "plan_years_title", "key_title"}
    without_figures |= {"lines_title", "tables_title", "basis_title"}
    without_figures |= {"refinements_title"}
    assert {
        part.name for part in dataclasses.fields(FactsheetContent)
    } == looked_at | without_figures
