"""Refinements laid over the model, by arithmetic that fits on paper."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.known_electric import carried_shares, split_electric
from forecast.own_parameters import own_values
from forecast.refine import known_vehicles, refine_counts, refine_fleet, whole
from tests.refined import refine


def counts(model: list[float], pinned: list[float | None], leaves: list[bool]) -> list[float]:
    known = np.array([np.nan if value is None else value for value in pinned])
    return refine_counts(np.array(model), known, np.array(leaves)).tolist()


def test_the_rest_of_a_municipality_gives_way_in_proportion() -> None:
    # 100 in all; 40 are known to be here, so the other two share 60 as 30 to 20.
    assert counts([50, 30, 20], [40, None, None], [False] * 3) == pytest.approx([40, 36, 24])


def test_the_rest_is_left_where_that_is_asked() -> None:
    assert counts([50, 30, 20], [80, None, None], [True, False, False]) == [80, 30, 20]


def test_more_than_the_municipality_has_leaves_nothing_elsewhere() -> None:
    assert counts([50, 30, 20], [130, None, None], [False] * 3) == [130, 0, 0]


def test_a_rest_of_nothing_takes_nothing_up() -> None:
    assert counts([50, 0, 0], [20, None, None], [False] * 3) == [20, 0, 0]


@given(
    st.lists(st.integers(0, 500), min_size=2, max_size=8),
    st.integers(0, 2000),
)
def test_whole_vehicles_keep_the_total_of_the_municipality(model: list[int], known: int) -> None:
    pinned = np.array([float(known), *[np.nan] * (len(model) - 1)])
    found = whole(refine_counts(np.array(model, dtype=float), pinned, np.zeros(len(model), bool)))
    assert found[0] == known
    rest = sum(model[1:])
    if rest and known <= sum(model):
        assert found.sum() == sum(model)
    elif rest:
        assert found.sum() == known


def fleet() -> pl.DataFrame:
    rows = [
        (place, "GM0001", name, vehicles, "modelled")
        for place, of_class in {
            "1": (100, 30, 10),
            "2": (50, 30, 10),
            "off-terrain:GM0001": (50, 0, 0),
        }.items()
        for name, vehicles in zip(("van", "rigid_truck", "tractor"), of_class, strict=True)
    ]
    columns = ["terrain_id", "municipality_code", "vehicle_class", "vehicles", "basis"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_trucks_together_are_split_as_the_model_has_them() -> None:
    known = known_vehicles(refine(("1", "trucks=80")), fleet().rename({"vehicles": "weight"}))
    assert dict(known.select("vehicle_class", "known").iter_rows()) == {
        "rigid_truck": 60,
        "tractor": 20,
    }


def test_a_later_number_of_one_class_overtakes_its_part() -> None:
    refined = refine_fleet(fleet(), refine(("1", "trucks=40"), ("1", "tractors=15")))
    here = refined.filter(terrain_id="1").select("vehicle_class", "vehicles", "basis")
    assert here.rows() == [
        ("rigid_truck", 30, "refined"),
        ("tractor", 15, "refined"),
        ("van", 100, "modelled"),
    ]
    # 20 tractors in all: five are left for the other terrain.
    other = refined.filter(terrain_id="2", vehicle_class="tractor")
    assert other.select("vehicles", "model_vehicles").row(0) == (5, 10)


def test_vehicles_off_the_terrains_give_way_too() -> None:
    refined = refine_fleet(fleet(), refine(("1", "vans=160")))
    vans = refined.filter(vehicle_class="van").select("terrain_id", "vehicles").rows()
    assert vans == [("1", 160), ("2", 20), ("off-terrain:GM0001", 20)]


def test_a_known_year_holds_and_carries_its_distance_on() -> None:
    vehicles = dict.fromkeys((2025, 2030, 2035), 99.0)
    model = {2025: 0.1, 2030: 0.3, 2035: 0.6}
    shares = carried_shares({2030: 66.0}, vehicles, model)
    assert shares[2030] == pytest.approx(66 / 99)
    assert shares[2025] == pytest.approx(0.1)  # nothing is known to differ today

    def odds(count: float) -> float:
        return (count + 0.5) / (99 - count + 0.5)

    # What the odds are times those of the model in 2030, they are in 2035 as well.
    times = odds(66) / odds(0.3 * 99)
    assert odds(shares[2035] * 99) == pytest.approx(times * odds(0.6 * 99))


def test_what_the_model_says_too_changes_no_other_year() -> None:
    vehicles = dict.fromkeys((2025, 2030, 2035), 200.0)
    model = {2025: 0.05, 2030: 0.2, 2035: 0.5}
    shares = carried_shares({2030: 40.0}, vehicles, model)
    assert list(shares.values()) == pytest.approx(list(model.values()))


def test_a_field_puts_its_value_in_place_of_every_assumption_it_names() -> None:
    values = own_values(refine(("1", "depot_charger_kw=50"), ("1", "van_charger_kw=22")))
    assert values == {
        "1": {
            "power.charger_kw.depot.van": 22,
            "power.charger_kw.depot.rigid_truck": 50,
            "power.charger_kw.depot.tractor": 50,
        }
    }


def test_electric_trucks_are_split_within_the_vehicles_of_each_class() -> None:
    # By the model 2 and 6; what tractors can't hold, rigid trucks take.
    vehicles, shares = np.array([20.0, 10.0]), np.array([0.1, 0.6])
    assert split_electric(4.0, vehicles, shares).tolist() == pytest.approx([1.0, 3.0])
    assert split_electric(24.0, vehicles, shares).tolist() == pytest.approx([14.0, 10.0])
    assert split_electric(30.0, vehicles, shares).tolist() == pytest.approx([20.0, 10.0])
    assert split_electric(5.0, vehicles, np.zeros(2)).sum() == pytest.approx(5.0)


def test_leaving_the_rest_changes_not_one_digit_of_it() -> None:
    model = np.array([0.1, 0.2, 0.7])
    found = refine_counts(model, np.array([0.5, np.nan, np.nan]), np.array([True, False, False]))
    assert found.tolist() == [0.5, 0.2, 0.7]
