"""The map of a region on its sheet: terrains by plan class, zones and places; no base map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from factsheets.axis import nice_step
from factsheets.pictures import Picture
from factsheets.small_map import MAP_WIDTH, free_labels, outline_path
from factsheets.surroundings import Spot
from factsheets.templating import render
from forecast.footprints import simplified_rings
from forecast.vocabulary import PLAN_CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.region_report import RegionReport
    from forecast.theme import Colours
    from forecast.words import Words

_MAP_HEIGHT: Final = 150.0
_LEGEND_HEIGHT: Final = 33.0
_EDGE: Final = 14.0
_LEAST_WIDTH_M: Final = 8_000.0
_SMALL: Final = 2.4
_MARK: Final = 2.8
_LEAST_ZONE: Final = 3.0
_DETAIL: Final = 0.35
"""Outlines are drawn as coarse as this part of a unit of the canvas."""
_MOST_LABELS: Final = 12


def region_map(report: RegionReport, words: Words, colours: Colours) -> Picture:
    """Return the map with its words; terrains of the smallest class of mark are drawn on top."""
    canvas = _canvas(report)
    bar_m = nice_step(MAP_WIDTH / canvas.scale)
    svg = render(
        "region_map.svg",
        colours=colours,
        width=MAP_WIDTH,
        height=_MAP_HEIGHT,
        legend_height=_LEGEND_HEIGHT,
        region=canvas.outline(report.shapes.region),
        zones=_zones(report, canvas),
        terrains=_terrains(report, canvas),
        places=free_labels(
            [Spot(name, x - canvas.x_rd_m, y - canvas.y_rd_m, 0.0) for name, x, y in report.places],
            canvas.scale,
            _MAP_HEIGHT,
            _MOST_LABELS,
        ),
        scale_bar=bar_m * canvas.scale,
        scale_label=words("regionsheet.map.scale", distance=words.number(bar_m / 1000)),
        zone_key=words("regionsheet.map.zone"),
        keys=[(name, words(f"common.plan_class_short.{name}")) for name in PLAN_CLASSES],
    )
    return Picture(
        words("regionsheet.map.title"),
        svg,
        words(
            "regionsheet.map.alt",
            name=report.selection.region_name,
            count=words.number(len(report.terrains)),
            zones=len(report.zones),
        ),
        words("regionsheet.map.note", year=report.year),
    )


@dataclass(frozen=True)
class _Canvas:
    """Where the map lies: its middle in RD New [m] and its scale [unit of the canvas per m]."""

    x_rd_m: float
    y_rd_m: float
    scale: float

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of RD New on the canvas."""
        return (
            MAP_WIDTH / 2 + (x - self.x_rd_m) * self.scale,
            _MAP_HEIGHT / 2 - (y - self.y_rd_m) * self.scale,
        )

    def outline(self, parts: Iterable[str]) -> str:
        """Return outlines as the data of an SVG path."""
        rings = [
            tuple((east - self.x_rd_m, north - self.y_rd_m) for east, north in ring)
            for each in simplified_rings(parts, _DETAIL / self.scale)
            for ring in each
        ]
        return outline_path(rings, self.scale, MAP_WIDTH / 2, _MAP_HEIGHT / 2)


def _canvas(report: RegionReport) -> _Canvas:
    """Return the canvas that holds all terrains, or all places where there are none."""
    points = [(terrain.x_rd_m, terrain.y_rd_m) for terrain in report.terrains] or [
        (x, y) for _, x, y in report.places
    ]
    west, east = _span([x for x, _ in points])
    south, north = _span([y for _, y in points])
    scale = min(
        (MAP_WIDTH - 2 * _EDGE) / (east - west), (_MAP_HEIGHT - 2 * _EDGE) / (north - south)
    )
    return _Canvas((west + east) / 2, (south + north) / 2, scale)


def _zones(report: RegionReport, canvas: _Canvas) -> list[tuple[object, ...]]:
    outlines = report.shapes.zones
    return [
        (
            *canvas.place(zone.x_rd_m, zone.y_rd_m),
            max((zone.radius_m or 0) * canvas.scale, _LEAST_ZONE),
            canvas.outline([outlines[zone.zone_name]]) if zone.zone_name in outlines else "",
        )
        for zone in report.zones
        if zone.x_rd_m is not None and zone.y_rd_m is not None
    ]


def _terrains(report: RegionReport, canvas: _Canvas) -> list[tuple[object, ...]]:
    """Return the terrains, the largest first, so that small ones stay visible."""
    outlines = report.shapes.terrains
    return [
        (
            *canvas.place(terrain.x_rd_m, terrain.y_rd_m),
            # Over its outline a terrain needs no more than its mark.
            _MARK
            if terrain.terrain_id in outlines
            else max(terrain.footprint_radius_m * canvas.scale, _SMALL),
            terrain.plan_class,
            canvas.outline([outlines[terrain.terrain_id]])
            if terrain.terrain_id in outlines
            else "",
        )
        for terrain in sorted(report.terrains, key=lambda each: -each.footprint_radius_m)
    ]


def _span(values: list[float]) -> tuple[float, float]:
    """Return the ends of the values, at least some kilometres apart."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    missing = max(_LEAST_WIDTH_M - (high - low), 0.0) / 2
    return low - missing, high + missing
