"""Plan class of a terrain: can companies charge on their own plots, and which rule says so.

Five tests, each a score against a threshold of the assumptions:

- ``known``: the figures of the area are known;
- ``fit_own``: unmanaged charging of the area fits after the queue;
- ``fit_shared``: smart charging of the area fits before the queue;
- ``plot``: vehicles belong to companies with room on their plots;
- ``connection``: the present connections of companies carry smart charging at their depots.

`RULES` are asked in order. The first two tests separate supply areas, the last two the terrains of
one area. A terrain without vehicles has the class of its area: it is what its first company meets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from forecast.assumptions import Assumptions

RULES: Final = {
    "in_no_area": "not_known",
    "area_not_known": "not_known",
    "unmanaged_fits_after_queue": "own_site",
    "relief_by_then": "own_site",
    "existing_connections_carry": "own_site",
    "plots_too_small": "collective",
    "smart_fits_before_queue": "collective",
    "nothing_fits": "mitigate",
}
"""Rule to plan class, in the order in which they are asked."""

TESTS: Final = {
    "known": "plan.known_probability",
    "fit_own": "plan.fit_probability",
    "fit_shared": "plan.fit_probability",
    "plot": "plan.own_plot_share",
    "connection": "plan.connection_share",
}
"""Test to the assumption that is its threshold."""
_NEAR_TESTS: Final = tuple(test for test in TESTS if test != "known")
"""Tests whose threshold can be near: figures are published or they are not."""
_OF_VEHICLES: Final = ("plot", "connection")
"""Tests that ask nothing of a terrain without vehicles."""
_KEYS: Final = ["terrain_id", "year", "scenario"]


def classify(
    grid_fit: pl.DataFrame,
    plan_scores: pl.DataFrame,
    fit_years: pl.DataFrame,
    terrain_hubs: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `plan_class` without its run.

    ``margin`` is the smallest distance of one score to its threshold whose crossing, the others as
    they are, gives another class; ``next_class`` is that class. Where the figures of the area are
    not known, no other class is near: there is no margin.
    """
    ruled = _ruled(scores_of(grid_fit, plan_scores), thresholds_of(assumptions))
    smart = ruled.with_columns(passes_fit_own=pl.col("passes_fit_own_smart")).with_columns(
        class_with_smart=class_of_rule()
    )
    own_site_from = fit_years.filter(pl.col("strategy") == "unmanaged").select(
        "terrain_id", "scenario", own_site_from_year="fits_from_year_p50"
    )
    return (
        _with_margin(ruled)
        .join(smart.select(*_KEYS, "class_with_smart"), on=_KEYS)
        .join(own_site_from, on=["terrain_id", "scenario"], how="left")
        .join(
            terrain_hubs.select(*_KEYS, is_hub_in_reach=pl.col("hub_terrain_id").is_not_null()),
            on=_KEYS,
            how="left",
        )
        .select(
            *_KEYS,
            "plan_class",
            "rule_code",
            "margin",
            "margin_score",
            "next_class",
            "class_with_smart",
            pl.col("is_hub_in_reach").fill_null(value=False),
            "own_site_from_year",
            hub_reach_km=pl.lit(assumptions["hub.reach_km"]),
        )
        .sort(_KEYS)
    )


def _ruled(scores: pl.DataFrame, thresholds: dict[str, float]) -> pl.DataFrame:
    """Add the tests, by how far each score lies from its threshold, the rule and the class."""
    return passes_of(scores, thresholds).with_columns(
        *(_distance(test, value) for test, value in thresholds.items()),
        rule_code=_decided({code: code for code in RULES}, None),
        plan_class=class_of_rule(),
    )


