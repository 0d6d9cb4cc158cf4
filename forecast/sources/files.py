"""Read a CSV file strictly: every expected column, every value of its type and in its bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from forecast.errors import DataSourceError

_SHOWN: Final = 3
_COMMA: Final = ","


@dataclass(frozen=True)
class Field:
    """What a column of a file must hold.

    Attributes
    ----------
    dtype
        Type of its values.
    low, high
        Bounds of its numbers, themselves allowed; None for no bound.
    is_optional
        Whether a value may be empty.
    pattern
        Regular expression that texts must match as a whole; None for any.
    """

    dtype: type[pl.DataType] = pl.String
    low: float | None = None
    high: float | None = None
    is_optional: bool = False
    pattern: str | None = None


TEXT: Final = Field()
OPTIONAL_TEXT: Final = Field(is_optional=True)
MUNICIPALITY_CODE: Final = Field(pattern=r"GM\d{4}")
COUNT: Final = Field(pl.Int64, low=0, high=100_000_000)
YEAR: Final = Field(pl.Int64, low=1900, high=2100)
HECTARES: Final = Field(pl.Float64, low=0, high=1_000_000)
OPTIONAL_MEGAWATTS: Final = Field(pl.Float64, low=0, high=1_000_000, is_optional=True)
# The Netherlands in RD New (EPSG:28992), with a wide margin.
EASTING: Final = Field(pl.Float64, low=-50_000, high=350_000)
NORTHING: Final = Field(pl.Float64, low=250_000, high=700_000)


def read_csv(path: Path, fields: Mapping[str, Field], separator: str = _COMMA) -> pl.DataFrame:
    """Return the named columns of a CSV file in the wanted types; empty text is null.

    Parameters
    ----------
    path
        A UTF-8 file with a header.
    fields
        Columns that must be there, and what they hold; other columns are left out.
    separator
        Between columns. With another one than a comma, numbers may have a comma for the point.

    Raises
    ------
    DataSourceError
        If the file is missing, no CSV in UTF-8, empty, lacks columns, or holds a value that is
        empty, of another type or out of bounds; names the columns, lines and values.
    """
    raw = _read_text(path, separator)
    missing = [name for name in fields if name not in raw.columns]
    if missing:
        found = ", ".join(raw.columns[:12])
        reason = f"column {', '.join(missing)} is missing; the file has {found}"
        raise DataSourceError(path, reason)
    if raw.is_empty():
        raise DataSourceError(path, "the file has a header but no rows")
    text = raw.select(pl.col(name).str.strip_chars().replace("", None) for name in fields)
    pointed = text.with_columns(
        pl.col(name).str.replace(_COMMA, ".", literal=True)
        for name, field in fields.items()
        if field.dtype is pl.Float64 and separator != _COMMA
    )
    typed = pointed.select(_typed(pl.col(name), field.dtype) for name, field in fields.items())
    problems = [
        problem
        for name, field in fields.items()
        for problem in _problems(name, field, text[name], typed[name])
    ]
    if problems:
        raise DataSourceError(path, "; ".join(problems))
    return typed


def require_same(path: Path, what: str, found: pl.Series, wanted: pl.Series) -> None:
    """Refuse a file that does not hold exactly the keys of another one.

    Raises
    ------
    DataSourceError
        With how many are missing or unknown, and the first.
    """
    missing, unknown = set(wanted) - set(found), set(found) - set(wanted)
    problems = [
        f"{len(keys)} {what} are {how} (such as {', '.join(sorted(keys)[:_SHOWN])})"
        for keys, how in ((missing, "missing"), (unknown, "not known"))
        if keys
    ]
    if problems:
        raise DataSourceError(path, " and ".join(problems))


def _read_text(path: Path, separator: str) -> pl.DataFrame:
    try:
        return pl.read_csv(
            path, separator=separator, infer_schema=False, truncate_ragged_lines=False, glob=False
        )
    except FileNotFoundError:
        raise DataSourceError(path, "the file is missing; restore it from the project") from None
    except (OSError, UnicodeDecodeError, pl.exceptions.PolarsError) as error:
        reason = str(error).splitlines()[0]
        raise DataSourceError(path, f"the file is not a readable CSV in UTF-8 ({reason})") from None


def _typed(text: pl.Expr, dtype: type[pl.DataType]) -> pl.Expr:
    return text.str.to_date(strict=False) if dtype is pl.Date else text.cast(dtype, strict=False)


def _problems(name: str, field: Field, text: pl.Series, typed: pl.Series) -> list[str]:
    problems = []
    if not field.is_optional:
        problems += _say(f"{name} is empty", text, text.is_null())
    wanted = {"Int64": "a whole number", "Float64": "a number", "Date": "a date (YYYY-MM-DD)"}
    name_of_type = wanted.get(field.dtype.__name__, field.dtype.__name__)
    problems += _say(f"{name} should be {name_of_type}", text, typed.is_null() & text.is_not_null())
    if field.pattern is not None:
        matches = text.str.contains(f"^(?:{field.pattern})$").fill_null(value=True)
        problems += _say(f"{name} should look like {field.pattern}", text, ~matches)
    if field.dtype is pl.Float64:
        problems += _say(
            f"{name} should be a finite number", text, typed.is_not_null() & ~typed.is_finite()
        )
    if field.low is not None and field.high is not None:
        is_out = ((typed < field.low) | (typed > field.high)).fill_null(value=False)
        if field.dtype is pl.Float64:
            is_out &= typed.is_finite().fill_null(value=False)
        problems += _say(f"{name} should lie from {field.low:,} to {field.high:,}", text, is_out)
    return problems


def _say(what: str, text: pl.Series, is_bad: pl.Series) -> list[str]:
    lines = is_bad.arg_true().to_list()
    if not lines:
        return []
    # The header is line 1.
    shown = ", ".join(f"line {line + 2} has '{text[line] or ''}'" for line in lines[:_SHOWN])
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return [f"{what}, but {shown}{more}"]
