"""The chart and the small map: numbers placed on a canvas, drawn by SVG templates.

HTML and PDF share them. Bars differ by pattern as well as by colour, and carry their figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

from factsheets.surroundings import HALF_HEIGHT_M, HALF_WIDTH_M, Spot, Surroundings
from factsheets.templating import render
from forecast.vocabulary import STRATEGIES

if TYPE_CHECKING:
    from forecast.query import TerrainReport
    from forecast.words import Words

CHART_WIDTH: Final = 420.0
CHART_HEIGHT: Final = 250.0
_PLOT_TOP: Final = 34.0
_PLOT_BOTTOM: Final = 218.0
_PLOT_LEFT: Final = 8.0
_PLOT_RIGHT: Final = 412.0
_GROUP_FILL: Final = 0.78
_STEPS: Final = (1, 2, 5, 10)
_WANTED_LINES: Final = 4
_LABELLED_WIDTH: Final = 30.0

MAP_WIDTH: Final = 300.0
_SCALE_BAR_M: Final = 5_000.0
_MOST_PLACES: Final = 8
_LABEL_GAP: Final = 15.0
_LABEL_WIDTH_PER_LETTER: Final = 5.4
_MIN_RADIUS: Final = 2.2
_RING_GAP: Final = 7.0
_LEGEND_HEIGHT: Final = 40.0


@dataclass(frozen=True)
class Bar:
    """One bar with its whisker, in the canvas's units; `height` is zero for a zero value."""

    x: float
    y: float
    width: float
    height: float
    whisker_top: float
    whisker_bottom: float
    label: str
    strategy: str


def nice_step(largest: float) -> float:
    """Return a round distance between grid lines, of which about four reach the largest value.

    >>> nice_step(3900), nice_step(0.7)
    (1000.0, 0.2)
    """
    if largest <= 0:
        return 1.0
    rough = largest / _WANTED_LINES
    power = 10.0 ** floor(log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def bars(report: TerrainReport, words: Words) -> tuple[list[Bar], float]:
    """Return the bars of the peak per year and strategy, and the value at the top of the plot."""
    years = report.run.years

    def peak(year: int, scenario: str, strategy: str) -> float:
        return report.on_terrain_power(year, scenario, strategy).design_peak_kw

    largest = max(
        peak(year, scenario, strategy)
        for year in years
        for scenario in report.run.scenarios
        for strategy in STRATEGIES
    )
    step = nice_step(largest)
    top = step * max(1, ceil(largest / step - 1e-9))
    # In many years only the first bar of a year has room for its figure; the tables have them all.
    group = (_PLOT_RIGHT - _PLOT_LEFT) / len(years)
    width = group * _GROUP_FILL / len(STRATEGIES)
    result = []
    for year_index, year in enumerate(years):
        left = _PLOT_LEFT + group * (year_index + (1 - _GROUP_FILL) / 2)
        for index, strategy in enumerate(STRATEGIES):
            value = peak(year, "mid", strategy)
            result.append(
                Bar(
                    x=left + index * width,
                    y=_height(value, top),
                    width=width - 4,
                    height=_PLOT_BOTTOM - _height(value, top),
                    whisker_top=_height(peak(year, "high", strategy), top),
                    whisker_bottom=_height(peak(year, "low", strategy), top),
                    label=words.significant(value)
                    if index == 0 or width >= _LABELLED_WIDTH
                    else "",
                    strategy=strategy,
                )
            )
    return result, top


def peak_chart(report: TerrainReport, words: Words) -> str:
    """Return the chart of the design peak per year and strategy as SVG."""
    drawn, top = bars(report, words)
    step = nice_step(top)
    decimals = max(0, -floor(log10(step)))
    count = round(top / step) if any(bar.whisker_top < _PLOT_BOTTOM for bar in drawn) else 0
    group = (_PLOT_RIGHT - _PLOT_LEFT) / len(report.run.years)
    return render(
        "chart.svg",
        width=CHART_WIDTH,
        height=CHART_HEIGHT,
        left=_PLOT_LEFT,
        right=_PLOT_RIGHT,
        bottom=_PLOT_BOTTOM,
        bars=drawn,
        lines=[
            (_height(step * index, top), words.number(step * index, decimals))
            for index in range(1, count + 1)
        ],
        years=[
            (_PLOT_LEFT + group * (index + 1 / 2), str(year))
            for index, year in enumerate(report.run.years)
        ],
        keys=[(strategy, words(f"common.strategy.{strategy}")) for strategy in STRATEGIES],
        unit=words("factsheet.chart.unit"),
    )


def small_map(
    report: TerrainReport, surroundings: Surroundings, words: Words
) -> tuple[str, list[str]]:
    """Return the map of the surroundings as SVG, and the names of the places it labels."""
    scale = MAP_WIDTH / (2 * HALF_WIDTH_M)
    height = 2 * HALF_HEIGHT_M * scale
    radius = max(surroundings.radius_m * scale, 2 * _MIN_RADIUS)

    def place(spot: Spot) -> dict[str, object]:
        return {
            "name": spot.name,
            "x": MAP_WIDTH / 2 + spot.east_m * scale,
            "y": height / 2 - spot.north_m * scale,
            "radius": max(spot.radius_m * scale, _MIN_RADIUS),
        }

    labels = _labels(surroundings, scale, height, radius + _RING_GAP)
    svg = render(
        "map.svg",
        width=MAP_WIDTH,
        height=height,
        legend_height=_LEGEND_HEIGHT,
        keys={name: words(f"factsheet.map.{name}") for name in ("this", "other", "zone", "site")},
        radius=radius,
        ring=radius + _RING_GAP,
        terrains=[place(spot) for spot in surroundings.terrains],
        zones=[place(spot) for spot in surroundings.zones],
        sites=[place(spot) for spot in surroundings.sites],
        places=labels,
        scale_bar=_SCALE_BAR_M * scale,
        scale_label=words("factsheet.map.scale"),
        is_approximate=report.terrain.location_quality != "polygon",
    )
    return svg, [name for name, _, _ in labels]


def _labels(
    surroundings: Surroundings, scale: float, height: float, ring: float
) -> list[tuple[str, float, float]]:
    """Return the largest places whose labels fit the frame and leave each other room.

    A label that would cross the ring around the terrain moves above it.
    """
    chosen: list[tuple[str, float, float]] = []
    for spot in surroundings.places:
        x = MAP_WIDTH / 2 + spot.east_m * scale
        y = height / 2 - spot.north_m * scale
        half = len(spot.name) * _LABEL_WIDTH_PER_LETTER / 2
        is_across = abs(x - MAP_WIDTH / 2) < half + ring and abs(y - height / 2) < ring + _LABEL_GAP
        if is_across:
            y = height / 2 - ring - _LABEL_GAP / 2
        fits = half < x < MAP_WIDTH - half and 2 * _LABEL_GAP < y < height - 2 * _LABEL_GAP
        is_free = all(
            abs(y - other_y) > _LABEL_GAP
            or abs(x - other_x) > half + len(other) * _LABEL_WIDTH_PER_LETTER / 2
            for other, other_x, other_y in chosen
        )
        if fits and is_free:
            chosen.append((spot.name, x, y))
        if len(chosen) == _MOST_PLACES:
            break
    return chosen


def _height(value: float, top: float) -> float:
    return _PLOT_BOTTOM - value / top * (_PLOT_BOTTOM - _PLOT_TOP)
