"""GeoJSON (RFC 7946): one feature per row, in degrees, with licences and units beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from forecast.export.content import Content
from forecast.export.table import ExportTable, plain_rows
from forecast.vocabulary import RD_NEW

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DEGREES: Final = "EPSG:4326"
_DECIMALS: Final = 6
"""Of a degree: about a decimetre, far below what the points are known to."""


def geojson(table: ExportTable, content: Content) -> bytes:
    """Return a table with places as GeoJSON in UTF-8.

    Positions are longitude and latitude (WGS 84), outer rings run counterclockwise, numbers that
    are not known are null. Meanings, units and licences are in the member ``laadvraag``, which
    readers pass over (RFC 7946, section 6.1).
    """
    import shapely

    if table.places is None:
        raise ValueError(f"table {table.name} has no places")
    shapes = to_degrees(table.places.shapes)
    features = [
        {
            "type": "Feature",
            "geometry": None if shape is None else shapely.geometry.mapping(shape),
            "properties": row,
        }
        for shape, row in zip(shapes, plain_rows(table.frame), strict=True)
    ]
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "laadvraag": {
            "title": content.title,
            "table": table.name,
            "meaning": table.full_meaning,
            **content.provenance,
            "notices": [notice.text for notice in content.notices],
            "columns": {
                column.name: {"unit": column.unit, "meaning": column.meaning}
                for column in table.columns
            },
        },
        "features": features,
    }
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


def to_degrees(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return shapes in RD New as longitude and latitude, outer rings counterclockwise."""
    import numpy as np
    import shapely
    from pyproj import Transformer

    transformer = Transformer.from_crs(RD_NEW, DEGREES, always_xy=True)
    turned = shapely.transform(
        shapes,
        lambda xy: np.round(np.column_stack(transformer.transform(*xy.T)), _DECIMALS),
    )
    return np.asarray(shapely.orient_polygons(turned), dtype=object)
