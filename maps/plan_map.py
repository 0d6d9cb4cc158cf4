"""The plan map (plankaart): one page that a municipality can publish and open without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forecast.errors import UnknownNameError
from forecast.files import write_atomically
from forecast.query import RunInfo, latest_run
from forecast.sources.ibis import LIVE_LAYER_TERRAINS
from forecast.vocabulary import PLAN_CLASSES, STRATEGIES, VEHICLE_CLASSES
from forecast.words import Words, load
from maps import base, data, features, leaflet

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import polars as pl

_MIN_ZOOM: Final = 6
_MAX_ZOOM: Final = 15
_EDITION_DIGITS: Final = 8


def write_plan_map(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    language: str = "nl",
    municipality_code: str | None = None,
) -> Path:
    """Write the plan map of the last run as one self-contained HTML file.

    Parameters
    ----------
    connection
        An opened database with a published run.
    path
        The file to write; an existing one is replaced only when the new one is complete.
    language
        ``nl`` or ``en``.
    municipality_code
        Zoom to this municipality and hold only its terrains; None for the whole country.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    UnknownNameError
        If the language or the municipality does not exist.
    OutputError
        If the file can't be written.
    """
    html = plan_map_html(connection, language=language, municipality_code=municipality_code)
    write_atomically(path, html.encode())
    return path


def plan_map_html(
    connection: duckdb.DuckDBPyConnection,
    *,
    language: str = "nl",
    municipality_code: str | None = None,
) -> str:
    """Return the page of `write_plan_map` as text."""
    words = load(language)
    run = latest_run(connection)
    municipality = _municipality(connection, municipality_code)
    terrains = data.read_terrains(connection, municipality_code)
    name = None if municipality is None else municipality[0]
    title = (
        words("map.title") if name is None else words("map.title_municipality", municipality=name)
    )
    land = features.read_land(connection)
    bounds = features.view_bounds(land, terrains, municipality[1] if municipality else None)
    payload = {
        "language": language,
        "words": _page_words(words),
        "bounds": bounds,
        **_choices(run),
        **_content(connection, run, terrains, land=land, words=words),
    }
    figure = leaflet.PlanFigure(title=title, language=language)
    figure.add_child(
        leaflet.PlanMap(
            label=words("map.map_label"),
            location=[sum(corner) / 2 for corner in zip(*bounds, strict=True)],
            min_zoom=_MIN_ZOOM,
            max_zoom=_MAX_ZOOM,
            prefer_canvas=True,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.25,
            zoom_delta=1,
            wheel_px_per_zoom_level=90,
        )
    )
    panel = leaflet.panel_html(
        words=words,
        run=run,
        title=title,
        # A forecast is opened for what lies ahead: the middle of the years and scenarios.
        default_year=sorted(run.years)[len(run.years) // 2],
        default_scenario=data.main_scenario(run),
        scenarios=data.ordered_scenarios(run),
        scenario_words=[words(f"common.scenario.{name}") for name in data.ordered_scenarios(run)],
        strategy_words=[words(f"common.strategy.{name}") for name in STRATEGIES],
        count=_count(words, terrains.height, name),
        is_national=name is None,
        strategies=STRATEGIES,
        sources=_sources(words, run, connection),
    )
    figure.add_child(leaflet.Inline(panel=panel, payload=payload))
    return leaflet.sealed(figure.render())


def _content(
    connection: duckdb.DuckDBPyConnection,
    run: RunInfo,
    terrains: pl.DataFrame,
    *,
    land: Any,
    words: Words,
) -> dict[str, Any]:
    """Return what the page draws and tells."""
    areas = features.supply_areas(connection, land)
    zones = features.zones(connection, words)
    lat_lon = base.display_points(features.rd_points(terrains)).tolist()
    return {
        "limits": data.read_class_limits(connection, run),
        "terrains": data.register_columns(connection, terrains, lat_lon)
        | data.figure_columns(connection, run, terrains)
        | data.grid_columns(
            connection,
            run,
            terrains,
            area_ids=[area["id"] for area in areas],
            zone_names=[zone["name"] for zone in zones],
        ),
        "areas": areas,
        "zones": zones,
        "sites": features.truck_sites(connection, run),
        "base": features.base_layer(connection, land, words),
    }


def _choices(run: RunInfo) -> dict[str, Any]:
    return {
        "years": sorted(run.years),
        "scenarios": data.ordered_scenarios(run),
        "strategies": list(STRATEGIES),
        "planClasses": list(PLAN_CLASSES),
        "vehicleClasses": list(VEHICLE_CLASSES),
    }


def _page_words(words: Words) -> dict[str, str]:
    """Return the texts that the page itself needs, without those of other outputs."""
    return {key: text for key, text in words.texts.items() if key.startswith(("map.", "common."))}


def _municipality(
    connection: duckdb.DuckDBPyConnection, code: str | None
) -> tuple[str, tuple[float, float]] | None:
    """Return the name and point of a municipality."""
    if code is None:
        return None
    found = connection.execute(
        "SELECT municipality_name, x_rd_m, y_rd_m FROM municipalities WHERE municipality_code = ?",
        [code],
    ).fetchone()
    if found is None:
        near = connection.execute(
            "SELECT municipality_code || ' ' || municipality_name FROM municipalities "
            "ORDER BY levenshtein(municipality_code, ?), municipality_code LIMIT 3",
            [code],
        ).fetchall()
        raise UnknownNameError("municipality", code, [text for (text,) in near])
    return found[0], (found[1], found[2])


def _count(words: Words, shown: int, municipality_name: str | None) -> str:
    if municipality_name is not None:
        return words(
            "map.count_municipality", shown=words.number(shown), municipality=municipality_name
        )
    return words("map.count", shown=words.number(shown), register=words.number(LIVE_LAYER_TERRAINS))


def _sources(
    words: Words, run: RunInfo, connection: duckdb.DuckDBPyConnection
) -> list[dict[str, str]]:
    """Return the source line: a text and, where there is one, the page of the source."""
    span = connection.execute(
        "SELECT min(reference_year), max(reference_year) FROM terrains"
    ).fetchone()
    first, last = span or (None, None)
    years = str(last) if first == last else f"{first}\u2013{last}"
    computed = words(
        "map.source.run",
        date=words.date(run.ended_at.date()),
        version=run.code_version,
        run_id=run.run_id,
    )
    register = words("map.source.register", years=years, edition=run.edition_id[:_EDITION_DIGITS])
    return [
        {"text": computed, "url": ""},
        {"text": register, "url": ""},
        {"text": words("map.source.zones"), "url": "https://opendata.ndw.nu/"},
        {
            "text": words("map.source.grid"),
            "url": "https://capaciteitskaart.netbeheernederland.nl/",
        },
        {"text": words("map.source.sites"), "url": "https://www.openstreetmap.org/copyright"},
        {"text": words("map.source.places"), "url": "https://www.geonames.org/"},
        {"text": words("map.source.software"), "url": "https://leafletjs.com/"},
    ]
