"""Peaks: bounded, monotone, pooled, and near simulated maxima of days."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.peak import STRESS_WINDOW, Load, Quantile, peak_kw
from models.profiles import SessionType, session_profile
from tests.models.sessions import DEPOT, simulate

DESIGN = Quantile(2.2, 1.645)
TYPICAL = Quantile(0.8, 0.0)
PROFILE = session_profile(DEPOT)
POWER = np.array([DEPOT.power_kw])


def depot(*sessions: float) -> Load:
    return Load(np.array(sessions)[:, None], [PROFILE], POWER)


def test_no_sessions_no_peak() -> None:
    assert peak_kw([depot(0.0)], [DESIGN], day_effect_sd=0.08).tolist() == [0.0]


@given(st.floats(0.01, 2000))
def test_peak_lies_between_the_mean_profile_and_the_chargers(sessions: float) -> None:
    peak = peak_kw([depot(sessions)], [DESIGN], day_effect_sd=0.08)[0]
    assert peak <= sessions * DEPOT.power_kw * (1 + 1e-12)
    assert peak >= sessions * PROFILE.mean_kw.max() * (1 - 1e-12)


@given(st.floats(0, 1000), st.floats(0, 1000))
def test_more_sessions_never_lower_the_peak_and_pooling_never_adds(
    one: float, other: float
) -> None:
    peaks = peak_kw([depot(one, other, one + other)], [DESIGN], day_effect_sd=0.08)
    assert peaks[2] >= max(peaks[0], peaks[1]) - 1e-9
    assert peaks[2] <= peaks[0] + peaks[1] + 1e-9


@pytest.mark.parametrize(
    ("quantile", "probability"),
    [pytest.param(DESIGN, 0.95, id="design"), pytest.param(TYPICAL, 0.50, id="typical")],
)
def test_peak_of_sixty_sessions_meets_a_simulation(quantile: Quantile, probability: float) -> None:
    days = simulate(DEPOT, 60, 3000, np.random.default_rng(11)).max(axis=1)
    peak = peak_kw([depot(60.0)], [quantile], day_effect_sd=0.0)[0]
    assert peak == pytest.approx(np.quantile(days, probability), rel=0.03)


def test_window_holds_no_more_than_the_day() -> None:
    morning = SessionType(8, 0.5, 20, 0.2, 22, 3)
    load = Load(np.array([[10.0]]), [session_profile(morning)], np.array([22.0]))
    assert peak_kw([load], [DESIGN], day_effect_sd=0.0, window=STRESS_WINDOW)[0] == pytest.approx(
        0,
        abs=1e-3,  # a watt: what the Fourier transform leaves
    )
    assert peak_kw([load], [DESIGN], day_effect_sd=0.0)[0] > 100
