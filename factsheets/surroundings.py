"""What lies around a terrain: the material of the small map, in RD metres."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import TYPE_CHECKING, Final

from forecast.terrain_rows import chunks, rows_by_terrain

if TYPE_CHECKING:
    import duckdb

HALF_WIDTH_M: Final = 9_000.0
HALF_HEIGHT_M: Final = 4_830.0
_M2_PER_HA: Final = 10_000.0

_LAYERS: Final = {
    "terrains": (
        "SELECT terrain_id AS key, terrain_id AS name, x_rd_m AS x, y_rd_m AS y, 0 AS rank, "
        "sqrt(greatest(net_ha, 0) * 10000 / pi()) AS radius FROM terrains"
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
    """Something at a place: easting and northing from the terrain [m], and its radius [m]."""

    name: str
    east_m: float
    north_m: float
    radius_m: float


@dataclass(frozen=True)
class Surroundings:
    """What the small map shows.

    Attributes
    ----------
    radius_m
        Of a circle with the area of the terrain itself [m].
    terrains, zones, sites
        In view; of zones also those whose edge is.
    places
        In view, largest first; the radius carries nothing.
    """

    radius_m: float
    terrains: tuple[Spot, ...]
    zones: tuple[Spot, ...]
    sites: tuple[Spot, ...]
    places: tuple[Spot, ...]


def circle_radius_m(area_ha: float) -> float:
    """Return the radius of a circle of an area.

    >>> round(circle_radius_m(100))
    564
    """
    return sqrt(max(area_ha, 0.0) * _M2_PER_HA / pi)


def all_surroundings(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]
) -> Iterator[Surroundings]:
    """Yield what lies around existing terrains, in their order."""
    for chunk in chunks(terrain_ids):
        areas = rows_by_terrain(
            connection,
            "SELECT terrain_id, net_ha, gross_ha FROM terrains WHERE terrain_id IN {terrains}",
            [],
            chunk,
        )
        around = {name: _spots(connection, sql, chunk) for name, sql in _LAYERS.items()}
        for key in chunk:
            [(net_ha, gross_ha)] = areas[key]
            yield Surroundings(
                circle_radius_m(net_ha or gross_ha),
                **{name: spots[key] for name, spots in around.items()},
            )


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
