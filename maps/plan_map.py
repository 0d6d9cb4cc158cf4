"""The plan map (plankaart): one page that a municipality can publish and open without a network.

Beside it stands the same in tables, for who can't use a map.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from forecast.files import write_together
from forecast.run_info import RunInfo, latest_run
from forecast.selection import Selection, select_terrains
from forecast.theme import Theme
from forecast.vocabulary import PLAN_CLASSES, STRATEGIES, VEHICLE_CLASSES, VEHICLE_GROUPS
from forecast.words import Words, load
from maps import base, data, day_curves, features, figures, hubs, leaflet, limits, wording
from maps.background import PDOK, Background
from maps.factsheet_links import factsheet_links
from maps.table import table_html

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_MIN_ZOOM: Final = 6
_MAX_ZOOM: Final = 16
# Texts that stand in the page already, or in the other one.
_WRITTEN_BEFORE: Final = ("map.source.", "map.table.", "map.title_", "map.count")
_TABLE_SUFFIX: Final = {"nl": "tabel", "en": "table"}


def write_plan_map(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    selection: Selection | None = None,
    *,
    language: str = "nl",
    theme: Theme | None = None,
    background: Background | None = PDOK,
    factsheets: str | None = None,
) -> Path:
    """Write the plan map of the last run as one HTML file, and the tables beside it as another.

    Parameters
    ----------
    connection
        An opened database with a published run.
    path
        The file to write; an existing one is replaced only when the new ones are complete. The
        tables get its name with ``-tabel`` (``-table`` in English).
    selection
        The terrains to draw and zoom to; None for the whole country.
    language
        ``nl`` or ``en``.
    theme
        House style; None for that of laadvraag.
    background
        Tiles that are fetched while there is a network; None: the page never asks for any.
    factsheets
        Folder or web address of the factsheets to link to; see `maps.factsheet_links`.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    UnknownNameError
        If the language does not exist.
    DataSourceError
        If a folder of factsheets was named that holds none of these terrains.
    OutputError
        If a file can't be written; then none is.
    """
    chosen = selection or select_terrains(connection)
    house = theme or Theme()
    beside = table_path(path, language)
    page = plan_map_html(
        connection,
        chosen,
        path,
        language=language,
        theme=house,
        background=background,
        factsheets=factsheets,
    )
    tables = table_html(connection, chosen, map_name=path.name, language=language, theme=house)
    with write_together(path.parent, path) as fresh:
        (fresh / path.name).write_bytes(page.encode())
        (fresh / beside.name).write_bytes(tables.encode())
    return path


def table_path(path: Path, language: str = "nl") -> Path:
    """Return where the tables of a map stand.

    >>> table_path(Path("output/plankaart.html")).name
    'plankaart-tabel.html'
    """
    load(language)  # says what languages there are
    return path.with_name(f"{path.stem}-{_TABLE_SUFFIX[language]}.html")


def plan_map_html(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection,
    path: Path = Path("plankaart.html"),
    *,
    language: str = "nl",
    theme: Theme | None = None,
    background: Background | None = PDOK,
    factsheets: str | None = None,
    terrain_pages: str | None = None,
) -> str:
    """Return the page of `write_plan_map` as text; `path` is where its links start.

    Where pages of terrains are served, `terrain_pages` is the beginning of their address, which a
    RIN ends; links then lead there instead of to factsheets.
    """
    words, run, house = load(language), latest_run(connection), theme or Theme()
    terrains, names, land, bounds = read_view(connection, selection)
    payload: dict[str, Any] = {
        "language": language,
        "words": _page_words(words),
        "bounds": bounds,
        "background": _tiles(background),
        "factsheets": _links(terrains, path, factsheets, terrain_pages),
        **_choices(run),
        **_content(connection, run, terrains, land=land, words=words),
        "base": features.base_layer(connection, selection, land, words, names),
    }
    title = wording.page_title(words, selection)
    panel = leaflet.rendered(
        "panel.html",
        words=words,
        run=run,
        title=title,
        theme=house,
        table=quote(table_path(path, language).name),
        **_panel_texts(selection, words, len(payload["terrains"]["outlines"])),
        sources=wording.source_lines(
            connection, run, words, house, has_background=background is not None
        ),
        has_background=background is not None,
        **_choice_words(words, run),
    )
    page = leaflet.Inline(panel=panel, payload=payload, theme=house, scripts=leaflet.PLAN_MAP)
    return assembled(title, page, leaflet_map(words("map.map_label"), bounds), language, background)


def read_view(
    connection: duckdb.DuckDBPyConnection, selection: Selection
) -> tuple[pl.DataFrame, list[str], Any, list[list[float]]]:
    """Return the terrains to draw, the names of their municipalities, the land, and the view."""
    terrains = data.read_terrains(connection, selection)
    municipalities = data.read_municipalities(connection, selection)
    land = features.read_land(connection)
    bounds = features.view_bounds(land, terrains, None if selection.is_national else municipalities)
    return terrains, municipalities["municipality_name"].to_list(), land, bounds


def assembled(
    title: str,
    page: leaflet.Inline,
    drawn: leaflet.PlanMap,
    language: str,
    background: Background | None = None,
) -> str:
    """Return the text of a page with a map on it."""
    figure = leaflet.PlanFigure(title=title, language=language)
    figure.add_child(drawn)
    figure.add_child(page)
    return leaflet.sealed(figure.render(), background)


def _tiles(background: Background | None) -> dict[str, Any] | None:
    if background is None:
        return None
    return {"url": background.url, "closestZoom": background.closest_zoom}


def _links(
    terrains: pl.DataFrame, path: Path, factsheets: str | None, terrain_pages: str | None
) -> dict[str, Any] | None:
    """Return where a terrain leads to: its page where those are served, else its factsheet."""
    if terrain_pages is None:
        address, files = factsheet_links(terrains, path, factsheets)
    else:
        address, files = terrain_pages, list(map(quote, terrains["terrain_id"]))
    if not any(files):
        return None
    return {
        "address": address,
        "files": files,
        "text": "map.popup.factsheet" if terrain_pages is None else "map.popup.terrain_page",
        # A served map stands in a frame of the page around it.
        "target": "_blank" if terrain_pages is None else "_top",
    }


def _panel_texts(selection: Selection, words: Words, outlined: int) -> dict[str, Any]:
    """Return how many terrains there are, and how many of them by their outline."""
    return {
        "count": wording.count_sentence(words, selection, outlined),
        "shapes": wording.shape_sentence(words, selection, outlined),
        "is_national": selection.is_national,
    }


def leaflet_map(label: str, bounds: list[list[float]]) -> leaflet.PlanMap:
    """Return an empty map that begins with a view, called so for who doesn't see it."""
    return leaflet.PlanMap(
        label=label,
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
        "limits": limits.read_limits(connection, run, data.main_scenario(run)),
        "terrains": data.register_columns(connection, terrains, lat_lon, words)
        | figures.figure_columns(connection, run, terrains)
        | day_curves.session_columns(connection, run, terrains)
        | data.grid_columns(
            connection,
            run,
            terrains,
            area_ids=[area["id"] for area in areas],
            zone_names=[zone["name"] for zone in zones],
        ),
        "day": day_curves.session_profiles(connection, run),
        "hubs": hubs.hub_rows(connection, run, terrains),
        "areas": areas,
        "zones": zones,
        "sites": features.truck_sites(connection, run),
    }


