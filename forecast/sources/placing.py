"""Where the features of a file lie: its coordinates are recognised, never taken at their word.

Files say EPSG:28992 over degrees, have latitude before longitude, or say nothing at all. The
Netherlands is small, so that each system used here puts it where no other does; what most features
agree on holds for the file, and a feature that then lies elsewhere is set apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from forecast.errors import DataSourceError
from forecast.sources.untrusted.vector import Feature, Features
from forecast.vocabulary import RD_NEW

_LEAST_AGREEMENT: Final = 0.5
"""Part of the features that must lie in the Netherlands for a system to be recognised."""
GRID_M: Final = 0.1
"""Outlines are kept to the decimetre [m]."""


@dataclass(frozen=True)
class System:
    """A reference system with the Netherlands in it, in the order of the file.

    Attributes
    ----------
    code
        EPSG code.
    low, high
        Corners of the Netherlands with a margin.
    is_swapped
        Whether the second axis comes first.
    """

    code: str
    low: tuple[float, float]
    high: tuple[float, float]
    is_swapped: bool = False

    def holds(self, bounds: Any) -> Any:
        """Return which of the boxes (rows of west, south, east, north) lie in the Netherlands."""
        return (bounds[:, :2] >= self.low).all(axis=1) & (bounds[:, 2:] <= self.high).all(axis=1)

    def swapped(self) -> System:
        """Return the system with its axes in the other order."""
        return System(self.code, self.low[::-1], self.high[::-1], is_swapped=True)


_IN_ORDER: Final = (
    System("EPSG:4326", (3.0, 50.5), (7.5, 53.8)),
    System(RD_NEW, (-10_000.0, 290_000.0), (300_000.0, 640_000.0)),
    System("EPSG:3857", (330_000.0, 6_500_000.0), (840_000.0, 7_130_000.0)),
    System("EPSG:25831", (450_000.0, 5_590_000.0), (800_000.0, 5_970_000.0)),
    System("EPSG:25832", (60_000.0, 5_590_000.0), (400_000.0, 5_990_000.0)),
)
# Swapped metres of RD may still be RD; as RD they then lie in the North Sea or Germany.
_SYSTEMS: Final = (*_IN_ORDER, *(system.swapped() for system in _IN_ORDER))
_SAME: Final = {"EPSG:4326": {"EPSG:4258", "OGC:CRS84"}, "EPSG:25831": {"EPSG:32631"}}


@dataclass(frozen=True)
class Placed:
    """Features in RD New, and how their coordinates were read.

    Attributes
    ----------
    rows
        As in the file, with shapes in RD New; one outside the Netherlands has a problem instead.
    stated, found
        Reference system that the file states, and the one its coordinates are in.
    note
        A sentence where the two differ; "" where they agree.
    """

    rows: Sequence[Feature]
    stated: str | None
    found: str | None
    note: str = ""


def place(features: Features) -> Placed:
    """Return the features of a file in RD New.

    Raises
    ------
    DataSourceError
        If the coordinates fit no system in which the Netherlands can lie.
    """
    drawn = [index for index, row in enumerate(features.rows) if row.shape is not None]
    if not drawn:
        return Placed(features.rows, features.crs, None)
    bounds = shapely.bounds(np.array([features.rows[index].shape for index in drawn]))
    system = _recognise(features, bounds)
    is_inside = system.holds(bounds)
    shapes = [features.rows[index].shape for index in drawn]
    if system.is_swapped:
        shapes = list(shapely.transform(np.array(shapes), lambda corners: corners[:, ::-1]))
    series = gpd.GeoSeries(shapes, crs=system.code)
    in_rd = series if system.code == RD_NEW else series.to_crs(RD_NEW)
    rows = list(features.rows)
    for index, inside, shape, box in zip(drawn, is_inside, in_rd, bounds, strict=True):
        rows[index] = (
            replace(rows[index], shape=shape) if inside else _set_apart(rows[index], box, system)
        )
    return Placed(rows, features.crs, system.code, _difference(features.crs, system))


def polygon_of(shape: Any) -> Any:
    """Return the valid (multi)polygon of a shape in RD New, to the decimetre; None without area.

    Rings that cross are mended, lines and points that come of it fall away.
    """
    if shape.geom_type not in {"Polygon", "MultiPolygon", "GeometryCollection"}:
        return None
    mended = shape if shape.is_valid else shapely.make_valid(shape, method="structure")
    kept = [part for part in shapely.get_parts(mended, return_index=False) if part.area > 0]
    polygons = [part for part in kept if part.geom_type == "Polygon"]
    if not polygons:
        return None
    joined = polygons[0] if len(polygons) == 1 else shapely.union_all(np.array(polygons))
    rounded = shapely.set_precision(joined, GRID_M)
    return rounded if rounded.area > 0 else None


def outline_wkt(polygon: Any) -> str:
    """Return an outline in RD New as text, to the decimetre."""
    return str(shapely.to_wkt(polygon, rounding_precision=1))


def _recognise(features: Features, bounds: Any) -> System:
    stated = features.crs
    best = max(
        _SYSTEMS,
        # Where two fit equally, the one that is stated, then the usual order of axes.
        key=lambda each: (each.holds(bounds).mean(), _is_stated(stated, each), -each.is_swapped),
    )
    if best.holds(bounds).mean() > _LEAST_AGREEMENT:
        return best
    low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    corners = f"({low[0]:g}, {low[1]:g}) to ({high[0]:g}, {high[1]:g})"
    raise DataSourceError(
        features.given,
        f"its coordinates run from {corners}, which in no usual system (RD New, degrees, Web "
        f"Mercator, UTM) is the Netherlands; the file states {stated or 'no reference system'}",
    )


def _is_stated(stated: str | None, system: System) -> bool:
    return stated == system.code or stated in _SAME.get(system.code, ())


def _difference(stated: str | None, system: System) -> str:
    order = ", second axis first" if system.is_swapped else ""
    if stated is None:
        return f"the file states no reference system; its coordinates are {system.code}{order}"
    if not _is_stated(stated, system):
        return f"the file states {stated}, but its coordinates are {system.code}{order}"
    return f"its axes are swapped (second axis first in {system.code})" if order else ""


def _set_apart(row: Feature, box: Any, system: System) -> Feature:
    shown = f"({box[0]:g}, {box[1]:g}) to ({box[2]:g}, {box[3]:g})"
    return replace(
        row, problem=f"it lies at {shown}, which in {system.code} is outside the Netherlands"
    )
