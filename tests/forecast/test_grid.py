"""From megawatts to fit to plan class, on hand-made areas."""

from __future__ import annotations

import polars as pl
import pytest

from forecast.assumptions import load
from forecast.grid_fit import estimate_grid_fit
from forecast.plan_class import RULES, classify
from forecast.sources.supply_areas import area_status
from forecast.vocabulary import PLAN_CLASSES

KEYS = {"year": 2030, "scenario": "mid"}


@pytest.mark.parametrize(
    ("available", "required", "queue", "status"),
    [
        pytest.param(50.0, 40.0, 10.0, "room", id="covers the queue exactly"),
        pytest.param(50.0, 40.0, None, "room", id="no queue"),
        pytest.param(50.0, 40.0, 10.1, "queue", id="queue asks more"),
        pytest.param(40.0, 50.0, 0.0, "shortage", id="shortage"),
        pytest.param(None, 50.0, 0.0, "not_known", id="available unknown"),
        pytest.param(50.0, None, 0.0, "not_known", id="required unknown"),
    ],
)
def test_status_of_an_area(
    available: float | None, required: float | None, queue: float | None, status: str
) -> None:
    area = pl.DataFrame(
        {
            "demand_available_mw": [available],
            "demand_required_mw": [required],
            "demand_queue_mw": [queue],
        },
        schema=dict.fromkeys(
            ("demand_available_mw", "demand_required_mw", "demand_queue_mw"), pl.Float64
        ),
    )
    assert area.select(area_status()).item() == status


def test_probabilities_follow_the_candidates() -> None:
    candidates = pl.DataFrame(
        {
            "terrain_id": ["t", "t", "t"],
            "supply_area_id": ["fits", "full", "unknown"],
            "match_probability": [0.5, 0.3, 0.2],
        }
    )
    fit = pl.DataFrame(
        {
            "supply_area_id": ["fits", "full", "unknown"],
            "year": [2030] * 3,
            "scenario": ["mid"] * 3,
            "strategy": ["smart"] * 3,
            "added_design_peak_kw": [100.0, 100.0, 100.0],
            "headroom_after_queue_kw": [50.0, 20.0, None],
            "is_alleviated": [True, False, False],
            "fits": [True, False, None],
            "fits_after_queue": [True, False, None],
        }
    )
    [row] = estimate_grid_fit(candidates, fit).rows(named=True)
    assert row["known_probability"] == pytest.approx(0.8)
    assert row["fits_probability"] == pytest.approx(0.5)
    assert row["fits_after_queue_probability"] == pytest.approx(0.5)
    assert row["relief_probability"] == pytest.approx(0.5)  # it does not fit by its figures


@pytest.mark.parametrize(
    ("known", "unmanaged_fits", "relief", "smart_fits", "rule"),
    [
        pytest.param(0.4, 0.4, 0.0, 0.4, "area_not_known", id="mostly unknown"),
        pytest.param(1.0, 0.6, 0.1, 1.0, "unmanaged_fits_after_queue", id="fits"),
        pytest.param(0.8, 0.4, 0.0, 0.8, "unmanaged_fits_after_queue", id="half of the known"),
        pytest.param(1.0, 0.6, 0.2, 1.0, "relief_by_then", id="fits only by relief"),
        pytest.param(1.0, 0.4, 0.0, 0.6, "smart_fits_before_queue", id="only smart"),
        pytest.param(1.0, 0.0, 0.0, 0.4, "nothing_fits", id="nothing"),
    ],
)
def test_rules_of_the_plan_class(
    known: float, unmanaged_fits: float, relief: float, smart_fits: float, rule: str
) -> None:
    grid = pl.DataFrame(
        [
            {
                "terrain_id": "t",
                **KEYS,
                "strategy": strategy,
                "known_probability": known,
                "fits_probability": fits,
                "fits_after_queue_probability": after_queue,
                "relief_probability": relief,
            }
            for strategy, fits, after_queue in (
                ("unmanaged", smart_fits, unmanaged_fits),
                ("smart", smart_fits, 0.0),
            )
        ]
    )
    [row] = classify(grid, load()).rows(named=True)
    assert row["rule_code"] == rule
    assert row["plan_class"] == RULES[rule]
    assert row["plan_class"] in PLAN_CLASSES


def test_relief_waits_for_the_slip_and_pools_are_not_sums(state: dict[str, pl.DataFrame]) -> None:
    relief = state["area_fit"].join(
        state["supply_areas"].select("supply_area_id", "demand_alleviation_year"),
        on="supply_area_id",
    )
    # Relief in y counts from y + 1.5: at the end of 2030 (2031.0) areas of 2029 and before.
    at_2030 = relief.filter((pl.col("year") == 2030) & pl.col("is_alleviated"))
    assert at_2030["demand_alleviation_year"].max() == 2029
    assert relief.filter(pl.col("is_alleviated") & ~pl.col("fits")).is_empty()
    known = relief.filter(~pl.col("is_alleviated") & pl.col("headroom_kw").is_not_null())
    assert (known["fits"] == (known["added_design_peak_kw"] <= known["headroom_kw"])).all()
    keys = (pl.col("year") == 2030, pl.col("scenario") == "mid", pl.col("strategy") == "unmanaged")
    of_terrains = state["power"].filter(*keys, pl.col("location_type") == "on_terrain")
    pooled = state["area_fit"].filter(*keys)
    assert pooled["added_design_peak_kw"].sum() < of_terrains["design_peak_kw"].sum()
