"""Frames as compact columns for the page: one value per terrain, in one order.

Columns are keyed by their choices, such as ``"2030|mid|smart"``, and numbers are rounded to what
the page can show: a terrain costs about a kilobyte.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from forecast.attaching import cursor_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb

Columns = dict[str, list[Any]]
_TEN = 10


def compact_figure(value: float | None, decimals: int = 1) -> int | float | None:
    """Return a figure with some decimals below ten and none above: the most that is shown.

    >>> compact_figure(1234.56), compact_figure(3.14), compact_figure(2.0), compact_figure(None)
    (1235, 3.1, 2, None)
    """
    if value is None or not math.isfinite(value):
        return None
    return _short(round(value, decimals) if abs(value) < _TEN else round(value))


def significant_figure(
    value: float | None, digits: int = 4, decimals: int = 4
) -> int | float | None:
    """Return a figure that is computed with further: a two-thousandth at most from its value.

    >>> significant_figure(12345.6), significant_figure(12.3456), significant_figure(0.0123456)
    (12350, 12.35, 0.0123)
    """
    if value is None or not math.isfinite(value):
        return None
    return _short(round(float(f"{value:.{digits}g}"), decimals))


def _short(value: float) -> int | float:
    return int(value) if value == int(value) else value


def read_frame(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> pl.DataFrame:
    """Return the rows of a query."""
    # Not execute(): only a relation gives a polars frame in every supported release of DuckDB. And
    # a cursor of its own: one connection refuses a relation while a fetchone() is not exhausted.
    with cursor_of(connection) as cursor:
        frame: pl.DataFrame = cursor.sql(sql, params=list(parameters)).pl()
    return frame


def by_choice(
    frame: pl.DataFrame,
    ids: pl.DataFrame,
    axes: Sequence[str],
    value: str,
    figure: Callable[[float | None], float | None] = compact_figure,
) -> Columns:
    """Return one list per combination of choices, empty (None) where a terrain has no row."""
    keyed = frame.select(
        "terrain_id", pl.concat_str(axes, separator="|").alias("choice"), pl.col(value)
    )
    columns: Columns = {}
    for (choice,), part in keyed.group_by("choice", maintain_order=True):
        found = ids.join(part, on="terrain_id", how="left", maintain_order="left")
        columns[str(choice)] = [figure(one) for one in found[value].to_list()]
    return dict(sorted(columns.items()))


def digits(
    frame: pl.DataFrame,
    ids: pl.DataFrame,
    column: str,
    names: Sequence[str],
    *,
    missing: str | None,
) -> dict[str, str]:
    """Return per year and scenario a text with one character a terrain: the place in `names`."""
    place = {name: str(position) for position, name in enumerate(names)}
    gap = "-" if missing is None else place[missing]
    texts = {}
    for (year, scenario), part in frame.group_by("year", "scenario", maintain_order=True):
        found = ids.join(part, on="terrain_id", how="left", maintain_order="left")[column]
        texts[f"{year}|{scenario}"] = "".join(place.get(name, gap) for name in found.to_list())
    return dict(sorted(texts.items()))


def rows_of(ids: pl.DataFrame, frame: pl.DataFrame) -> list[int]:
    """Return the positions of the terrains that stand in a frame."""
    found = set(frame["terrain_id"].to_list())
    return [row for row, (terrain_id,) in enumerate(ids.rows()) if terrain_id in found]


def indexed(texts: pl.Series) -> dict[str, list[Any]]:
    """Return texts that repeat as their distinct values and an index into them."""
    names = texts.unique(maintain_order=True).to_list()
    position = {name: place for place, name in enumerate(names)}
    return {"names": names, "index": [position[text] for text in texts.to_list()]}
