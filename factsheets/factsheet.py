"""Write the factsheet of a terrain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from factsheets.content import make_content
from factsheets.lines import Link
from factsheets.sheet import OWN_STYLE
from forecast.errors import UnknownNameError
from forecast.files import file_stem, write_atomically

if TYPE_CHECKING:
    from factsheets.content import FactsheetContent
    from factsheets.material import Material
    from forecast.theme import Theme

FORMATS: Final = ("html", "pdf", "xlsx")
DEFAULT_FORMATS: Final = ("html", "pdf")


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Return the formats, each once, in the order of `FORMATS`.

    Raises
    ------
    UnknownNameError
        If one is none of them.
    """
    for name in formats:
        if name not in FORMATS:
            raise UnknownNameError("format", name, FORMATS)
    return tuple(name for name in FORMATS if name in formats)


def write_factsheet(
    material: Material,
    folder: Path,
    *,
    language: str = "nl",
    formats: Sequence[str] = DEFAULT_FORMATS,
    theme: Theme = OWN_STYLE,
    nav: tuple[Link, ...] = (),
) -> list[Path]:
    """Write a factsheet in each format; return the paths.

    A page links to its PDF if that is written with it, and to the pages of `nav`.

    Raises
    ------
    UnknownNameError
        If a format is not one of `FORMATS`.
    OutputError
        If the folder can't be written; nothing half-written is left.
    """
    terrain = material.report.terrain
    stem = file_stem(terrain.terrain_id, terrain.terrain_name)
    # All are made before any is written, so that a fault leaves no half of a pair.
    asked = check_formats(formats)
    if "pdf" in asked:
        nav = (*nav, Link("PDF", f"{stem}.pdf"))
    made = render_factsheet(material, language, asked, theme, nav)
    return [write_atomically(folder / f"{stem}.{name}", page) for name, page in made.items()]


def render_factsheet(
    material: Material,
    language: str,
    formats: Sequence[str],
    theme: Theme,
    nav: tuple[Link, ...] = (),
) -> dict[str, bytes]:
    """Return the sheet per format; only what is asked for is imported."""
    content = make_content(material, language, theme, nav)
    return {name: _render(content, material, name) for name in formats}


def _render(content: FactsheetContent, material: Material, name: str) -> bytes:
    if name == "html":
        from factsheets.html import render_html

        return render_html(content)
    if name == "xlsx":
        from factsheets.workbook import render_workbook

        return render_workbook(material, content.language, content.theme)
    from factsheets.pdf import render_pdf

    return render_pdf(content, material.report.run.ended_at)
