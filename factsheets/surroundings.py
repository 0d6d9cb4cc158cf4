"""What lies around a terrain: the material of the small map, in RD metres."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import duckdb

    from forecast.query import TerrainReport

HALF_WIDTH_M: Final = 9_000.0
HALF_HEIGHT_M: Final = 6_500.0
_M2_PER_HA: Final = 10_000.0


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


def read_surroundings(connection: duckdb.DuckDBPyConnection, report: TerrainReport) -> Surroundings:
    """Return what lies around the terrain of a report."""
    terrain = report.terrain
    center = (terrain.x_rd_m, terrain.y_rd_m)

    def spots(sql: str) -> tuple[Spot, ...]:
        rows = connection.execute(
            f"SELECT name, x - ?, y - ?, radius FROM ({sql}) "  # noqa: S608 - constants below
            "WHERE abs(x - ?) <= ? + radius AND abs(y - ?) <= ? + radius",
            [*center, center[0], HALF_WIDTH_M, center[1], HALF_HEIGHT_M],
        ).fetchall()
        return tuple(Spot(*row) for row in rows)

    others = spots(
        "SELECT terrain_id AS name, x_rd_m AS x, y_rd_m AS y, "
        "sqrt(greatest(net_ha, 0) * 10000 / pi()) AS radius FROM terrains ORDER BY terrain_id"
    )
    return Surroundings(
        radius_m=circle_radius_m(terrain.net_ha or terrain.gross_ha),
        terrains=tuple(spot for spot in others if spot.name != terrain.terrain_id),
        zones=spots(
            "SELECT zone_name AS name, x_rd_m AS x, y_rd_m AS y, equivalent_radius_m AS radius "
            "FROM ze_zones WHERE equivalent_radius_m IS NOT NULL ORDER BY zone_name"
        ),
        sites=spots(
            "SELECT site_id AS name, x_rd_m AS x, y_rd_m AS y, 0::DOUBLE AS radius "
            "FROM truck_sites ORDER BY site_id"
        ),
        places=spots(
            "SELECT place_name AS name, x_rd_m AS x, y_rd_m AS y, 0::DOUBLE AS radius "
            "FROM places ORDER BY inhabitants DESC, place_name"
        ),
    )
