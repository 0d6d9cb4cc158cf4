"""Outlines of supply areas, where a file with them was loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import geopandas as gpd
import polars as pl
import shapely
from pyproj.exceptions import CRSError

from forecast.errors import DataSourceError
from forecast.vocabulary import RD_NEW

FILE: Final = Path("supply_areas") / "supply_areas.geojson"
ID: Final = "short_code"
"""Name of an area in the information model; the same as ``supply_area_id``."""
_COUNTRY: Final = shapely.box(0, 300_000, 300_000, 630_000)
_SCHEMA: Final = {"supply_area_id": pl.String, "outline_wkt": pl.String}


def read_outlines(data_folder: Path, area_ids: pl.Series) -> pl.DataFrame:
    """Return supply_area_id and outline_wkt (RD New) of the areas whose outline was loaded.

    The optional GeoJSON has polygons with the property ``short_code``; without a CRS they are in
    longitude and latitude. A ring that crosses itself is repaired.

    Raises
    ------
    DataSourceError
        If the file is no GeoJSON, lacks the property, names areas that the table has not, names one
        twice, or lies outside the Netherlands (as with latitude and longitude swapped).
    """
    path = data_folder / FILE
    if not path.is_file():
        return pl.DataFrame(schema=_SCHEMA)
    shapes = _read_shapes(path)
    names = shapes[ID].astype(str).to_list()
    unknown = sorted(set(names) - set(area_ids))
    if unknown:
        raise DataSourceError(path, f"supply_areas.csv has no area {', '.join(unknown[:5])}")
    if len(set(names)) < len(names):
        raise DataSourceError(path, "an area occurs twice; give it one MultiPolygon")
    mended = shapely.make_valid(shapes.geometry.to_numpy())
    outside = [
        name
        for name, shape in zip(names, mended, strict=True)
        if not _COUNTRY.contains(shapely.box(*shape.bounds))
    ]
    if outside:
        raise DataSourceError(
            path,
            f"{', '.join(outside[:5])} lies outside the Netherlands; are longitude and latitude "
            "swapped, or is another CRS meant?",
        )
    return pl.DataFrame(
        {"supply_area_id": names, "outline_wkt": shapely.to_wkt(mended, rounding_precision=1)},
        schema=_SCHEMA,
    )


def _read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Return the polygons of a GeoJSON in RD New."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        crs = content.get("crs", {}).get("properties", {}).get("name", "EPSG:4326")
        shapes = gpd.GeoDataFrame.from_features(content["features"], crs=crs)
        if ID not in shapes.columns:
            raise DataSourceError(path, f"its features lack the property {ID}")
        areal = shapes.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
        if not areal.all():
            raise DataSourceError(path, "it holds features that are no polygon")
        return shapes.to_crs(RD_NEW)
    except (ValueError, KeyError, TypeError, AttributeError, CRSError) as error:
        raise DataSourceError(path, f"it is no GeoJSON with polygons ({error})") from None
