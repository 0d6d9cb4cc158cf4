"""Links from the map to the factsheets: only to those that are there."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from forecast.errors import DataSourceError
from forecast.files import file_stem
from forecast.spoken import say

if TYPE_CHECKING:
    import polars as pl

DEFAULT_FOLDER: Final = "factsheets"
"""Beside the map; where `laadvraag factsheet` puts them unless asked otherwise."""
_WEB_ADDRESS: Final = re.compile(r"https?://[^\s]+")


def factsheet_links(
    terrains: pl.DataFrame, map_path: Path, place: str | None
) -> tuple[str, list[str | None]]:
    """Return the address of the folder and, per terrain, its file there; None: no factsheet.

    Parameters
    ----------
    terrains
        Those of the map.
    map_path
        The file of the map, which links are relative to.
    place
        A folder, whose HTML factsheets are linked as far as they exist; a web address, where all
        are taken to be; or None for the folder ``factsheets`` beside the map, if it is there.

    Raises
    ------
    DataSourceError
        If a folder was named that holds no factsheet of these terrains.
    """
    rows = terrains.select("terrain_id", "terrain_name").rows()
    names = [f"{file_stem(terrain_id, name)}.html" for terrain_id, name in rows]
    if place is not None and _WEB_ADDRESS.fullmatch(place):
        return place.rstrip("/") + "/", list(names)
    folder = map_path.parent / DEFAULT_FOLDER if place is None else Path(place)
    there = {file.name for file in folder.glob("*.html")}
    found = [name if name in there else None for name in names]
    if place is not None and not any(found) and names:
        raise DataSourceError(folder, say("refusals.links.no_factsheets", example=names[0]))
    return _relative(folder, map_path.parent), found


def _relative(folder: Path, start: Path) -> str:
    try:
        return quote(Path(os.path.relpath(folder, start)).as_posix()) + "/"
    except ValueError:  # another drive of Windows
        return folder.resolve().as_uri() + "/"
