"""Write the sheet of a region: the opening page of a set of factsheets, or a document by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from factsheets.html import render_html
from factsheets.index import INDEX_NAME
from factsheets.lines import Link
from factsheets.pdf import render_pdf
from factsheets.region_content import make_region_content
from factsheets.sheet import OWN_STYLE
from forecast.files import write_together
from forecast.selection import region_stem
from forecast.theme import Theme
from forecast.words import load

if TYPE_CHECKING:
    from forecast.region_report import RegionReport
    from forecast.selection import Selection

OVERVIEW_FORMATS: Final = ("html", "pdf")
_KINDS: Final = {"nl": "overzicht", "en": "overview"}


def overview_stem(selection: Selection, language: str) -> str:
    """Return the file name without ending of the overview of a region."""
    return region_stem(_KINDS[language], selection)


def set_pages(selection: Selection, language: str, formats: Sequence[str]) -> tuple[Link, ...]:
    """Return the pages of a set that each of its sheets links to."""
    words = load(language)
    index = Link(words("sheet_set.nav.index"), INDEX_NAME)
    if "html" not in formats:
        return (index,)
    overview = f"{overview_stem(selection, language)}.html"
    return index, Link(words("sheet_set.nav.overview"), overview)


def write_overview(
    report: RegionReport,
    folder: Path,
    *,
    language: str = "nl",
    formats: Sequence[str] = OVERVIEW_FORMATS,
    theme: Theme = OWN_STYLE,
    files: Mapping[str, Sequence[str]] | None = None,
) -> list[Path]:
    """Write the sheet of a region in each format that it has; return the paths.

    Parameters
    ----------
    formats
        Those not of `OVERVIEW_FORMATS` are passed over.
    files
        Per terrain the names of its factsheets in the folder; the first is linked to.

    Raises
    ------
    OutputError
        If the folder can't be written; what stood there before still does.
    """
    links = {key: quote(names[0]) for key, names in (files or {}).items() if names}
    names = [name for name in OVERVIEW_FORMATS if name in formats]
    stem = overview_stem(report.selection, language)
    words = load(language)
    nav = [Link(words("sheet_set.nav.index"), INDEX_NAME)] if files is not None else []
    if "pdf" in names:
        nav.append(Link("PDF", f"{stem}.pdf"))
    content = make_region_content(report, language, theme, links, tuple(nav))
    made = {
        "html": lambda: render_html(content),
        "pdf": lambda: render_pdf(content, report.run.ended_at),
    }
    pages = {f"{stem}.{name}": made[name]() for name in names}
    if pages:
        with write_together(folder) as fresh:
            for name, page in pages.items():
                (fresh / name).write_bytes(page)
    return [folder / name for name in pages]
