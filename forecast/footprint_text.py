"""Words on how the ground of a terrain is known, for pages, sheets and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from forecast.footprints import Footprint
    from forecast.words import Words


def footprint_text(footprint: Footprint, location_quality: str, words: Words) -> str:
    """Return where the outline came from, or that the shape is schematic and how it was placed."""
    if footprint.is_outline:
        return outline_text(footprint.outline_source_name, footprint.outline_holds_on, words)
    return circle_text(location_quality, words)


def outline_text(source_name: str | None, holds_on: date | None, words: Words) -> str:
    """Return the source and the day of an outline."""
    return words(
        "common.footprint.outline",
        source=words(f"common.source.{source_name}") if source_name else words("common.unknown"),
        date=words.date(holds_on) if holds_on else words("common.unknown"),
    )


def circle_text(location_quality: str, words: Words) -> str:
    """Return that a shape is schematic, and how it was placed."""
    placed = words(f"common.location_quality.{location_quality}")
    return words("common.footprint.circle", quality=placed)
