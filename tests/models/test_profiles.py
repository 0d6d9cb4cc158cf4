"""A session's load keeps its energy, wraps at midnight and varies as drawn sessions do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import moment

from models.profiles import fleet_moments, session_profile
from models.sessions import (
    SessionType,
    charge_evenly,
    charge_on_arrival,
    open_outside_stress_hours,
)
from tests.models.sessions import DEPOT, RIGID, kinds_of, simulate

EVENING = slice(66, 82)


@given(
    st.floats(0, 24), st.floats(0.2, 5), st.floats(1, 600), st.floats(0.05, 0.9), st.floats(3, 400)
)
def test_energy_is_exact(hour: float, sd: float, energy: float, cv: float, power: float) -> None:
    pattern = charge_on_arrival(SessionType(hour, sd, energy, cv, power, 24))
    profile = session_profile(pattern)
    assert profile.mean_kw.sum() / 4 == pytest.approx(energy * pattern.served_share())
    assert (profile.variance_kw2 >= 0).all()


def test_no_energy_no_load() -> None:
    profile = session_profile(charge_on_arrival(SessionType(17, 1, 0, 0.4, 11, 8)))
    assert profile.mean_kw.max() == 0
    assert np.isfinite(profile.third_kw3).all()


def test_charging_goes_on_after_midnight() -> None:
    profile = session_profile(charge_on_arrival(SessionType(23.5, 0.3, 60, 0.1, 11, 11)))
    # 60 kWh at 11 kW take 5.5 hours from half past eleven: at 02:00 all charge, at noon none.
    assert profile.mean_kw[8] == pytest.approx(11, rel=0.01)
    assert profile.mean_kw[48] == pytest.approx(0, abs=1e-9)


def test_nothing_at_all_charges_in_closed_hours() -> None:
    visit = SessionType(11, 3, 24, 0.4, 150, 0.75)
    profile = session_profile(charge_evenly(visit, open_outside_stress_hours()), day_effect_sd=0.1)
    for moments in vars(profile).values():
        assert (moments[64:84] == 0).all()


def test_on_and_off_has_the_moments_of_a_coin() -> None:
    # Two kinds that never arrive or leave at noon: there one in q charges, so that variance is
    # p^2 q (1-q), the third moment p^3 q (1-q) (1-2q), and the next quarter is the same one.
    early = np.zeros(96)
    early[[36, 60]] = 0.3, 0.7  # 09:00, off by 14:15 at the latest, and 15:00
    pattern = replace(charge_on_arrival(SessionType(12, 2.0, 50, 0, 10, 8)), arrivals=early)
    profile = session_profile(pattern)
    assert profile.mean_kw[48] == pytest.approx(3)
    assert profile.variance_kw2[48] == pytest.approx(21)
    assert profile.third_kw3[48] == pytest.approx(84)
    assert profile.lag_covariance_kw2[48] == pytest.approx(21)


def test_moments_of_a_mixed_fleet_meet_drawn_days() -> None:
    days = simulate([DEPOT, RIGID], [30, 6], 4000)
    moments = fleet_moments(
        np.array([[30.0, 6.0]]), [kind.profile for kind in kinds_of(DEPOT, RIGID)]
    )
    assert days.mean(axis=0)[EVENING] == pytest.approx(moments.mean_kw[0, EVENING], rel=0.03)
    assert days.var(axis=0)[EVENING] == pytest.approx(moments.variance_kw2[0, EVENING], rel=0.1)
    covariance = ((days - days.mean(axis=0)) * np.roll(days - days.mean(axis=0), -1, 1)).mean(
        axis=0
    )
    assert covariance[EVENING] == pytest.approx(moments.lag_covariance_kw2[0, EVENING], rel=0.1)
    # Third moments are noisy: compare their mean over the flanks, where they are largest.
    flank = slice(56, 66)
    assert moment(days, order=3, axis=0)[flank].mean() == pytest.approx(
        moments.third_kw3[0, flank].mean(), rel=0.2
    )


def test_a_shared_day_effect_adds_variance_that_does_not_average_out() -> None:
    days = simulate([DEPOT], [120], 2500, day_effect_sd=0.08)
    with_effect, without = (
        fleet_moments(
            np.array([[120.0]]),
            [kind.profile for kind in kinds_of(DEPOT, day_effect_sd=effect)],
        ).variance_kw2[0, EVENING]
        for effect in (0.08, 0.0)
    )
    assert days.var(axis=0)[EVENING] == pytest.approx(with_effect, rel=0.12)
    assert (with_effect > without).all()
