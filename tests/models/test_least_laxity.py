"""Charging in the room of each quarter, against the optimum that knows the whole night."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import linprog

from models.least_laxity import charge_by_laxity

Floats = npt.NDArray[np.float64]


def most_kwh(arrive: Floats, leave: Floats, energy: Floats, power: Floats, room: Floats) -> float:
    """Return the most energy that any plan brings, by a linear programme."""
    sessions, quarters = arrive.size, room.size
    at = np.arange(quarters)
    present = np.clip(np.minimum(leave[:, None], at + 1) - np.maximum(arrive[:, None], at), 0, 1)
    upper = (present * power[:, None] / 4).ravel()
    per_session = np.kron(np.eye(sessions), np.ones(quarters))
    per_quarter = np.kron(np.ones(sessions), np.eye(quarters))
    found = linprog(
        -np.ones(sessions * quarters),
        A_ub=np.vstack([per_session, per_quarter]),
        b_ub=np.concatenate([energy, room / 4]),
        bounds=np.column_stack([np.zeros_like(upper), upper]),
    )
    return -float(found.fun)


def test_nights_are_nearly_as_full_as_the_best_plan_makes_them() -> None:
    rng = np.random.default_rng(5)
    nights, sessions, quarters = 25, 8, 60
    arrive = rng.uniform(0, 25, (nights, sessions))
    leave = arrive + rng.uniform(8, 40, (nights, sessions))
    energy = rng.uniform(20, 250, (nights, sessions))
    power = rng.choice([11.0, 44.0, 100.0], (nights, sessions))
    room = rng.choice([0.0, 60.0, 300.0], (nights, quarters))
    load, lacking = charge_by_laxity(arrive, leave, energy, power, room)
    assert (load <= room + 1e-9).all()
    served = load.sum(axis=1) / 4
    assert served == pytest.approx((energy - lacking).sum(axis=1))
    best = np.array(
        [most_kwh(*parts) for parts in zip(arrive, leave, energy, power, room, strict=True)]
    )
    assert (served <= best + 1e-6).all()
    assert served.sum() > 0.97 * best.sum()


def test_who_leaves_together_loses_nothing_to_the_best_plan() -> None:
    rng = np.random.default_rng(6)
    arrive = rng.uniform(0, 10, (10, 6))
    leave = np.full((10, 6), 40.0)
    energy = rng.uniform(50, 300, (10, 6))
    power = np.full((10, 6), 44.0)
    room = np.tile(rng.choice([30.0, 150.0], 40), (10, 1))
    load, _ = charge_by_laxity(arrive, leave, energy, power, room)
    for night in range(10):
        best = most_kwh(arrive[night], leave[night], energy[night], power[night], room[night])
        assert load[night].sum() / 4 == pytest.approx(best, rel=1e-6)


def test_the_one_that_can_wait_waits() -> None:
    # Room for one of 40 kW in two hours; one leaves after an hour, the other after two.
    load, lacking = charge_by_laxity(
        np.zeros((1, 2)),
        np.array([[8.0, 4.0]]),
        np.full((1, 2), 40.0),
        np.full((1, 2), 40.0),
        np.full((1, 8), 40.0),
    )
    assert load.tolist() == [[40.0] * 8]
    assert lacking == pytest.approx(np.zeros((1, 2)))


def test_without_room_nothing_and_below_zero_is_none() -> None:
    one = np.ones((1, 1))
    load, lacking = charge_by_laxity(one, one * 5, one * 7, one * 11, np.full((1, 6), -3.0))
    assert (load.sum(), lacking.tolist()) == (0, [[7.0]])


def test_half_a_quarter_counts_half() -> None:
    one = np.ones((1, 1))
    load, _ = charge_by_laxity(one * 0.5, one * 1.5, one * 99, one * 40, np.full((1, 3), 100.0))
    assert load.tolist() == [[20, 20, 0]]
