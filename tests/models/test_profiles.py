"""A session's load keeps its energy, wraps at midnight and varies as simulated sessions do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.profiles import SessionType, arrival_probability, session_profile
from tests.models.sessions import DEPOT, simulate

LATE = SessionType(23.5, 0.3, 60, 0.1, 11, 11)


@given(
    st.floats(0, 24), st.floats(0.2, 5), st.floats(1, 600), st.floats(0.05, 0.9), st.floats(3, 400)
)
def test_energy_is_exact(hour: float, sd: float, energy: float, cv: float, power: float) -> None:
    profile = session_profile(SessionType(hour, sd, energy, cv, power, 8))
    assert profile.mean_kw.sum() / 4 == pytest.approx(energy)
    assert (profile.variance_kw2 >= 0).all()


def test_arrivals_are_certain_and_centred() -> None:
    arrivals = arrival_probability(DEPOT)
    assert arrivals.sum() == pytest.approx(1)
    assert (arrivals * (np.arange(96) + 0.5) / 4).sum() == pytest.approx(17, abs=0.01)


def test_charging_goes_on_after_midnight() -> None:
    profile = session_profile(LATE)
    # 60 kWh at 11 kW take 5.5 hours from half past eleven: at 02:00 all charge, at noon none.
    assert profile.mean_kw[8] == pytest.approx(11, rel=0.01)
    assert profile.mean_kw[48] == pytest.approx(0, abs=1e-9)


def test_mean_and_variance_meet_a_simulation() -> None:
    load = simulate(DEPOT, 50, 4000, np.random.default_rng(3))
    profile = session_profile(DEPOT)
    evening = slice(64, 84)
    assert load.mean(axis=0)[evening] == pytest.approx(50 * profile.mean_kw[evening], rel=0.03)
    assert load.var(axis=0)[evening] == pytest.approx(50 * profile.variance_kw2[evening], rel=0.12)
