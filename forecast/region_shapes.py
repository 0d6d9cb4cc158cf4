"""Outlines in and around a region, as far as they were imported: its own, its terrains', zones'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.selection import MUNICIPALITY_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from forecast.selection import Selection


@dataclass(frozen=True)
class RegionShapes:
    """Outlines in RD New (EPSG:28992) as WKT.

    Attributes
    ----------
    region
        Its outline, in parts that may share borders; empty where any part is not known.
    terrains, zones
        By RIN and by name, of those whose outline is known.
    """

    region: tuple[str, ...]
    terrains: dict[str, str]
    zones: dict[str, str]


def read_region_shapes(
    connection: duckdb.DuckDBPyConnection, selection: Selection, zone_names: Iterable[str]
) -> RegionShapes:
    """Return the outlines of a region, its terrains and zones."""
    terrains = connection.execute(
        "SELECT terrain_id, outline_wkt FROM terrain_outlines "
        "WHERE terrain_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(selection.terrain_ids)],
    ).fetchall()
    zones = connection.execute(
        "SELECT zone_name, outline_wkt FROM ze_zones WHERE outline_wkt IS NOT NULL "
        "AND zone_name IN (SELECT unnest(?::VARCHAR[]))",
        [list(zone_names)],
    ).fetchall()
    return RegionShapes(_region(connection, selection), dict(terrains), dict(zones))


def _region(connection: duckdb.DuckDBPyConnection, selection: Selection) -> tuple[str, ...]:
    """Return a province or municipality as one part, other regions as those they are made of."""
    own = connection.execute(
        "SELECT outline_wkt FROM region_outlines WHERE level = ? AND region_id = ?",
        [selection.level, selection.region_id],
    ).fetchall()
    if own:
        return tuple(wkt for (wkt,) in own)
    column = MUNICIPALITY_COLUMNS.get(selection.level)
    level, key = (
        ("province", "province_name") if column is None else ("municipality", "municipality_code")
    )
    parts = connection.execute(
        f"SELECT DISTINCT {key}, outline_wkt FROM municipalities "  # noqa: S608 - a closed list of columns
        f"LEFT JOIN region_outlines ON level = '{level}' AND region_id = {key} "
        + ("" if column is None else f"WHERE {column} = ?")
        + f"ORDER BY {key}",
        [] if column is None else [selection.region_id],
    ).fetchall()
    shapes = [wkt for _, wkt in parts]
    return () if None in shapes else tuple(shapes)
