"""Regions on the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from commands.tables import plain_table
from forecast.region_figures import RegionFigures, lopsided_classes
from forecast.vocabulary import NATION, NO_AREA_ID, PLAN_CLASSES

if TYPE_CHECKING:
    from rich.table import Table

    from forecast.words import Words

_PER_CENT: Final = 100
_MILLION: Final = 1e6
_THOUSAND: Final = 1e3
_COLUMNS: Final = (
    # column of the summary, key of its heading, what its unit is divided by
    ("electric_vans", "vans", 1.0),
    ("electric_trucks", "trucks", 1.0),
    ("depot_energy_kwh_per_year", "depot_energy", _MILLION),
    ("shared_hub_energy_kwh_per_year", "hub_energy", _MILLION),
    ("unmanaged_design_peak_kw", "peak", _THOUSAND),
    ("smart_design_peak_kw", "smart", _THOUSAND),
    ("night_block_design_peak_kw", "night_block", _THOUSAND),
    ("private_charge_points", "private", 1.0),
    ("shared_charge_points", "shared", 1.0),
)
_NOTES: Final = ("energy_note", "peak_note", "points_note")
_LEAST_WIDTH: Final = 120
"""Of a line that is not cut: names of municipalities are long, and a file has no width."""


def print_page(
    regions: Sequence[RegionFigures], nation: Sequence[RegionFigures], words: Words
) -> None:
    """Print two tables: plan classes, and charging; with a nation of one row as their last."""
    console = _console()
    rows = [*regions, *nation]
    console.print(_class_table(rows, words))
    for line in _remarks(nation, words):
        console.print(line, highlight=False)
    console.print()
    console.print(_charging_table(rows, words))
    for note in _NOTES:
        console.print(words(f"regions.{note}"), style="dim", highlight=False)
    if any(region.level == "supply_area" for region in regions):
        console.print(words("regions.area_note"), style="dim", highlight=False)


def print_plan_classes(
    regions: Sequence[RegionFigures], nation: RegionFigures, console: Console, words: Words
) -> None:
    """Print the terrains per plan class alone, and which class is empty or over two thirds."""
    console.print(_class_table([*regions, nation], words))
    for line in _remarks([nation], words):
        console.print(line, highlight=False)


def print_json(
    run_id: str, regions: Sequence[RegionFigures], nation: Sequence[RegionFigures]
) -> None:
    """Print all columns of the rows, and the nation beside them."""
    body = {
        "run_id": run_id,
        "regions": [asdict(region) for region in regions],
        "nation": [asdict(row) for row in nation],
    }
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _console() -> Console:
    console = Console(soft_wrap=True)
    console.width = max(console.width, _LEAST_WIDTH)
    return console


def _class_table(rows: Sequence[RegionFigures], words: Words) -> Table:
    table = plain_table(
        _title("classes_title", rows, words),
        _labels(rows, words),
        [
            words("regions.terrains"),
            *(words(f"common.plan_class_short.{name}") for name in PLAN_CLASSES),
        ],
    )
    for row in rows:
        # Expected numbers of terrains whose area is uncertain.
        decimals = 1 if row.level == "supply_area" else 0
        numbers = (row.terrains, *(row.of_class(name) for name in PLAN_CLASSES))
        _add(table, row, rows, [words.number(number, decimals) for number in numbers], words)
    return table


def _charging_table(rows: Sequence[RegionFigures], words: Words) -> Table:
    table = plain_table(
        _title("charging_title", rows, words),
        _labels(rows, words),
        [words(f"regions.{heading}") for _, heading, _ in _COLUMNS],
    )
    for row in rows:
        cells = [
            words.number(value, 1 if divisor > 1 and value < _PER_CENT else 0)
            for column, _, divisor in _COLUMNS
            for value in [getattr(row, column) / divisor]
        ]
        _add(table, row, rows, cells, words)
    return table


def _add(
    table: Table, row: RegionFigures, rows: Sequence[RegionFigures], cells: list[str], words: Words
) -> None:
    """Add a row; that of the nation stands out."""
    if _is_one_region(rows):
        table.add_row(str(row.year), words(f"common.scenario.{row.scenario}"), *cells)
        return
    if row.level == NATION:
        table.add_section()
    table.add_row(_name(row, words), *cells, style="bold" if row.level == NATION else None)


def _title(key: str, rows: Sequence[RegionFigures], words: Words) -> str:
    first = rows[0]
    of_what = (
        words("regions.one_region", name=_name(first, words), level=_level(first, words))
        if _is_one_region(rows)
        else words(
            "regions.one_year",
            year=first.year,
            scenario=words(f"common.scenario.{first.scenario}"),
        )
    )
    return words(f"regions.{key}", of_what=of_what)


def _labels(rows: Sequence[RegionFigures], words: Words) -> list[str]:
    if _is_one_region(rows):
        return [words("regions.year"), words("regions.scenario")]
    return [_level(rows[0], words)]


def _is_one_region(rows: Sequence[RegionFigures]) -> bool:
    return all(row.region_id == rows[0].region_id for row in rows)


def _level(row: RegionFigures, words: Words) -> str:
    return words(f"regions.level.{row.level}")


def _name(row: RegionFigures, words: Words) -> str:
    if row.level == NATION:
        return words("regions.nation")
    return words("regions.no_area") if row.region_id == NO_AREA_ID else row.region_name


def _remarks(nation: Sequence[RegionFigures], words: Words) -> list[str]:
    """Say which class of the nation is empty or holds more than two thirds."""
    lines = []
    for name, share in (found for row in nation for found in lopsided_classes(row)):
        key = "class_empty" if share == 0 else "class_above"
        lines.append(
            words(
                f"regions.{key}",
                name=words(f"common.plan_class_short.{name}"),
                share=words.number(_PER_CENT * share),
            )
        )
    return lines
