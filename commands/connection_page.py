"""What a connection lets through, on the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from commands.tables import plain_table

if TYPE_CHECKING:
    from forecast.connection import ConnectionFit
    from forecast.terrain_report import TerrainFacts
    from forecast.words import Words

_PER_CENT: Final = 100
_COLUMNS: Final = ("peak", "within", "outside", "served", "battery")


def print_page(
    terrain: TerrainFacts,
    year: int,
    scenario: str,
    connection_kw: float,
    fits: Sequence[ConnectionFit],
    words: Words,
) -> None:
    """Print one row per strategy, and what the figures mean."""
    console = Console(soft_wrap=True)
    title = words(
        "connection.title",
        terrain=terrain.terrain_name,
        municipality=terrain.municipality_name,
        year=year,
        scenario=words(f"common.scenario.{scenario}"),
        power=words.number(connection_kw),
    )
    table = plain_table(
        title,
        (words("connection.strategy"),),
        [words(f"connection.{column}") for column in _COLUMNS],
    )
    for fit in fits:
        is_closable = fit.battery_kwh is not None
        table.add_row(
            words(f"common.strategy.{fit.strategy}"),
            words.significant(fit.design_peak_kw),
            words.significant(fit.design_peak_16_21_kw),
            words.significant(fit.design_peak_other_hours_kw),
            words.number(_PER_CENT * fit.served_share, 1),
            words.significant(fit.battery_kwh or 0) if is_closable else words("connection.none"),
        )
    console.print(table)
    for note in ("served_note", "battery_note", "delayed_note", "basis"):
        console.print(words(f"connection.{note}"), style="dim", highlight=False)


def print_json(
    terrain: TerrainFacts,
    year: int,
    scenario: str,
    connection_kw: float,
    fits: Sequence[ConnectionFit],
) -> None:
    """Print the same with units in the names."""
    body = {
        "terrain_id": terrain.terrain_id,
        "year": year,
        "scenario": scenario,
        "connection_kw": connection_kw,
        "strategies": [asdict(fit) for fit in fits],
    }
    click.echo(json.dumps(body, indent=2))
