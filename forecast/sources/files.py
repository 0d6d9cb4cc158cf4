"""Read a CSV file strictly: every expected column, every value of the expected type."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from forecast.errors import DataSourceError

_SHOWN = 3


def read_csv(path: Path, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Return the named columns of a CSV file in the wanted types; empty text is null.

    Parameters
    ----------
    path
        A UTF-8 file with a header and commas.
    columns
        Columns that must be there, with their type; other columns are left out.

    Raises
    ------
    DataSourceError
        If the file is missing, no CSV in UTF-8, empty, lacks columns, or holds a value that is not
        of its type; names the columns, lines and values.
    """
    try:
        raw = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=False, glob=False)
    except FileNotFoundError:
        raise DataSourceError(path, "the file is missing; restore it from the project") from None
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise DataSourceError(path, f"the file is not a readable CSV in UTF-8 ({reason})") from None
    missing = [name for name in columns if name not in raw.columns]
    if missing:
        found = ", ".join(raw.columns[:12])
        reason = f"column {', '.join(missing)} is missing; the file has {found}"
        raise DataSourceError(path, reason)
    if raw.is_empty():
        raise DataSourceError(path, "the file has a header but no rows")
    problems = []
    cast = raw.select(
        _typed(pl.col(name).str.strip_chars().replace("", None), dtype)
        for name, dtype in columns.items()
    )
    for name, dtype in columns.items():
        lost = raw.with_row_index("line", offset=2).filter(
            cast[name].is_null() & (raw[name].str.strip_chars() != "")
        )
        if not lost.is_empty():
            shown = [f"line {line}: '{value}'" for line, value in lost.select("line", name).rows()]
            problems.append(f"{name} should be {dtype.__name__}, but {'; '.join(shown[:_SHOWN])}")
    if problems:
        raise DataSourceError(path, ". ".join(problems))
    return cast


def _typed(text: pl.Expr, dtype: type[pl.DataType]) -> pl.Expr:
    return text.str.to_date(strict=False) if dtype is pl.Date else text.cast(dtype, strict=False)