def scores_of(grid_fit: pl.DataFrame, plan_scores: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of each terrain; what is not known of an area counts as nothing fits."""
    unmanaged, smart = (
        grid_fit.filter(pl.col("strategy") == strategy) for strategy in ("unmanaged", "smart")
    )
    return (
        plan_scores.join(
            unmanaged.select(
                *_KEYS,
                known="known_probability",
                fit_own="fits_after_queue_probability",
                relief="relief_probability",
            ),
            on=_KEYS,
            how="left",
        )
        .join(
            smart.select(
                *_KEYS,
                fit_shared="fits_probability",
                fit_own_smart="fits_after_queue_probability",
            ),
            on=_KEYS,
            how="left",
        )
        .select(
            *_KEYS,
            is_in_area=pl.col("known").is_not_null(),
            **{
                name: pl.col(name).fill_null(0.0)
                for name in ("known", "fit_own", "relief", "fit_shared", "fit_own_smart")
            },
            has_vehicles=pl.col("own_plot_share").is_not_null(),
            # Without vehicles neither plots nor connections are an obstacle, nor a way out.
            plot=pl.col("own_plot_share").fill_null(1.0),
            connection=pl.col("connection_share").fill_null(0.0),
        )
    )


def thresholds_of(assumptions: Assumptions) -> dict[str, float]:
    """Return the threshold of each test."""
    return {test: assumptions[key] for test, key in TESTS.items()}


def passes_of(scores: pl.DataFrame, thresholds: dict[str, float]) -> pl.DataFrame:
    """Add whether each test is passed."""
    fit = thresholds["fit_own"]
    return scores.with_columns(
        *((pl.col(test) >= value).alias(f"passes_{test}") for test, value in thresholds.items()),
        passes_fit_own_smart=pl.col("fit_own_smart") >= fit,
        is_by_relief=pl.col("fit_own") - pl.col("relief") < fit,
    )


def _distance(test: str, threshold: float) -> pl.Expr:
    """Return by how far a score lies from its threshold."""
    asks = pl.col("has_vehicles") | ~pl.lit(test in _OF_VEHICLES)
    return pl.when(asks).then((pl.col(test) - threshold).abs()).alias(f"distance_{test}")


def _decided(named: Mapping[str, str], flipped: str | None) -> pl.Expr:
    """Return the name of the rule that decides, as if one test had come out the other way."""

    def passes(test: str) -> pl.Expr:
        column = pl.col(f"passes_{test}")
        return ~column if test == flipped else column

    def rule(code: str) -> pl.Expr:
        return pl.lit(named[code])

    return (
        pl.when(~pl.col("is_in_area"))
        .then(rule("in_no_area"))
        .when(~passes("known"))
        .then(rule("area_not_known"))
        .when(passes("fit_own") & passes("plot") & ~pl.col("is_by_relief"))
        .then(rule("unmanaged_fits_after_queue"))
        .when(passes("fit_own") & passes("plot"))
        .then(rule("relief_by_then"))
        .when(passes("connection") & passes("plot"))
        .then(rule("existing_connections_carry"))
        .when(passes("fit_own"))
        .then(rule("plots_too_small"))
        .when(passes("fit_shared"))
        .then(rule("smart_fits_before_queue"))
        .otherwise(rule("nothing_fits"))
    )


def class_of_rule(flipped: str | None = None) -> pl.Expr:
    """Return the class that the rules give, as if one test had come out the other way."""
    return _decided(RULES, flipped)


def _with_margin(ruled: pl.DataFrame) -> pl.DataFrame:
    """Add margin, margin_score and next_class; none where no single test changes the class."""
    beyond = ruled.with_columns(
        class_of_rule(test).alias(f"class_beyond_{test}") for test in _NEAR_TESTS
    ).with_columns(
        pl.when(pl.col(f"class_beyond_{test}") != pl.col("plan_class"))
        .then(pl.col(f"distance_{test}"))
        .alias(f"margin_{test}")
        for test in _NEAR_TESTS
    )
    nearest = beyond.with_columns(
        margin=pl.min_horizontal(f"margin_{test}" for test in _NEAR_TESTS)
    )
    # Of equal margins the first test is named.
    is_nearest = {test: pl.col(f"margin_{test}") == pl.col("margin") for test in _NEAR_TESTS}
    return nearest.with_columns(
        margin_score=pl.coalesce(
            pl.when(is_here).then(pl.lit(test)) for test, is_here in is_nearest.items()
        ),
        next_class=pl.coalesce(
            pl.when(is_here).then(f"class_beyond_{test}") for test, is_here in is_nearest.items()
        ),
    )
