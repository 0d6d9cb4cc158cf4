"""Queues: published values, simulated waits, stated errors."""

from __future__ import annotations

import numpy as np
import pytest

from models.queueing import (
    mean_wait_hours,
    points_for_nights,
    points_for_wait,
    power_class_kw,
    waiting_probability,
)


@pytest.mark.parametrize(
    ("points", "load", "expected"),
    [
        # One point: the probability of waiting is the part of time that it is taken.
        pytest.param(1, 0.7, 0.7, id="M/M/1"),
        # Two points: A^2 / (2 + A) with A = 1.
        pytest.param(2, 1.0, 1 / 3, id="M/M/2"),
        # (2^3 / 3!)(3 / 1) / (1 + 2 + 2 + 4) = 4 / 9.
        pytest.param(3, 2.0, 4 / 9, id="M/M/3"),
        # Table value: A = 4 erlang, 5 servers.
        pytest.param(5, 4.0, 0.5541, id="table of Erlang C"),
        pytest.param(4, 0.0, 0.0, id="no load"),
    ],
)
def test_probability_of_waiting(points: int, load: float, expected: float) -> None:
    assert waiting_probability(points, np.array([load]))[0] == pytest.approx(expected, abs=5e-5)


def test_waits_meet_a_simulated_queue() -> None:
    # Arrivals at 5 an hour, service uniform from 20 to 40 minutes (cv 0.192), three points.
    rng = np.random.default_rng(2)
    arrivals = rng.exponential(1 / 5, 200_000).cumsum()
    services = rng.uniform(1 / 3, 2 / 3, arrivals.size)
    free = np.zeros(3)
    waits = np.empty(arrivals.size)
    for index, (arrival, service) in enumerate(zip(arrivals, services, strict=True)):
        first = free.argmin()
        begin = max(arrival, free[first])
        waits[index] = begin - arrival
        free[first] = begin + service
    cv = services.std() / services.mean()
    found = mean_wait_hours(3, np.array([2.5]), np.array([0.5]), np.array([cv]))[0]
    # The approximation is stated to be within some per cent.
    assert found == pytest.approx(waits.mean(), rel=0.08)


def test_one_point_of_fixed_service_is_pollaczek_khinchine() -> None:
    # rho s / (2 (1 - rho)) = 0.8 x 0.75 / 0.4 = 1.5.
    wait = mean_wait_hours(1, np.array([0.8]), np.array([0.75]), np.array([0.0]))
    assert wait[0] == pytest.approx(1.5)


def test_fewest_points_keep_the_wait_and_one_less_does_not() -> None:
    load = np.array([0.0, 0.05, 0.9, 4.0, 30.0, 200.0])
    service, cv = np.full(6, 0.5), np.full(6, 0.4)
    points, waits = points_for_wait(load, service, cv, most_wait_hours=5 / 60)
    assert points[0] == 0
    assert (waits <= 5 / 60).all()
    for place in range(1, 6):
        args = (load[[place]], service[[place]], cv[[place]])
        assert mean_wait_hours(int(points[place]), *args)[0] == pytest.approx(waits[place])
        fewer = int(points[place]) - 1
        if fewer > load[place]:
            assert mean_wait_hours(fewer, *args)[0] > 5 / 60


def test_more_load_never_needs_fewer_points() -> None:
    load = np.linspace(0, 60, 400)
    points, _ = points_for_wait(load, np.full(400, 0.75), np.full(400, 0.5), most_wait_hours=5 / 60)
    assert (np.diff(points) >= 0).all()


def test_an_unstable_place_is_a_stated_error() -> None:
    with pytest.raises(ValueError, match="unstable: an offered load of 3 vehicles"):
        mean_wait_hours(3, np.array([3.0]), np.array([0.5]), np.array([0.4]))


@pytest.mark.parametrize("load", [-1.0, np.nan, np.inf, 1e6])
def test_impossible_loads_are_refused(load: float) -> None:
    with pytest.raises(ValueError, match="offered load must be a number"):
        points_for_wait(np.array([load]), np.ones(1), np.ones(1), most_wait_hours=0.1)


def test_no_wait_at_all_can_not_be_asked() -> None:
    with pytest.raises(ValueError, match="above zero"):
        points_for_wait(np.ones(1), np.ones(1), np.ones(1), most_wait_hours=0)


@pytest.mark.parametrize("bad", [np.nan, -1.0, np.inf])
def test_impossible_services_are_refused_and_no_search_goes_on_for_ever(bad: float) -> None:
    good = np.ones(1)
    for service, cv in ((np.array([bad]), good), (good, np.array([bad]))):
        with pytest.raises(ValueError, match="must be a number from zero"):
            points_for_wait(good, service, cv, most_wait_hours=0.1)
        with pytest.raises(ValueError, match="must be a number from zero"):
            mean_wait_hours(2, good, service, cv)
    with pytest.raises(ValueError, match="20,000 points would not bring"):
        points_for_wait(np.array([19_990.0]), good, good, most_wait_hours=1e-300)


@pytest.mark.parametrize("vehicles", [2, 12, 40])
def test_nights_of_vehicles_that_stay_till_the_morning(vehicles: int) -> None:
    # Arrivals around 20:00, 11 hours each: simulated night after night, first come, first served.
    rng = np.random.default_rng(2)
    nights = 1500
    count = rng.poisson(vehicles * nights)
    arrivals = np.sort(rng.integers(0, nights, count) * 24.0 + rng.normal(20, 2.2, count))
    hours = np.arange(96) / 4
    stays = (hours[:, np.newaxis] - arrivals[:4000] % 24) % 24 < 11
    present = vehicles * stays.mean(axis=1).max()
    points, wait = points_for_nights(np.array([present]), np.array([11.0]), share_of_nights=0.95)
    # Without queueing: how many are there at the busiest quarter-hour of each night.
    at = hours[stays.mean(axis=1).argmax()] + 24 * np.arange(1, nights)
    there = [np.searchsorted(arrivals, now) - np.searchsorted(arrivals, now - 11) for now in at]
    assert np.mean(np.array(there) <= points[0]) >= 0.94
    assert np.mean(np.array(there) <= points[0] - 1) < 0.96
    free = np.zeros(int(points[0]))
    waits = np.empty(count)
    for index, arrival in enumerate(arrivals):
        first = free.argmin()
        begin = max(arrival, free[first])
        waits[index] = begin - arrival
        free[first] = begin + 11
    assert waits.mean() <= wait[0] < 6 * waits.mean() + 1 / 60
    assert wait[0] < 10 / 60


def test_no_vehicles_at_night_need_no_points() -> None:
    points, wait = points_for_nights(np.zeros(1), np.zeros(1), share_of_nights=0.95)
    assert (points[0], wait[0]) == (0, 0)
    for bad in (np.nan, -1.0, 1e6):
        with pytest.raises(ValueError, match="offered load must be a number"):
            points_for_nights(np.array([bad]), np.ones(1), share_of_nights=0.95)
    with pytest.raises(ValueError, match="share of nights"):
        points_for_nights(np.ones(1), np.ones(1), share_of_nights=1.0)


def test_power_classes() -> None:
    classes = (11, 22, 50, 100, 150, 350, 1000)
    assert [power_class_kw(power, classes) for power in (7.4, 11, 44, 400, 2000)] == [
        11,
        11,
        50,
        1000,
        1000,
    ]
