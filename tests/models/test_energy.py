"""Energy against published tables, closed limits and numerical integration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import lognorm

from models.energy import (
    ClassEnergy,
    battery_served_share,
    electric_distance_km_per_year,
    energy_kwh_per_vehicle_year,
    location_split,
    plot_factor,
)

TRACTOR = ClassEnergy(76_000, 0.63, 0.5, 1.25, 0.92, 260, 350, 0.5, 0.30, 0.34)


@pytest.mark.parametrize(
    ("mean_km", "cv", "range_km", "percent"),
    [
        # Energy served by a battery filled once a day, printed in the reference table.
        pytest.param(70, 0.6, 150, 96.9, id="van 150"),
        pytest.param(138, 0.6, 150, 81.3, id="rigid 150"),
        pytest.param(138, 0.6, 250, 94.7, id="rigid 250"),
        pytest.param(294, 0.5, 150, 49.9, id="tractor 150"),
        pytest.param(294, 0.5, 350, 87.7, id="tractor 350"),
        pytest.param(294, 0.5, 500, 96.0, id="tractor 500"),
    ],
)
def test_served_share_meets_the_printed_table(
    mean_km: float, cv: float, range_km: float, percent: float
) -> None:
    assert 100 * battery_served_share(mean_km, range_km, cv) == pytest.approx(percent, abs=0.06)


@given(st.floats(10, 500), st.floats(10, 800), st.floats(0.1, 1.2))
def test_served_share_is_the_expected_minimum(mean_km: float, range_km: float, cv: float) -> None:
    sigma = np.sqrt(np.log(1 + cv**2))
    distance = lognorm(s=sigma, scale=mean_km / np.sqrt(1 + cv**2))
    # E[min(D, R)] is the integral of the survival function up to R.
    expected, _ = quad(distance.sf, 0, range_km, limit=200)
    assert battery_served_share(mean_km, range_km, cv) == pytest.approx(
        expected / mean_km, abs=1e-6
    )


def test_limits_of_the_served_share() -> None:
    assert battery_served_share(100, np.inf, 0.5) == 1
    assert battery_served_share(100, 0, 0.5) == 0
    assert battery_served_share(100, 80, 0) == pytest.approx(0.8)
    assert battery_served_share(100, 120, 0) == 1
    # Nothing driven is nothing left unserved, whatever the range.
    assert battery_served_share(0, 100, 0.5) == battery_served_share(0, 0, 0.5) == 1
    assert battery_served_share(1e-9, 100, 0.5) == pytest.approx(1)


@pytest.mark.parametrize(
    ("mean", "reach", "cv"),
    [
        pytest.param(np.nan, 100, 0.5, id="no mean"),
        pytest.param(-1, 100, 0.5, id="negative mean"),
        pytest.param(np.inf, 100, 0.5, id="endless mean"),
        pytest.param(100, np.nan, 0.5, id="no range"),
        pytest.param(100, -1, 0.5, id="negative range"),
        pytest.param(100, 100, np.nan, id="no variation"),
        pytest.param(100, 100, -0.5, id="negative variation"),
    ],
)
def test_impossible_days_are_refused(mean: float, reach: float, cv: float) -> None:
    with pytest.raises(ValueError, match="must be a number from zero"):
        battery_served_share(mean, reach, cv)


def test_early_vehicles_drive_less_until_they_have_caught_up() -> None:
    # 76,000 km x 0.63 at the start; half way to a share of 0.5: 0.63 + 0.37 / 2 = 0.815.
    assert electric_distance_km_per_year(0.0, 1.0, TRACTOR) == pytest.approx(47_880)
    assert electric_distance_km_per_year(0.25, 1.0, TRACTOR) == pytest.approx(76_000 * 0.815)
    assert electric_distance_km_per_year(0.5, 1.0, TRACTOR) == 76_000
    assert electric_distance_km_per_year(0.9, 1.0, TRACTOR) == 76_000


def test_young_vehicles_drive_more_than_the_fleet() -> None:
    # 20 % more at their ages, caught up.
    assert electric_distance_km_per_year(0.9, 1.2, TRACTOR) == pytest.approx(91_200)


def test_energy_of_a_tractor_by_hand() -> None:
    # 76,000 km x 1.25 kWh/km / 0.92 = 103,261 kWh: the ~100 MWh per truck of national outlooks.
    assert energy_kwh_per_vehicle_year(76_000, TRACTOR) == pytest.approx(103_261, abs=1)


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_location_types_add_up_to_the_whole(
    served: float, access: float, home: float, nights: float, abroad: float
) -> None:
    split = location_split(
        served,
        np.array([access]),
        np.array([home]),
        replace(TRACTOR, nights_away_share=nights, abroad_share=abroad),
    )
    parts = [
        split.depot,
        split.shared_hub,
        split.service_area,
        split.truck_parking,
        split.elsewhere,
    ]
    assert sum(part[0] for part in parts) == pytest.approx(1)
    assert all(part[0] >= 0 for part in parts)


def test_location_split_by_hand() -> None:
    # S = 0.877, nu = 0.30, a = 0.75, nobody goes home, b = 0.34:
    # depot 0.7 x 0.75 x 0.877 = 0.4604; hub 0.7 x 0.25 x 0.877 = 0.1535;
    # parking 0.3 x 0.877 x 0.66 = 0.1736; service area 0.123 x 0.66 = 0.0812; rest abroad.
    split = location_split(0.877, np.array([0.75]), np.array([0.0]), TRACTOR)
    assert split.depot[0] == pytest.approx(0.4604, abs=1e-4)
    assert split.shared_hub[0] == pytest.approx(0.1535, abs=1e-4)
    assert split.truck_parking[0] == pytest.approx(0.1736, abs=1e-4)
    assert split.service_area[0] == pytest.approx(0.0812, abs=1e-4)


def test_no_nights_away_no_truck_parking_and_full_range_no_service_area() -> None:
    split = location_split(
        1.0, np.array([0.8]), np.array([0.0]), replace(TRACTOR, nights_away_share=0.0)
    )
    assert split.truck_parking[0] == 0
    assert split.service_area[0] == 0
    assert split.elsewhere[0] == 0


def test_plots_limit_access_between_none_and_the_most() -> None:
    found = plot_factor(np.array([0.0, 1.0, 4.4, np.inf]), usual_ratio=4.4, spread=1.0)
    # Phi(ln 4.4) = 0.9308: no yard 0, just enough 0.5 / 0.9308, ordinary 1, endless 1 / 0.9308.
    assert found == pytest.approx([0, 0.5 / 0.9308, 1, 1 / 0.9308], abs=1e-4)


@given(st.floats(0.01, 100), st.floats(1.01, 10))
def test_more_yard_never_lowers_access(ratio: float, more: float) -> None:
    small, large = plot_factor(np.array([ratio, ratio * more]), usual_ratio=4.4, spread=1.0)
    assert large >= small
