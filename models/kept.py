"""Arrays that are asked for again and again, kept as long as they fit a bound of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import numpy as np
import numpy.typing as npt

Arrays = tuple[npt.NDArray[np.float32], ...]


class KeptArrays:
    """Arrays by key; those asked for longest ago are let go first. Safe between threads.

    An array is made of steps along its first axis, in which a longer one begins as a shorter one
    does: a longer one serves who asks for a shorter.

    Parameters
    ----------
    most_bytes
        Bound of the memory.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: OrderedDict[Hashable, Arrays] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, steps: int, make: Callable[[], Arrays]) -> Arrays:
        """Return the arrays of a key with at least so many steps, made if need be."""
        with self._lock:
            held = self._held.get(key)
            if held is not None and len(held[0]) >= steps:
                self._held.move_to_end(key)
                return held
        made = make()
        with self._lock:
            self._forget(key)
            self._held[key] = made
            self._bytes += _size(made)
            while self._bytes > self._most_bytes and len(self._held) > 1:
                self._forget(next(iter(self._held)))
        return made

    def _forget(self, key: Hashable) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._bytes -= _size(held)


def _size(arrays: Arrays) -> int:
    return sum(array.nbytes for array in arrays)
