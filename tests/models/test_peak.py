"""Peaks: bounded, monotone, pooled, and near the maxima of days drawn minute by minute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from models.daily_maximum import _both_below
from models.peak import Fleets, SessionKind, daily_peaks, design_peaks_kw
from models.sessions import SessionType, charge_evenly, open_outside_stress_hours
from models.small_fleets import GRID, MOST_SESSIONS, simplex_corners
from tests.models.sessions import DEPOT, RIGID, TRACTOR, kinds_of, simulate

FLEET = (DEPOT, RIGID, TRACTOR)
KINDS = kinds_of(*FLEET, day_effect_sd=0.08)


def peaks(*fleets: tuple[float, float, float]) -> np.ndarray:
    [found] = daily_peaks([Fleets(np.array(fleets, dtype=float), KINDS, 0.08)])
    return np.stack(
        [found.design_kw, found.typical_kw, found.design_within_kw, found.design_outside_kw], axis=1
    )


def test_no_sessions_no_peak() -> None:
    assert peaks((0, 0, 0)).tolist() == [[0, 0, 0, 0]]


def test_one_vehicle_peaks_at_its_charger_and_three_tenths_at_three_tenths() -> None:
    found = peaks((0, 0, 1), (0, 0, 0.3), (1, 0, 0))
    assert found[:, 0] == pytest.approx([100, 30, 11], rel=1e-6)


def test_the_design_peak_alone_is_the_same() -> None:
    fleets = np.array([(2.0, 1.0, 0.0), (120.0, 6.0, 4.0)])
    [every] = daily_peaks([Fleets(fleets, KINDS, 0.08)])
    [alone] = design_peaks_kw([Fleets(fleets, KINDS, 0.08)])
    assert alone.tolist() == every.design_kw.tolist()


def test_asked_together_or_one_by_one_the_digits_are_the_same() -> None:
    many = np.array([(2.0, 1.0, 0.0), (120.0, 6.0, 4.0), (0.0, 0.0, 0.0), (900.0, 40.0, 3.0)])
    asked = [Fleets(many, KINDS, 0.08), Fleets(many[:, :2], KINDS[:2], 0.08)]
    together = daily_peaks(asked)
    for each, found in zip(asked, together, strict=True):
        for row, sessions in enumerate(each.sessions):
            [alone] = daily_peaks([Fleets(sessions[np.newaxis], each.kinds, 0.08)])
            assert alone.design_kw.tolist() == [found.design_kw[row]]
            assert alone.design_outside_kw.tolist() == [found.design_outside_kw[row]]


@pytest.mark.parametrize(
    "bad", [pytest.param(-1.0, id="negative"), pytest.param(np.nan, id="missing")]
)
def test_impossible_numbers_of_sessions_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="numbers from zero"):
        peaks((bad, 0, 0))


@pytest.mark.parametrize(
    "fleet",
    [
        pytest.param((2, 1, 0), id="three"),
        pytest.param((15, 2, 1), id="eighteen"),
        pytest.param((60, 6, 3), id="drawn, sixty-nine"),
        pytest.param((120, 6, 4), id="closed form, a hundred and thirty"),
        pytest.param((0, 0, 150), id="closed form, tractors"),
    ],
)
def test_peaks_meet_days_drawn_minute_by_minute(fleet: tuple[int, int, int]) -> None:
    load = simulate(FLEET, fleet, 3000, day_effect_sd=0.08)
    design, typical, within, outside = peaks(fleet)[0]
    days = load.max(axis=1)
    assert design == pytest.approx(np.quantile(days, 0.95), rel=0.03)
    assert typical == pytest.approx(np.quantile(days, 0.50), rel=0.03)
    stress = load[:, 64:84].max(axis=1)
    other = np.delete(load, np.s_[64:84], axis=1).max(axis=1)
    assert within == pytest.approx(np.quantile(stress, 0.95), rel=0.04)
    # After 21:00 few charge: whether two or three tractors still do is a step of some per cent.
    assert outside == pytest.approx(np.quantile(other, 0.95), rel=0.07)


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(*[st.floats(0, 30)] * 3),
    st.tuples(*[st.floats(0, 3)] * 3),
)
def test_more_sessions_never_lower_a_peak_of_a_small_fleet(
    fleet: tuple[float, float, float], more: tuple[float, float, float]
) -> None:
    larger = tuple(np.add(fleet, more))
    found = peaks(fleet, larger)  # type: ignore[arg-type]
    assert (found[1] >= found[0] * (1 - 1e-9)).all()


@settings(max_examples=25, deadline=None)
@given(st.tuples(st.floats(0, 3000), st.floats(0, 300), st.floats(0, 300)))
def test_peaks_are_ordered_and_within_the_chargers(fleet: tuple[float, float, float]) -> None:
    design, typical, within, outside = peaks(fleet)[0]
    assert 0 <= typical <= design * (1 + 1e-9)
    assert max(within, outside) <= design * (1 + 1e-9)
    assert design <= np.dot(fleet, [11, 44, 100]) * (1 + 1e-9)


def test_drawn_fleets_and_the_closed_form_meet_where_they_join() -> None:
    below, above = peaks((MOST_SESSIONS, 0, 0), (MOST_SESSIONS + 0.01, 0, 0))
    assert above == pytest.approx(below, rel=0.03)


def test_a_pool_asks_less_than_the_sum_of_its_parts() -> None:
    found = peaks((300, 20, 10), (600, 30, 20), (900, 50, 30))[:, 0]
    assert max(found[:2]) < found[2] < found[0] + found[1]


def test_a_hundred_thousand_vehicles_have_a_peak_near_their_mean_profile() -> None:
    found = peaks((100_000, 0, 0))[0, 0]
    mean = 100_000 * KINDS[0].profile.mean_kw.max()
    # What remains is the day effect: 1.645 standard deviations of the shared part.
    shared = 100_000 * KINDS[0].profile.day_mean_kw.max()
    assert found == pytest.approx(mean + 1.645 * shared, rel=0.02)


def test_window_of_closed_hours_is_empty_for_mornings() -> None:
    morning = SessionType(8, 0.5, 20, 0.2, 22, 3)
    [found] = daily_peaks([Fleets(np.array([[10.0], [300.0]]), kinds_of(morning), 0.0)])
    assert found.design_within_kw == pytest.approx([0, 0], abs=0.1)
    assert (found.design_outside_kw > 100).all()


def test_closed_hours_leave_the_peak_of_the_open_ones() -> None:
    # Who charges evenly far below the charger asks twice the power for twice the energy.
    def peak_kw(energy_kwh: float) -> float:
        visit = SessionType(11, 3, energy_kwh, 0.3, 500, 0.75)
        kind = SessionKind(charge_evenly(visit, open_outside_stress_hours()), 0.1, 0)
        [peaks] = daily_peaks([Fleets(np.array([[500.0]]), [kind], 0.1)])
        return float(peaks.design_kw[0])

    per_kwh = [peak_kw(energy) / energy for energy in np.linspace(20, 40, 41)]
    assert per_kwh == pytest.approx([per_kwh[0]] * len(per_kwh), rel=0.003)


def test_corners_surround_the_fleet_they_stand_for() -> None:
    fleets = np.array([[2.5, 0.0, 7.0], [0.2, 0.9, 41.0], [100.0, 1.0, 0.3]])
    corners, weights = simplex_corners(fleets)
    assert weights.sum(axis=1) == pytest.approx([1, 1, 1])
    assert (weights >= 0).all()
    assert (GRID[corners] * weights[:, :, None]).sum(axis=1) == pytest.approx(fleets)


@pytest.mark.parametrize("correlation", [-0.6, 0.0, 0.9, 0.999])
def test_bivariate_normal_meets_scipy(correlation: float) -> None:
    one = np.array([-1.2, 0.0, 0.4, 2.5, 1.0])
    other = np.array([0.7, 0.3, -0.4, 2.4, 1.0])
    expected = [
        multivariate_normal.cdf([a, b], cov=[[1, correlation], [correlation, 1]])
        for a, b in zip(one, other, strict=True)
    ]
    found = _both_below(one, other, np.full(5, correlation))
    assert found == pytest.approx(expected, abs=1e-5)
