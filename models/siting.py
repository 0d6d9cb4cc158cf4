"""Where shared hubs carry themselves: greedy coverage of demand within reach.

The place that brings the most demand nobody serves yet gets the next hub, until the best one left
brings too little. A hub stands on a place that it serves itself. Greedy choice is near the best
for covering (at least 63 % of it where any place may be chosen) and can be explained step by step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NONE = -1
"""Place without a hub within reach."""


def site_hubs(
    demand: Floats,
    reach: sparse.csr_array,
    *,
    least_demand: float,
    existing: Sequence[int] = (),
) -> tuple[list[int], Ints]:
    """Return the places of the hubs, in order of choice, and which of them serves each place.

    Parameters
    ----------
    demand
        Per place, shape (places,).
    reach
        Non-zero where place j is within reach of a hub at place i, shape (places, places); a place
        reaches itself.
    least_demand
        Stop when the best place left brings less, above zero.
    existing
        Hubs that stand already: they keep their places and come first.

    Returns
    -------
    Places of the hubs, existing ones first, and per place the place of its hub or `NONE`.

    Raises
    ------
    ValueError
        If the demand is negative or no number, or the least demand not above zero; if nothing is
        within reach of a place.

    Examples
    --------
    >>> near = sparse.csr_array(np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1]]))
    >>> hubs, served_by = site_hubs(np.array([5.0, 4.0, 3.0]), near, least_demand=3.5)
    >>> hubs, served_by.tolist()
    ([0], [0, 0, -1])
    """
    _require_sound(demand, reach, least_demand)
    served_by = _served_by(existing, reach)
    left = np.where(served_by == NONE, demand, 0.0)
    reached_from = reach.T.tocsr()
    chosen, brought = [np.array([], dtype=np.int64)], [np.array([])]
    while True:
        brings = reach @ left
        free = np.flatnonzero((served_by == NONE) & (brings >= least_demand))
        if not free.size:
            break
        rank = np.zeros(demand.size, dtype=np.int64)
        rank[free[np.lexsort((-free, brings[free]))]] = np.arange(1, free.size + 1)
        # What a place brings only falls as others get a hub, and only by those that reach the same
        # demand. So the best of these is chosen whatever happens elsewhere: all such at once. At
        # worst, along a line on which demand falls, that is one at a time.
        new = free[(_highest(_highest(rank, reached_from), reach) == rank)[free]]
        chosen.append(new)
        brought.append(brings[new])
        served = reach[new]
        hub_of = np.repeat(new, np.diff(served.indptr))
        is_new = served_by[served.indices] == NONE
        served_by[served.indices[is_new]] = hub_of[is_new]
        left[served.indices] = 0
    hubs, gains = np.concatenate(chosen), np.concatenate(brought)
    return [*existing, *hubs[np.lexsort((hubs, -gains))].tolist()], served_by


def _highest(values: Ints, rows: sparse.csr_array) -> Ints:
    """Return the highest value among the places of each row, of which none is empty."""
    return np.asarray(np.maximum.reduceat(values[rows.indices], rows.indptr[:-1]))


def _served_by(hubs: Sequence[int], reach: sparse.csr_array) -> Ints:
    """Return per place the first of some hubs that reaches it, or `NONE`."""
    reached = reach[np.array(hubs, dtype=np.int64)]
    order = np.full(reach.shape[0], len(hubs))
    np.minimum.at(order, reached.indices, np.repeat(np.arange(len(hubs)), np.diff(reached.indptr)))
    return np.append(np.array(hubs, dtype=np.int64), NONE)[order]


def _require_sound(demand: Floats, reach: sparse.csr_array, least_demand: float) -> None:
    if not (np.isfinite(demand) & (demand >= 0)).all():
        raise ValueError("demand must be numbers from zero")
    if not np.diff(reach.indptr).all():
        raise ValueError("a place must be within reach of a hub on itself")
    if not least_demand > 0:
        raise ValueError("the least demand of a hub must be above zero")
