"""What lies around a terrain: the material of the small map, in RD metres."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from forecast.footprints import RADIUS_SQL, read_footprints, simplified_rings
from forecast.terrain_rows import chunks, rows_by_terrain

if TYPE_CHECKING:
    import duckdb

    from forecast.footprints import Ring

HALF_WIDTH_M: Final = 9_000.0
HALF_HEIGHT_M: Final = 4_830.0
DETAIL_M: Final = 20.0
"""Outlines are drawn as coarse as this: a third of a unit of the small map."""

_LAYERS: Final = {
    "terrains": (
        "SELECT terrain_id AS key, terrain_id AS name, x_rd_m AS x, y_rd_m AS y, 0 AS rank, "  # noqa: S608 - a constant
        + RADIUS_SQL
        + " AS radius FROM terrains"
    ),
    "zones": (
        "SELECT NULL AS key, zone_name AS name, x_rd_m AS x, y_rd_m AS y, 0 AS rank, "
        "equivalent_radius_m AS radius FROM ze_zones WHERE equivalent_radius_m IS NOT NULL"
    ),
    "sites": (
        "SELECT NULL AS key, site_id AS name, x_rd_m AS x, y_rd_m AS y, 0 AS rank, "
        "0::DOUBLE AS radius FROM truck_sites"
    ),
    "places": (
        "SELECT NULL AS key, place_name AS name, x_rd_m AS x, y_rd_m AS y, "
        "-inhabitants AS rank, 0::DOUBLE AS radius FROM places"
    ),
}
"""Per layer: name, place and radius of its spots, and the rank that orders them before the name."""


@dataclass(frozen=True)
class Spot:
    """Something at a place: easting and northing from the terrain [m], and its radius [m].

    Where its outline is known, ``rings`` are that, from the terrain too.
    """

    name: str
    east_m: float
    north_m: float
    radius_m: float
    rings: tuple[Ring, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What the small map shows.

    Attributes
    ----------
    radius_m
        Of a circle with the area of the terrain itself [m].
    rings
        Its outline, where that is known, around its own point [m].
    terrains, zones, sites
        In view; of zones also those whose edge is.
    places
        In view, largest first; the radius carries nothing.
    """

    radius_m: float
    rings: tuple[Ring, ...]
    terrains: tuple[Spot, ...]
    zones: tuple[Spot, ...]
    sites: tuple[Spot, ...]
    places: tuple[Spot, ...]


def all_surroundings(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]
) -> Iterator[Surroundings]:
    """Yield what lies around existing terrains, in their order."""
    for chunk in chunks(terrain_ids):
        points = rows_by_terrain(
            connection,
            "SELECT terrain_id, x_rd_m, y_rd_m FROM terrains WHERE terrain_id IN {terrains}",
            [],
            chunk,
        )
        footprints = read_footprints(connection, chunk)
        around = {name: _spots(connection, sql, chunk) for name, sql in _LAYERS.items()}
        grounds = _outlines(connection, "terrain_outlines", "terrain_id", around["terrains"], chunk)
        zones = _outlines(connection, "ze_zones", "zone_name", around["zones"])
        for key in chunk:
            [(x, y)] = points[key]
            yield Surroundings(
                footprints[key].footprint_radius_m,
                _around(grounds.get(key, ()), x, y),
                _outlined(around["terrains"][key], grounds, x, y),
                _outlined(around["zones"][key], zones, x, y),
                around["sites"][key],
                around["places"][key],
            )


def _outlines(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    column: str,
    spots: Mapping[str, Sequence[Spot]],
    others: Sequence[str] = (),
) -> dict[str, tuple[Ring, ...]]:
    """Return the known outlines of spots and others by name, in RD New."""
    names = sorted({*others, *(spot.name for found in spots.values() for spot in found)})
    rows = connection.execute(
        f"SELECT {column}, outline_wkt FROM {table} "  # noqa: S608 - constants of the caller
        f"WHERE outline_wkt IS NOT NULL AND {column} IN (SELECT unnest(?::VARCHAR[]))",
        [names],
    ).fetchall()
    rings = simplified_rings([wkt for _, wkt in rows], DETAIL_M)
    return dict(zip([name for name, _ in rows], rings, strict=True))


def _outlined(
    spots: Sequence[Spot], rings: Mapping[str, tuple[Ring, ...]], x: float, y: float
) -> tuple[Spot, ...]:
    return tuple(
        replace(spot, rings=_around(rings[spot.name], x, y)) if spot.name in rings else spot
        for spot in spots
    )


def _around(rings: Sequence[Ring], x: float, y: float) -> tuple[Ring, ...]:
    """Return rings as seen from a point."""
    return tuple(tuple((east - x, north - y) for east, north in ring) for ring in rings)


def _spots(
    connection: duckdb.DuckDBPyConnection, layer: str, terrain_ids: Sequence[str]
) -> dict[str, tuple[Spot, ...]]:
    """Return the spots of a layer in view of each terrain, in the order of the layer."""
    rows = rows_by_terrain(
        connection,
        "SELECT terrain_id, s.name, s.x - t.x_rd_m, s.y - t.y_rd_m, s.radius "  # noqa: S608 - constants above
        f"FROM terrains t JOIN ({layer}) s "
        "ON s.key IS DISTINCT FROM t.terrain_id "
        f"AND abs(s.x - t.x_rd_m) <= {HALF_WIDTH_M} + s.radius "
        f"AND abs(s.y - t.y_rd_m) <= {HALF_HEIGHT_M} + s.radius "
        "WHERE terrain_id IN {terrains} ORDER BY s.rank, s.name",
        [],
        terrain_ids,
    )
    return {key: tuple(Spot(*row) for row in found) for key, found in rows.items()}
