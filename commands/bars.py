"""A day curve as a line of bars on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.units import HOURS_PER_DAY

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
CLOCK: Final = "0     3     6     9     12    15    18    21   24"
"""Hours under the bars."""
NARROW_CLOCK: Final = "0  3  6  9  12 15 18 21 24"
"""The same under one bar per hour."""


def bars(per_quarter: Sequence[float], highest: float, per_hour: int = 2) -> str:
    """Return bars per hour of the day, their height the mean over the highest value."""
    size = len(per_quarter) // HOURS_PER_DAY
    hours = [
        sum(per_quarter[hour * size : (hour + 1) * size]) / size for hour in range(HOURS_PER_DAY)
    ]
    most = len(_BLOCKS) - 1
    return "".join(
        _BLOCKS[round(most * min(value / highest, 1)) if highest > 0 else 0] * per_hour
        for value in hours
    )
