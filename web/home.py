"""The first page, with the map of the country or a region, and the search for a terrain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, redirect, render_template, request, url_for

from forecast.run_info import check_year_of_run, latest_run
from forecast.search import search_terrain
from forecast.search_result import TerrainHit, TerrainSearchError
from forecast.selection import select_terrains
from forecast.vocabulary import MID_SCENARIO, NATION, NATION_ID, PLAN_CLASSES, SELECTION_LEVELS
from web import current
from web.faults import sentence_of
from web.icons import plan_icons

if TYPE_CHECKING:
    import duckdb
    from werkzeug.wrappers import Response

    from forecast.selection import Selection

pages: Final = Blueprint("home", __name__)
_LONGEST_QUERY: Final = 200
_MOST_HITS: Final = 60
"""More are no choice any longer; the page says how many there are."""
_SHOWN_LEVELS: Final = ("nal_region", "province", "municipality")


@dataclass(frozen=True)
class RegionChoice:
    """A region in the list: its address in the form, and its name."""

    value: str
    name: str


@pages.get("/")
def home() -> str:
    """Show search, map, and what the forecast says of the region."""
    level, query = _asked_region()
    with current.database().reading() as connection:
        run = latest_run(connection)
        selection = select_terrains(connection, level, query)
        regions = _regions(connection)
        year = check_year_of_run(run, None)
        classes = _plan_classes(connection, run.run_id, year, selection)
    return render_template(
        "home.html",
        run=run,
        year=year,
        selection=selection,
        region=f"{selection.level}:{selection.region_id}",
        regions=regions,
        classes=classes,
        icons=plan_icons(),
    )


@pages.get("/search")
def search() -> str | Response | tuple[str, int]:
    """Go to the one terrain that is meant, or show those that may be."""
    query = request.args.get("q", "").strip()[:_LONGEST_QUERY]
    if not query:
        return redirect(url_for("home.home"))
    try:
        with current.database().reading() as connection:
            match = search_terrain(connection, query)
    except TerrainSearchError as error:
        return _choice(query, error)
    how: dict[str, Any] = {} if match.how == "asked" else {"found": match.how}
    return redirect(url_for("terrain.show", terrain_id=match.hit.terrain_id, **how))


def _choice(query: str, error: TerrainSearchError) -> tuple[str, int]:
    hits: tuple[TerrainHit, ...] = error.hits[:_MOST_HITS]
    page = render_template(
        "search.html",
        query=query,
        sentence=sentence_of(error)[0],
        hits=hits,
        more=len(error.hits) - len(hits),
    )
    return page, 200 if hits else 404


def _asked_region() -> tuple[str, str]:
    """Return level and key of the region in the address; the country without one."""
    level, _, query = request.args.get("region", "").partition(":")
    if level in SELECTION_LEVELS and query:
        return level, query[:_LONGEST_QUERY]
    return NATION, NATION_ID


def _regions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[RegionChoice]]:
    rows = connection.execute(
        "SELECT DISTINCT level, region_id, region_name FROM regional_summary "
        "WHERE level IN (SELECT unnest(?)) ORDER BY region_name",
        [list(_SHOWN_LEVELS)],
    ).fetchall()
    return {
        level: [RegionChoice(f"{level}:{key}", name) for held, key, name in rows if held == level]
        for level in _SHOWN_LEVELS
    }


def _plan_classes(
    connection: duckdb.DuckDBPyConnection, run_id: str, year: int, selection: Selection
) -> dict[str, int]:
    """Return how many terrains of the region have each plan class."""
    rows = connection.execute(
        "SELECT plan_class, count(*) FROM plan_class WHERE run_id = ? AND year = ? "
        "AND scenario = ? AND terrain_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY plan_class",
        [run_id, year, MID_SCENARIO, list(selection.terrain_ids)],
    ).fetchall()
    counts = dict(rows)
    return {name: counts.get(name, 0) for name in PLAN_CLASSES}
