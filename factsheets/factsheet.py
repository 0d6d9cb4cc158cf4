"""Write the factsheet of a terrain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factsheets.content import make_content
from forecast.files import write_atomically
from forecast.search import fold

if TYPE_CHECKING:
    from factsheets.surroundings import Surroundings
    from forecast.query import TerrainReport

FORMATS: Final = ("html", "pdf")
_LONGEST_SLUG: Final = 60


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
    OutputError
        If the folder can't be written; nothing half-written is left.
    """
    content = make_content(report, surroundings, language)
    stem = file_stem(report.terrain.terrain_id, report.terrain.terrain_name)
    paths = []
    for name in formats:
        if name == "html":
            from factsheets.html import render_html

            made = render_html(content)
        else:
            from factsheets.pdf import render_pdf

            made = render_pdf(content, report.run.ended_at)
        paths.append(write_atomically(folder / f"{stem}.{name}", made))
    return paths


def file_stem(terrain_id: str, name: str) -> str:
    """Return a file name without ending that every system takes.

    >>> file_stem("190044", "DE HURK / 't Zuid")
    '190044-de-hurk-t-zuid'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name))[:_LONGEST_SLUG].strip("-")
    key = re.sub(r"[^A-Za-z0-9]+", "-", terrain_id)
    return f"{key}-{slug}" if slug else key
