"""Plan class of a terrain: can companies charge on their own plots, and which rule says so.

In order: ``area_not_known`` -> not_known, ``unmanaged_fits_after_queue`` -> own_site,
``relief_by_then`` (it fits only because the published year of relief has passed) -> own_site,
``smart_fits_before_queue`` -> collective, ``nothing_fits`` -> mitigate. The rules separate supply
areas; plots, fleets and the size of companies within an area do not enter yet. A terrain without
vehicles today has the class of its area: it is what its first company will meet.
"""

from __future__ import annotations

import polars as pl

from forecast.assumptions import Assumptions

RULES = {
    "area_not_known": "not_known",
    "unmanaged_fits_after_queue": "own_site",
    "relief_by_then": "own_site",
    "smart_fits_before_queue": "collective",
    "nothing_fits": "mitigate",
}
"""Rule to plan class, in the order in which they are asked."""


def classify(grid_fit: pl.DataFrame, assumptions: Assumptions) -> pl.DataFrame:
    """Return `plan_class` without its run."""
    keys = ["terrain_id", "year", "scenario"]
    wide = (
        grid_fit.filter(pl.col("strategy") == "unmanaged")
        .select(*keys, "known_probability", "fits_after_queue_probability", "relief_probability")
        .join(
            grid_fit.filter(pl.col("strategy") == "smart").select(
                *keys, smart_fits="fits_probability"
            ),
            on=keys,
        )
    )
    among_known = assumptions["grid.own_site_probability"] * pl.col("known_probability")
    by_figures = pl.col("fits_after_queue_probability") - pl.col("relief_probability")
    rule = (
        pl.when(pl.col("known_probability") < assumptions["grid.known_probability"])
        .then(pl.lit("area_not_known"))
        .when(by_figures >= among_known)
        .then(pl.lit("unmanaged_fits_after_queue"))
        .when(pl.col("fits_after_queue_probability") >= among_known)
        .then(pl.lit("relief_by_then"))
        .when(pl.col("smart_fits") >= among_known)
        .then(pl.lit("smart_fits_before_queue"))
        .otherwise(pl.lit("nothing_fits"))
    )
    return (
        wide.with_columns(rule_code=rule)
        .select(
            *keys,
            "rule_code",
            plan_class=pl.col("rule_code").replace_strict(RULES, return_dtype=pl.String),
        )
        .sort(keys)
    )
