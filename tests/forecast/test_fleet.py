"""Vehicles per municipality and terrain: what was counted, cleaned, learned and kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from forecast.assumptions import ScenarioSet
from forecast.pipeline import run_until
from forecast.refine import no_refinements
from forecast.sources.embedded import SourceData
from tests.refined import refine

NATION = {"van": 990_605, "rigid_truck": 62_818, "tractor": 83_847}


def test_municipal_totals_are_the_stock_and_vans_meet_the_provinces(
    state: dict[str, Any], sources: SourceData
) -> None:
    rows = state["municipal_fleet"]
    sums = dict(rows.group_by("vehicle_class").agg(pl.col("vehicles").sum()).iter_rows())
    assert sums == pytest.approx(NATION)
    users = sources["vans_by_province"]
    provinces = (
        rows.filter(pl.col("vehicle_class") == "van")
        .join(sources["municipalities"], on="municipality_code")
        .group_by("province_name")
        .agg(pl.col("vehicles").sum())
        .join(users, on="province_name")
    )
    shares = provinces["vans_main_user"] / users["vans_main_user"].sum()
    assert (provinces["vehicles"] / NATION["van"]).to_list() == pytest.approx(shares.to_list())


def test_lease_addresses_are_found_and_moved(state: dict[str, Any]) -> None:
    rows = state["municipal_fleet"].filter(pl.col("vehicle_class") == "van")
    odd = rows.filter("is_outlier")
    # Almere, Houten, Ouder-Amstel, Amersfoort, Haarlemmermeer, Wierden, Breda, Smallingerland.
    assert set(odd["municipality_code"]) == {
        "GM0034", "GM0321", "GM0437", "GM0307", "GM0394", "GM0189", "GM0758", "GM0090",
    }  # fmt: skip
    almere = odd.filter(pl.col("municipality_code") == "GM0034").row(0, named=True)
    assert almere["registered_vehicles"] == 31_940
    # Raw on the scale of the stock: 31,940 x 990,605 / 989,734.
    assert almere["raw_vehicles"] == pytest.approx(31_940 * 990_605 / 989_734)
    assert almere["vehicles"] < almere["raw_vehicles"] / 2
    for row in rows.iter_rows(named=True):
        assert row["moved_vehicles"] == pytest.approx(row["vehicles"] - row["raw_vehicles"])
    assert rows["moved_vehicles"].sum() == pytest.approx(0, abs=1e-6)


def test_used_vans_lie_nearer_to_known_main_users_than_registered_ones(
    state: dict[str, Any], sources: SourceData
) -> None:
    scale = NATION["van"] / sources["vans_by_province"]["vans_main_user"].sum()
    both = (
        state["municipal_fleet"]
        .filter(pl.col("vehicle_class") == "van")
        .join(sources["vans_main_user"], on="municipality_code")
    )
    truth = both["vans_main_user"].to_numpy() * scale
    raw, used = (np.abs(both[name].to_numpy() / truth - 1) for name in ("raw_vehicles", "vehicles"))
    assert both.height == 4
    assert used.mean() < raw.mean()
    assert np.median(used) < np.median(raw)


def test_terrains_hold_what_was_published_of_them(state: dict[str, Any]) -> None:
    fleet = state["fleet"].with_columns(is_off=pl.col("terrain_id").str.starts_with("off-terrain:"))
    for name, share in (("van", 0.57), ("rigid_truck", 0.90), ("tractor", 0.90)):
        rows = fleet.filter(pl.col("vehicle_class") == name)
        assert rows["vehicles"].sum() == NATION[name]
        on = rows.filter(~pl.col("is_off"))["vehicles"].sum()
        assert on / NATION[name] == pytest.approx(share, abs=0.001)


def test_without_counts_the_weights_are_used_and_said(state: dict[str, Any]) -> None:
    rows = state["terrain_learning"]
    assert rows["weight_basis"].to_list() == ["weights"] * 3
    assert rows["counted_terrains"].to_list() == [0] * 3
    assert rows["glm_deviance"].null_count() == 3
    # Area is nearly everything in the weights; that is said, not hidden.
    assert rows["weight_variance_beyond_area"].is_between(0.01, 0.2).all()


def counted(weights: pl.DataFrame, size: int, vans_per_ha: float) -> pl.DataFrame:
    """Return refinements that put the same density of vans per hectare on some terrains."""
    chosen = weights.sort("terrain_id").filter(pl.col("occupied_ha") > 1).gather_every(7)
    rows = chosen.head(size).select("terrain_id", "occupied_ha").iter_rows()
    return refine(*((terrain, f"vans={round(area * vans_per_ha)}") for terrain, area in rows))


@pytest.fixture(scope="module")
def learned(state: dict[str, Any], sources: SourceData, scenarios: ScenarioSet) -> dict[str, Any]:
    """Return a run to the fleet in which 150 terrains have 8 vans per hectare."""
    found = counted(state["terrain_weights"], 150, 8.0)
    return run_until("fleet", sources, scenarios, found)


def test_enough_counts_are_learned_from(learned: dict[str, Any], state: dict[str, Any]) -> None:
    van = learned["terrain_learning"].filter(pl.col("vehicle_class") == "van").row(0, named=True)
    assert van["counted_terrains"] == 150
    assert van["weight_basis"] in {"glm", "boosting"}
    others = learned["terrain_learning"].filter(pl.col("vehicle_class") != "van")
    assert others["weight_basis"].to_list() == ["weights"] * 2
    # Eight vans per hectare everywhere: weights become proportional to hectares.
    weights = learned["class_weights"].filter(
        (pl.col("vehicle_class") == "van") & pl.col("occupied_ha").is_between(5, 50)
    )
    per_ha = (weights["weight"] / weights["occupied_ha"]).to_numpy()
    assert np.median(per_ha) == pytest.approx(8, rel=0.1)
    # What was counted so alike leaves less doubt than the assumed factor.
    assert np.median(weights["log_sd_above"]) < 0.3
    assert state["terrain_learning"]["weight_basis"][0] == "weights"


def test_learning_keeps_counts_and_totals(learned: dict[str, Any]) -> None:
    vans = learned["fleet"].filter(pl.col("vehicle_class") == "van")
    assert vans["model_vehicles"].sum() == NATION["van"]
    pinned = vans.filter(pl.col("basis") == "refined").join(
        learned["terrain_weights"], on="terrain_id"
    )
    assert pinned.height == 150
    assert pinned["vehicles"].to_list() == [round(area * 8) for area in pinned["occupied_ha"]]


def test_a_terrain_that_is_not_issued_holds_nothing_even_when_learned(
    learned: dict[str, Any],
) -> None:
    empty = learned["class_weights"].filter(pl.col("occupied_ha") <= 0)
    assert empty.height > 0
    assert (empty["weight"] == 0).all()


def test_too_few_counts_are_not_learned_from(
    state: dict[str, Any], sources: SourceData, scenarios: ScenarioSet
) -> None:
    few = counted(state["terrain_weights"], 10, 8.0)
    found = run_until("terrain_learning", sources, scenarios, few)["terrain_learning"]
    van = found.filter(pl.col("vehicle_class") == "van").row(0, named=True)
    assert (van["weight_basis"], van["counted_terrains"]) == ("weights", 10)


def test_counts_of_nothing_are_not_learned_from(
    state: dict[str, Any], sources: SourceData, scenarios: ScenarioSet
) -> None:
    nothing = counted(state["terrain_weights"], 150, 0.0)
    found = run_until("terrain_learning", sources, scenarios, nothing)["terrain_learning"]
    van = found.filter(pl.col("vehicle_class") == "van").row(0, named=True)
    assert (van["weight_basis"], van["counted_terrains"]) == ("weights", 150)


def test_margins_that_contradict_each_other_stop_the_run(
    sources: SourceData, scenarios: ScenarioSet
) -> None:
    """A province without vans in its municipalities cannot have main users."""
    limburg = sources["municipalities"].filter(pl.col("province_name") == "Limburg")
    emptied = sources["vehicles_registered"].with_columns(
        vans_registered=pl.when(
            pl.col("municipality_code").is_in(limburg["municipality_code"].to_list())
        )
        .then(0)
        .otherwise(pl.col("vans_registered"))
    )
    changed = type(sources)(
        {**sources.tables, "vehicles_registered": emptied}, sources.edition_id, sources.data_hashes
    )
    with pytest.raises(Exception, match="nothing to scale"):
        run_until("municipal_fleet", changed, scenarios, no_refinements())
