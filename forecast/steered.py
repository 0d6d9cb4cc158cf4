"""Peaks under a common limit: of a depot, and of everything behind the connection of a terrain."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from forecast.sessions import ALLOWED, WINDOW_HOURS, LocationCharging
from models.small_fleets import MOST_SESSIONS
from models.small_limits import drawn_limits_kw
from models.smart import lowest_limit_kw

Floats = npt.NDArray[np.float64]


def limits_kw(
    place: LocationCharging, counts: Floats, strategy: str, day_sd: float
) -> tuple[Floats, Floats]:
    """Return the lowest limits of places whose vehicles are steered together, (sites,) each [kW].

    Parameters
    ----------
    place
        How they charge.
    counts
        Sessions per working day, shape (sites, classes).
    strategy
        A controlled one.
    day_sd
        Margin of the closed form for large fleets [1].

    Returns
    -------
    What serves all but one in twenty days, and what serves half of them.
    """
    total = counts.sum(axis=1)
    drawn, large = (total > 0) & (total <= MOST_SESSIONS), total > MOST_SESSIONS
    limits = np.zeros((1 + 1, total.size))
    if drawn.any():
        limits[:, drawn] = drawn_limits_kw(
            counts[drawn],
            place.sessions,
            ALLOWED[strategy],
            day_effect_sd=place.day_effect_sd,
        )
    if large.any():
        limits[:, large] = _bounds_kw([place], [counts[large]], strategy, day_sd)
    design, typical = limits
    return design, typical


def joint_limits_kw(
    places: Sequence[LocationCharging],
    counts: Sequence[Floats],
    strategy: str,
    *,
    depot_kw: tuple[Floats, Floats],
    hub_kw: tuple[Floats, Floats],
    day_sd: float,
) -> tuple[Floats, Floats]:
    """Return the limits that depot and hub keep together behind one connection, (sites,) [kW].

    Night charging at the depot and visits to the hub by day share the connection: limit and peak
    don't add up. What the hub adds is the bound of `models.smart.lowest_limit_kw` with its energy
    in the windows of the day, over the same bound without.

    Parameters
    ----------
    places
        How depot and hub charge; visits to the hub are not moved.
    counts
        Sessions per working day of each, shape (sites, classes).
    strategy
        A controlled one.
    depot_kw, hub_kw
        The limits of the depot and the peaks of the hub alone, on busy and on usual days: never
        less [kW].
    day_sd
        As in `limits_kw` [1].

    Returns
    -------
    As of `limits_kw`.
    """
    design, typical = (
        np.maximum(depot + np.maximum(together - alone, 0), hub)
        for depot, hub, together, alone in zip(
            depot_kw,
            hub_kw,
            _bounds_kw(places, counts, strategy, day_sd),
            _bounds_kw(places[:1], counts[:1], strategy, day_sd),
            strict=True,
        )
    )
    return design, typical


def _bounds_kw(
    places: Sequence[LocationCharging], counts: Sequence[Floats], strategy: str, day_sd: float
) -> tuple[Floats, Floats]:
    first, *others = (place.window_demand[strategy] for place in places)
    demand = sum(others, start=first)
    return lowest_limit_kw(
        np.concatenate(counts, axis=1), demand, WINDOW_HOURS[strategy], day_sd=day_sd
    )
