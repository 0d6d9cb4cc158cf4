"""The grid around a terrain on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from commands.terrain_layout import Layout
from forecast.grid_text import added_sentence, area_figures, fit_sentences
from forecast.meter.rooms import contract_room_sentence
from forecast.words import Words

if TYPE_CHECKING:
    from forecast.report_rows import CandidateArea
    from forecast.terrain_report import TerrainReport

_PER_CENT: Final = 100


def print_congestion(
    report: TerrainReport, year: int, scenario: str, layout: Layout, words: Words
) -> None:
    """Print the supply areas that a terrain may lie in, and what fits them."""
    click.echo()
    layout.text(words("terminal.congestion"), bold=True)
    for area in report.areas:
        layout.text(_area_line(area, words))
    if report.areas:
        first = report.areas[0]
        layout.text(
            words(
                "terminal.supply_areas",
                match=words(f"common.area_match.{first.area_match}"),
                date=words.date(first.holds_on) if first.holds_on else words("common.unknown"),
            )
        )
    else:
        layout.text(words("terminal.supply_area_none"))
    for sentence in fit_sentences(report, year, scenario, words):
        layout.text(sentence)
    if any(report.vehicles.values()):
        layout.text(added_sentence(report, year, scenario, words))
    room = contract_room_sentence(report.metered_room, report.refined_values, words)
    layout.text(words("terminal.contract_room", text=room))


def _area_line(area: CandidateArea, words: Words) -> str:
    figures = (area.demand_available_capacity_mw, area.demand_quoted_capacity_mw)
    return words(
        "terminal.supply_area"
        if any(value is not None for value in figures)
        else "terminal.supply_area_unknown",
        probability=words.number(area.match_probability * _PER_CENT),
        **area_figures(area, words, decimals=1),
    )
