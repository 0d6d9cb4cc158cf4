"""Does the added power fit the grid of a terrain? Over the areas that it may belong to."""

from __future__ import annotations

from typing import Final

import polars as pl

from forecast.assumptions import Assumptions
from models.bands import QUANTILES

_KEYS: Final = ("year", "scenario", "strategy")
_ROUNDING: Final = 1e-9
"""A last digit must not push a sure fit a year on."""


def estimate_grid_fit(terrain_supply_areas: pl.DataFrame, area_fit: pl.DataFrame) -> pl.DataFrame:
    """Return `grid_fit` without its run: means over the candidate areas whose figures are known.

    Each weighs by its probability; without any the means are zero and so is the weight of all.
    """
    probability = pl.col("match_probability")
    known = (probability * pl.col("fits_probability").is_not_null()).sum()

    def mean(column: str) -> pl.Expr:
        fits = (probability * pl.col(column).fill_null(0.0)).sum()
        return pl.when(known > 0).then(fits / known).otherwise(0.0)

    return (
        terrain_supply_areas.join(area_fit, on="supply_area_id")
        .group_by("terrain_id", *_KEYS)
        .agg(
            known_probability=known,
            fits_probability=mean("fits_probability"),
            fits_after_queue_probability=mean("fits_after_queue_probability"),
            relief_probability=mean("relief_probability"),
        )
        .sort("terrain_id", *_KEYS)
    )


def find_fit_years(
    terrain_supply_areas: pl.DataFrame, area_fit_by_year: pl.DataFrame, assumptions: Assumptions
) -> pl.DataFrame:
    """Return `fit_years` without its run, over the candidate areas whose room is known.

    None where more of the probability lies in areas without figures than the plan class bears.
    """
    keys = ["terrain_id", "scenario", "strategy"]
    mixed = (
        terrain_supply_areas.join(area_fit_by_year, on="supply_area_id")
        .group_by(*keys, "year")
        .agg(
            known_probability=pl.col("match_probability").sum(),
            share=(pl.col("match_probability") * pl.col("fits_for_good_probability")).sum()
            / pl.col("match_probability").sum(),
        )
        .filter(pl.col("known_probability") >= assumptions["plan.known_probability"])
    )
    low, high = QUANTILES[1], QUANTILES[2]

    def first(quantile: float) -> pl.Expr:
        return pl.col("year").filter(pl.col("share") >= quantile - _ROUNDING).min()

    return (
        mixed.group_by(keys)
        .agg(
            pl.col("known_probability").first(),
            fits_from_year_p50=first(low),
            fits_from_year_p90=first(high),
        )
        .sort(keys)
    )
