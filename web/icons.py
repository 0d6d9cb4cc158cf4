"""The marks of the plan classes, as the factsheets have them."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

from factsheets.templating import render
from forecast.vocabulary import PLAN_CLASSES


@cache
def plan_icons() -> dict[str, Markup]:
    """Return the SVG of each plan class; they hold no text of others."""
    return {code: Markup(render("icon.svg", code=code)) for code in PLAN_CLASSES}  # noqa: S704 - own drawings
