"""The ground of a terrain: its outline where one was imported, else a circle of its area.

The one place that decides between the two; overlays, maps, sheets and exports all ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import pi, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import duckdb
    import numpy as np
    import numpy.typing as npt
    import polars as pl

    Objects = npt.NDArray[np.object_]
    Flags = npt.NDArray[np.bool_]
    Ring = tuple[tuple[float, float], ...]

QUARTER_SEGMENTS: Final = 16
"""Straight lines in a quarter of a drawn circle: its area is then a thousandth too small."""
RADIUS_SQL: Final = (
    "sqrt(greatest(CASE gross_ha WHEN 0 THEN net_ha ELSE gross_ha END, 0) * 10000 / pi())"
)
"""Radius of the circle that stands for a row of `terrains` [m], where a query needs it."""
_M2_PER_HA: Final = 10_000.0
FOOTPRINTS: Final = ("outline", "circle")
"""What is known of the ground of a terrain: its outline, or a circle of its area."""
_OUTLINED, _CIRCLE = FOOTPRINTS


@dataclass(frozen=True)
class Footprint:
    """What is known of the ground of one terrain.

    Attributes
    ----------
    footprint_quality
        ``outline`` of a register, or ``circle``: schematic, of the area and at the point.
    footprint_ha
        Area of the shape [ha]; of an outline as measured.
    footprint_radius_m
        Of a circle of that area [m].
    outline_source_name, outline_file_name, outline_holds_on
        Where an outline came from, and the day that its register describes; None without one.
    outline_wkt
        The outline in RD New (EPSG:28992); None without one.
    """

    footprint_quality: str
    footprint_ha: float
    footprint_radius_m: float
    outline_source_name: str | None
    outline_file_name: str | None
    outline_holds_on: date | None
    outline_wkt: str | None

    @property
    def is_outline(self) -> bool:
        """Whether the outline is known."""
        return self.outline_wkt is not None


def circle_area_ha(gross_ha: float, net_ha: float) -> float:
    """Return the area of the circle that stands for a terrain: gross, and net where none is stated.

    >>> circle_area_ha(12.0, 10.0), circle_area_ha(0.0, 3.5)
    (12.0, 3.5)
    """
    return gross_ha or net_ha


def circle_radius_m(area_ha: float) -> float:
    """Return the radius of a circle of an area.

    >>> round(circle_radius_m(100))
    564
    """
    return sqrt(max(area_ha, 0.0) * _M2_PER_HA / pi)


def shapes_of(terrains: pl.DataFrame, terrain_outlines: pl.DataFrame) -> tuple[Objects, Flags]:
    """Return the ground of terrains in RD New, and whether each is an outline.

    Parameters
    ----------
    terrains
        terrain_id, x_rd_m, y_rd_m [m], gross_ha and net_ha; one shape per row, in its order, None
        where neither outline nor area is known.
    terrain_outlines
        terrain_id and outline_wkt of those whose outline is known.
    """
    import numpy as np
    import shapely

    outlines = outlines_of(terrains, terrain_outlines)
    radii_m = [
        circle_radius_m(circle_area_ha(gross, net))
        for gross, net in terrains.select("gross_ha", "net_ha").rows()
    ]
    points = shapely.points(terrains.select("x_rd_m", "y_rd_m").to_numpy())
    circles = shapely.buffer(points, radii_m, quad_segs=QUARTER_SEGMENTS)
    circles[shapely.is_empty(circles)] = None
    is_outline = ~shapely.is_missing(outlines)
    return np.where(is_outline, outlines, circles), is_outline


def outlines_of(terrains: pl.DataFrame, terrain_outlines: pl.DataFrame) -> Objects:
    """Return the outlines of terrains in RD New, None where none is known; one per row."""
    import numpy as np
    import shapely

    found = terrains.select("terrain_id").join(
        terrain_outlines.select("terrain_id", "outline_wkt"),
        on="terrain_id",
        how="left",
        maintain_order="left",
    )["outline_wkt"]
    return np.asarray(shapely.from_wkt(np.array(found.to_list(), dtype=object)), dtype=object)


def read_footprints(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]
) -> dict[str, Footprint]:
    """Return the footprints of existing terrains of an opened database, by terrain."""
    from forecast.terrain_rows import rows_by_terrain

    areas = rows_by_terrain(
        connection,
        "SELECT terrain_id, gross_ha, net_ha FROM terrains WHERE terrain_id IN {terrains}",
        [],
        terrain_ids,
    )
    # Joined here: for a few rows that is less work than planning a join.
    outlines = rows_by_terrain(
        connection,
        "SELECT terrain_id, measured_ha, outline_wkt, edition_id FROM terrain_outlines "
        "WHERE terrain_id IN {terrains}",
        [],
        terrain_ids,
    )
    editions = _edition_files(connection) if any(outlines.values()) else {}
    found = {}
    for key in terrain_ids:
        [(gross_ha, net_ha)] = areas[key]
        if outlines[key]:
            [(area_ha, wkt, edition)] = outlines[key]
            source, file, day = editions.get(edition, (None, None, None))
            radius_m = circle_radius_m(area_ha)
            found[key] = Footprint(_OUTLINED, area_ha, radius_m, source, file, day, wkt)
        else:
            area_ha = circle_area_ha(gross_ha, net_ha)
            radius_m = circle_radius_m(area_ha)
            found[key] = Footprint(_CIRCLE, area_ha, radius_m, None, None, None, None)
    return found


def _edition_files(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, tuple[str, str, date | None]]:
    """Return source, file and day of every edition."""
    rows = connection.execute(
        "SELECT edition_id, source_name, file_name, reference_date FROM editions"
    ).fetchall()
    return {edition: (source, file, day) for edition, source, file, day in rows}


def simplified_rings(outlines: Iterable[str | None], tolerance_m: float) -> list[tuple[Ring, ...]]:
    """Return outer and inner rings of outlines in RD New, coarser by at most a tolerance [m].

    Without an outline there are no rings. One that is smaller than the tolerance keeps its corners.
    """
    texts = list(outlines)
    if not any(texts):
        return [()] * len(texts)
    import shapely

    return [
        () if shape is None else _rings(shape, shapely.simplify(shape, tolerance_m))
        for shape in shapely.from_wkt(texts)
    ]


def _rings(exact: object, coarse: object) -> tuple[Ring, ...]:
    import shapely

    shape = exact if shapely.is_empty(coarse) else coarse
    return tuple(
        tuple((x, y) for x, y in shapely.get_coordinates(ring).tolist())
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
    )
