r"""How many charge points a shared place needs so that vehicles hardly wait.

Sessions come at random, so the number charging at once is Poisson with the offered load A, the mean
number of vehicles at a charger if there were always a free one. With c points and service time S
(mean s, coefficient of variation v) the mean wait is that of Lee and Longton,

``W = (1 + v^2) / 2 * C(c, A) s / (c - A)``,

exact for exponential and, with one point, for any service time; C is Erlang's probability of
waiting, by the recursion ``B_0 = 1``, ``B_c = A B_{c-1} / (c + A B_{c-1})``,
``C = B_c / (1 - (A / c)(1 - B_c))``. A is taken at the busiest quarter-hour of the day (modified
offered load), in which arrivals of the hours before still charge.

References
----------
A.M. Lee, P.A. Longton, Queueing processes associated with airline passenger check-in, OR Quarterly
10 (1959) 56. O.B. Jennings et al., Server staffing to meet time-varying demand, Management Science
42 (1996) 1383.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.units import HALF

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_POINTS = 20_000
"""Of one place; more than any country asks of all its places together."""


def waiting_probability(points: int, offered_load: Floats) -> Floats:
    """Return Erlang's C, the probability that a vehicle finds all points taken [1].

    Parameters
    ----------
    points
        c, at least one.
    offered_load
        A, below c [vehicles].

    Raises
    ------
    ValueError
        If a load is negative, no number, or not below the number of points: the queue would grow
        without end.

    Examples
    --------
    >>> waiting_probability(3, np.array([2.0])).round(4)  # 4 / 9
    array([0.4444])
    """
    load = np.asarray(offered_load, dtype=np.float64)
    if not (np.isfinite(load) & (load >= 0)).all():
        raise ValueError("the offered load must be a number from zero")
    if (load >= points).any():
        raise ValueError(
            f"unstable: an offered load of {load.max():g} vehicles needs more than {points} points"
        )
    blocking = np.ones_like(load)
    for count in range(1, points + 1):
        blocking = load * blocking / (count + load * blocking)
    return np.asarray(blocking / (1 - load / points * (1 - blocking)))


def mean_wait_hours(
    points: int, offered_load: Floats, service_hours: Floats, service_cv: Floats
) -> Floats:
    """Return the mean wait of all vehicles, those that do not wait included [hour].

    Parameters
    ----------
    points, offered_load
        See `waiting_probability`, which also raises.
    service_hours, service_cv
        Mean [hour] and coefficient of variation [1] of the time that a point is taken.

    Examples
    --------
    >>> one = np.array([0.5])
    >>> mean_wait_hours(1, one, np.array([1.0]), np.array([0.0]))  # M/D/1: rho s / (2 (1 - rho))
    array([0.5])
    """
    waits = waiting_probability(points, offered_load)
    return np.asarray(
        HALF * (1 + service_cv**2) * waits * service_hours / (points - np.asarray(offered_load))
    )


def points_for_wait(
    offered_load: Floats,
    service_hours: Floats,
    service_cv: Floats,
    *,
    most_wait_hours: float,
) -> tuple[Ints, Floats]:
    """Return the fewest points whose mean wait stays within a bound, and that wait [hour].

    Parameters
    ----------
    offered_load
        A per place, shape (places,) [vehicles]; no load needs no points.
    service_hours, service_cv
        Per place [hour], [1].
    most_wait_hours
        Bound, above zero [hour].

    Raises
    ------
    ValueError
        If the bound is not above zero, or a load is no number, negative or beyond any place.
    """
    load = np.asarray(offered_load, dtype=np.float64)
    if not most_wait_hours > 0:
        raise ValueError(f"the wait allowed must be above zero, not {most_wait_hours:g} hours")
    if not (np.isfinite(load) & (load >= 0) & (load < MOST_POINTS)).all():
        raise ValueError(f"the offered load must be a number from zero to {MOST_POINTS:,} vehicles")
    points = np.zeros(load.shape, dtype=np.int64)
    waits = np.zeros_like(load)
    open_places = np.flatnonzero(load > 0)
    blocking = np.ones(open_places.size)
    count = 0
    while open_places.size:
        count += 1
        here = load[open_places]
        blocking = here * blocking / (count + here * blocking)
        is_stable = here < count
        spare = np.where(is_stable, count - here, np.inf)
        chance = blocking / (1 - np.minimum(here / count, 1) * (1 - blocking))
        spread = HALF * (1 + service_cv[open_places] ** 2)
        wait = spread * chance * service_hours[open_places] / spare
        is_enough = is_stable & (wait <= most_wait_hours)
        points[open_places[is_enough]] = count
        waits[open_places[is_enough]] = wait[is_enough]
        open_places, blocking = open_places[~is_enough], blocking[~is_enough]
    return points, waits


def power_class_kw(power_kw: float, classes_kw: tuple[float, ...]) -> float:
    """Return the smallest class that gives a power; the largest where none does [kW].

    Examples
    --------
    >>> power_class_kw(44, (11, 22, 50, 100))
    50
    """
    return min((size for size in classes_kw if size >= power_kw), default=max(classes_kw))
