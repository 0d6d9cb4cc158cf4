"""Tables as files that other programs open."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from forecast.files import write_atomically

_DECIMALS = 3
"""Of a number in CSV: watts, where the unit is kW."""


def write_table(frame: pl.DataFrame, path: Path) -> Path:
    """Write a table as CSV or Parquet, by the ending of the path; return the path.

    Times in CSV follow ISO 8601 with their offset; numbers have a decimal point.

    Raises
    ------
    OutputError
        If it can't be written; what stood there before still does.
    """
    buffer = io.BytesIO()
    if path.suffix.lower() == ".parquet":
        frame.write_parquet(buffer)
    else:
        times = pl.selectors.datetime(time_zone="*")
        frame.with_columns(times.dt.strftime("%Y-%m-%dT%H:%M:%S%:z")).write_csv(
            buffer, float_precision=_DECIMALS
        )
    return write_atomically(path, buffer.getvalue())
