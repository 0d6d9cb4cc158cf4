"""Does the added power fit the grid of a terrain? Over the areas that it may belong to."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from forecast.assumptions import Assumptions
from forecast.schema import no_results
from models.units import BAND_QUANTILES

Floats = npt.NDArray[np.float64]

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
    areas = area_fit_by_year.select("supply_area_id").unique().sort("supply_area_id")
    candidates = terrain_supply_areas.join(areas.with_row_index("area"), on="supply_area_id").sort(
        "terrain_id", "area"
    )
    if candidates.is_empty():
        return no_results("fit_years")
    fits, cases = _by_area(area_fit_by_year, areas.height)
    years = sorted(area_fit_by_year["year"].unique())
    terrains = candidates["terrain_id"].unique(maintain_order=True)
    begins = candidates.select(pl.col("terrain_id").is_first_distinct().arg_true()).to_series()
    weight = candidates["match_probability"].to_numpy()
    known = np.add.reduceat(weight, begins.to_numpy())
    weighted = weight[:, np.newaxis] * fits[:, candidates["area"].to_numpy()]
    share = np.add.reduceat(weighted, begins.to_numpy(), axis=1) / known[:, np.newaxis]
    first = [_first_year(share, years, quantile) for quantile in BAND_QUANTILES[1:]]
    is_enough = known >= assumptions["plan.known_probability"]
    return (
        pl.concat(
            pl.DataFrame(
                {
                    "terrain_id": terrains,
                    "scenario": [scenario] * terrains.len(),
                    "strategy": [strategy] * terrains.len(),
                    "known_probability": known,
                    "fits_from_year_p50": p50,
                    "fits_from_year_p90": p90,
                }
            ).filter(pl.Series(is_enough))
            for (scenario, strategy), p50, p90 in zip(cases, *first, strict=True)
        )
        .with_columns(pl.col("^fits_from_year_.*$").replace(0, None))
        .sort("terrain_id", "scenario", "strategy")
    )


def _by_area(area_fit_by_year: pl.DataFrame, areas: int) -> tuple[Floats, list[tuple[str, str]]]:
    """Return the probabilities as (cases, areas, years), and what cases these are."""
    case = ["scenario", "strategy"]
    ordered = area_fit_by_year.sort(*case, "supply_area_id", "year")
    cases = ordered.select(case).unique().sort(case).rows()
    fits = ordered["fits_for_good_probability"].to_numpy()
    return fits.reshape(len(cases), areas, -1), cases


def _first_year(share: Floats, years: list[int], quantile: float) -> npt.NDArray[np.int64]:
    """Return the first year in which shares reach a quantile, without the last axis; 0: never."""
    is_reached = share >= quantile - _ROUNDING
    return np.where(is_reached.any(axis=-1), np.array(years)[is_reached.argmax(axis=-1)], 0)
