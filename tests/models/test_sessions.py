"""Sessions: bad ones are refused, stays bound what is charged, closed hours are kept."""

from __future__ import annotations

import numpy as np
import pytest

from models.sessions import (
    SessionType,
    arrival_probability,
    charge_after,
    charge_evenly,
    charge_on_arrival,
    open_all_day,
    open_outside_stress_hours,
)
from tests.models.sessions import DEPOT

STRESS = slice(64, 84)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"energy_kwh": -1.0}, "energy_kwh must be a number from zero", id="negative"),
        pytest.param({"energy_kwh": float("nan")}, "energy_kwh must be a number", id="missing"),
        pytest.param({"power_kw": 0.0}, "power_kw must be above zero", id="no charger"),
        pytest.param({"dwell_hours": 0.0}, "dwell_hours must be above zero", id="no stay"),
        pytest.param({"dwell_hours": 25.0}, "at most a day", id="more than a day"),
        pytest.param({"arrival_sd_hours": float("inf")}, "arrival_sd_hours", id="any time"),
    ],
)
def test_impossible_sessions_are_refused(changes: dict[str, float], said: str) -> None:
    values = {
        "arrival_hour": 17.0,
        "arrival_sd_hours": 1.8,
        "energy_kwh": 22.0,
        "energy_cv": 0.45,
        "power_kw": 11.0,
        "dwell_hours": 13.0,
    }
    with pytest.raises(ValueError, match=said):
        SessionType(**values | changes)


def test_arrivals_are_certain_and_centred() -> None:
    arrivals = arrival_probability(DEPOT)
    assert arrivals.sum() == pytest.approx(1)
    assert (arrivals * (np.arange(96) + 0.5) / 4).sum() == pytest.approx(17, abs=0.01)


def test_a_stay_too_short_leaves_energy_unserved_and_says_how_much() -> None:
    # 40 kWh at 10 kW need 4 hours; in 3 hours three quarters fit.
    assert charge_on_arrival(SessionType(17, 1, 40, 0, 10, 3)).served_share() == pytest.approx(0.75)
    assert charge_on_arrival(SessionType(17, 1, 30, 0, 10, 3)).served_share() == pytest.approx(1)
    assert charge_on_arrival(SessionType(17, 1, 0, 0.4, 10, 3)).served_share() == 1


def test_even_charging_spreads_over_the_stay_and_never_exceeds_the_charger() -> None:
    quarters, power = charge_evenly(SessionType(12, 2, 40, 0, 50, 2), open_all_day()).charge(
        np.array([40.0, 500.0])
    )
    assert quarters.tolist() == [8, 8]
    assert power.tolist() == [20, 50]


def test_visitors_of_a_hub_come_outside_closed_hours() -> None:
    hub = SessionType(15, 4, 120, 0.45, 350, 2)
    arrivals = charge_evenly(hub, open_outside_stress_hours()).arrivals
    assert arrivals.sum() == pytest.approx(1)
    # A stay of two hours from after 14:00 on reaches over 16:00.
    assert arrivals[55] > 0
    assert arrivals[56:84].sum() == 0


def test_a_stay_that_fits_no_open_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="fits no open part"):
        charge_evenly(SessionType(12, 2, 40, 0, 50, 20), open_outside_stress_hours())


def test_those_who_wait_all_begin_when_the_hours_open() -> None:
    waiting = charge_after(DEPOT, open_outside_stress_hours()).arrivals
    free = arrival_probability(DEPOT)
    assert waiting[STRESS].sum() == 0
    assert waiting[84] == pytest.approx(free[64:85].sum())
    assert waiting.sum() == pytest.approx(1)


def test_a_session_shorter_than_a_quarter_charges_at_full_power() -> None:
    # 2 kWh at 22 kW: five and a half minutes, 0.36 of a quarter.
    pattern = charge_on_arrival(SessionType(12, 1, 2, 0, 22, 1))
    quarters, power = pattern.charge(np.array([2.0]))
    assert quarters == pytest.approx([2 / 22 * 4])
    assert power == pytest.approx([22])
