"""The rules of the plan class, its margins and what would change it."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from forecast.assumptions import load
from forecast.plan_class import RULES, TESTS, classify
from forecast.plan_scores import score_terrains
from forecast.plan_sensitivity import TRANSMISSION
from forecast.vocabulary import PLAN_CLASSES
from models.companies import share_below

KEYS = {"terrain_id": "t", "year": 2030, "scenario": "mid"}
"""With the embedded thresholds: fit 0.5, known 0.5, plots 0.8, connections 0.6."""


def verdict(
    known: float = 1.0,
    own: float = 0.0,
    relief: float = 0.0,
    shared: float = 0.0,
    own_smart: float = 0.0,
    plot: float | None = 1.0,
    connection: float | None = 0.0,
    hub: str | None = None,
) -> dict[str, Any]:
    grid = pl.DataFrame(
        [
            {**KEYS, "strategy": "unmanaged", "known_probability": known,
             "fits_probability": shared, "fits_after_queue_probability": own,
             "relief_probability": relief},
            {**KEYS, "strategy": "smart", "known_probability": known, "fits_probability": shared,
             "fits_after_queue_probability": own_smart, "relief_probability": 0.0},
        ]
    )  # fmt: skip
    scores = pl.DataFrame(
        [KEYS | {"own_plot_share": plot, "connection_share": connection}],
        schema_overrides={"own_plot_share": pl.Float64, "connection_share": pl.Float64},
    )
    years = pl.DataFrame(
        [{"terrain_id": "t", "scenario": "mid", "strategy": "unmanaged",
          "fits_from_year_p50": 2034}]
    )  # fmt: skip
    hubs = pl.DataFrame(
        [KEYS | {"hub_terrain_id": hub}], schema_overrides={"hub_terrain_id": pl.String}
    )
    [row] = classify(grid, scores, years, hubs, load()).rows(named=True)
    return row


@pytest.mark.parametrize(
    ("scores", "rule"),
    [
        pytest.param({"known": 0.4, "own": 0.4}, "area_not_known", id="mostly unknown"),
        pytest.param({"own": 0.6, "relief": 0.1}, "unmanaged_fits_after_queue", id="fits"),
        pytest.param({"known": 0.8, "own": 0.5}, "unmanaged_fits_after_queue", id="half of known"),
        pytest.param({"own": 0.6, "relief": 0.2}, "relief_by_then", id="fits only by relief"),
        pytest.param(
            {"connection": 0.6, "shared": 1.0}, "existing_connections_carry", id="small companies"
        ),
        pytest.param({"connection": 0.59}, "nothing_fits", id="companies just too large"),
        pytest.param({"own": 0.6, "plot": 0.79}, "plots_too_small", id="no room on the plots"),
        pytest.param(
            {"connection": 0.9, "plot": 0.5}, "nothing_fits", id="a connection without a plot"
        ),
        pytest.param({"own": 0.4, "shared": 0.6}, "smart_fits_before_queue", id="only smart"),
        pytest.param({"shared": 0.4}, "nothing_fits", id="nothing"),
        pytest.param(
            {"own": 0.6, "plot": None, "connection": None},
            "unmanaged_fits_after_queue",
            id="no vehicles: as the area",
        ),
        pytest.param({"plot": None, "connection": None}, "nothing_fits", id="no vehicles, full"),
    ],
)
def test_rules(scores: dict[str, Any], rule: str) -> None:
    row = verdict(**scores)
    assert row["rule_code"] == rule
    assert row["plan_class"] == RULES[rule]
    assert row["plan_class"] in PLAN_CLASSES


@pytest.mark.parametrize(
    ("scores", "score", "margin", "next_class"),
    [
        # 0.10 above what fits and 0.05 above what plots need: the plots are nearer.
        pytest.param({"own": 0.6, "plot": 0.85}, "plot", 0.05, "collective", id="plots nearest"),
        pytest.param({"own": 0.6, "shared": 0.9}, "fit_own", 0.1, "collective", id="fit nearest"),
        pytest.param({"shared": 0.45}, "fit_shared", 0.05, "collective", id="nearly shared"),
        pytest.param({"connection": 0.57}, "connection", 0.03, "own_site", id="nearly carried"),
    ],
)
def test_the_margin_is_that_of_the_nearest_threshold(
    scores: dict[str, Any], score: str, margin: float, next_class: str
) -> None:
    row = verdict(**scores)
    assert row["margin_score"] == score
    assert row["margin"] == pytest.approx(margin)
    assert row["next_class"] == next_class


def test_no_class_is_near_where_nothing_is_known() -> None:
    row = verdict(known=0.45, own=0.9)
    assert (row["plan_class"], row["margin"], row["next_class"]) == ("not_known", None, None)


def test_plots_are_not_near_where_no_vehicle_stands() -> None:
    row = verdict(own=0.9, shared=1.0, plot=None, connection=None)
    assert (row["margin_score"], row["next_class"]) == ("fit_own", "collective")


def test_what_would_change_it() -> None:
    row = verdict(shared=0.9, own_smart=0.8, hub="h")
    assert row["plan_class"] == "collective"
    assert row["class_with_smart"] == "own_site"  # smart charging fits after the queue too
    assert row["is_hub_in_reach"]
    assert row["own_site_from_year"] == 2034
    assert verdict()["class_with_smart"] == "mitigate"


def test_a_terrain_in_no_area_is_not_known(state: dict[str, Any]) -> None:
    gone = state["grid_fit"].filter(pl.col("terrain_id") != "190044")
    found = classify(
        gone, state["plan_scores"], state["fit_years"], state["terrain_hubs"], state["assumptions"]
    ).filter(pl.col("terrain_id") == "190044")
    assert found.height == 9
    assert set(found["rule_code"]) == {"in_no_area"}
    assert found["margin"].null_count() == found.height


def test_classes_tell_terrains_apart(state: dict[str, Any]) -> None:
    """No class is empty or holds more than two thirds, and one area holds several."""
    mid = state["plan_class"].filter((pl.col("year") == 2030) & (pl.col("scenario") == "mid"))
    shares = dict(mid["plan_class"].value_counts(normalize=True).iter_rows())
    for name in ("own_site", "collective", "mitigate"):
        assert 0.05 < shares[name] < 2 / 3
    likeliest = (
        state["terrain_supply_areas"].sort("match_probability").unique("terrain_id", keep="last")
    )
    within = (
        mid.join(likeliest, on="terrain_id")
        .group_by("supply_area_id")
        .agg(pl.len(), classes=pl.col("plan_class").n_unique())
        .filter(pl.col("len") >= 10)
    )
    assert (within["classes"] > 1).mean() > 0.5


def test_sensitivity_moves_one_threshold_at_a_time(state: dict[str, Any]) -> None:
    found = state["plan_class_sensitivity"]
    assert set(found["threshold_key"]) == {*TESTS.values(), TRANSMISSION}
    assert set(found["threshold_factor"]) == {0.8, 1.2}
    assert found["changed_share"].is_between(0, 1).all()
    # By hand for one: with the connection threshold at 0.72 what lies between 0.6 and 0.72 moves.
    mid = (pl.col("year") == 2030) & (pl.col("scenario") == "mid")
    carried = state["plan_class"].filter(
        mid & (pl.col("rule_code") == "existing_connections_carry")
    )
    moved = carried.join(state["plan_scores"].filter(mid), on="terrain_id").filter(
        pl.col("connection_share") < 0.72
    )
    [share] = found.filter(
        mid
        & (pl.col("threshold_key") == "plan.connection_share")
        & (pl.col("threshold_factor") == 1.2)
    )["changed_share"]
    assert share == pytest.approx(moved.height / state["terrains"].height)
    tso = found.filter(mid & (pl.col("threshold_key") == TRANSMISSION))["changed_share"]
    assert tso.min() > 0  # type: ignore[operator] - never empty


def test_scores_by_hand() -> None:
    terrains = pl.DataFrame({"terrain_id": ["t"], "net_ha": [6.0], "issuable_ha": [1.0]})
    electric = pl.DataFrame(
        [KEYS | {"vehicle_class": name, "electric_vehicles": count}
         for name, count in (("van", 30.0), ("rigid_truck", 10.0), ("tractor", 0.0))]
    )  # fmt: skip
    access = pl.DataFrame({"terrain_id": ["t"], "plot_factor": [0.5]})
    power = pl.DataFrame(
        [KEYS | {"location_type": "depot", "strategy": "smart", "design_peak_kw": 80.0}]
    )
    [row] = score_terrains(terrains, electric, access, power, {}, load()).rows(named=True)
    # Half of 0.90 for vans and of 0.80 for rigid trucks.
    assert row["own_plot_share"] == pytest.approx((30 * 0.45 + 10 * 0.40) / 40)
    assert row["companies"] == pytest.approx(5.0 / 0.5)
    assert row["smart_kw_per_company"] == pytest.approx(80 / (10 * 0.4))
    carried = share_below(pl.Series([20.0]).to_numpy(), 25.0, 1.5)[0]
    assert row["connection_share"] == pytest.approx(carried)
