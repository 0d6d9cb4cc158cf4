"""Every terrain of two runs as one table for a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from forecast.diff.figures import QUANTITIES, TerrainChange

if TYPE_CHECKING:
    import polars as pl

    from forecast.diff.runs import Comparison


def change_table(changes: Sequence[TerrainChange], compared: Comparison) -> pl.DataFrame:
    """Return a row per terrain: names, each figure before, after and its difference, and classes.

    Columns carry the units of the tables that they come from (``_kwh_per_year``, ``_kw``).
    """
    import polars as pl

    types: dict[str, Any] = {
        "terrain_id": pl.String,
        "terrain_name": pl.String,
        "municipality_name": pl.String,
        "run_id_before": pl.String,
        "run_id_after": pl.String,
        "year": pl.Int64,
        "scenario": pl.String,
    }
    for quantity in QUANTITIES:
        types |= {f"{quantity}_{part}": pl.Float64 for part in ("before", "after", "difference")}
    types |= {"plan_class_before": pl.String, "plan_class_after": pl.String}
    return pl.DataFrame([_row(each, compared) for each in changes], schema=types, orient="row")


def _row(change: TerrainChange, compared: Comparison) -> tuple[Any, ...]:
    figures = [
        value
        for each in (change.figures[quantity] for quantity in QUANTITIES)
        for value in (each.before, each.after, each.difference)
    ]
    return (
        change.terrain_id,
        change.terrain_name,
        change.municipality_name,
        compared.before.run_id,
        compared.after.run_id,
        compared.year,
        compared.scenario,
        *figures,
        change.class_before,
        change.class_after,
    )
