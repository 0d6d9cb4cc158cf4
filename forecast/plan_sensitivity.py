"""How many plan classes hang on one number: each threshold moved by a fifth, one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final

import numpy as np
import polars as pl

from forecast.area_fit import measure_chances
from forecast.assumptions import Assumptions
from forecast.grid_fit import estimate_grid_fit
from forecast.plan_class import TESTS, class_of_rule, passes_of, scores_of, thresholds_of

FACTORS: Final = (0.8, 1.2)
TRANSMISSION: Final = "grid.tso_pass_probability"
"""The chance to pass a short transmission grid: of what chances rest on, the most telling one."""
_KEYS: Final = ["terrain_id", "year", "scenario"]
_THRESHOLD: Final = ("threshold_key", "threshold_factor")


def move_transmission(
    area_power: pl.DataFrame,
    supply_areas: pl.DataFrame,
    national_electric: pl.DataFrame,
    vehicle_energy: pl.DataFrame,
    terrain_supply_areas: pl.DataFrame,
    years: Sequence[int],
    assumptions: Assumptions,
) -> dict[float, pl.DataFrame]:
    """Return `grid_fit` with the chance to pass the transmission grid times each factor."""
    chances = measure_chances(
        area_power,
        supply_areas,
        national_electric,
        vehicle_energy,
        years,
        *(assumptions.scaled(TRANSMISSION, factor, 1.0) for factor in FACTORS),
    )
    return {
        factor: estimate_grid_fit(terrain_supply_areas, moved)
        for factor, moved in zip(FACTORS, chances, strict=True)
    }


def move_thresholds(
    grid_fit: pl.DataFrame,
    transmission_cases: Mapping[float, pl.DataFrame],
    plan_scores: pl.DataFrame,
    assumptions: Assumptions,
) -> pl.DataFrame:
    """Return `plan_class_cases` without its run."""
    scores = scores_of(grid_fit, plan_scores).sort(_KEYS)
    thresholds = thresholds_of(assumptions)

    def classes(of: pl.DataFrame, used: dict[str, float]) -> pl.DataFrame:
        return passes_of(of, used).select(*_KEYS, plan_class=class_of_rule())

    def moved(key: str, factor: float) -> pl.DataFrame:
        if key == TRANSMISSION:
            scores_then = scores_of(transmission_cases[factor], plan_scores).sort(_KEYS)
            return classes(scores_then, thresholds)
        scaled = {
            test: value * factor if TESTS[test] == key else value
            for test, value in thresholds.items()
        }
        return classes(scores, scaled)

    cases = sorted(product({*TESTS.values(), TRANSMISSION}, FACTORS))
    every = pl.concat(
        moved(key, factor).with_columns(threshold_key=pl.lit(key), threshold_factor=pl.lit(factor))
        for key, factor in cases
    )
    # All cases of a row of the scores follow each other.
    order = np.arange(every.height).reshape(len(cases), -1).T.ravel()
    return every[order].select(*_KEYS, *_THRESHOLD, "plan_class")


def measure_sensitivity(plan_class_cases: pl.DataFrame, plan_class: pl.DataFrame) -> pl.DataFrame:
    """Return `plan_class_sensitivity` without its run."""
    order = [*_THRESHOLD, "year", "scenario"]
    return (
        plan_class_cases.join(plan_class, on=_KEYS, suffix="_unmoved")
        .group_by(order)
        .agg(changed_share=(pl.col("plan_class") != pl.col("plan_class_unmoved")).mean())
        .select(*order, "changed_share")
        .sort(order)
    )
