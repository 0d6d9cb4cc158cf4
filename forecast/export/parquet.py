"""Parquet with meanings, units and licences in its metadata; GeoParquet where rows have places."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from forecast.export.notices import Notice
from forecast.export.table import ExportTable, Places
from forecast.vocabulary import RD_NEW

if TYPE_CHECKING:
    import pyarrow as pa

_GEOMETRY: Final = "geometry"
_GEOPARQUET_VERSION: Final = "1.1.0"


def parquet(table: ExportTable, provenance: Mapping[str, str], notices: Sequence[Notice]) -> bytes:
    """Return a table as Parquet.

    Each column carries ``unit`` and ``description``, the file ``laadvraag``: a JSON text of what
    the table is, where it comes from and which licences go with it. A table with places has them
    in the column ``geometry``, in RD New, as GeoParquet.
    """
    import polars as pl
    import pyarrow.parquet as pq

    rows = table.frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    about = {
        "table": table.name,
        "meaning": table.full_meaning,
        **provenance,
        "notices": [notice.text for notice in notices],
    }
    metadata = {"laadvraag": json.dumps(about, ensure_ascii=False)}
    for position, column in enumerate(table.columns):
        said = {"description": column.meaning, **({"unit": column.unit} if column.unit else {})}
        rows = rows.set_column(
            position, rows.schema.field(position).with_metadata(said), rows.column(position)
        )
    if table.places is not None:
        rows = rows.append_column(_GEOMETRY, _wkb(table.places))
        metadata["geo"] = json.dumps(_geo(table.places))
    buffer = io.BytesIO()
    pq.write_table(rows.replace_schema_metadata(metadata), buffer, compression="zstd")
    return buffer.getvalue()


def _wkb(places: Places) -> pa.Array:
    import pyarrow as pa
    import shapely

    return pa.array(shapely.to_wkb(places.shapes).tolist(), pa.binary())


def _geo(places: Places) -> dict[str, Any]:
    """Return the file metadata of GeoParquet."""
    from pyproj import CRS

    return {
        "version": _GEOPARQUET_VERSION,
        "primary_column": _GEOMETRY,
        "columns": {
            _GEOMETRY: {
                "encoding": "WKB",
                "geometry_types": [places.geometry_type],
                "crs": CRS(RD_NEW).to_json_dict(),
            }
        },
    }
