"""Steered charging: the lowest limit against a linear programme, and nothing in closed hours."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from models.peak import STRESS_WINDOW
from models.profiles import SessionType, arrival_probability
from models.smart import (
    even_profile,
    lowest_limit_kw,
    open_all_day,
    open_outside_stress_hours,
    window_demand_kw,
)

DEPOT = SessionType(17, 1.8, 60, 0.45, 44, 13)
HUB = SessionType(15, 4, 120, 0.45, 350, 2)


def lowest_limit_by_linear_programme(session: SessionType, allowed: np.ndarray) -> float:
    """Return the lowest constant limit that serves one expected session of mean energy.

    Variables: energy per (arrival quarter, charging quarter), and the limit, which is minimised.
    Arrivals are whole-hour blocks' quarters with their probability; no power limit per vehicle.
    """
    arrivals = arrival_probability(session)
    stay = round(session.dwell_hours * 4)
    used = [(a, (a + k) % 96) for a in range(96) for k in range(stay) if allowed[(a + k) % 96]]
    count = len(used)
    cost = np.zeros(count + 1)
    cost[-1] = 1
    energy = np.zeros((96, count + 1))
    limit = np.zeros((96, count + 1))
    for index, (a, t) in enumerate(used):
        energy[a, index] = 1
        limit[t, index] = 4  # kWh in a quarter, as kW
    limit[:, -1] = -1
    wanted = arrivals * session.energy_kwh
    keep = wanted > 1e-9
    solved = linprog(
        cost, A_ub=limit, b_ub=np.zeros(96), A_eq=energy[keep], b_eq=wanted[keep], method="highs"
    )
    assert solved.success
    return float(solved.fun)


@pytest.mark.parametrize(
    "allowed",
    [
        pytest.param(open_all_day(), id="open all day"),
        pytest.param(open_outside_stress_hours(), id="closed 16-21"),
    ],
)
def test_window_bound_meets_a_linear_programme(allowed: np.ndarray) -> None:
    # Without a power limit per vehicle and with one energy the bound is exact; our windows start
    # at whole hours, which costs a little.
    session = SessionType(17, 1.8, 60, 1e-6, 1e6, 13)
    bound = window_demand_kw(session, allowed).max()
    exact = lowest_limit_by_linear_programme(session, allowed)
    assert bound == pytest.approx(exact, rel=0.02)
    assert bound <= exact * (1 + 1e-9)


def test_a_limit_serves_less_than_arrival_charging_but_all_the_energy() -> None:
    demand = window_demand_kw(DEPOT, open_all_day())
    # 100 sessions of 60 kWh within at most a day: never below 6,000 / 24 = 250 kW.
    assert 250 <= 100 * demand.max() < 100 * DEPOT.power_kw


def test_closing_hours_never_lowers_the_limit() -> None:
    open_demand = window_demand_kw(DEPOT, open_all_day()).max()
    assert window_demand_kw(DEPOT, open_outside_stress_hours()).max() >= open_demand


def test_margin_shrinks_with_the_number_of_sessions() -> None:
    demand = window_demand_kw(DEPOT, open_all_day())[None, :]
    limit = lowest_limit_kw(
        np.array([[4.0], [400.0]]), demand, np.array([0.0]), energy_cv=0.45, day_sd=1.645
    )
    # 1 + 1.645 x 0.45 / sqrt(n): 1.370 for 4 sessions, 1.037 for 400.
    assert limit[0] / 4 / demand.max() == pytest.approx(1.370, abs=1e-3)
    assert limit[1] / 400 / demand.max() == pytest.approx(1.037, abs=1e-3)


def test_one_vehicle_alone_needs_its_energy_over_its_stay() -> None:
    limit = lowest_limit_kw(
        np.array([[1.0]]), np.zeros((1, 4)), np.array([60 / 13]), energy_cv=0.45, day_sd=1.645
    )
    assert limit[0] == pytest.approx(4.615, abs=1e-3)


def test_even_charging_keeps_the_energy_and_the_closed_hours() -> None:
    everywhere = even_profile(HUB, open_all_day())
    assert everywhere.mean_kw.sum() / 4 == pytest.approx(HUB.energy_kwh)
    outside = even_profile(HUB, open_outside_stress_hours())
    assert outside.mean_kw.sum() / 4 == pytest.approx(HUB.energy_kwh)
    assert (outside.mean_kw[STRESS_WINDOW] == 0).all()
    assert (outside.variance_kw2[STRESS_WINDOW] == 0).all()
