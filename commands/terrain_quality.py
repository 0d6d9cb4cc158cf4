"""What is known of a terrain and its figures, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.terrain_layout import Layout
from forecast.footprint_text import footprint_text
from forecast.vocabulary import VEHICLE_CLASSES
from forecast.words import Words

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport


def _print_refinements(
    report: TerrainReport, year: int, scenario: str, layout: Layout, words: Words
) -> None:
    """Print what advisers know better, and the figures of the model beside those with it."""
    key = "refinements" if report.refinements else "no_refinements"
    layout.text(words(f"terminal.{key}"))
    if not report.is_refined:
        return
    from forecast.refinement_text import beside_model, refinement_sentence

    for refinement in report.refinements:
        layout.item(refinement_sentence(refinement, words))
    if rows := beside_model(report, year, scenario, words):
        in_words = words(f"common.scenario.{scenario}")
        layout.text(words("fields.beside_title", scenario=in_words))
        for label, model, refined in rows:
            layout.item(words("fields.beside_row", label=label, model=model, refined=refined))


def print_quality(
    report: TerrainReport, year: int, scenario: str, layout: Layout, words: Words
) -> None:
    """Print what is known of the place and of the figures, and which run gave them."""
    facts = report.terrain
    click.echo()
    layout.text(words("terminal.quality"), bold=True)
    place = footprint_text(facts.footprint, facts.location_quality, words)
    layout.text(words("terminal.place", place=place, year=facts.reference_year))
    for code in facts.issue_codes:
        layout.text(f"! {words(f'common.issue.{code}')}")
    bases = set(report.fleet_basis.values())
    told = (
        words(f"common.basis.{bases.pop()}")
        if len(bases) == 1
        else ", ".join(
            f"{words(f'common.vehicle_class.{name}').lower()} "
            f"{words(f'common.basis.{report.fleet_basis[name]}')}"
            for name in VEHICLE_CLASSES
        )
    )
    layout.text(words("terminal.bases", bases=told))
    _print_refinements(report, year, scenario, layout, words)
    run = report.run
    layout.text(
        words(
            "terminal.basis",
            run=run.run_id,
            version=run.code_version,
            date=words.date(run.ended_at),
        )
    )
