"""Registered, moved and used vehicles of municipalities on the terminal, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from commands.tables import plain_table
from forecast.words import Words, load

if TYPE_CHECKING:
    from forecast.municipal_report import MunicipalVehicles, Spreading

_MOST_MOVED = 12
_COLUMNS = ("registered", "raw", "moved", "used", "by structure")


def print_page(
    rows: Sequence[MunicipalVehicles], spread: Sequence[Spreading], municipality: str | None
) -> None:
    """Print one municipality, or outliers, largest moves and the check against main users."""
    words = load("en")
    console = Console(soft_wrap=True)
    if municipality:
        chosen = [row for row in rows if row.municipality_code == municipality]
        console.print(_moves(f"{chosen[0].municipality_name}, vehicles", chosen, words))
        return
    outliers = [row for row in rows if row.is_outlier]
    console.print(
        _moves("Far above what their structure explains: the fit replaces them", outliers, words)
    )
    console.print()
    others = [row for row in rows if not row.is_outlier and row.moved is not None][:_MOST_MOVED]
    console.print(_moves("Others moved most, to meet the provinces by main user", others, words))
    console.print()
    console.print(_check([row for row in rows if row.main_users is not None], words))
    console.print()
    for line in _spreading_lines(spread, words):
        console.print(line, highlight=False)


def _spreading_lines(spread: Sequence[Spreading], words: Words) -> list[str]:
    """Say per class what spreads vehicles over terrains, and how much of it is not area."""
    lines = []
    for found in spread:
        name = words(f"common.vehicle_class.{found.vehicle_class}")
        basis = (
            f"weights by area and type; {found.counted_terrains} terrains were counted, too few "
            "to learn from"
            if found.weight_basis == "weights"
            else f"learned ({found.weight_basis}) from {found.counted_terrains} counted terrains "
            f"in {found.counted_municipalities} municipalities"
        )
        lines.append(
            f"{name}: {basis}. Not explained by area: "
            f"{found.weight_variance_beyond_area:.0%} of the variance of the weights, "
            f"{found.vehicles_variance_beyond_area:.0%} of that of vehicles (logarithms)."
        )
    return lines


def print_json(rows: Sequence[MunicipalVehicles], spread: Sequence[Spreading]) -> None:
    """Print everything; vehicles, and errors as parts of one."""
    body = {
        "municipalities": [
            asdict(row) | {"raw_error": row.raw_error, "used_error": row.used_error} for row in rows
        ],
        "spreading": [asdict(found) for found in spread],
    }
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def _moves(title: str, rows: Sequence[MunicipalVehicles], words: Words) -> Table:
    table = plain_table(title, ("municipality", "class"), _COLUMNS)
    for row in rows:
        figures = (row.registered, row.raw, row.moved, row.used, row.fitted)
        table.add_row(
            row.municipality_name,
            words(f"common.vehicle_class.{row.vehicle_class}"),
            *("-" if figure is None else words.number(figure) for figure in figures),
        )
    return table


def _check(rows: Sequence[MunicipalVehicles], words: Words) -> Table:
    title = "Vans beside the four known counts by main user, all scaled to the national stock"
    table = plain_table(title, ("municipality",), ("main users", "raw", "error", "used", "error"))
    for row in sorted(rows, key=lambda each: each.municipality_name):
        figures = (row.main_users, row.raw, row.raw_error, row.used, row.used_error)
        table.add_row(
            row.municipality_name,
            *(
                "-"
                if value is None
                else (f"{value:+.1%}" if index in {2, 4} else words.number(value))
                for index, value in enumerate(figures)
            ),
        )
    return table
