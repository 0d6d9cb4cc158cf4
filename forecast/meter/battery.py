"""The battery that would make up for what a steered load lacks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from models.smart import battery_taken_kwh
from models.units import QUARTERS_PER_DAY

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_RECOVERY_DAYS = 7
"""A battery that is not full again within a week closes no gap."""


def battery_kwh(load_kw: Floats, room_kw: Floats, efficiency: float) -> float | None:
    """Return the battery that brings all of a load above a room, the year being like the last."""
    twice = np.tile(load_kw - room_kw, 2)
    taken = battery_taken_kwh(twice, 0.0, efficiency)[load_kw.size :]
    return _usable(taken, taken > 0, _RECOVERY_DAYS * QUARTERS_PER_DAY, efficiency)


def night_battery_kwh(short_kwh: Floats, spare_kwh: Floats, efficiency: float) -> float | None:
    """Return the battery that brings what nights lack, filled with what other hours leave."""
    most, left, now = [], [], 0.0
    for short, spare in zip(short_kwh.tolist() * 2, spare_kwh.tolist() * 2, strict=True):
        most.append(now + short)
        now = max(0.0, now + short - efficiency * spare)
        left.append(now)
    taken, waiting = (np.array(values[short_kwh.size :]) for values in (most, left))
    return _usable(taken, waiting > 0, _RECOVERY_DAYS, efficiency)


def _usable(taken_kwh: Floats, is_out: Bools, most_steps: int, efficiency: float) -> float | None:
    """Return the size of a battery from what was taken of it; None if too long not full again."""
    ends = np.flatnonzero(~is_out)
    longest = np.diff(ends, prepend=-1, append=is_out.size).max() - 1
    return None if longest > most_steps else float(taken_kwh.max(initial=0)) / efficiency