def _choices(run: RunInfo) -> dict[str, Any]:
    return {
        "years": sorted(run.years),
        "scenarios": data.ordered_scenarios(run),
        "strategies": list(STRATEGIES),
        "planClasses": list(PLAN_CLASSES),
        "vehicleClasses": list(VEHICLE_CLASSES),
        "vehicleGroups": {"all": list(VEHICLE_CLASSES)}
        | {group: list(classes) for group, classes in VEHICLE_GROUPS.items()},
    }


def _choice_words(words: Words, run: RunInfo) -> dict[str, Any]:
    """Return what can be chosen in the panel, and how it is called."""
    scenarios = data.ordered_scenarios(run)
    return {
        # A forecast is opened for what lies ahead: the middle of the years and scenarios.
        "default_year": sorted(run.years)[len(run.years) // 2],
        "default_scenario": data.main_scenario(run),
        "scenarios": scenarios,
        "scenario_words": [words(f"common.scenario.{name}") for name in scenarios],
        "strategies": STRATEGIES,
        "strategy_words": [words(f"common.strategy.{name}") for name in STRATEGIES],
    }


def _page_words(words: Words) -> dict[str, str]:
    """Return the texts that the page itself needs, without those of other outputs."""
    return {
        key: text
        for key, text in words.texts.items()
        if key.startswith(("map.", "common.")) and not key.startswith(_WRITTEN_BEFORE)
    }
