"""The map of a region on its sheet: terrains by plan class, zones and places; no base map."""

from __future__ import annotations

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
_DETAIL: Final = 0.35
"""Outlines are drawn as coarse as this part of a unit of the canvas."""
_MOST_LABELS: Final = 12


def region_map(report: RegionReport, words: Words, colours: Colours) -> Picture:
    """Return the map with its words; terrains of the smallest class of mark are drawn on top."""
    points = [(terrain.x_rd_m, terrain.y_rd_m) for terrain in report.terrains] or [
        (x, y) for _, x, y in report.places
    ]
    west, east = _span([x for x, _ in points])
    south, north = _span([y for _, y in points])
    scale = min(
        (MAP_WIDTH - 2 * _EDGE) / (east - west), (_MAP_HEIGHT - 2 * _EDGE) / (north - south)
    )
    middle = ((west + east) / 2, (south + north) / 2)

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            MAP_WIDTH / 2 + (x - middle[0]) * scale,
            _MAP_HEIGHT / 2 - (y - middle[1]) * scale,
        )

    def outline(parts: Iterable[str]) -> str:
        rings = [
            tuple((east - middle[0], north - middle[1]) for east, north in ring)
            for each in simplified_rings(parts, _DETAIL / scale)
            for ring in each
        ]
        return outline_path(rings, scale, MAP_WIDTH / 2, _MAP_HEIGHT / 2)

    shapes = report.shapes
    bar_m = nice_step(MAP_WIDTH / scale)
    svg = render(
        "region_map.svg",
        colours=colours,
        width=MAP_WIDTH,
        height=_MAP_HEIGHT,
        legend_height=_LEGEND_HEIGHT,
        region=outline(shapes.region),
        zones=[
            (
                *place(zone.x_rd_m, zone.y_rd_m),
                max((zone.radius_m or 0) * scale, 3.0),
                outline([shapes.zones[zone.zone_name]]) if zone.zone_name in shapes.zones else "",
            )
            for zone in report.zones
            if zone.x_rd_m is not None and zone.y_rd_m is not None
        ],
        # The largest first, so that small ones stay visible.
        terrains=[
            (
                *place(terrain.x_rd_m, terrain.y_rd_m),
                # Over its outline a terrain needs no more than its mark.
                _MARK
                if terrain.terrain_id in shapes.terrains
                else max(terrain.footprint_radius_m * scale, _SMALL),
                terrain.plan_class,
                outline([shapes.terrains[terrain.terrain_id]])
                if terrain.terrain_id in shapes.terrains
                else "",
            )
            for terrain in sorted(report.terrains, key=lambda each: -each.footprint_radius_m)
        ],
        places=free_labels(
            [Spot(name, x - middle[0], y - middle[1], 0.0) for name, x, y in report.places],
            scale,
            _MAP_HEIGHT,
            _MOST_LABELS,
        ),
        scale_bar=bar_m * scale,
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


def _span(values: list[float]) -> tuple[float, float]:
    """Return the ends of the values, at least some kilometres apart."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    missing = max(_LEAST_WIDTH_M - (high - low), 0.0) / 2
    return low - missing, high + missing
