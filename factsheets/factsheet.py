"""Write the factsheet of a terrain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factsheets.content import make_content
from forecast.errors import UnknownNameError
from forecast.files import file_stem, write_atomically

if TYPE_CHECKING:
    from factsheets.content import FactsheetContent
    from factsheets.surroundings import Surroundings
    from forecast.query import TerrainReport

FORMATS: Final = ("html", "pdf")


def write_factsheet(
    report: TerrainReport,
    surroundings: Surroundings,
    folder: Path,
    *,
    language: str = "nl",
    formats: Sequence[str] = FORMATS,
) -> list[Path]:
    """Write a factsheet in each format; return the paths.

    Raises
    ------
    UnknownNameError
        If a format is neither ``html`` nor ``pdf``.
    OutputError
        If the folder can't be written; nothing half-written is left.
    """
    for name in formats:
        if name not in FORMATS:
            raise UnknownNameError("format", name, FORMATS)
    content = make_content(report, surroundings, language)
    stem = file_stem(report.terrain.terrain_id, report.terrain.terrain_name)
    # All are made before any is written, so that a fault leaves no half of a pair.
    made = {name: _render(content, report, name) for name in formats}
    return [write_atomically(folder / f"{stem}.{name}", page) for name, page in made.items()]


def _render(content: FactsheetContent, report: TerrainReport, name: str) -> bytes:
    """Return the sheet in one format; only what is asked for is imported."""
    if name == "html":
        from factsheets.html import render_html

        return render_html(content)
    from factsheets.pdf import render_pdf

    return render_pdf(content, report.run.ended_at)
