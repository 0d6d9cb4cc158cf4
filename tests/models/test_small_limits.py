"""Limits of small steered fleets, against a linear programme of every day."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from models.peak import Fleets, SessionKind, design_peaks_kw
from models.sessions import (
    SessionType,
    charge_on_arrival,
    open_all_day,
    open_outside_stress_hours,
)
from models.small_limits import drawn_limits_kw

TYPES = tuple(
    SessionType(17, 1.8, energy, 0.45, power, 13)
    for energy, power in ((26.7, 11), (151.5, 44), (381.0, 100))
)
DAY_SD = 0.08


def limits(*fleets: tuple[float, ...], allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return drawn_limits_kw(np.array(fleets, dtype=float), TYPES, allowed, day_effect_sd=DAY_SD)


def lowest_by_linear_programme(
    jobs: list[tuple[int, float, float, int]], allowed: np.ndarray
) -> float:
    """Return the lowest constant limit for (arrival, kWh, kW, stay): quarters, exactly."""
    used = [
        (job, (arrival + step) % 96, power / 4)
        for job, (arrival, _, power, stay) in enumerate(jobs)
        for step in range(stay)
        if allowed[(arrival + step) % 96]
    ]
    job, quarter, most = (np.array(values) for values in zip(*used, strict=True))
    count = len(used)
    places = np.arange(count)
    fits = np.bincount(job, most, minlength=len(jobs))
    wanted = np.minimum([energy for _, energy, _, _ in jobs], fits)
    energy = csr_array((np.ones(count), (job, places)), shape=(len(jobs), count + 1))
    limit = csr_array(
        (
            np.append(np.ones(count), np.full(96, -0.25)),
            (np.append(quarter, np.arange(96)), np.append(places, np.full(96, count))),
        ),
        shape=(96, count + 1),
    )
    cost = np.append(np.zeros(count), 1)
    bounds = [(0, part) for part in most] + [(0, None)]
    solved = linprog(
        cost, A_ub=limit, b_ub=np.zeros(96), A_eq=energy, b_eq=wanted, bounds=bounds, method="highs"
    )
    assert solved.success
    return float(solved.fun)


def draw(fleet: tuple[int, ...], rng: np.random.Generator) -> list[tuple[int, float, float, int]]:
    busy = max(1 + DAY_SD * rng.standard_normal(), 0)
    sigma = np.sqrt(np.log1p(0.45**2))
    return [
        (
            int((rng.normal(17, 1.8) % 24) * 4),
            session.energy_kwh * busy * np.exp(sigma * rng.standard_normal() - sigma**2 / 2),
            session.power_kw,
            52,
        )
        for count, session in zip(fleet, TYPES, strict=True)
        for _ in range(count)
    ]


@pytest.mark.parametrize("allowed", [open_all_day(), open_outside_stress_hours()])
@pytest.mark.parametrize(
    ("fleet", "days", "within"),
    [
        # Of so few drawn days the P95 is itself sure to some per cent only.
        pytest.param((3, 0, 1), 400, 0.08, id="four"),
        pytest.param((8, 1, 1), 200, 0.08, id="ten"),
        pytest.param((20, 6, 4), 100, 0.08, id="thirty"),
    ],
)
def test_p95_meets_the_optimum_of_each_day(
    fleet: tuple[int, ...], days: int, within: float, allowed: np.ndarray
) -> None:
    rng = np.random.default_rng(3)
    optima = [lowest_by_linear_programme(draw(fleet, rng), allowed) for _ in range(days)]
    design, typical = limits(fleet, allowed=allowed)
    assert design[0] == pytest.approx(np.quantile(optima, 0.95), rel=within)
    assert typical[0] == pytest.approx(np.median(optima), rel=within)


@pytest.mark.parametrize(
    ("allowed", "hours"),
    [
        pytest.param(open_all_day(), 13.0, id="whole stay"),
        # Nearly all arrive before 21:00, so that the stay after it is what is left of 13 hours.
        pytest.param(open_outside_stress_hours(), 9.3, id="closed 16-21"),
    ],
)
def test_one_vehicle_needs_its_energy_of_a_busy_day_over_its_stay(
    allowed: np.ndarray, hours: float
) -> None:
    rng = np.random.default_rng(1)
    sigma = np.sqrt(np.log1p(0.45**2))
    day = 1 + DAY_SD * rng.standard_normal(200_000)
    energy = 381 * day * np.exp(sigma * rng.standard_normal(200_000) - sigma**2 / 2)
    design, _ = limits((0, 0, 1), allowed=allowed)
    assert design[0] == pytest.approx(np.quantile(energy, 0.95) / hours, rel=0.06)


def test_a_vehicle_more_never_lowers_a_limit_and_parts_lie_between() -> None:
    allowed = open_outside_stress_hours()
    fleets = [(vans, trucks, 1.0) for trucks in (0, 1, 1.5, 2) for vans in (0, 0.5, 1, 3, 3.7, 9)]
    design, typical = limits(*fleets, allowed=allowed)
    by_trucks = design.reshape(4, 6)
    assert (np.diff(by_trucks, axis=0) >= 0).all()
    assert (np.diff(by_trucks, axis=1) >= 0).all()
    assert (typical <= design).all()
    alone, none, part = limits((0, 0, 1), (0, 0, 0), (0, 0, 0.2), allowed=allowed)[0]
    assert none == 0
    assert part == pytest.approx(0.2 * alone)


def test_no_limit_lies_above_charging_on_arrival() -> None:
    fleets = np.array([[1.0, 0, 0], [0, 0, 2], [8, 1, 1], [40, 12, 9]])
    kinds = [
        SessionKind(pattern, DAY_SD, stream)
        for stream, pattern in enumerate(charge_on_arrival(session) for session in TYPES)
    ]
    steered, _ = limits(*map(tuple, fleets), allowed=open_all_day())
    [arriving] = design_peaks_kw([Fleets(fleets, kinds, DAY_SD)])
    assert (steered < arriving).all()
