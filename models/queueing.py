r"""How many charge points a shared place needs so that vehicles hardly wait.

Sessions come at random, so the number charging at once is Poisson with the offered load A, the mean
number of vehicles at a charger if there were always a free one. With c points and service time S
(mean s, coefficient of variation v) the mean wait is that of Lee and Longton,

``W = (1 + v^2) / 2 * C(c, A) s / (c - A)``,

exact for exponential and, with one point, for any service time; C is Erlang's probability of
waiting, by the recursion ``B_0 = 1``, ``B_c = A B_{c-1} / (c + A B_{c-1})``,
``C = B_c / (1 - (A / c)(1 - B_c))``. A is taken at the busiest quarter-hour of the day (modified
offered load), in which arrivals of the hours before still charge.

Nights are no such queue: vehicles come together in the evening and stay till the morning, so that a
late one would wait for hours. There the number present is that of M/G/infinity, Poisson with mean
A, and c is its quantile (`points_for_nights`).

References
----------
A.M. Lee, P.A. Longton, Queueing processes associated with airline passenger check-in, OR Quarterly
10 (1959) 56. O.B. Jennings et al., Server staffing to meet time-varying demand, Management Science
42 (1996) 1383.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import pdtr, pdtrc, pdtrik

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
    _check_service(service_hours, service_cv)
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
        If the bound is not above zero, or a load, a service time or its variation is no number,
        negative or beyond any place.
    """
    load = np.asarray(offered_load, dtype=np.float64)
    if not most_wait_hours > 0:
        raise ValueError(f"the wait allowed must be above zero, not {most_wait_hours:g} hours")
    _check_load(load)
    _check_service(service_hours, service_cv)
    points = np.zeros(load.shape, dtype=np.int64)
    waits = np.zeros_like(load)
    open_places = np.flatnonzero(load > 0)
    blocking = np.ones(open_places.size)
    count = 0
    while open_places.size:
        count += 1
        if count > MOST_POINTS:
            raise ValueError(
                f"more than {MOST_POINTS:,} points would not bring the mean wait down to "
                f"{most_wait_hours:g} hours"
            )
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


def points_for_nights(
    present: Floats, stay_hours: Floats, *, share_of_nights: float
) -> tuple[Ints, Floats]:
    """Return the points that are enough on a part of the nights, and the wait at most [hour].

    Parameters
    ----------
    present
        Mean number of vehicles at the busiest time of the night, shape (places,); none needs none.
    stay_hours
        Mean stay, shape (places,) [hour].
    share_of_nights
        Between zero and one [1].

    Returns
    -------
    The fewest c with ``P(N <= c)`` at least that share, N Poisson, and
    ``E[max(N - c, 0)] / A`` times the stay: the mean wait of all vehicles if each for which there
    is no point stood in line as long as a stay. They rarely wait that long, or drive on.

    Raises
    ------
    ValueError
        If a number or a stay is no number, negative or beyond any place, or the share is not
        between zero and one.

    Examples
    --------
    >>> points, _ = points_for_nights(np.array([4.0]), np.array([11.0]), share_of_nights=0.95)
    >>> points  # Poisson table: P(N <= 7) = 0.949, P(N <= 8) = 0.979
    array([8])
    """
    if not 0 < share_of_nights < 1:
        raise ValueError(f"the share of nights must be between 0 and 1, not {share_of_nights:g}")
    _check_load(present)
    _check_service(stay_hours, np.zeros_like(stay_hours))
    points = np.where(present > 0, _poisson_quantile(share_of_nights, present), 0)
    over = present * _chance_above(points - 1, present) - points * _chance_above(points, present)
    part = np.divide(over, present, out=np.zeros_like(over), where=present > 0)
    return points.astype(np.int64), np.maximum(part, 0) * stay_hours


def _check_load(load: Floats) -> None:
    if not (np.isfinite(load) & (load >= 0) & (load < MOST_POINTS)).all():
        raise ValueError(f"the offered load must be a number from zero to {MOST_POINTS:,} vehicles")


def _check_service(service_hours: Floats, service_cv: Floats) -> None:
    for name, values in (("the service time", service_hours), ("its variation", service_cv)):
        if not (np.isfinite(values) & (np.asarray(values) >= 0)).all():
            raise ValueError(f"{name} must be a number from zero")


def _poisson_quantile(share: float, mean: Floats) -> Floats:
    """Return the smallest whole n with ``P(N <= n)`` at least a share, N Poisson, (places,)."""
    found = np.ceil(pdtrik(share, mean))
    # The inverse is rounded: one less may be enough.
    lower = np.maximum(found - 1, 0)
    return np.asarray(np.where(pdtr(lower, mean) >= share, lower, found))


def _chance_above(number: Floats, mean: Floats) -> Floats:
    """Return ``P(N > n)`` of a Poisson N, shape (places,) [1]: one below zero."""
    return np.asarray(np.where(number < 0, 1.0, pdtrc(np.maximum(number, 0), mean)))


def power_class_kw(power_kw: float, classes_kw: tuple[float, ...]) -> float:
    """Return the smallest class that gives a power; the largest where none does [kW].

    Examples
    --------
    >>> power_class_kw(44, (11, 22, 50, 100))
    50
    """
    return min((size for size in classes_kw if size >= power_kw), default=max(classes_kw))
