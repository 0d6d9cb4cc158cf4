"""The load through a winter working day: a line per way of charging, with 16:00-21:00 marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from factsheets.axis import Axis, axis_for
from factsheets.bar_charts import (
    CHART_HEIGHT,
    CHART_WIDTH,
    PLOT_BOTTOM,
    PLOT_LEFT,
    PLOT_RIGHT,
    PLOT_TOP,
)
from factsheets.templating import render
from forecast.vocabulary import STRATEGIES
from models.units import HOURS_PER_DAY, QUARTERS_PER_DAY, STRESS_END_HOUR, STRESS_START_HOUR

if TYPE_CHECKING:
    from factsheets.key_figures import PowerUnit
    from forecast.theme import Colours
    from forecast.words import Words

MARKED_HOURS: Final = (0, 4, 8, 12, 16, 21, 24)


def stepped_path(curve_kw: Sequence[float], axis: Axis) -> str:
    """Return the path of quarter-hour means: level through each quarter, as they are measured.

    Quarters of the same height are joined, so that a steered load is a short path.
    """
    path = f"M{PLOT_LEFT:g} {axis.at(curve_kw[0]):.1f}"
    width = (PLOT_RIGHT - PLOT_LEFT) / QUARTERS_PER_DAY
    for quarter in range(1, QUARTERS_PER_DAY):
        before, here = axis.at(curve_kw[quarter - 1]), axis.at(curve_kw[quarter])
        if f"{before:.1f}" != f"{here:.1f}":
            path += f"H{PLOT_LEFT + quarter * width:.1f}V{here:.1f}"
    return f"{path}H{PLOT_RIGHT:g}"


def day_frame(axis: Axis, largest: float, words: Words) -> dict[str, Any]:
    """Return what every chart of a day is drawn in: its size, its hours and its lines.

    Parameters
    ----------
    largest
        Of what is drawn; nothing has no lines.
    """

    def across(hour: float) -> float:
        return PLOT_LEFT + hour / HOURS_PER_DAY * (PLOT_RIGHT - PLOT_LEFT)

    return {
        "width": CHART_WIDTH,
        "height": CHART_HEIGHT,
        "left": PLOT_LEFT,
        "right": PLOT_RIGHT,
        "top": PLOT_TOP,
        "bottom": PLOT_BOTTOM,
        "window": (across(STRESS_START_HOUR), across(STRESS_END_HOUR)),
        "window_name": words("factsheet.day.window"),
        "lines": axis.lines(words) if largest > 0 else [],
        "hours": [(across(hour), str(hour)) for hour in MARKED_HOURS],
    }


def draw_day(
    curves_kw: Mapping[str, Sequence[float]], unit: PowerUnit, words: Words, colours: Colours
) -> str:
    """Return the chart as SVG; the curves are those of `forecast.day_curve.day_curves`."""
    curves = {name: [kw / unit.kw for kw in curve] for name, curve in curves_kw.items()}
    largest = max(max(curve) for curve in curves.values())
    axis = axis_for(largest, PLOT_BOTTOM, PLOT_TOP)
    return render(
        "day.svg",
        **day_frame(axis, largest, words),
        colours=colours,
        unit=unit.name,
        curves=[(name, stepped_path(curves[name], axis)) for name in reversed(STRATEGIES)],
        names=[(name, words(f"common.strategy_short.{name}")) for name in STRATEGIES],
    )
