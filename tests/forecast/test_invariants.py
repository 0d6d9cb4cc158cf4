"""Each invariant notices what it is there for; an untouched forecast passes."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from forecast.errors import InvariantError
from forecast.invariants import check

FIRST = pl.int_range(pl.len()) == 0


def scaled(column: str, factor: float) -> pl.Expr:
    return pl.when(FIRST).then(pl.col(column) * factor + 1).otherwise(pl.col(column)).alias(column)


def test_an_untouched_forecast_passes(state: dict[str, Any]) -> None:
    check(state)


@pytest.mark.parametrize(
    ("table", "change", "text"),
    [
        pytest.param(
            "fleet",
            pl.col("model_vehicles") + FIRST.cast(pl.Int64),
            "add up to the nation",
            id="fleet",
        ),
        pytest.param(
            "fleet",
            pl.col("vehicles") + FIRST.cast(pl.Int64),
            "that no refinement touches",
            id="refined elsewhere",
        ),
        pytest.param(
            "electric_vehicles",
            scaled("model_electric_vehicles", 1.0),
            "totals per class",
            id="electric",
        ),
        pytest.param(
            "energy", scaled("energy_kwh_per_year", 1.1), "energy of the fleet", id="energy"
        ),
        pytest.param(
            "site_demand", scaled("energy_kwh_per_year", 1.1), "sites along the roads", id="sites"
        ),
        pytest.param(
            "power",
            pl.when(FIRST).then(-1.0).otherwise("design_peak_kw").alias("design_peak_kw"),
            "negative or not a number",
            id="negative",
        ),
        pytest.param(
            "power",
            pl.when(FIRST).then(float("nan")).otherwise("typical_peak_kw").alias("typical_peak_kw"),
            "negative or not a number",
            id="not a number",
        ),
        pytest.param(
            "power",
            (pl.col("design_peak_kw") * 2 + 1).alias("typical_peak_kw"),
            "exceeds the design peak",
            id="peaks",
        ),
        pytest.param(
            "electric_vehicles",
            scaled("electric_vehicles_p10", 3.0),
            "does not hold its own middle",
            id="band",
        ),
        pytest.param(
            "regional_summary",
            scaled("mitigate_terrains", 1.0),
            "add up to the terrains",
            id="regions",
        ),
    ],
)
def test_a_tampered_forecast_is_stopped(
    state: dict[str, Any], table: str, change: pl.Expr, text: str
) -> None:
    tampered = {**state, table: state[table].with_columns(change)}
    with pytest.raises(InvariantError, match=text) as caught:
        check(tampered)
    assert caught.value.rows


def test_a_lost_terrain_is_named(state: dict[str, Any]) -> None:
    plan_class = state["plan_class"].filter(pl.col("terrain_id") != "190044")
    with pytest.raises(InvariantError, match="190044"):
        check({**state, "plan_class": plan_class})
