"""Every terrain of a comparison as one table for a file, and as plain values for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from forecast.sources.forecast_quantities import QUANTITIES

if TYPE_CHECKING:
    from forecast.compare.report import Report

_COLUMNS: Final = (
    "terrain_id",
    "terrain_name",
    "municipality_name",
    "year",
    "quantity",
    "unit",
    "theirs",
    "ours",
    "ours_p10",
    "ours_p90",
    "position",
    "difference",
    "ratio",
    "log_ratio",
    "found_in",
    "net_ha",
    "vans_today",
    "trucks_today",
    "is_refined",
    "said_as",
)


def comparison_table(report: Report) -> pl.DataFrame:
    """Return a row per terrain, year and quantity, with the edition and the run it comes from."""
    return report.rows.with_columns(
        unit=pl.col("quantity").replace_strict(QUANTITIES, return_dtype=pl.String)
    ).select(
        *_COLUMNS,
        their_scenario=pl.lit(report.their_scenario),
        scenario=pl.lit(report.scenario),
        forecast_edition_id=pl.lit(report.edition.edition_id),
        run_id=pl.lit(report.run.run_id),
    )


def terrain_facts(report: Report) -> list[dict[str, Any]]:
    """Return the terrains of the year and quantity that are ranked, as plain values."""
    table = comparison_table(report).filter(year=report.year, quantity=report.quantity)
    return table.select(_COLUMNS).to_dicts()
