"""Steered charging: the lowest limit against a linear programme, and nothing in closed hours."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from models.limited import limited_curve_kw
from models.peak import STRESS_WINDOW
from models.profiles import session_profile
from models.sessions import (
    SessionType,
    arrival_probability,
    charge_evenly,
    charge_on_arrival,
    open_all_day,
    open_outside_stress_hours,
)
from models.smart import (
    battery_kwh,
    lowest_limit_kw,
    possible_share,
    unserved_kwh,
    window_demand_kw,
    window_hours,
    window_room_kwh,
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
        np.array([[4.0], [400.0]]),
        demand,
        np.array([0.0]),
        energy_cv=0.45,
        day_effect_sd=0.0,
        day_sd=1.645,
    )
    # 1 + 1.645 x 0.45 / sqrt(n): 1.370 for 4 sessions, 1.037 for 400.
    assert limit[0] / 4 / demand.max() == pytest.approx(1.370, abs=1e-3)
    assert limit[1] / 400 / demand.max() == pytest.approx(1.037, abs=1e-3)


def test_one_vehicle_alone_needs_its_energy_over_its_stay() -> None:
    limit = lowest_limit_kw(
        np.array([[1.0]]),
        np.zeros((1, 4)),
        np.array([60 / 13]),
        energy_cv=0.45,
        day_effect_sd=0.0,
        day_sd=1.645,
    )
    assert limit[0] == pytest.approx(4.615, abs=1e-3)


def test_the_shared_day_effect_does_not_shrink_with_the_number_of_sessions() -> None:
    demand = window_demand_kw(DEPOT, open_all_day())[None, :]
    limit = lowest_limit_kw(
        np.array([[1e6]]), demand, np.array([0.0]), energy_cv=0.45, day_effect_sd=0.08, day_sd=1.645
    )
    # 1 + 1.645 x 0.08.
    assert limit[0] / 1e6 / demand.max() == pytest.approx(1.1316, abs=1e-3)


def test_even_charging_keeps_the_energy_and_the_closed_hours() -> None:
    hub = SessionType(15, 4, 120, 0.45, 350, 2)
    for allowed in (open_all_day(), open_outside_stress_hours()):
        profile = session_profile(charge_evenly(hub, allowed))
        assert profile.mean_kw.sum() / 4 == pytest.approx(hub.energy_kwh, rel=1e-3)
    assert profile.mean_kw[STRESS_WINDOW] == pytest.approx(0, abs=1e-9)
    assert profile.variance_kw2[STRESS_WINDOW] == pytest.approx(0, abs=1e-6)


def test_what_a_block_leaves_no_time_for_is_said() -> None:
    # On from 16:00 for 6 hours, of which 5 are closed: 10 of 40 kWh fit one hour at 10 kW.
    sharp = SessionType(16.125, 1e-3, 40, 0, 10, 6)
    assert possible_share(sharp, open_outside_stress_hours()) == pytest.approx(10 / 40)
    assert possible_share(sharp, open_all_day()) == pytest.approx(1)


def test_a_limit_leaves_unserved_what_it_can_not_hold() -> None:
    session = SessionType(17, 1.8, 60, 1e-6, 1e6, 13)
    demand = window_demand_kw(session, open_all_day())[None, :]
    hours = window_hours(open_all_day())
    lowest = demand.max()
    fleet = np.array([[100.0]])
    kept, _ = unserved_kwh(fleet, demand, hours, 100 * lowest * hours)
    assert kept[0] == pytest.approx(0, abs=1e-6)
    # 6,000 kWh a day against 200 kW x 24 h: 1,200 kWh that no battery can bring.
    room = window_room_kwh(np.full(96, 200.0), open_all_day())
    over, lacking = unserved_kwh(fleet, demand, hours, room)
    assert lacking[0] == pytest.approx(1200)
    assert over[0] >= 1200


def test_a_curve_under_a_limit_keeps_its_energy_and_its_closed_hours() -> None:
    wanted = 50 * session_profile(charge_on_arrival(DEPOT)).mean_kw
    closed = open_outside_stress_hours().tolist()
    curve = np.array(limited_curve_kw(wanted.tolist(), 300, closed))
    assert curve.max() <= 300
    assert (curve[STRESS_WINDOW] == 0).all()
    assert curve.sum() == pytest.approx(wanted.sum())
    free = limited_curve_kw(wanted.tolist(), 1e9, open_all_day().tolist())
    assert free == pytest.approx(wanted.tolist())


@pytest.mark.parametrize(
    ("limit", "efficiency", "expected"),
    [
        # Two hours of 150 kW over a limit of 100: 100 kWh out; more must be stored than is given.
        pytest.param(100, 1.0, 100, id="no losses"),
        pytest.param(100, 0.8, 125, id="losses"),
        pytest.param(150, 0.9, 0, id="enough room"),
        pytest.param(10, 0.9, None, id="the day is too short: 300 kWh against 240"),
    ],
)
def test_battery(limit: float, efficiency: float, expected: float | None) -> None:
    evening = np.zeros(96)
    evening[72:80] = 150
    found = battery_kwh(evening, limit, efficiency)
    assert found == (None if expected is None else pytest.approx(expected))


def test_steering_never_needs_more_battery_than_charging_on_arrival() -> None:
    fleet = np.array([[50.0]])
    limit = 150.0
    hours = window_hours(open_all_day())
    demand = window_demand_kw(DEPOT, open_all_day())[None, :]
    steered, _ = unserved_kwh(fleet, demand, hours, limit * hours)
    free = battery_kwh(50 * session_profile(charge_on_arrival(DEPOT)).mean_kw, limit, 0.9)
    assert free is not None
    assert steered[0] / 0.9 <= free
