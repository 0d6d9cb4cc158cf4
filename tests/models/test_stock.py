"""Cohorts behave as the closed forms of a fleet in balance say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import weibull_min

from models.stock import CohortFleet, Lifetime, build_fleet

VAN = Lifetime(2.5, 14)
"""Its survival adds up to 12.92 over ages 0, 1, 2 ...: a turnover of 7.74 % a year."""


def steady_fleet(years: int = 40, stock: float = 1292.0) -> CohortFleet:
    return build_fleet(np.arange(2000.0, 2000.0 + years), np.full(years, stock), VAN)


def test_survival_is_that_of_weibull() -> None:
    ages = np.array([0.0, 5.0, 14.0, 30.0])
    expected = weibull_min.sf(ages, 2.5, scale=14)
    assert VAN.survival(ages) == pytest.approx(expected)
    assert VAN.survival(np.array([14.0]))[0] == pytest.approx(np.exp(-1))


def test_a_steady_fleet_sells_its_turnover() -> None:
    fleet = steady_fleet()
    assert fleet.stock == pytest.approx(np.full(40, 1292.0))
    assert fleet.sales == pytest.approx(np.full(40, 1292 / 12.92), rel=2e-4)
    assert fleet.sales[-1] / fleet.stock[-1] == pytest.approx(0.0774, abs=5e-5)


@pytest.mark.parametrize(("years", "share"), [(5, 0.381), (10, 0.703), (15, 0.899)])
def test_share_of_stock_after_years_of_electric_sales_only(years: int, share: float) -> None:
    # sum_{a<n} S(a) / 12.92: 4.92, 9.08 and 11.61.
    fleet = steady_fleet()
    electric = np.where(np.arange(40) < years, fleet.sales, 0.0)
    assert fleet.survivors(electric)[years - 1] / 1292 == pytest.approx(share, abs=5e-4)


def test_a_ramp_of_ten_years_gives_less_than_half_of_the_stock() -> None:
    # 10 % of sales in 2025 to 100 % in 2035 by equal steps: 44.1 % of the stock of 2035.
    fleet = steady_fleet()
    share = np.zeros(40)
    share[25:36] = np.linspace(0.1, 1.0, 11)
    assert fleet.survivors(fleet.sales * share)[35] / 1292 == pytest.approx(0.441, abs=5e-4)


def test_months_and_years_tell_the_same_story() -> None:
    months = 2000 + np.arange(1, 40 * 12 + 1) / 12
    fleet = build_fleet(months, np.full(months.size, 1292.0), VAN)
    # In continuous time the turnover is one over the mean lifetime.
    assert fleet.sales[-12:].sum() / 1292 == pytest.approx(
        1 / weibull_min.mean(2.5, scale=14), rel=0.01
    )


def test_a_fleet_that_should_shrink_too_fast_shrinks_by_what_leaves() -> None:
    wanted = np.concatenate([np.full(5, 1000.0), np.full(5, 100.0)])
    fleet = build_fleet(np.arange(10.0), wanted, VAN)
    assert (fleet.sales[5:] == 0).all()
    assert (np.diff(fleet.stock[4:]) < 0).all()
    assert fleet.stock[5] > 100


def test_young_vehicles_drive_as_much_more_as_they_are_said_to() -> None:
    # Two equal cohorts, ages 0 and 1, immortal; the young one drives twice as far: 2 / 1.5.
    fleet = CohortFleet(
        np.array([2024.0, 2025.0]),
        np.array([100.0, 200.0]),
        np.array([100.0, 100.0]),
        Lifetime(50.0, 1000.0),
        np.array([0.0]),
    )
    factor = fleet.distance_factor(np.array([0.0, 100.0]), np.array([2.0, 1.0]))
    assert factor[1] == pytest.approx(2 / 1.5)
    assert factor[0] == 1  # nothing electric yet


def test_where_every_age_drives_alike_so_do_electric_vehicles() -> None:
    fleet = steady_fleet()
    electric = fleet.sales * np.linspace(0.1, 1, 40)
    assert fleet.distance_factor(electric, np.ones(5)) == pytest.approx(np.ones(40))


@pytest.mark.parametrize(
    ("dates", "stock", "text"),
    [
        pytest.param([2020.0], [10.0], "at least two dates", id="one date"),
        pytest.param([2020.0, 2021.0, 2023.0], [10.0] * 3, "equally spaced", id="uneven"),
        pytest.param([2021.0, 2020.0], [10.0] * 2, "in order", id="backwards"),
        pytest.param([2020.0] * 3, [10.0] * 3, "in order", id="standing still"),
        pytest.param([2020.0, 2021.0], [10.0, 0.0], "must be positive", id="empty fleet"),
        pytest.param([2020.0, 2021.0], [10.0, np.nan], "must be positive", id="not a number"),
    ],
)
def test_impossible_fleets_are_refused(dates: list[float], stock: list[float], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        build_fleet(np.array(dates), np.array(stock), VAN)


def test_a_date_off_the_grid_is_named() -> None:
    with pytest.raises(ValueError, match=r"2051\.00 lies outside 2000\.00 to 2039\.00"):
        steady_fleet().index(2051.0)
