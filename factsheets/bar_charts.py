"""Bars per year and scenario: electric vehicles with their band, and the added design peak.

The three scenarios differ by their fill as well as by their place: pale, full and hatched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factsheets.axis import axis_for
from factsheets.templating import render
from forecast.theme import Colours
from forecast.vocabulary import MID_SCENARIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.words import Words

CHART_WIDTH: Final = 300.0
CHART_HEIGHT: Final = 184.0
PLOT_TOP: Final = 36.0
PLOT_BOTTOM: Final = 164.0
PLOT_LEFT: Final = 4.0
PLOT_RIGHT: Final = 296.0
_GROUP_FILL: Final = 0.8
_BAR_FILL: Final = 0.88

Figure = Callable[[int, str], float]
Band = Callable[[int, str], tuple[float, float]]


@dataclass(frozen=True)
class Bar:
    """One bar, in the canvas's units.

    Attributes
    ----------
    x, y, width, height
        Of the bar; the height is zero for a zero value.
    inner
        Where a second value of the same bar stands, or None.
    whisker
        Upper and lower end of its band, or None.
    label
        The value in words, on top of the bar of the middle scenario: over the whisker, so that it
        is not taken for the end of the band.
    """

    scenario: str
    x: float
    y: float
    width: float
    height: float
    inner: float | None
    whisker: tuple[float, float] | None
    label: str


@dataclass(frozen=True)
class BarChart:
    """What a bar chart shows, before it is drawn.

    Attributes
    ----------
    years, scenarios
        Groups of bars, and the bars of a group.
    value
        Of a bar.
    unit
        Written at the highest line.
    inner, inner_name
        A second value within the bar and what it is called, or None.
    band, band_name
        p10 and p90 of the middle scenario and what they are called, or None.
    """

    key: str
    years: Sequence[int]
    scenarios: Sequence[str]
    value: Figure
    unit: str
    inner: Figure | None = None
    inner_name: str = ""
    band: Band | None = None
    band_name: str = ""

    @property
    def largest(self) -> float:
        """The highest value that is drawn."""
        return max(
            max(
                self.value(year, name),
                self.band(year, name)[1] if self.band and name == MID_SCENARIO else 0.0,
            )
            for year in self.years
            for name in self.scenarios
        )


def place_bars(chart: BarChart, words: Words) -> list[Bar]:
    """Return the bars of a chart where they stand, years from left to right."""
    axis = axis_for(chart.largest, PLOT_BOTTOM, PLOT_TOP)
    group = (PLOT_RIGHT - PLOT_LEFT) / len(chart.years)
    slot = group * _GROUP_FILL / len(chart.scenarios)
    bars = []
    for year_index, year in enumerate(chart.years):
        left = PLOT_LEFT + group * (year_index + (1 - _GROUP_FILL) / 2)
        for index, name in enumerate(chart.scenarios):
            value = chart.value(year, name)
            is_mid = name == MID_SCENARIO
            low, high = chart.band(year, name) if chart.band and is_mid else (value, value)
            bars.append(
                Bar(
                    scenario=name,
                    x=left + index * slot,
                    y=axis.at(value),
                    width=slot * _BAR_FILL,
                    height=PLOT_BOTTOM - axis.at(value),
                    inner=axis.at(chart.inner(year, name)) if chart.inner else None,
                    whisker=(axis.at(high), axis.at(low)) if high > low else None,
                    label=words.significant(value) if is_mid else "",
                )
            )
    return bars


def draw_bars(chart: BarChart, words: Words, colours: Colours) -> str:
    """Return the chart as SVG."""
    axis = axis_for(chart.largest, PLOT_BOTTOM, PLOT_TOP)
    group = (PLOT_RIGHT - PLOT_LEFT) / len(chart.years)
    return render(
        "bars.svg",
        key=chart.key,
        colours=colours,
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        left=PLOT_LEFT,
        right=PLOT_RIGHT,
        bottom=PLOT_BOTTOM,
        bars=place_bars(chart, words),
        lines=axis.lines(words) if chart.largest > 0 else [],
        years=[
            (PLOT_LEFT + group * (index + 1 / 2), str(year))
            for index, year in enumerate(chart.years)
        ],
        scenarios=[(name, words(f"common.scenario.{name}")) for name in chart.scenarios],
        inner_name=chart.inner_name,
        band_name=chart.band_name,
        unit=chart.unit,
    )
