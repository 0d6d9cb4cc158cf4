"""The factsheet as one HTML page that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factsheets.templating import render

if TYPE_CHECKING:
    from factsheets.content import FactsheetContent


def render_html(content: FactsheetContent) -> bytes:
    """Return the page in UTF-8."""
    icons = {year.code: render("icon.svg", code=year.code) for year in content.plan_years}
    icons[content.plan_code] = render("icon.svg", code=content.plan_code)
    return render("factsheet.html", content=content, theme=content.theme, icons=icons).encode()
