"""What belongs to the application and the request at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g

if TYPE_CHECKING:
    from forecast.words import Words
    from web.changes import Changes
    from web.database import Database
    from web.options import ServeOptions
    from web.plan_maps import DrawnMaps


def options() -> ServeOptions:
    """Return how the pages are served."""
    return cast("ServeOptions", current_app.extensions["options"])


def database() -> Database:
    """Return the database."""
    return cast("Database", current_app.extensions["database"])


def changes() -> Changes:
    """Return what was saved lately, and what that changed."""
    return cast("Changes", current_app.extensions["changes"])


def drawn_maps() -> DrawnMaps:
    """Return the maps that were drawn already."""
    return cast("DrawnMaps", current_app.extensions["drawn_maps"])


def words() -> Words:
    """Return the catalogue of the language of the request."""
    return cast("Words", g.words)
