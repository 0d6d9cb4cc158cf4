"""The tables of laadvraag: the only place where columns, types, units and meanings stand.

DuckDB tables, polars frames and docs/nomenclature.md are all made from `TABLES`, whose parts stand
in a file per topic. Nothing heavy is imported, so that a command that only reads the database stays
instant.
"""

from forecast.schema.check import conform, no_results
from forecast.schema.table import Column, Dtype, Layer, Table
from forecast.schema.tables import IMPORTED_PREFIX, SCHEMA_VERSION, TABLES, stored_tables, tables_of

__all__ = [
    "IMPORTED_PREFIX",
    "SCHEMA_VERSION",
    "TABLES",
    "Column",
    "Dtype",
    "Layer",
    "Table",
    "conform",
    "no_results",
    "stored_tables",
    "tables_of",
]
