"""Regions: every terrain once per level, hand-made numbers, and peaks of the pool."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from forecast.power import estimate_power
from forecast.regions import (
    ADDITIVE,
    gather_terrain_figures,
    list_region_members,
    pool_peaks,
    summarise_regions,
)
from forecast.vocabulary import (
    ON_TERRAIN,
    REGION_LEVELS,
    SCENARIOS,
    VEHICLE_CLASSES,
    off_terrain_id,
)

WHEN = {"year": 2030, "scenario": "mid"}
MUNICIPALITIES = pl.DataFrame(
    {
        "municipality_code": ["GM1", "GM2", "GM3"],
        "municipality_name": ["Aa", "Bee", "Cee"],
        "province_name": ["P", "P", "Q"],
        "nal_region_name": ["R", "R", "R"],
    }
)
TERRAINS = pl.DataFrame({"terrain_id": ["1", "2", "3"], "municipality_code": ["GM1", "GM1", "GM2"]})
# Terrain 1 lies in X or Y, terrain 2 in Y or, by a third, in no known area, terrain 3 in none.
AREAS = pl.DataFrame(
    {
        "terrain_id": ["1", "1", "2"],
        "supply_area_id": ["X", "Y", "Y"],
        "match_probability": [0.75, 0.25, 2 / 3],
    }
)


def rows(columns: tuple[str, ...], *values: tuple[Any, ...]) -> pl.DataFrame:
    frame = pl.DataFrame(list(values), schema=list(columns), orient="row")
    return frame.with_columns(year=pl.lit(2030, dtype=pl.Int64), scenario=pl.lit("mid"))


VEHICLES = rows(
    ("terrain_id", "vehicle_class", "vehicles", "electric_vehicles"),
    ("1", "van", 100.0, 20.0),
    ("1", "tractor", 40.0, 4.0),
    ("2", "rigid_truck", 10.0, 1.0),
    ("3", "van", 8.0, 2.0),
    (off_terrain_id("GM1"), "van", 999.0, 99.0),
)
ENERGY = rows(
    ("terrain_id", "vehicle_class", "location_type", "energy_kwh_per_year"),
    ("1", "van", "depot", 1000.0),
    ("1", "tractor", "depot", 500.0),
    ("1", "tractor", "shared_hub", 300.0),
    ("1", "tractor", "truck_parking", 7777.0),
    ("2", "rigid_truck", "depot", 60.0),
    (off_terrain_id("GM1"), "van", "depot", 5555.0),
)
POINTS = rows(
    ("location_type", "place_id", "power_class_kw", "access", "charge_points"),
    ("depot", "1", 11, "private", 10.0),
    ("depot", "1", 100, "private", 2.5),
    ("depot", "2", 50, "private", 1.0),
    ("shared_hub", "2", 150, "shared", 4.0),
    ("service_area", "osm_1", 350, "public", 8.0),
)
CLASSES = rows(
    ("terrain_id", "plan_class"), ("1", "own_site"), ("2", "mitigate"), ("3", "own_site")
)
SESSIONS = rows(
    ("terrain_id", "location_type", *VEHICLE_CLASSES),
    ("1", "depot", 60.0, 0.0, 9.0),
    ("1", "shared_hub", 0.0, 1.0, 2.0),
    ("2", "depot", 30.0, 6.0, None),
    ("2", "truck_parking", 0.0, 0.0, 50.0),
)


@pytest.fixture(scope="module")
def members() -> pl.DataFrame:
    return list_region_members(TERRAINS, MUNICIPALITIES, AREAS)


@pytest.fixture(scope="module")
def summary(members: pl.DataFrame, state: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    figures = gather_terrain_figures(VEHICLES, ENERGY, POINTS, CLASSES)
    peaks = pool_peaks(members, SESSIONS, state["charging"], state["assumptions"])
    frame = summarise_regions(members, figures, peaks, POINTS)
    assert frame.select("year", "scenario").unique().rows() == [(2030, "mid")]
    return {(row["level"], row["region_id"]): row for row in frame.iter_rows(named=True)}


def test_a_terrain_counts_in_each_level_once(members: pl.DataFrame) -> None:
    shares = members.drop_nulls("terrain_id").group_by("level", "terrain_id")
    assert shares.agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1.0] * 15)


@pytest.mark.parametrize(
    ("region", "column", "expected"),
    [
        pytest.param(("municipality", "GM1"), "terrains", 2, id="two terrains"),
        pytest.param(("municipality", "GM1"), "own_site_terrains", 1, id="one of the class"),
        pytest.param(("municipality", "GM1"), "mitigate_terrains", 1, id="and one of another"),
        pytest.param(("province", "P"), "own_site_terrains", 2, id="province"),
        pytest.param(("nal_region", "R"), "collective_terrains", 0, id="a class without any"),
        # 100 + 40 + 10: not those of the municipality outside its terrains.
        pytest.param(("municipality", "GM1"), "vehicles", 150, id="vehicles on terrains"),
        pytest.param(("municipality", "GM1"), "electric_trucks", 5, id="trucks: two classes"),
        pytest.param(("nation", "NL"), "electric_vans", 22, id="vans"),
        # 1000 + 500 + 60; neither truck parkings nor off-terrain depots.
        pytest.param(("province", "P"), "depot_energy_kwh_per_year", 1560, id="depots"),
        pytest.param(("province", "P"), "shared_hub_energy_kwh_per_year", 300, id="hubs"),
        pytest.param(("municipality", "GM1"), "private_charge_points", 13.5, id="private"),
        pytest.param(("municipality", "GM1"), "shared_charge_points", 4, id="shared"),
        pytest.param(("municipality", "GM1"), "public_charge_points", None, id="no guess"),
        pytest.param(("nation", "NL"), "public_charge_points", 8, id="public of the nation"),
        pytest.param(("municipality", "GM3"), "terrains", 0, id="a municipality without"),
        pytest.param(("municipality", "GM3"), "smart_design_peak_kw", 0, id="asks nothing"),
        # 1/4 of terrain 1 and 2/3 of terrain 2.
        pytest.param(("supply_area", "Y"), "terrains", 0.25 + 2 / 3, id="expected number"),
        pytest.param(("supply_area", "Y"), "vehicles", 140 / 4 + 10 * 2 / 3, id="expected"),
        pytest.param(("supply_area", "X"), "own_site_terrains", 0.75, id="expected class"),
        # A third of terrain 2 and terrain 3.
        pytest.param(("supply_area", "none"), "terrains", 4 / 3, id="in no area"),
    ],
)
def test_figures_by_hand(
    summary: dict[tuple[str, str], dict[str, Any]],
    region: tuple[str, str],
    column: str,
    expected: float | None,
) -> None:
    assert summary[region][column] == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("region", "depot", "hub"),
    [
        pytest.param(("municipality", "GM1"), (90, 6, 9), (0, 1, 2), id="municipality"),
        pytest.param(("nation", "NL"), (90, 6, 9), (0, 1, 2), id="nation"),
        # Probabilities weigh sessions: 60/4 + 30 x 2/3 vans, 6 x 2/3 rigids, 9/4 tractors.
        pytest.param(("supply_area", "Y"), (35, 4, 2.25), (0, 0.25, 0.5), id="uncertain"),
    ],
)
def test_a_peak_is_that_of_the_pooled_sessions(
    summary: dict[tuple[str, str], dict[str, Any]],
    state: dict[str, Any],
    region: tuple[str, str],
    depot: tuple[float, ...],
    hub: tuple[float, ...],
) -> None:
    pooled = rows(
        ("pool", "location_type", *VEHICLE_CLASSES),
        ("all", "depot", *map(float, depot)),
        ("all", "shared_hub", *map(float, hub)),
    )
    power = estimate_power(pooled, state["charging"], state["assumptions"], "pool").filter(
        pl.col("location_type") == ON_TERRAIN
    )
    for row in power.filter(pl.col("strategy") != "delayed").iter_rows(named=True):
        found = summary[region][f"{row['strategy']}_design_peak_kw"]
        assert found == pytest.approx(row["design_peak_kw"], rel=0.01)


def test_levels_of_the_real_country_add_up_to_the_sources(state: dict[str, Any]) -> None:
    summary = state["regional_summary"]
    on_terrain = state["terrains"].select("terrain_id")
    electric = state["electric_vehicles"].join(on_terrain, on="terrain_id")
    energy = state["energy"].join(on_terrain, on="terrain_id")
    for year in (2025, 2030, 2035):
        for scenario in SCENARIOS:
            at = (pl.col("year") == year) & (pl.col("scenario") == scenario)
            depots = energy.filter(at, pl.col("location_type") == "depot")
            trucks = electric.filter(at, pl.col("vehicle_class") != "van")
            points = state["charge_points"].filter(at)
            expected = {
                "terrains": 3646,
                "electric_trucks": trucks["electric_vehicles"].sum(),
                "vehicles": electric.filter(at)["vehicles"].sum(),
                "depot_energy_kwh_per_year": depots["energy_kwh_per_year"].sum(),
                "shared_charge_points": state["hubs"].filter(at)["charge_points"].sum(),
                "private_charge_points": points.filter(pl.col("access") == "private")[
                    "charge_points"
                ].sum(),
            }
            for level in (*REGION_LEVELS, "nation"):
                regions = summary.filter(at, pl.col("level") == level)
                classes = regions.select(pl.col("^.*_terrains$").sum()).row(0)
                assert sum(classes) == pytest.approx(3646)
                for name, total in expected.items():
                    assert regions[name].sum() == pytest.approx(total, rel=1e-9), (level, name)
    assert set(ADDITIVE) < set(summary.columns)
    assert summary.filter(pl.col("level") == "municipality")["region_id"].n_unique() == 342


def test_together_regions_ask_less_than_apart_and_more_than_the_largest(
    state: dict[str, Any],
) -> None:
    # Not so of any two sites: a quantile of a sum may exceed the sum of quantiles of sites that
    # stand idle on most days. Of regions it must hold.
    summary = state["regional_summary"]
    when = ["year", "scenario"]
    columns = ["unmanaged_design_peak_kw", "smart_design_peak_kw", "night_block_design_peak_kw"]
    nation = summary.filter(pl.col("level") == "nation").select(*when, *columns)
    for level in REGION_LEVELS:
        regions = summary.filter(pl.col("level") == level).group_by(when)
        apart = nation.join(regions.agg(pl.col(columns).sum()), on=when, suffix="_sum").join(
            regions.agg(pl.col(columns).max().name.suffix("_max")), on=when
        )
        for name in columns:
            # The closed form stops within a thousandth of the peak.
            assert (apart[name] <= apart[f"{name}_sum"] * 1.001).all(), (level, name)
            assert (apart[name] >= apart[f"{name}_max"]).all(), (level, name)
