"""The upright axis of a chart: a round top, and lines at round values below it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from forecast.words import Words

_STEPS: Final = (1, 2, 5, 10)
_WANTED_LINES: Final = 4
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Axis:
    """Heights on a canvas that grows downwards.

    Attributes
    ----------
    bottom, top
        Where zero and `largest` stand on the canvas.
    largest
        Value at the top.
    step
        Distance between two lines, in the unit of the values.
    """

    bottom: float
    top: float
    largest: float
    step: float

    def at(self, value: float) -> float:
        """Return where a value stands on the canvas."""
        return self.bottom - value / self.largest * (self.bottom - self.top)

    def lines(self, words: Words) -> list[tuple[float, str]]:
        """Return place and name of each line above zero."""
        decimals = max(0, -floor(log10(self.step)))
        count = round(self.largest / self.step)
        return [
            (self.at(self.step * index), words.number(self.step * index, decimals))
            for index in range(1, count + 1)
        ]


def nice_step(largest: float) -> float:
    """Return a round distance between lines, of which about four reach the largest value.

    >>> nice_step(3900), nice_step(0.7)
    (1000.0, 0.2)
    """
    if largest <= 0:
        return 1.0
    rough = largest / _WANTED_LINES
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - _ROUNDING))


def axis_for(largest: float, bottom: float, top: float) -> Axis:
    """Return the axis whose top is the first line at or above the largest value."""
    step = nice_step(largest)
    return Axis(bottom, top, step * max(1, ceil(largest / step - _ROUNDING)), step)
