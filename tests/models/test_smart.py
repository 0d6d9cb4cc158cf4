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
    battery_taken_kwh,
    drawn_windows_kwh,
    lowest_limit_kw,
    unserved_kwh,
)
from models.windows import (
    WindowDemand,
    all_windows,
    even_demand,
    forced_demand,
    open_windows,
    possible_share,
    window_energy_kwh,
    window_hours,
)
from models.year_simulation import draw_sessions

DEPOT = SessionType(17, 1.8, 60, 0.45, 44, 13)
HUB = SessionType(15, 4, 120, 0.45, 350, 2)


def demand_of(session: SessionType, allowed: np.ndarray, day: float = 0.0) -> WindowDemand:
    return forced_demand([session], allowed, open_windows(allowed), day_effect_sd=day)


def limit_of(count: float, session: SessionType, allowed: np.ndarray, day_sd: float = 0.0) -> float:
    hours = window_hours(open_windows(allowed))
    demand = demand_of(session, allowed, 0.08)
    return float(lowest_limit_kw(np.array([[count]]), demand, hours, day_sd=day_sd)[0][0])


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
    bound = limit_of(1, session, allowed)
    exact = lowest_limit_by_linear_programme(session, allowed)
    assert bound == pytest.approx(exact, rel=0.02)
    assert bound <= exact * (1 + 1e-9)


def test_a_limit_serves_less_than_arrival_charging_but_all_the_energy() -> None:
    # 100 sessions of 60 kWh within at most a day: never below 6,000 / 24 = 250 kW.
    assert 250 <= limit_of(100, DEPOT, open_all_day()) < 100 * DEPOT.power_kw


def test_closing_hours_never_lowers_the_limit() -> None:
    assert limit_of(1, DEPOT, open_outside_stress_hours()) >= limit_of(1, DEPOT, open_all_day())


def test_margin_shrinks_with_the_number_of_sessions_but_not_that_of_a_day() -> None:
    # In the whole day all of the energy is forced: 60 kWh, standard deviation 0.45 x 60.
    hours = np.array([24.0])
    whole = WindowDemand(np.array([[60.0]]), np.array([[27.0**2]]), np.array([[0.08 * 60]]))
    limit, _ = lowest_limit_kw(np.array([[4.0], [1e6]]), whole, hours, day_sd=1.645)
    # sqrt(0.45^2 / 4 + 0.08^2) = 0.2388 for four; 0.08 for very many.
    assert limit[0] == pytest.approx(4 * 60 / 24 * (1 + 1.645 * 0.23884), rel=1e-4)
    assert limit[1] == pytest.approx(1e6 * 60 / 24 * 1.1316, rel=1e-4)


def test_large_energies_count_for_more_than_their_number() -> None:
    # Eight of 22 kWh, one of 130 and one of 300: 606 kWh whose variance is that of few vehicles,
    # 0.45^2 (8 x 22^2 + 130^2 + 300^2); by the count of ten it would be 0.45^2 x 606^2 / 10.
    energies = np.array([[22.0], [130.0], [300.0]])
    demand = WindowDemand(energies, (0.45 * energies) ** 2, 0.08 * energies)
    limit, _ = lowest_limit_kw(np.array([[8.0, 1, 1]]), demand, np.array([24.0]), day_sd=1.645)
    spread = np.sqrt(0.45**2 * (8 * 22**2 + 130**2 + 300**2) + (0.08 * 606) ** 2)
    assert limit[0] * 24 == pytest.approx(606 + 1.645 * spread)
    assert spread > np.sqrt(0.45**2 / 10 + 0.08**2) * 606 * 1.5


