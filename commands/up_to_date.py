"""Bring the figures up to date after a record was added, and print what changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from commands.terrain_layout import layout_for
from forecast.beside import SECOND
from forecast.vocabulary import MID_SCENARIO

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words

_MOST_SHOWN: Final = 5
"""Terrains of which changes are printed; of more a run is better looked at on the map."""


def bring_figures_up_to_date(
    database: Path, terrain_ids: Sequence[str], words: Words, *, is_later: bool
) -> None:
    """Compute anew what records changed, unless that is left for later; print what changed."""
    if is_later:
        click.echo(words("refine.later"), err=True)
        return
    SECOND.begin()  # it imports what it needs while we do
    from forecast.incremental import bring_up_to_date

    shown = terrain_ids[:_MOST_SHOWN]
    before = _reports(database, shown)
    bring_up_to_date(database)
    after = _reports(database, shown)
    for old, new in zip(before, after, strict=True):
        _print_change(old, new, words)


def _print_change(before: TerrainReport, after: TerrainReport, words: Words) -> None:
    from forecast.report_change import changed_lines
    from forecast.run_info import check_year_of_run

    layout = layout_for((), 0)
    name = after.terrain.terrain_name
    year = check_year_of_run(after.run, None)
    lines = changed_lines(before, after, year, MID_SCENARIO, words)
    if not lines:
        layout.text(words("refine.no_change", terrain=name))
        return
    scenario = words(f"common.scenario.{MID_SCENARIO}")
    layout.text(words("refine.change_title", terrain=name, year=year, scenario=scenario), bold=True)
    for line in lines:
        layout.item(line)


def _reports(database: Path, terrain_ids: Sequence[str]) -> tuple[TerrainReport, ...]:
    from forecast.query import terrain_reports
    from forecast.store import open_published

    with open_published(database) as connection:
        return tuple(terrain_reports(connection, terrain_ids))
