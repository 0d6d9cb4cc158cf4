"""Charge points, hubs and sites of the embedded data: conserved, sized, told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from forecast.assumptions import ScenarioSet, load
from forecast.points import size_places
from forecast.sessions import location_charging
from forecast.sources.truck_sites import read_truck_sites
from forecast.vocabulary import VEHICLE_CLASSES

ASSUMPTIONS = load()


def test_foreign_trucks_are_an_inflow_beside_the_dutch_fleet(state: dict[str, Any]) -> None:
    sites = state["site_demand"].filter((pl.col("year") == 2030) & (pl.col("scenario") == "mid"))
    share = state["national_electric"].filter(
        (pl.col("year") == 2030)
        & (pl.col("scenario") == "mid")
        & (pl.col("vehicle_class") == "tractor")
    )["electric_distance_share"][0]
    # 966.9 million km x electric part x 0.6 x 1.25 / 0.92 kWh/km, half of it charged here.
    expected = 966.9e6 * share * 0.6 * 1.25 / 0.92 * 0.5
    assert sites["foreign_energy_kwh_per_year"].sum() == pytest.approx(expected)
    fleets = (
        state["energy"]
        .filter(
            (pl.col("year") == 2030)
            & (pl.col("scenario") == "mid")
            & pl.col("location_type").is_in(["service_area", "truck_parking"])
        )["energy_kwh_per_year"]
        .sum()
    )
    assert sites["energy_kwh_per_year"].sum() == pytest.approx(fleets)


def test_sessions_on_sites_carry_their_energy(state: dict[str, Any]) -> None:
    sites = state["site_demand"].filter(
        (pl.col("location_type") == "truck_parking") & (pl.col("year") == 2035)
    )
    kwh = sites["energy_kwh_per_year"] + sites["foreign_energy_kwh_per_year"]
    # A winter day takes 1.07 times the average of 260 working days, for every class of truck.
    assert (sites["energy_kwh_per_day"] * 260 / 1.07).to_numpy() == pytest.approx(kwh.to_numpy())


def test_places_with_little_energy_are_not_equipped(state: dict[str, Any]) -> None:
    sites = state["site_demand"]
    assert (sites["is_equipped"] == (sites["energy_kwh_per_day"] >= 1000)).all()
    bare = sites.filter(~pl.col("is_equipped"))
    for column in ("charge_points", "installed_kw", "space_m2", "grid_connection_kw"):
        assert bare[column].sum() == 0
    assert (sites["mean_wait_minutes"] <= 15).all()


def test_hubs_stay_where_they_stand_and_reach_their_terrains(state: dict[str, Any]) -> None:
    hubs = state["hubs"].filter(pl.col("scenario") == "mid")
    by_year = {
        year: set(hubs.filter(pl.col("year") == year)["terrain_id"]) for year in (2025, 2030, 2035)
    }
    assert by_year[2025] <= by_year[2030] <= by_year[2035]
    served = state["terrain_hubs"].filter(pl.col("scenario") == "mid")
    known = served.drop_nulls("hub_terrain_id")
    # Three kilometres of road are 3 / 1.3 as the crow flies.
    assert known["hub_distance_km"].max() <= 3 / 1.3 + 1e-9
    counts = known.group_by("year", "hub_terrain_id").agg(pl.len())
    joined = hubs.join(counts, left_on=["year", "terrain_id"], right_on=["year", "hub_terrain_id"])
    assert joined.height == hubs.height
    assert (joined["served_terrains"] == joined["len"]).all()
    assert (hubs["energy_kwh_per_day"] >= 1000).all()


def test_depots_have_a_point_for_each_vehicle_that_stands_there(state: dict[str, Any]) -> None:
    points = state["charge_points"].filter(
        (pl.col("location_type") == "depot")
        & (pl.col("year") == 2030)
        & (pl.col("scenario") == "mid")
    )
    sessions = state["terrain_sessions"].filter(
        (pl.col("location_type") == "depot")
        & (pl.col("year") == 2030)
        & (pl.col("scenario") == "mid")
    )
    vans = points.filter(pl.col("power_class_kw") == 11)["charge_points"].sum()
    # Arrivals spread over hours and a stay of thirteen: nearly all stand there together.
    assert vans == pytest.approx(sessions["van"].sum(), rel=0.02)
    assert set(points["power_class_kw"]) == {11, 50, 100}
    assert set(points["access"]) == {"private"}
    every = state["charge_points"].select("location_type", "access").unique()
    assert dict(every.rows())["shared_hub"] == "shared"
    assert dict(every.rows())["truck_parking"] == "public"


def test_points_of_places_add_up(state: dict[str, Any]) -> None:
    points = state["charge_points"]
    hubs = points.filter(pl.col("location_type") == "shared_hub")["charge_points"].sum()
    assert hubs == state["hubs"]["charge_points"].sum()
    sites = points.filter(pl.col("location_type").is_in(["service_area", "truck_parking"]))
    assert sites["charge_points"].sum() == state["site_demand"]["charge_points"].sum()


def test_a_hub_of_known_size() -> None:
    hub = location_charging("shared_hub", [25, 140, 300], ASSUMPTIONS)
    places = pl.DataFrame({"place": ["none", "busy"], "year": 2030, "scenario": "mid",
                           "van": 0.0, "rigid_truck": 0.0, "tractor": [0.0, 60.0]})  # fmt: skip
    sized = size_places(places, {(2030, "mid", "shared_hub"): hub}, "shared_hub", ASSUMPTIONS)
    none, busy = sized.rows(named=True)
    assert none["charge_points"] == 0
    assert none["space_m2"] == 0
    # 60 x 300 kWh = 18 MWh. The busiest hour holds 60 x 0.0997 = 6 arrivals of 51 minutes each:
    # 5 points at work; a wait of five minutes asks some more, and less than twice as many.
    assert busy["energy_kwh_per_day"] == pytest.approx(18_000)
    assert 6 <= busy["charge_points"] <= 10
    assert busy["installed_kw"] == busy["charge_points"] * 350
    assert busy["space_m2"] == pytest.approx(busy["charge_points"] * 167 + 100)
    assert busy["mean_wait_minutes"] <= 5
    assert busy["grid_connection_kw"] <= 0.9 * busy["installed_kw"] + 1e-9


def test_objects_on_one_road_are_one_site(tmp_path: Path) -> None:
    folder = tmp_path / "truck_sites"
    folder.mkdir()
    (folder / "truck_sites.csv").write_text(
        "site_id,kind,name,road,gemeente_code,x_rd,y_rd,area_m2,truck_places\n"
        "a,rest_area,,A1,GM0203,150000,450000,100,\n"
        "b,service_area,De Hop,A1,GM0203,150200,450000,900,20\n"
        "c,rest_area,,A2,GM0203,150100,450100,,\n"
        "d,truck_parking,,A1,GM0203,150100,450000,500,\n"
        "e,rest_area,,A1,GM0203,150900,450000,,\n",
        encoding="utf-8",
    )
    sites = read_truck_sites(tmp_path)
    # a and b merge; c lies near but on another road, d is of another kind, e lies too far.
    assert sites["site_id"].to_list() == ["a", "c", "d", "e"]
    first = sites.row(0, named=True)
    assert first["site_kind"] == "service_area"
    assert first["site_name"] == "De Hop"
    assert first["area_m2"] == 1000
    assert first["merged_objects"] == 2
    assert first["x_rd_m"] == 150_100
    assert sites.row(1, named=True)["area_m2"] is None


def test_terrains_without_sessions_need_nothing(scenarios: ScenarioSet) -> None:
    place = location_charging("service_area", [25, 100, 180], scenarios.base)
    empty = pl.DataFrame({"year": 2030, "scenario": "mid", **dict.fromkeys(VEHICLE_CLASSES, 0.0)})
    sized = size_places(
        empty, {(2030, "mid", "service_area"): place}, "service_area", scenarios.base
    )
    assert sized["charge_points"].to_list() == [0]
