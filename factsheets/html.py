"""Factsheets as one HTML page that needs no network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factsheets.templating import render

if TYPE_CHECKING:
    from factsheets.content import FactsheetContent
    from factsheets.region_content import RegionContent


def render_html(content: FactsheetContent | RegionContent) -> bytes:
    """Return the page in UTF-8."""
    icons = {code: render("icon.svg", code=code) for code in content.icon_codes}
    page = render(f"{content.template}.html", content=content, theme=content.theme, icons=icons)
    return page.encode()
