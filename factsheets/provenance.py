"""Where the figures of a factsheet come from: refinements, basis and quality, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factsheets.tables import Listing
from forecast.credits import credits_text
from forecast.footprint_text import footprint_text
from forecast.refinement_text import beside_model, refinement_sentence
from forecast.run_info import check_year_of_run
from forecast.vocabulary import MID_SCENARIO, VEHICLE_CLASSES

if TYPE_CHECKING:
    from forecast.run_info import RunInfo
    from forecast.terrain_report import TerrainReport
    from forecast.theme import Theme
    from forecast.words import Words

_HASH_DIGITS: Final = 8
"""Digits of a hash that a reader can compare."""
_KINDS: Final = {
    "register": "observed",
    "location": "derived",
    "vehicles": "modelled",
    "electric": "modelled",
    "energy": "modelled",
    "power": "modelled",
    "points": "modelled",
    "zones": "observed",
    "grid": "published",
    "plan": "modelled",
}
"""Figures of the sheet in its order, and how they are known."""


def refinement_lines(report: TerrainReport, words: Words) -> tuple[str, ...]:
    """Return a line per correction that counts and per figure that it changes; or that none is."""
    year = check_year_of_run(report.run, None)
    beside = beside_model(report, year, MID_SCENARIO, words)
    lines = (
        *(refinement_sentence(entry, words) for entry in report.refinements),
        *(
            f"{words('fields.beside_row', label=label, model=model, refined=refined)}."
            for label, model, refined in beside
        ),
    )
    return lines or (words("factsheet.refinement.none"),)


def basis_listing(report: TerrainReport, words: Words) -> Listing:
    """Return how each figure of the sheet is known, and how good it is."""
    is_refined = any(report.fleet_basis.get(name) == "refined" for name in VEHICLE_CLASSES)
    kinds = {"vehicles": "refined"} if is_refined else {}
    if report.terrain.footprint.is_outline:
        kinds["location"] = "observed"
    keys = {}
    counts = report.municipal_counts
    if counts is not None:
        keys["vehicles"] = f"vehicles_counted_per_{report.terrain.vehicles_counted_per}"
    holds_on = report.areas[0].holds_on if report.areas else None
    fields: dict[str, dict[str, object]] = {
        "register": {"year": report.terrain.reference_year},
        "location": {
            "quality": footprint_text(
                report.terrain.footprint, report.terrain.location_quality, words
            )
        },
        "vehicles": {
            "date": words.date(counts.reference_date)
            if counts and counts.reference_date
            else words("common.unknown")
        },
        "grid": {"date": words.date(holds_on) if holds_on else words("common.unknown")},
    }
    return Listing(
        tuple(words(f"factsheet.basis.{name}") for name in ("figure", "kind", "quality")),
        tuple(
            (
                words(f"factsheet.basis_of.{name}"),
                words(f"common.basis.{kinds.get(name, kind)}"),
                words(f"factsheet.quality_of.{keys.get(name, name)}", **fields.get(name, {})),
            )
            for name, kind in _KINDS.items()
        ),
    )


def notes(report: TerrainReport, words: Words) -> tuple[str, ...]:
    """Return how to read the figures, what is odd in the register, and the sources."""
    issues = [words(f"common.issue.{code}") for code in report.terrain.issue_codes]
    return (
        words("factsheet.notes.scenarios"),
        words("factsheet.notes.bands"),
        *([words("factsheet.notes.issues", issues="; ".join(issues))] if issues else []),
        words("factsheet.notes.sources", sources=credits_text(report.run, words)),
    )


def run_line(run: RunInfo, theme: Theme, words: Words) -> str:
    """Return who publishes, and which run, data and assumptions the figures come from."""
    return words(
        "factsheet.run_line",
        publisher=f"{theme.publisher} · " if theme.publisher else "",
        version=run.code_version,
        run=run.run_id,
        edition=run.edition_id[:_HASH_DIGITS],
        assumptions=run.assumptions_hash[:_HASH_DIGITS],
        date=words.date(run.ended_at.date()),
    )
