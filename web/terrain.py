"""The page of one terrain: what the factsheet says of it, in the year and scenario of choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from flask import Blueprint, render_template, request

from factsheets.content import make_content
from factsheets.material import read_material
from forecast.search_result import Match, TerrainHit
from web import current
from web.asked import asked_scenario, asked_year, known_terrain
from web.icons import plan_icons
from web.key_table import COLUMNS, key_rows
from web.privacy import for_readers
from web.refined import read_told, side_by_side

pages: Final = Blueprint("terrain", __name__, url_prefix="/terrain")


@pages.get("/<terrain_id>")
def show(terrain_id: str) -> str:
    """Show what the forecast says of a terrain."""
    words = current.words()
    with current.database().reading() as connection:
        known_terrain(connection, terrain_id)
        [material] = read_material(connection, [terrain_id], asked_year(), asked_scenario())
        told = read_told(connection, terrain_id, words)
    material = replace(material, report=for_readers(material.report))
    return render_template(
        "terrain.html",
        tab="show",
        terrain=material.report.terrain,
        run=material.report.run,
        is_late=material.report.is_late,
        year=material.year,
        scenario=material.scenario,
        content=make_content(material, words.language, current.options().theme),
        rows=key_rows(material.report, words),
        columns=COLUMNS,
        told=[each for each in told if each.state == "active"],
        side_by_side=side_by_side(material.report, material.year, material.scenario, words),
        note=_note(material.report.terrain),
        icons=plan_icons(),
    )


def _note(terrain: object) -> str | None:
    """Return how the search came to this terrain, where it was not literally asked for."""
    how = request.args.get("found")
    if how not in {"spelling", "inside"}:
        return None
    facts = ("terrain_id", "terrain_name", "municipality_name", "gross_ha", "location_quality")
    hit = TerrainHit(*(getattr(terrain, name) for name in facts))
    return Match(hit, "spelling" if how == "spelling" else "inside").note(current.words())
