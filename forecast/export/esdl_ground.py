"""Where a terrain lies, as ESDL has it: a point or its outline in degrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from forecast.export.table import xml_safe
from forecast.footprints import read_footprints
from forecast.vocabulary import RD_NEW

if TYPE_CHECKING:
    import duckdb

    from forecast.selection import Selection

_DEGREE_DECIMALS: Final = 6
"""Of degrees: a decimetre."""


@dataclass(frozen=True)
class Terrain:
    """A terrain on the globe; its outline is None where none is known."""

    terrain_id: str
    name: str
    longitude: float
    latitude: float
    outline: Any

    @property
    def key(self) -> str:
        """The end of the ids of what stands on it: XML parts references by spaces."""
        return "-".join(xml_safe(self.terrain_id).split())


def read_terrains(connection: duckdb.DuckDBPyConnection, selection: Selection) -> list[Terrain]:
    """Return the terrains of a selection, in degrees."""
    import shapely
    from pyproj import Transformer

    rows = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT terrain_id, terrain_name, x_rd_m, y_rd_m FROM terrains "
            "WHERE terrain_id IN (SELECT unnest($1))",
            [list(selection.terrain_ids)],
        ).fetchall()
    }
    transformer = Transformer.from_crs(RD_NEW, "EPSG:4326", always_xy=True)
    footprints = read_footprints(connection, selection.terrain_ids)
    found = []
    for terrain_id in selection.terrain_ids:
        name, x, y = rows[terrain_id]
        longitude, latitude = transformer.transform(x, y)
        outline = shapely.from_wkt(footprints[terrain_id].outline_wkt)
        if outline is not None:
            outline = shapely.transform(outline, transformer.transform, interleaved=False)
        found.append(
            Terrain(
                terrain_id,
                name,
                round(longitude, _DEGREE_DECIMALS),
                round(latitude, _DEGREE_DECIMALS),
                outline,
            )
        )
    return found


def point(terrain: Terrain) -> Any:
    """Return the point of a terrain."""
    import esdl

    return esdl.Point(lat=terrain.latitude, lon=terrain.longitude, CRS="WGS84")


def ground(terrain: Terrain) -> Any:
    """Return the outline of a terrain, else its point."""
    import esdl
    import shapely

    if terrain.outline is None:
        return point(terrain)

    def ring(line: Any) -> Any:
        # A polygon of ESDL is closed by itself.
        corners = shapely.get_coordinates(line)[:-1].round(_DEGREE_DECIMALS).tolist()
        return esdl.SubPolygon(point=[esdl.Point(lat=lat, lon=lon) for lon, lat in corners])

    polygons = [
        esdl.Polygon(exterior=ring(part.exterior), interior=[ring(hole) for hole in part.interiors])
        for part in shapely.get_parts(terrain.outline)
    ]
    for each in polygons:
        each.CRS = "WGS84"
    return polygons[0] if len(polygons) == 1 else esdl.MultiPolygon(polygon=polygons, CRS="WGS84")
