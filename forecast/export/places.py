"""Where the rows of a table lie, in RD New; drawn only as far as the sources know it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import polars as pl

from forecast.export.table import ExportTable, Places
from forecast.footprints import QUARTER_SEGMENTS
from forecast.schema import TABLES, Column

if TYPE_CHECKING:
    import duckdb
    import numpy.typing as npt

    from forecast.selection import Selection

    Objects = npt.NDArray[np.object_]

PLACED: Final = ("hubs", "supply_areas", "ze_zones", "truck_sites", "site_demand")
"""Tables that are layers of a map, besides the terrains."""
_AREA_QUALITY: Final = Column(
    "geometry_quality", "String", "", "polygon: its outline; box: a box around it, far too large"
)
_WKT: Final = "outline_wkt"


def places_of(
    connection: duckdb.DuckDBPyConnection, table: ExportTable
) -> tuple[ExportTable, Places]:
    """Return a table of `PLACED` with the columns a map needs, and the places of its rows."""
    if table.name == "hubs":
        named = _join(connection, table, "terrains", "terrain_id", ("terrain_name",))
        return named, Places(
            "Point",
            _points_of(connection, table, "terrains", "terrain_id"),
            "Drawn at the approximate point of the terrain that each stands on.",
        )
    if table.name == "site_demand":
        named = _join(
            connection, table, "truck_sites", "site_id", ("site_kind", "site_name", "road_name")
        )
        return named, Places(
            "Point", _points_of(connection, table, "truck_sites", "site_id"), "Drawn at the site."
        )
    if table.name == "truck_sites":
        return table, Places("Point", rd_points(table.frame), "Drawn at the point of the site.")
    if table.name == "ze_zones":
        return _without_wkt(table), Places(
            "MultiPolygon",
            _zones(table.frame),
            "Drawn as outline or as a circle of equal area, see geometry_quality; a zone whose "
            "area is not known has no shape.",
        )
    quality = pl.when(pl.col(_WKT).is_null()).then(pl.lit("box")).otherwise(pl.lit("polygon"))
    with_quality = replace(
        table,
        columns=[*table.columns, _AREA_QUALITY],
        frame=table.frame.with_columns(geometry_quality=quality),
    )
    return _without_wkt(with_quality), Places(
        "MultiPolygon",
        _areas(table.frame),
        "Drawn as outline where one was loaded, else as a box around it, see geometry_quality.",
    )


def rd_points(frame: pl.DataFrame) -> Objects:
    """Return the points of x_rd_m and y_rd_m."""
    import shapely

    return np.asarray(shapely.points(frame.select("x_rd_m", "y_rd_m").to_numpy()), dtype=object)


def read_outlines(connection: duckdb.DuckDBPyConnection, selection: Selection) -> pl.DataFrame:
    """Return the exact outlines of the chosen terrains, as far as they are known."""
    found: pl.DataFrame = connection.sql(
        "SELECT terrain_id, outline_wkt FROM terrain_outlines "
        "WHERE terrain_id IN (SELECT unnest($1::VARCHAR[]))",
        params=[list(selection.terrain_ids)],
    ).pl()
    return found


def _join(
    connection: duckdb.DuckDBPyConnection,
    table: ExportTable,
    other: str,
    key: str,
    names: tuple[str, ...],
) -> ExportTable:
    """Return a table with some columns of another behind its key."""
    columns = {column.name: column for column in TABLES[other].columns}
    chosen = ", ".join((key, *names))
    facts = connection.sql(f"SELECT {chosen} FROM {other}").pl()  # noqa: S608 - names of the schema
    joined = table.frame.join(facts, on=key, how="left", maintain_order="left")
    added = [columns[name] for name in names]
    ordered = [table.columns[0], *added, *table.columns[1:]]
    return replace(table, columns=ordered, frame=joined.select(column.name for column in ordered))


def _points_of(
    connection: duckdb.DuckDBPyConnection, table: ExportTable, other: str, key: str
) -> Objects:
    points = connection.sql(f"SELECT {key}, x_rd_m, y_rd_m FROM {other}").pl()  # noqa: S608 - names of the schema
    return rd_points(
        table.frame.select(key).join(points, on=key, how="left", maintain_order="left")
    )


def _without_wkt(table: ExportTable) -> ExportTable:
    """Return a table without the text of the outline, which its places hold."""
    return replace(
        table,
        columns=[column for column in table.columns if column.name != _WKT],
        frame=table.frame.drop(_WKT),
    )


def _zones(frame: pl.DataFrame) -> Objects:
    import shapely

    circles = shapely.buffer(
        rd_points(frame),
        frame["equivalent_radius_m"].fill_null(0).to_numpy(),
        quad_segs=QUARTER_SEGMENTS,
    )
    circles[frame["equivalent_radius_m"].is_null().to_numpy()] = None
    return _outlines_or(frame, circles)


def _areas(frame: pl.DataFrame) -> Objects:
    import shapely

    corners = frame.select("x_min_rd_m", "y_min_rd_m", "x_max_rd_m", "y_max_rd_m").to_numpy()
    return _outlines_or(frame, np.asarray(shapely.box(*corners.T), dtype=object))


def _outlines_or(frame: pl.DataFrame, otherwise: Objects) -> Objects:
    """Return the outlines where there are any, else other shapes."""
    import shapely

    outlines = shapely.from_wkt(frame[_WKT].to_numpy())
    return multipolygons(np.where(frame[_WKT].is_null().to_numpy(), otherwise, outlines))


def multipolygons(shapes: Objects) -> Objects:
    """Return shapes as valid multipolygons; None where there is none."""
    import shapely

    return np.array(
        [
            None if shape is None else shapely.MultiPolygon(_polygons(shapely.make_valid(shape)))
            for shape in shapes
        ],
        dtype=object,
    )


def _polygons(shape: object) -> list[object]:
    import shapely

    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"] or [
        part
        for whole in shapely.get_parts(shape)
        for part in shapely.get_parts(whole)
        if part.geom_type == "Polygon"
    ]
