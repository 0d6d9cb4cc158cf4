"""Terrains of the register as a search gives them: of a list of RINs, or around a place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from forecast.search_result import TerrainHit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb

    from forecast.coordinates import Place

_M_PER_KM: Final = 1000.0
_SQL: Final = (
    "SELECT terrain_id, terrain_name, municipality_code, gross_ha, location_quality, "
    "x_rd_m, y_rd_m FROM terrains "
)


def municipality_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the name of every municipality by its code."""
    return dict(
        connection.execute(
            "SELECT municipality_code, municipality_name FROM municipalities"
        ).fetchall()
    )


def hits_of(connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]) -> list[TerrainHit]:
    """Return the terrains with these RINs in their order, without those that don't exist."""
    if not terrain_ids:
        return []
    marks = ", ".join("?" * len(terrain_ids))
    found = {
        hit.terrain_id: hit
        for hit in _hits(connection, f"WHERE terrain_id IN ({marks})", list(terrain_ids))
    }
    return [found[terrain_id] for terrain_id in terrain_ids if terrain_id in found]


def hits_around(
    connection: duckdb.DuckDBPyConnection, place: Place, reach_km: float
) -> list[TerrainHit]:
    """Return the terrains within a distance of a place, nearest first."""
    reach_m = reach_km * _M_PER_KM
    box = "WHERE x_rd_m BETWEEN ? AND ? AND y_rd_m BETWEEN ? AND ?"
    sides = [
        side
        for middle in (place.x_rd_m, place.y_rd_m)
        for side in (middle - reach_m, middle + reach_m)
    ]
    hits = _hits(connection, box, sides, place)
    return _by_distance(hit for hit in hits if (hit.distance_km or 0.0) <= reach_km)


def nearest_hit(connection: duckdb.DuckDBPyConnection, place: Place) -> list[TerrainHit]:
    """Return the terrain nearest to a place, however far; none where there are no terrains."""
    return _by_distance(_hits(connection, "", [], place))[:1]


def _by_distance(hits: Iterable[TerrainHit]) -> list[TerrainHit]:
    return sorted(hits, key=lambda hit: (hit.distance_km or 0.0, hit.terrain_id))


def _hits(
    connection: duckdb.DuckDBPyConnection,
    where: str,
    values: Sequence[object],
    place: Place | None = None,
) -> list[TerrainHit]:
    # Joined here: for a few rows that is less work than planning a join.
    rows = connection.execute(_SQL + where, list(values)).fetchall()
    towns = municipality_names(connection) if rows else {}
    return [
        TerrainHit(
            terrain_id,
            name,
            towns[code],
            gross_ha,
            quality,
            None
            if place is None
            else math.hypot(x_rd_m - place.x_rd_m, y_rd_m - place.y_rd_m) / _M_PER_KM,
        )
        for terrain_id, name, code, gross_ha, quality, x_rd_m, y_rd_m in rows
    ]
