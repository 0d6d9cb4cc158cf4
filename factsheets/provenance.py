"""Where the figures of a factsheet come from: refinements, basis and quality, sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    from forecast.query import TerrainReport
    from forecast.words import Words

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


@dataclass(frozen=True)
class BasisRow:
    """One kind of figure: what it is, how it is known, and how good that is."""

    figure: str
    kind: str
    quality: str


def refinement_lines(report: TerrainReport, words: Words) -> tuple[str, ...]:
    """Return one line per local correction, or that there is none."""
    return tuple(
        words(
            "factsheet.refinement.line",
            date=words.date(entry.entered_at.date()),
            author=entry.author_name,
            field=words(f"common.vehicle_class.{entry.field}").lower(),
            value=words.number(entry.value),
            reason=entry.reason,
            source=entry.source,
        )
        for entry in report.refinements
    ) or (words("factsheet.refinement.none"),)


def basis_rows(report: TerrainReport, words: Words) -> tuple[BasisRow, ...]:
    """Return how each figure of the sheet is known, and how good it is."""
    is_refined = any(report.fleet_basis.get(name) == "refined" for name in VEHICLE_CLASSES)
    holds_on = report.areas[0].holds_on if report.areas else None
    fields: dict[str, dict[str, object]] = {
        "register": {"year": report.terrain.reference_year},
        "location": {
            "quality": words(f"common.location_quality.{report.terrain.location_quality}")
        },
        "grid": {"date": words.date(holds_on) if holds_on else words("common.unknown")},
    }
    return tuple(
        BasisRow(
            words(f"factsheet.basis_of.{name}"),
            words(f"common.basis.{'refined' if name == 'vehicles' and is_refined else kind}"),
            words(f"factsheet.quality_of.{name}", **fields.get(name, {})),
        )
        for name, kind in _KINDS.items()
    )


def notes(report: TerrainReport, words: Words) -> tuple[str, ...]:
    """Return how to read the figures, what is odd in the register, and the sources."""
    issues = [words(f"common.issue.{code}") for code in report.terrain.issue_codes]
    return (
        words("factsheet.notes.scenarios"),
        words("factsheet.notes.bands"),
        *([words("factsheet.notes.issues", issues="; ".join(issues))] if issues else []),
        words("factsheet.notes.sources"),
    )
