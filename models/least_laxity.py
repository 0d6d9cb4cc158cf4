r"""Vehicles that are steered together under a room that changes from quarter to quarter.

Each quarter the room is given to the vehicles that can wait least: by laxity, the time a vehicle
still stays less the time it still needs at full power,

``s_i = (leave_i - t) - E_i / p_i``,

each at most its own power. What a vehicle has not got when it leaves is unserved. Room that nobody
can use is lost, and using it at once never makes later quarters tighter; so the order is all there
is to choose. No look into the room to come is needed: what is found can be kept by a controller
that only knows when vehicles leave.

Limiting cases: with room for all, everyone charges on arrival; with one vehicle the energy is the
most that its stay and the room hold; with no room nothing is served. Against the optimum of a
linear programme that knows the whole night it serves the same energy where vehicles leave together,
and little less elsewhere (see its tests).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.units import QUARTERS_PER_HOUR

Floats = npt.NDArray[np.float64]


def charge_by_laxity(
    arrive: Floats, leave: Floats, energy_kwh: Floats, power_kw: Floats, room_kw: Floats
) -> tuple[Floats, Floats]:
    """Return the load of each quarter, (days, quarters) [kW], and what each lacks [kWh].

    Parameters
    ----------
    arrive, leave
        Of the sessions of each day, shape (days, sessions) [quarters from its begin].
    energy_kwh, power_kw
        What each wants and the most it takes, the same shape; no energy where there is no session.
    room_kw
        For all of them together, shape (days, quarters) [kW].

    Examples
    --------
    >>> load, lacking = charge_by_laxity(
    ...     *np.array([[[0.0, 0.0]], [[4.0, 8.0]], [[10.0, 10.0]], [[20.0, 20.0]]]),
    ...     np.full((1, 8), 10.0),
    ... )
    >>> load.sum() / 4, lacking
    (20.0, array([[0., 0.]]))
    """
    left = energy_kwh.copy()
    load = np.zeros_like(room_kw)
    for quarter in range(room_kw.shape[1]):
        present = np.clip(np.minimum(leave, quarter + 1) - np.maximum(arrive, quarter), 0, 1)
        want = np.minimum(left, power_kw * present / QUARTERS_PER_HOUR)
        room = np.maximum(room_kw[:, quarter], 0) / QUARTERS_PER_HOUR
        is_tight = want.sum(axis=1) > room
        if is_tight.any():
            need = np.divide(
                left[is_tight] * QUARTERS_PER_HOUR,
                power_kw[is_tight],
                out=np.zeros_like(left[is_tight]),
                where=power_kw[is_tight] > 0,
            )
            order = np.argsort(leave[is_tight] - need, axis=1, kind="stable")
            asked = np.take_along_axis(want[is_tight], order, axis=1)
            before = asked.cumsum(axis=1) - asked
            given = np.clip(room[is_tight, np.newaxis] - before, 0, asked)
            ordered = np.zeros_like(asked)
            np.put_along_axis(ordered, order, given, axis=1)
            want[is_tight] = ordered
        left -= want
        load[:, quarter] = want.sum(axis=1) * QUARTERS_PER_HOUR
    return load, np.maximum(left, 0)
