"""Fleets of several kinds as sums over kinds, to the same digits for one site as for thousands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def mix(counts: Floats, each: Floats) -> Floats:
    """Return ``sum_k counts[:, k] each[k]``, shape (sites, ...).

    A matrix product adds in an order that hangs on its shape. Here a site has the same digits
    whatever other sites are asked about with it, so that a part of a run equals the whole.

    Parameters
    ----------
    counts
        Of each kind at each site, shape (sites, kinds), one kind at least.
    each
        Figure, or array of figures, of one of each kind, shape (kinds, ...).

    Examples
    --------
    >>> mix(np.array([[2.0, 1.0]]), np.array([10.0, 5.0]))
    array([25.])
    """
    shape = (-1, *(1,) * (each.ndim - 1))
    total = counts[:, 0].reshape(shape) * each[0]
    for kind in range(1, len(each)):
        total += counts[:, kind].reshape(shape) * each[kind]
    return np.asarray(total)
