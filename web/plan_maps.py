"""The plan map and its tables, drawn when they are asked for and kept until figures change."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, abort, request, url_for

from forecast.selection import select_terrains
from forecast.vocabulary import NATION, SELECTION_LEVELS
from web import current

if TYPE_CHECKING:
    import duckdb

    from forecast.selection import Selection

pages: Final = Blueprint("plan_maps", __name__, url_prefix="/map")
_MAP_NAME: Final = "plankaart.html"
_KEPT: Final = 6
"""That of the country is 6 MB."""
_POLICY: Final = re.compile(r'http-equiv="Content-Security-Policy" content="([^"]+)"')
_NO_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True)
class DrawnMap:
    """A page, its content security policy, and a tag that differs where its bytes do."""

    page: bytes
    policy: str
    tag: str


class DrawnMaps:
    """The maps drawn last; each is drawn once, however many ask for it at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawing: dict[tuple[object, ...], threading.Lock] = {}
        self._kept: OrderedDict[tuple[object, ...], DrawnMap] = OrderedDict()

    def get(self, key: tuple[object, ...], draw: Callable[[], str]) -> DrawnMap:
        """Return the map of a key, drawn now if it isn't there."""
        with self._lock:
            turn = self._drawing.setdefault(key, threading.Lock())
        with turn:  # others that ask for this one wait; those of another map do not
            if (kept := self._find(key)) is None:
                kept = _drawn(draw())
                self._keep(key, kept)
        return kept

    def _find(self, key: tuple[object, ...]) -> DrawnMap | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[object, ...], drawn: DrawnMap) -> None:
        with self._lock:
            self._kept[key] = drawn
            while len(self._kept) > _KEPT:
                forgotten, _ = self._kept.popitem(last=False)
                self._drawing.pop(forgotten, None)


def _drawn(page: str) -> DrawnMap:
    found = _POLICY.search(page)
    policy = found[1].replace("&#39;", "'") if found else _NO_POLICY
    data = page.encode()
    return DrawnMap(data, policy, sha256(data).hexdigest()[:16])


@pages.get("/<level>/<path:region_id>/plankaart.html")
def plan_map(level: str, region_id: str) -> Response:
    """Return the plan map of a region, whose popups lead to the pages of its terrains."""

    def draw(connection: duckdb.DuckDBPyConnection, selection: Selection) -> str:
        from maps.plan_map import plan_map_html

        options = current.options()
        return plan_map_html(
            connection,
            selection,
            Path(_MAP_NAME),
            language=current.words().language,
            theme=options.theme,
            background=options.background,
            terrain_pages=_terrain_pages(),
        )

    return _answer("map", level, region_id, draw)


@pages.get("/<level>/<path:region_id>/plankaart-tabel.html")
@pages.get("/<level>/<path:region_id>/plankaart-table.html")
def tables(level: str, region_id: str) -> Response:
    """Return the figures of the map in tables."""

    def draw(connection: duckdb.DuckDBPyConnection, selection: Selection) -> str:
        from maps.table import table_html

        return table_html(
            connection,
            selection,
            map_name=_MAP_NAME,
            language=current.words().language,
            theme=current.options().theme,
        )

    return _answer("table", level, region_id, draw)


def _terrain_pages() -> str:
    """Return the beginning of the address of every page of a terrain."""
    return url_for("terrain.show", terrain_id="0").removesuffix("0")


def _answer(
    kind: str,
    level: str,
    region_id: str,
    draw: Callable[[duckdb.DuckDBPyConnection, Selection], str],
) -> Response:
    if level not in (NATION, *SELECTION_LEVELS):
        abort(404)
    database = current.database()

    def drawn() -> str:
        with database.reading() as connection:
            return draw(connection, select_terrains(connection, level, region_id))

    key = (kind, level, region_id, current.words().language, database.state)
    made = current.drawn_maps().get(key, drawn)
    answer = Response(made.page, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = f"{made.policy}; frame-ancestors 'self'"
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.set_etag(made.tag)
    answer.make_conditional(request)
    return answer
