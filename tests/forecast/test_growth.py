"""Electric shares: anchors at their dates, zones ahead, the nation as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from forecast.assumptions import ScenarioSet
from forecast.growth import adoption_curve, fleet_growth_factor, year_end


def test_figures_of_a_year_hold_at_its_end() -> None:
    assert year_end(2030) == 2031


@pytest.mark.parametrize(
    ("scenario", "date", "vans", "trucks"),
    [
        pytest.param("mid", 2025.5, 42_000, 1_494, id="counted in mid-2025"),
        pytest.param("mid", 2031.0, 225_000, 24_000, id="published for 2030"),
        pytest.param("low", 2031.0, 195_000, 16_000, id="low of 2030"),
        pytest.param("high", 2031.0, 267_000, 25_800, id="high of 2030"),
    ],
)
def test_curves_run_through_the_published_stocks(
    scenarios: ScenarioSet, scenario: str, date: float, vans: float, trucks: float
) -> None:
    assumptions = scenarios[scenario]
    electric = {
        name: float(adoption_curve(name, assumptions).share(date))
        * assumptions[f"fleet.stock.{name}"]
        * fleet_growth_factor(name, date, assumptions)
        for name in ("van", "rigid_truck", "tractor")
    }
    assert electric["van"] == pytest.approx(vans)
    assert electric["rigid_truck"] + electric["tractor"] == pytest.approx(trucks)


def test_exposed_terrains_are_ahead_of_the_others(state: dict[str, Any]) -> None:
    rows = (
        state["electric_vehicles"]
        .filter(
            (pl.col("vehicle_class") == "van")
            & (pl.col("year") == 2030)
            & (pl.col("scenario") == "mid")
        )
        .join(state["zone_exposure"], on=["terrain_id", "year"])
        .sort("zone_exposure_factor")
    )
    shares = rows["electric_share"].to_numpy()
    assert (np.diff(shares) >= -1e-12).all()
    national = rows["electric_vehicles"].sum() / rows["vehicles"].sum()
    assert shares[0] < national < shares[-1]
