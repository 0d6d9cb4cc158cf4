r"""A load that steps up and down, as the changes between intervals.

A session from s to e (in intervals, parts allowed) at power p adds ``p (end - begin)`` of its
overlap to every interval. Between intervals that load changes four times at most: around the one
in which it begins and the one in which it ends. Summing all changes of many sessions first and
adding them up along time once costs the same however long sessions last.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def changes(begin: Floats, length: Floats, power_kw: Floats) -> Iterator[tuple[Ints, Floats]]:
    """Yield where the load of each session changes and by how much [kW], four times.

    Parameters
    ----------
    begin, length
        In intervals from zero on, any shape.
    power_kw
        The same shape [kW].

    Examples
    --------
    >>> load = np.zeros(4)
    >>> for at, change in changes(np.array([0.5]), np.array([2.0]), np.array([8.0])):
    ...     np.add.at(load, at, change)
    >>> load.cumsum()
    array([4., 8., 4., 0.])
    """
    first, late = _whole_and_part(begin)
    last, part = _whole_and_part(begin + length)
    yield first, power_kw * (1 - late)
    yield first + 1, power_kw * late
    yield last, power_kw * (part - 1)
    yield last + 1, -power_kw * part


def _whole_and_part(intervals: Floats) -> tuple[Ints, Floats]:
    whole = np.floor(intervals)
    return whole.astype(np.int64), intervals - whole
