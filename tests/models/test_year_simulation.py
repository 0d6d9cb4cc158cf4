"""A year drawn vehicle by vehicle: energy kept, and the closed forms beside it."""

from __future__ import annotations

import numpy as np
import pytest

from models.peak import Fleets, daily_peaks
from models.profiles import fleet_moments, unrolled_mean_kw
from models.sessions import SessionType, charge_evenly, charge_on_arrival, open_all_day
from models.step_load import changes
from models.year_simulation import simulate_year
from tests.models.sessions import DEPOT, RIGID, TRACTOR, kinds_of

ALWAYS = np.ones((1, 365))


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("step", [pytest.param(1, id="quarters"), pytest.param(4, id="hours")])
def test_energy_of_a_year_is_that_of_its_days(step: int) -> None:
    load = simulate_year([200], [charge_on_arrival(DEPOT)], ALWAYS, ALWAYS,
                         day_effect_sd=0.0, rng=rng(), quarters_per_step=step)  # fmt: skip
    assert load.size == 35_040 // step
    # 200 vehicles x 365 days x 22 kWh; drawn energies are within a per cent of their mean.
    assert load.sum() * step / 4 == pytest.approx(200 * 365 * 22, rel=0.01)
    assert (load >= 0).all()


def test_energy_that_passes_the_last_midnight_is_not_lost() -> None:
    late = SessionType(23.5, 0.2, 40, 0, 10, 8)
    load = simulate_year([3], [charge_on_arrival(late)], np.ones((1, 2)), np.ones((1, 2)),
                         day_effect_sd=0.0, rng=rng())  # fmt: skip
    assert load.sum() / 4 == pytest.approx(3 * 2 * 40)


def test_a_fleet_of_none_has_no_load_and_less_than_none_is_refused() -> None:
    pattern = [charge_on_arrival(DEPOT)]
    none = simulate_year([0], pattern, ALWAYS, ALWAYS, day_effect_sd=0.08, rng=rng())
    assert none.max() == 0
    with pytest.raises(ValueError, match="must not be negative"):
        simulate_year([-1], pattern, ALWAYS, ALWAYS, day_effect_sd=0.08, rng=rng())
    with pytest.raises(ValueError, match="steps of 7"):
        simulate_year([1], pattern, ALWAYS, ALWAYS, day_effect_sd=0.0, rng=rng(),
                      quarters_per_step=7)  # fmt: skip


def test_constant_power_over_the_stay_is_the_energy_over_the_stay() -> None:
    same = SessionType(17, 0.01, 26, 0, 50, 13)
    load = simulate_year([10], [charge_evenly(same, open_all_day())], ALWAYS, ALWAYS,
                         day_effect_sd=0.0, rng=rng())  # fmt: skip
    # 26 kWh over 13 hours is 2 kW for each of ten vehicles.
    assert load.max() == pytest.approx(20)
    assert load[96 + 88] == pytest.approx(20)
    assert load[96 + 48] == 0


def test_the_closed_forms_agree_with_the_drawn_year() -> None:
    fleet, sessions = (150, 8, 5), (DEPOT, RIGID, TRACTOR)
    kinds = kinds_of(*sessions, day_effect_sd=0.08)
    days = np.ones((3, 2000))
    load = simulate_year(list(fleet), [kind.pattern for kind in kinds], days, days,
                         day_effect_sd=0.08, rng=rng()).reshape(2000, 96)  # fmt: skip
    counts = np.array([fleet], dtype=float)
    mean = fleet_moments(counts, [kind.profile for kind in kinds]).mean_kw[0]
    # After midnight days of much energy add more than days of little take away: a few kW of 1,100.
    assert load.mean(axis=0) == pytest.approx(mean, rel=0.03, abs=3)
    [peaks] = daily_peaks([Fleets(counts, kinds, 0.08)])
    daily = load.max(axis=1)
    assert peaks.design_kw[0] == pytest.approx(np.quantile(daily, 0.95), rel=0.02)
    assert peaks.typical_kw[0] == pytest.approx(np.quantile(daily, 0.50), rel=0.02)


def test_charging_after_midnight_counts_to_the_next_day() -> None:
    late = SessionType(22.0, 0.2, 40, 0, 10, 8)
    day, then = unrolled_mean_kw(charge_on_arrival(late)).reshape(2, 96)
    # From 22:00 on: 20 kWh on the day, 20 kWh after midnight.
    assert day.sum() / 4 == pytest.approx(20, abs=0.5)
    assert (day.sum() + then.sum()) / 4 == pytest.approx(40)


def test_steps_keep_the_energy_whatever_the_phase() -> None:
    begin = rng().uniform(0, 20, 500)
    length = rng(2).uniform(0, 9, 500)
    power = rng(3).uniform(0, 100, 500)
    load = np.zeros(32)
    for at, change in changes(begin, length, power):
        load += np.bincount(at, change, minlength=32)
    assert load.cumsum().sum() == pytest.approx((length * power).sum())
