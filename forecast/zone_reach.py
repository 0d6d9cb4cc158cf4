"""How far terrains are from zero-emission zones, and which part of them lies inside.

Distances are in RD New metres, to the outline of a zone where it was loaded and else to the edge of
the circle of equal area. A terrain without an outline is a point: where it lies is known less well
than how large it is. One with an outline is measured by its ground.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import shapely

from forecast.footprints import QUARTER_SEGMENTS, outlines_of
from forecast.overlays import distances_km, rd_m
from models.units import M_PER_KM

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ZoneReach:
    """Terrains (rows) and zones (columns).

    Attributes
    ----------
    distance_km
        From the point or the outline of the terrain to the edge of the zone, zero where they meet
        or overlap [km].
    share
        Part of the terrain inside the zone: of its outline; 0 or 1 of a point.
    rest_km
        From the middle of what lies outside to the edge of the zone [km].
    is_outline
        Which terrains have an outline; shape (n,).
    """

    distance_km: Floats
    share: Floats
    rest_km: Floats
    is_outline: npt.NDArray[np.bool_]


def measure_reach(
    holders: pl.DataFrame, zones: pl.DataFrame, terrain_outlines: pl.DataFrame
) -> ZoneReach:
    """Return how holders lie towards zones that have a point.

    Parameters
    ----------
    holders
        Terrains and pseudo-terrains, see `forecast.overlays.vehicle_holders`.
    zones
        Rows of `ze_zones`.
    terrain_outlines
        Outlines of terrains in RD New; those without one are points.
    """
    radius_m = zones["equivalent_radius_m"].fill_null(0).to_numpy()
    points = shapely.points(rd_m(holders))
    distance = np.asarray(
        np.maximum(distances_km(rd_m(holders), rd_m(zones)) - radius_m / M_PER_KM, 0)
    )
    drawn = [outline_of(wkt) for wkt in zones["outline_wkt"]]
    for column, outline in enumerate(drawn):
        if outline is not None:
            shapely.prepare(outline)
            distance[:, column] = shapely.distance(outline, points) / M_PER_KM
    share, rest = (distance == 0).astype(np.float64), distance.copy()
    outlines = outlines_of(holders, terrain_outlines)
    is_outline = ~shapely.is_missing(outlines)
    middles = shapely.points(rd_m(zones))
    circles = shapely.buffer(middles, radius_m, quad_segs=QUARTER_SEGMENTS)
    for column, outline in enumerate(drawn):
        ground = outlines[is_outline]
        if not ground.size:
            break
        zone = outline if outline is not None else circles[column] if radius_m[column] else None
        found = _of_grounds(ground, middles[column] if zone is None else zone)
        distance[is_outline, column], share[is_outline, column], rest[is_outline, column] = found
    return ZoneReach(distance, share, rest, is_outline)


def outline_of(wkt: str | None) -> Any:
    """Return the shape of a text; None for none."""
    return None if wkt is None else shapely.from_wkt(wkt)


def _of_grounds(grounds: npt.NDArray[np.object_], zone: Any) -> tuple[Floats, Floats, Floats]:
    """Return distance [km], share and distance of the rest [km] of outlines to one zone."""
    shapely.prepare(zone)
    distance = shapely.distance(zone, grounds) / M_PER_KM
    rest_middle = shapely.centroid(grounds)
    share = np.zeros(len(grounds))
    touching = distance == 0
    overlap = shapely.area(shapely.intersection(grounds[touching], zone))
    share[touching] = np.minimum(overlap / shapely.area(grounds[touching]), 1.0)
    outside = shapely.centroid(shapely.difference(grounds[touching], zone))
    rest_middle[touching] = np.where(shapely.is_empty(outside), rest_middle[touching], outside)
    return distance, share, shapely.distance(zone, rest_middle) / M_PER_KM