def test_moments_of_windows_are_those_of_drawn_sessions() -> None:
    allowed = open_all_day()
    windows = open_windows(allowed)
    rng = np.random.default_rng(3)
    drawn = draw_sessions(
        [1], [charge_on_arrival(DEPOT)], np.ones((1, 20_000)), np.ones((1, 20_000)), 0.0, rng
    )
    forced, wanted = drawn_windows_kwh(drawn, [DEPOT], allowed, windows, days=20_000)
    demand = demand_of(DEPOT, allowed)
    at = demand.mean_kwh[0] > 20
    assert demand.mean_kwh[0, at] == pytest.approx(forced.mean(axis=0)[at], rel=0.03)
    assert demand.variance_kwh2[0, at] ** 0.5 == pytest.approx(forced.std(axis=0)[at], rel=0.05)
    assert wanted.mean() == pytest.approx(60, rel=0.02)


def test_the_closed_form_meets_drawn_days_of_a_large_depot() -> None:
    allowed = open_outside_stress_hours()
    windows = open_windows(allowed)
    days, rng = 1000, np.random.default_rng(5)
    drawn = draw_sessions(
        [200], [charge_on_arrival(DEPOT)], np.ones((1, days)), np.ones((1, days)), 0.08, rng
    )
    forced, _ = drawn_windows_kwh(drawn, [DEPOT], allowed, windows, days=days)
    lowest = np.quantile((forced / window_hours(windows)).max(axis=1), 0.95)
    assert limit_of(200, DEPOT, allowed, day_sd=1.645) == pytest.approx(lowest, rel=0.03)


def test_even_visits_put_their_energy_where_they_stay() -> None:
    # Two hours from 10:00: all of it before noon, half of it before 11:00, none at night.
    sharp = SessionType(10.01, 1e-3, 120, 0, 350, 2)
    windows = all_windows()
    demand = even_demand([charge_evenly(sharp, open_all_day())], windows, day_effect_sd=0.08)
    for begin, length, expected in ((10, 2, 120), (0, 11, 60), (0, 24, 120), (20, 8, 0)):
        at = begin * 24 + length - 1
        assert demand.mean_kwh[0, at] == pytest.approx(expected)
        assert demand.day_kwh[0, at] == pytest.approx(0.08 * expected)


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
    windows = open_windows(open_all_day())
    hours = window_hours(windows)
    forced = 100 * demand_of(session, open_all_day()).mean_kwh
    lowest = limit_of(100, session, open_all_day())
    kept, _ = unserved_kwh(forced, lowest * hours, hours)
    assert kept[0] == pytest.approx(0, abs=1e-6)
    # 6,000 kWh a day against 200 kW x 24 h: 1,200 kWh that no battery can bring.
    room = window_energy_kwh(np.full((1, 96), 200.0), windows)
    over, lacking = unserved_kwh(forced, room, hours)
    assert lacking[0] == pytest.approx(1200)
    assert over[0] >= 1200


def test_a_curve_under_a_limit_keeps_its_energy_and_its_closed_hours() -> None:
    wanted = 50 * session_profile(charge_on_arrival(DEPOT)).mean_kw
    closed = open_outside_stress_hours().tolist()
    curve = np.array(limited_curve_kw(wanted.tolist(), [300.0] * 96, closed))
    assert curve.max() <= 300
    assert (curve[STRESS_WINDOW] == 0).all()
    assert curve.sum() == pytest.approx(wanted.sum())
    free = limited_curve_kw(wanted.tolist(), [1e9] * 96, open_all_day().tolist())
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


def test_a_battery_is_filled_with_losses() -> None:
    # Above the limit 10 kWh a quarter go out; below it 6.25 are fed in, of which 0.8 arrives.
    load = np.array([140.0] * 4 + [75.0] * 9)
    taken = battery_taken_kwh(load, 100.0, 0.8)
    assert taken == pytest.approx([10, 20, 30, 40, 35, 30, 25, 20, 15, 10, 5, 0, 0])


def test_steering_never_needs_more_battery_than_charging_on_arrival() -> None:
    limit = 150.0
    hours = window_hours(open_windows(open_all_day()))
    forced = 50 * demand_of(DEPOT, open_all_day()).mean_kwh
    steered, _ = unserved_kwh(forced, limit * hours, hours)
    free = battery_kwh(50 * session_profile(charge_on_arrival(DEPOT)).mean_kw, limit, 0.9)
    assert free is not None
    assert steered[0] / 0.9 <= free
