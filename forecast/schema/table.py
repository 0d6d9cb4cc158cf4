"""What a table and a column are, in DuckDB and in polars.

Nothing heavy is imported, so that a command that only reads the database stays instant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import polars as pl

Dtype = Literal["String", "Int64", "Float64", "Boolean", "Date", "Datetime", "Floats"]
Layer = Literal["source", "beside", "result", "record", "import"]

_DUCKDB_TYPES: Final[dict[str, str]] = {
    "String": "VARCHAR",
    "Int64": "BIGINT",
    "Float64": "DOUBLE",
    "Boolean": "BOOLEAN",
    "Date": "DATE",
    "Datetime": "TIMESTAMP",
    "Floats": "DOUBLE[]",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, type, unit ("" where it has none) and meaning."""

    name: str
    dtype: Dtype
    unit: str
    meaning: str
    is_key: bool = False
    is_nullable: bool = False


@dataclass(frozen=True)
class Table:
    """One table, its layer and its columns.

    Layers: ``source`` (what the last run read), ``beside`` (what is set beside a run, of which only
    the imported editions are stored), ``result`` (of a run), ``record`` (lasting), and ``import``:
    every edition of a source that was imported, kept for good.
    """

    name: str
    layer: Layer
    meaning: str
    columns: tuple[Column, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the columns that together identify a row."""
        return tuple(column.name for column in self.columns if column.is_key)

    def duckdb_ddl(self) -> str:
        """Return the CREATE TABLE statement of this table."""
        columns = ", ".join(
            f'"{column.name}" {_DUCKDB_TYPES[column.dtype]}'
            + ("" if column.is_nullable else " NOT NULL")
            for column in self.columns
        )
        return f'CREATE TABLE IF NOT EXISTS "{self.name}" ({columns})'

    def polars_schema(self) -> pl.Schema:
        """Return the polars schema of this table."""
        import polars as pl

        dtypes = {
            "String": pl.String(),
            "Int64": pl.Int64(),
            "Float64": pl.Float64(),
            "Boolean": pl.Boolean(),
            "Date": pl.Date(),
            "Datetime": pl.Datetime("us"),
            "Floats": pl.List(pl.Float64()),
        }
        return pl.Schema({column.name: dtypes[column.dtype] for column in self.columns})
