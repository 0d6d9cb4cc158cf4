"""A quiet base map without a network: land, province borders and the cells of supply areas.

No outline of the country is embedded: without imported ones land is what lies near an inhabited
place, and a border runs halfway between the places on its two sides. Everything is
computed in RD New (EPSG:28992).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Points = NDArray[np.float64]
"""Eastings and northings, one row per point [m], EPSG:28992."""

_RD: Final = "EPSG:28992"
_DISPLAY: Final = "EPSG:4326"
# Reach joins neighbouring places into land without closing the IJsselmeer (25 km across).
_REACH_M: Final = 10_000.0
_SHRINK_M: Final = 7_800.0
_ROUNDING_M: Final = 2_500.0
# Terrains on reclaimed land (Maasvlakte) lie beyond the reach of any place.
_BUILT_MARGIN_M: Final = 1_600.0
SIMPLIFY_M: Final = 180.0
# A smaller gap is a region without a listed place, not a lake.
_LAKE_M2: Final = 250e6
_SMOOTHING_ROUNDS: Final = 2


def land_silhouette(places: Points, built: Points) -> Any:
    """Return the schematic outline of the land.

    Parameters
    ----------
    places
        Inhabited places [m].
    built
        Points that have to lie on land [m].

    Returns
    -------
    shapely.Geometry
        A (multi)polygon; empty if there are no points at all.
    """
    if not len(places) and not len(built):
        return shapely.MultiPolygon()
    reached = shapely.union_all(shapely.buffer(shapely.points(places), _REACH_M))
    parts = [shapely.buffer(reached, -_SHRINK_M)]
    parts += list(shapely.buffer(shapely.points(built), _BUILT_MARGIN_M))
    merged = shapely.union_all(parts)
    # Closing fills the notches between circles; the narrow opening after it rounds the rest.
    rounded = shapely.buffer(shapely.buffer(merged, _ROUNDING_M), -1.3 * _ROUNDING_M)
    rounded = shapely.buffer(rounded, 0.3 * _ROUNDING_M)
    solid = [_without_pinholes(part) for part in shapely.get_parts(rounded)]
    return shapely.simplify(shapely.union_all(solid), SIMPLIFY_M)


def voronoi_cells(points: Points, land: Any) -> list[Any]:
    """Return for every point the land nearer to it than to any other.

    Points that coincide share a cell: the first keeps it and the others get an empty one.
    """
    distinct, first, inverse = np.unique(points, axis=0, return_index=True, return_inverse=True)
    if len(distinct) < 2:  # noqa: PLR2004 - a diagram needs two points
        return [land if row == 0 else shapely.Polygon() for row in range(len(points))]
    diagram = shapely.voronoi_polygons(
        shapely.MultiPoint(distinct), extend_to=shapely.box(*land.bounds), ordered=True
    )
    cells = shapely.intersection(shapely.get_parts(diagram), land)
    owners = first[np.ravel(inverse)]
    return [
        cells[np.ravel(inverse)[row]] if owners[row] == row else shapely.Polygon()
        for row in range(len(points))
    ]


def regions(points: Points, groups: Sequence[str], land: Any) -> dict[str, Any]:
    """Return for every group the land nearer to one of its points than to any of another.

    Parameters
    ----------
    points
        One row per point [m].
    groups
        The group of each point, such as its province.
    land
        Outline to stay within.
    """
    cells = np.array(voronoi_cells(points, land), dtype=object)
    names = np.array(groups, dtype=object)
    return {name: shapely.union_all(cells[names == name]) for name in sorted(set(groups))}


def inner_borders(areas: Sequence[Any], land: Any) -> Any:
    """Return the lines between areas that share out the land."""
    edges = shapely.union_all([shapely.boundary(area) for area in areas])
    return shapely.line_merge(
        shapely.difference(edges, shapely.buffer(shapely.boundary(land), 1.0))
    )


def shared_borders(areas: Sequence[Any], land: Any) -> Any:
    """Return the smoothed lines between areas of which only points are known."""
    lines = shapely.get_parts(inner_borders(areas, land))
    return shapely.MultiLineString([_smooth(line) for line in lines if line.length > _ROUNDING_M])


def label_points(areas: Sequence[Any]) -> Points:
    """Return where the name of each area has most room: its largest circle's centre [m]."""
    circles = shapely.maximum_inscribed_circle(np.array(areas, dtype=object), tolerance=500.0)
    middles: Points = shapely.get_coordinates(shapely.get_point(circles, 0))
    return middles


def to_display(geometries: Sequence[Any]) -> list[Any]:
    """Return geometries in RD New as longitude and latitude [degrees]."""
    return list(gpd.GeoSeries(list(geometries), crs=_RD).to_crs(_DISPLAY))


def display_points(points: Points) -> Points:
    """Return latitude and longitude of points in RD New, as Leaflet orders them [degrees]."""
    moved = gpd.GeoSeries(shapely.points(points), crs=_RD).to_crs(_DISPLAY)
    return np.column_stack([moved.y, moved.x])


def rings(geometry: Any) -> list[list[list[float]]]:
    """Return the outer and inner rings of a displayed (multi)polygon as [latitude, longitude]."""
    found = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon" and not part.is_empty:
            found += [_lat_lon(ring) for ring in (part.exterior, *part.interiors)]
    return found


def paths(geometry: Any) -> list[list[list[float]]]:
    """Return the lines of a displayed (multi)line as [latitude, longitude]."""
    return [_lat_lon(line) for line in shapely.get_parts(geometry) if not line.is_empty]


def _lat_lon(line: Any) -> list[list[float]]:
    # Four decimals are about ten metres: finer than anything drawn here.
    flipped = shapely.get_coordinates(line)[:, ::-1].round(4)
    pairs: list[list[float]] = flipped.tolist()
    return pairs


def _without_pinholes(part: Any) -> Any:
    holes = [hole for hole in part.interiors if shapely.Polygon(hole).area > _LAKE_M2]
    return shapely.Polygon(part.exterior, holes)


def _smooth(line: Any) -> Any:
    """Return a line with its corners cut (Chaikin), its ends kept."""
    xy = shapely.get_coordinates(shapely.simplify(line, 6 * SIMPLIFY_M))
    for _ in range(_SMOOTHING_ROUNDS):
        quarter = 0.75 * xy[:-1] + 0.25 * xy[1:]
        three_quarters = 0.25 * xy[:-1] + 0.75 * xy[1:]
        between = np.stack([quarter, three_quarters], axis=1).reshape(-1, 2)
        xy = np.vstack([xy[:1], between, xy[-1:]])
    return shapely.LineString(xy)
