"""Which terrains a document is about: the country, a region, or one municipality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.files import slug
from forecast.search import find_region, find_terrain
from forecast.vocabulary import NATION, NATION_ID

if TYPE_CHECKING:
    import duckdb

TERRAIN: Final = "terrain"
"""Level of a selection of one terrain."""
MUNICIPALITY_COLUMNS: Final = {
    "municipality": "municipality_code",
    "province": "province_name",
    "nal_region": "nal_region_name",
}
"""Column of `municipalities` that holds the key of a region, by level."""


@dataclass(frozen=True)
class Selection:
    """The terrains of one region.

    Attributes
    ----------
    level
        One of `forecast.vocabulary.SELECTION_LEVELS`, ``nation``, or ``terrain`` for one.
    region_id, region_name
        The region, keyed as in `regional_summary`; of a terrain its RIN and name.
    terrain_ids
        Its terrains, by municipality and name; a region may hold none.
    """

    level: str
    region_id: str
    region_name: str
    terrain_ids: tuple[str, ...]

    @property
    def is_national(self) -> bool:
        """Whether it holds every terrain."""
        return self.level == NATION


def region_slug(selection: Selection) -> str:
    """Return a region as part of a file name; a province and a municipality may share theirs.

    >>> region_slug(Selection("province", "Utrecht", "Utrecht", ()))
    'provincie-utrecht'
    """
    if selection.is_national:
        return "nederland"
    level = {"province": "provincie-", "nal_region": "nal-"}.get(selection.level, "")
    return level + slug(selection.region_name)


def region_stem(kind: str, selection: Selection) -> str:
    """Return the name without ending of a file about a region; of the country the bare kind."""
    return kind if selection.is_national else f"{kind}-{region_slug(selection)}"


def select_terrains(
    connection: duckdb.DuckDBPyConnection, level: str = NATION, query: str = NATION_ID
) -> Selection:
    """Return the terrains of a region, found by name or code; of the country unless asked.

    Raises
    ------
    UnknownNameError
        If the level has no such region; with the nearest names.
    """
    region_id = NATION_ID if level == NATION else find_region(connection, level, query)
    [(name,)] = connection.execute(
        "SELECT DISTINCT region_name FROM regional_summary WHERE level = ? AND region_id = ?",
        [level, region_id],
    ).fetchall()
    where = "" if level == NATION else f"WHERE {MUNICIPALITY_COLUMNS[level]} = ?"
    rows = connection.execute(
        "SELECT terrain_id FROM terrains JOIN municipalities USING (municipality_code) "  # noqa: S608 - a closed list of columns
        f"{where} ORDER BY municipality_name, terrain_name, terrain_id",
        [] if level == NATION else [region_id],
    ).fetchall()
    return Selection(level, region_id, name, tuple(terrain_id for (terrain_id,) in rows))


def select_terrain(connection: duckdb.DuckDBPyConnection, query: str) -> Selection:
    """Return one terrain, found by name or RIN.

    Raises
    ------
    UnknownNameError, TerrainSearchError
        As `forecast.search.find_terrain`.
    """
    terrain_id = find_terrain(connection, query)
    [(name,)] = connection.execute(
        "SELECT terrain_name FROM terrains WHERE terrain_id = ?", [terrain_id]
    ).fetchall()
    return Selection(TERRAIN, terrain_id, name, (terrain_id,))
