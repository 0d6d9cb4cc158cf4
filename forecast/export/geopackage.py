"""GeoPackage: layers and tables that QGIS opens, with units, meanings and licences inside.

Layers are in RD New (EPSG:28992). What a column means stands in ``gpkg_data_columns`` (the schema
extension of the standard): its description is the meaning and the unit, its name the column with
the unit, which GDAL and QGIS show as alternative name. Licences stand in ``gpkg_metadata``.
"""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from forecast.errors import OutputError
from forecast.export.content import Content
from forecast.export.notices import notices_text
from forecast.export.table import ExportTable, describe
from forecast.files import write_together
from forecast.vocabulary import RD_NEW

_VERSION: Final = "1.3"
"""Of the standard; the GDAL of long-term Linux releases warns of later ones."""
_GEOMETRY: Final = "geom"
_SCHEMA_EXTENSION: Final = ("gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema")
_METADATA_EXTENSION: Final = (
    "gpkg_metadata",
    "http://www.geopackage.org/spec121/#extension_metadata",
)
_CHANGE_COUNTERS: Final = (24, 92)
"""Places of the file change counter and of the version it is valid for, in SQLite's header."""
_ONE_CHANGE: Final = (1).to_bytes(4, "big")
_DUBLIN_CORE: Final = "http://purl.org/dc/elements/1.1/"
# As in the standard, annexes F.8 and F.9.
_ANNOTATION_TABLES: Final = """
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
    min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
CREATE TABLE gpkg_metadata (
    id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
    md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
    mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT ''
);
CREATE TABLE gpkg_metadata_reference (
    reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
    timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
    CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
    CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
);
"""


def write_geopackage(content: Content, path: Path) -> Path:
    """Write the tables as layers and attribute tables of one GeoPackage; return its path.

    The same content gives the same bytes.

    Raises
    ------
    OutputError
        If it can't be written; what stood there before still does.
    """
    import pyogrio

    time = content.provenance["computed_at"]
    with write_together(path.parent, path) as folder:
        fresh = folder / path.name
        try:
            for table in content.tables:
                _write_layer(table, fresh)
            with closing(sqlite3.connect(fresh)) as connection, connection:
                _annotate(connection, content, time)
                _check_rows(connection, content)
            _settle_counters(fresh)
        except (pyogrio.errors.DataSourceError, sqlite3.Error, RuntimeError) as error:
            raise OutputError(path, "not_whole", problem=str(error)) from None
    return path


def _write_layer(table: ExportTable, path: Path) -> None:
    import polars as pl
    import pyarrow as pa
    import pyogrio
    import shapely

    rows = table.frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    shape: dict[str, Any] = {"geometry_name": None, "geometry_type": None, "crs": None}
    if table.places is not None:
        wkb = pa.array(shapely.to_wkb(table.places.shapes).tolist(), pa.binary())
        rows = rows.append_column(_GEOMETRY, wkb)
        shape = {
            "geometry_name": _GEOMETRY,
            "geometry_type": table.places.geometry_type,
            "crs": RD_NEW,
        }
    is_new = not path.exists()
    with warnings.catch_warnings():
        # A table without places is meant to have no coordinate system.
        warnings.filterwarnings("ignore", "'crs' was not provided", UserWarning)
        pyogrio.write_arrow(
            rows,
            path,
            layer=table.name,
            driver="GPKG",
            append=not is_new,
            dataset_options={"VERSION": _VERSION} if is_new else None,
            layer_options={"DESCRIPTION": table.full_meaning},
            **shape,
        )


def _annotate(connection: sqlite3.Connection, content: Content, time: str) -> None:
    """Add what the standard has for meanings, units and licences."""
    connection.executescript(_ANNOTATION_TABLES)
    connection.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) "
        "VALUES (?, ?, ?, ?, ?)",
        [
            (
                table.name,
                column.name,
                f"{column.name} [{column.unit}]" if column.unit else column.name,
                column.meaning,
                describe(column),
            )
            for table in content.tables
            for column in table.columns
        ],
    )
    extended = {
        _SCHEMA_EXTENSION: ("gpkg_data_columns", "gpkg_data_column_constraints"),
        _METADATA_EXTENSION: ("gpkg_metadata", "gpkg_metadata_reference"),
    }
    connection.execute(
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, "
        "extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, "
        "CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))"
    )
    connection.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')",
        [(name, *extension) for extension, names in extended.items() for name in names],
    )
    connection.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'text/xml', ?)",
        [_DUBLIN_CORE, _dublin_core(content)],
    )
    connection.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id) "
        "VALUES ('geopackage', ?, 1)",
        [time],
    )
    connection.execute("UPDATE gpkg_contents SET last_change = ?", [time])


def _settle_counters(path: Path) -> None:
    """Count one change of the file: GDAL makes more or fewer of the same rows, as time allows.

    Both counters of the header of SQLite must be the same number; which one is free.
    """
    with path.open("r+b") as file:
        for place in _CHANGE_COUNTERS:
            file.seek(place)
            file.write(_ONE_CHANGE)


def _dublin_core(content: Content) -> str:
    """Return title, origin and licences as an XML record of Dublin Core."""
    origin = "; ".join(f"{name}: {value}" for name, value in content.provenance.items())
    elements = [
        ("title", content.title),
        ("description", origin),
        ("date", content.provenance["computed_at"]),
        *(("source", notice.title) for notice in content.notices),
        ("rights", notices_text(content.notices)),
    ]
    body = "".join(f"<dc:{name}>{escape(text)}</dc:{name}>" for name, text in elements)
    return f'<metadata xmlns:dc="{_DUBLIN_CORE}">{body}</metadata>'


def _check_rows(connection: sqlite3.Connection, content: Content) -> None:
    """Refuse a file that lacks rows: GDAL can lose them on a full disk without an error."""
    for table in content.tables:
        rows = connection.execute(f'SELECT count(*) FROM "{table.name}"').fetchall()  # noqa: S608 - names of the schema
        if rows != [(table.frame.height,)]:
            raise sqlite3.DatabaseError(f"only {rows[0][0]} rows of {table.name} were written")
