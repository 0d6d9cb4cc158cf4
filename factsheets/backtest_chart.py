"""The test against history as a picture: a fan per origin, and the counts over them."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from factsheets.templating import render
from forecast.vocabulary import VEHICLE_GROUPS

if TYPE_CHECKING:
    from forecast.backtest import BacktestReport, Forecast
    from forecast.words import Words

WIDTH: Final = 860.0
HEIGHT: Final = 500.0
_MARGIN: Final = 24.0
_GAP: Final = 36.0
_TOP: Final = 116.0
_BOTTOM: Final = 426.0
_FIRST_PANEL_PART: Final = 0.64
_LETTERS_PER_LINE: Final = 118
_ROUND: Final = (1, 2, 5)
_ROOM: Final = 1.15
_NARROW: Final = 40.0

Point = tuple[float, float]


def backtest_chart(report: BacktestReport, words: Words) -> str:
    """Return the chart as SVG: vans left, trucks right, each on its own logarithmic scale."""
    split = _MARGIN + (WIDTH - 2 * _MARGIN - _GAP) * _FIRST_PANEL_PART
    sides = ((_MARGIN, split), (split + _GAP, WIDTH - _MARGIN))
    subtitle = words("backtest.subtitle")
    return render(
        "backtest.svg",
        width=WIDTH,
        height=HEIGHT,
        margin=_MARGIN,
        top=_TOP,
        bottom=_BOTTOM,
        title=words("backtest.title"),
        subtitle=subtitle,
        subtitle_lines=textwrap.wrap(subtitle, _LETTERS_PER_LINE),
        panels=[
            _panel(report, group, left, right, words)
            for group, (left, right) in zip(VEHICLE_GROUPS, sides, strict=True)
        ],
        keys={name: words(f"backtest.{name}") for name in ("count", "middle", "band50", "band90")},
    )


def log_marks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times powers of ten between two numbers.

    >>> log_marks(150, 2500)
    [200.0, 500.0, 1000.0, 2000.0]
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [step * 10.0**power for power in powers for step in _ROUND]
    return [mark for mark in marks if low <= mark <= high]


def _panel(
    report: BacktestReport, group: str, left: float, right: float, words: Words
) -> dict[str, object]:
    """Return everything drawn for a group, in units of the canvas."""
    counts = report.counts[group]
    made = [each for each in report.forecasts if each.group == group and len(each.quantiles) > 1]
    values = [value for _, value in counts] + [q for each in made for q in each.quantiles]
    low, high = min(values) / _ROOM, max(values) * _ROOM
    first, last = math.floor(counts[0][0]), math.ceil(counts[-1][0])

    def place(date: float, value: float) -> Point:
        part = (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return left + (date - first) / (last - first) * (right - left), _BOTTOM - part * (
            _BOTTOM - _TOP
        )

    fans = [
        _fan([each for each in made if each.origin == origin], counts, place)
        for origin in sorted({each.origin for each in made})
    ]
    step = math.ceil(_NARROW / ((right - left) / (last - first)))
    return {
        "name": words(f"backtest.groups.{group}"),
        "left": left,
        "right": right,
        "lines": [(place(first, mark)[1], words.number(mark)) for mark in log_marks(low, high)],
        "years": [(place(year, high)[0], str(year)) for year in range(first, last + 1, step)],
        "fans": fans,
        "counts": [place(date, value) for date, value in counts],
        "course": _path([place(date, value) for date, value in counts]),
    }


def _fan(
    forecasts: Sequence[Forecast],
    counts: Sequence[Point],
    place: Callable[[float, float], Point],
) -> dict[str, str]:
    """Return the paths of one origin, from the last count known there."""
    ordered = sorted(forecasts, key=lambda each: each.date)
    start = place(*[count for count in counts if count[0] <= ordered[0].origin][-1])
    levels = len(ordered[0].quantiles)
    lines = [
        [start, *(place(each.date, each.quantiles[level]) for each in ordered)]
        for level in range(levels)
    ]
    return {
        "outer": _path([*lines[0], *reversed(lines[-1])]) + "Z",
        "inner": _path([*lines[1], *reversed(lines[-2])]) + "Z",
        "middle": _path(lines[levels // 2]),
    }


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
