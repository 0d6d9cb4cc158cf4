"""Whether a frame is a table of the schema."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from forecast.errors import SchemaError
from forecast.schema.tables import TABLES

if TYPE_CHECKING:
    import polars as pl


@cache
def no_results(table_name: str) -> pl.DataFrame:
    """Return a table without rows, and without its run, as steps make it: one frame for all."""
    import polars as pl

    return pl.DataFrame(schema=TABLES[table_name].polars_schema()).drop("run_id", strict=False)


def conform(
    frame: pl.DataFrame, table_name: str, *, add: dict[str, str] | None = None
) -> pl.DataFrame:
    """Return the frame with exactly the columns of a table, in their order and type.

    Parameters
    ----------
    frame
        Rows to check.
    table_name
        A key of `TABLES`.
    add
        Constant text columns to add first, such as ``{"run_id": ...}``.

    Raises
    ------
    SchemaError
        On a missing, surplus or mistyped column, a null where none may be, or a repeated key;
        all problems at once.
    """
    import polars as pl

    table = TABLES[table_name]
    frame = frame.with_columns(**{name: pl.lit(value) for name, value in (add or {}).items()})
    schema = table.polars_schema()
    problems = [f"column {name} is missing" for name in schema if name not in frame.columns]
    problems += [f"column {name} is not in the schema" for name in _surplus(frame, schema)]
    if not problems:
        frame = frame.select(schema.names())
        problems += [
            f"column {name} is {frame.schema[name]}, expected {dtype}"
            for name, dtype in schema.items()
            if frame.schema[name] != dtype
        ]
        problems += [
            f"column {column.name} has {nulls} empty values"
            for column in table.columns
            if not column.is_nullable and (nulls := frame[column.name].null_count())
        ]
    if not problems and table.keys and (repeated := frame.select(table.keys).is_duplicated()).any():
        examples = frame.filter(repeated).select(table.keys).head(3).rows()
        problems.append(f"{repeated.sum()} rows share a key ({', '.join(table.keys)}): {examples}")
    if problems:
        raise SchemaError(table_name, problems)
    return frame


def _surplus(frame: pl.DataFrame, schema: Iterable[str]) -> list[str]:
    known = set(schema)
    return [name for name in frame.columns if name not in known]
