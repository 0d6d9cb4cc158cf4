"""Figures that are asked for again and again, kept as long as they fit a bound of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from threading import Lock
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

_Number = TypeVar("_Number", bound=np.generic)
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Arrays = tuple[npt.NDArray[np.float32], ...]

DRAWN_BYTES: Final = 200_000_000
"""For each kind of what drawn sessions ask. Twice as much would hardly save an update time."""


def unchanging(kept: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """Return an array that nobody who gets it can change for others."""
    kept.flags.writeable = False
    return kept


class KeptSteps:
    """Arrays by key and step; those asked for longest ago are let go first. Safe between threads.

    Parameters
    ----------
    most_bytes
        Bound of the memory.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._held: OrderedDict[tuple[Hashable, int], Arrays] = OrderedDict()
        self._lock = Lock()

    def get(
        self,
        key: Hashable,
        steps: Sequence[int],
        make: Callable[[Sequence[int]], Mapping[int, Arrays]],
    ) -> dict[int, Arrays]:
        """Return the arrays of a key at some steps, those made that are not held."""
        with self._lock:
            found = {step: self._held[key, step] for step in steps if (key, step) in self._held}
            for step in found:
                self._held.move_to_end((key, step))
        lacking = [step for step in steps if step not in found]
        if lacking:
            made = make(lacking)
            self._hold(key, made)
            found |= made
        return found

    def _hold(self, key: Hashable, made: Mapping[int, Arrays]) -> None:
        with self._lock:
            for step, arrays in made.items():
                self._forget((key, step))
                self._held[key, step] = tuple(map(unchanging, arrays))
                self._bytes += _size(arrays)
            while self._bytes > self._most_bytes and len(self._held) > 1:
                self._forget(next(iter(self._held)))

    def _forget(self, place: tuple[Hashable, int]) -> None:
        held = self._held.pop(place, None)
        if held is not None:
            self._bytes -= _size(held)


class KeptRows:
    """Rows of figures by key and number; keys asked for longest ago are let go first.

    Safe between threads.

    Parameters
    ----------
    most_rows
        Bound of their number.
    """

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._rows = 0
        self._held: OrderedDict[Hashable, tuple[Ints, Floats]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, numbers: Ints, make: Callable[[Ints], Floats]) -> Floats:
        """Return a row per number, shape (numbers, figures); those that are not held are made.

        Parameters
        ----------
        key
            What they are figures of.
        numbers
            Rising, each once.
        make
            Makes the rows of some places among the numbers.
        """
        with self._lock:
            held = self._held.get(key)
            if held is not None:
                self._held.move_to_end(key)
        place, is_known = _places(numbers[:0] if held is None else held[0], numbers)
        if held is not None and is_known.all():
            return np.asarray(held[1][place])
        lacking = np.flatnonzero(~is_known)
        found, rows = self._add(key, held, numbers[lacking], make(lacking))
        return np.asarray(rows[np.searchsorted(found, numbers)])

    def _add(
        self, key: Hashable, seen: tuple[Ints, Floats] | None, numbers: Ints, rows: Floats
    ) -> tuple[Ints, Floats]:
        """Hold rows beside those of the key, and return all of them.

        Those that were seen before may have been let go meanwhile, and others have come in between
        from another thread: all stay.
        """
        with self._lock:
            before = self._held.pop(key, None)
            self._rows -= 0 if before is None else before[0].size
            parts = [each for each in (before, seen) if each is not None] + [(numbers, rows)]
            found, first = np.unique(np.concatenate([each for each, _ in parts]), return_index=True)
            merged = found, np.concatenate([each for _, each in parts])[first]
            self._held[key] = merged
            self._rows += found.size
            while self._rows > self._most_rows and len(self._held) > 1:
                _, (gone, _) = self._held.popitem(last=False)
                self._rows -= gone.size
            return merged


def _places(found: Ints, numbers: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return where numbers would stand among rising ones, and whether they do."""
    place = np.searchsorted(found, numbers)
    is_there = place < found.size
    is_there[is_there] = found[place[is_there]] == numbers[is_there]
    return place, is_there


def _size(arrays: Arrays) -> int:
    return sum(array.nbytes for array in arrays)
