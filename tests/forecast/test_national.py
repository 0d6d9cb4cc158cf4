"""The country in one row: its sums are those of exact arithmetic, in any order of rows."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl

from forecast.national import summarise_nation

ROWS = 30_000
"""So many that polars adds them in threads."""


def test_sums_are_rounded_once_whatever_the_order() -> None:
    rng = np.random.default_rng(5)
    rows = pl.DataFrame(
        {
            "year": np.full(ROWS, 2030),
            "scenario": np.full(ROWS, "mid"),
            "vehicle_class": rng.choice(["van", "rigid_truck", "tractor"], ROWS),
            "electric_vehicles": rng.lognormal(0, 3, ROWS),
            "energy_kwh_per_year": rng.lognormal(8, 4, ROWS),
        }
    )
    shuffled = rows.sample(fraction=1, shuffle=True, seed=1)
    once, again = summarise_nation(rows, rows), summarise_nation(shuffled, shuffled)
    assert once.equals(again)

    def exactly(column: str, classes: set[str]) -> float:
        values = rows.filter(pl.col("vehicle_class").is_in(classes))[column]
        return float(sum(map(Fraction, values)))

    trucks = {"rigid_truck", "tractor"}
    assert once.row(0) == (
        2030,
        "mid",
        exactly("electric_vehicles", {"van"}),
        exactly("electric_vehicles", trucks),
        exactly("energy_kwh_per_year", trucks | {"van"}),
    )
