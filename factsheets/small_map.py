"""The small map: what lies around a terrain, placed on a canvas and drawn by an SVG template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from factsheets.surroundings import HALF_HEIGHT_M, HALF_WIDTH_M, Spot, Surroundings
from factsheets.templating import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.footprints import Ring
    from forecast.terrain_report import TerrainReport
    from forecast.theme import Colours
    from forecast.words import Words

MAP_WIDTH: Final = 300.0
_SCALE_BAR_M: Final = 5_000.0
_MOST_PLACES: Final = 8
_LABEL_GAP: Final = 15.0
_LABEL_WIDTH_PER_LETTER: Final = 5.4
_MIN_RADIUS: Final = 2.2
_RING_GAP: Final = 7.0
_LEGEND_HEIGHT: Final = 22.0


def small_map(
    report: TerrainReport, surroundings: Surroundings, words: Words, colours: Colours
) -> tuple[str, list[str]]:
    """Return the map of the surroundings as SVG, and the names of the places it labels."""
    scale = MAP_WIDTH / (2 * HALF_WIDTH_M)
    height = 2 * HALF_HEIGHT_M * scale
    radius = max(surroundings.radius_m * scale, 2 * _MIN_RADIUS)

    labels = free_labels(surroundings.places, scale, height, _MOST_PLACES, radius + _RING_GAP)
    svg = render(
        "map.svg",
        colours=colours,
        width=MAP_WIDTH,
        height=height,
        legend_height=_LEGEND_HEIGHT,
        keys={name: words(f"factsheet.map.{name}") for name in ("this", "other", "zone", "site")},
        radius=radius,
        ring=radius + _RING_GAP,
        outline=outline_path(surroundings.rings, scale, MAP_WIDTH / 2, height / 2),
        is_small=surroundings.radius_m * scale < 2 * _MIN_RADIUS,
        terrains=[_drawn(spot, scale, height) for spot in surroundings.terrains],
        zones=[_drawn(spot, scale, height) for spot in surroundings.zones],
        sites=[_drawn(spot, scale, height) for spot in surroundings.sites],
        places=labels,
        scale_bar=_SCALE_BAR_M * scale,
        scale_label=words("factsheet.map.scale"),
        is_approximate=not surroundings.rings,
        is_vague=not surroundings.rings and report.terrain.location_quality == "gemeente",
    )
    return svg, [name for name, _, _ in labels]


def _drawn(spot: Spot, scale: float, height: float) -> dict[str, object]:
    """Return a spot on the canvas; one too small to see by its own shape is a dot."""
    is_dot = spot.radius_m * scale < _MIN_RADIUS
    return {
        "name": spot.name,
        "x": MAP_WIDTH / 2 + spot.east_m * scale,
        "y": height / 2 - spot.north_m * scale,
        "radius": max(spot.radius_m * scale, _MIN_RADIUS),
        "outline": "" if is_dot else outline_path(spot.rings, scale, MAP_WIDTH / 2, height / 2),
    }


def outline_path(rings: Sequence[Ring], scale: float, x: float, y: float) -> str:
    """Return rings as the data of an SVG path; "" for none.

    Parameters
    ----------
    rings
        From the point that is drawn at x and y [m].
    scale
        Units of the canvas per metre.
    """
    return "".join(
        "M"
        + "L".join(f"{x + east * scale:.1f} {y - north * scale:.1f}" for east, north in ring[:-1])
        + "Z"
        for ring in rings
    )


def free_labels(
    places: Sequence[Spot], scale: float, height: float, most: int, ring: float = 0.0
) -> list[tuple[str, float, float]]:
    """Return the first places whose labels fit the frame and leave each other room.

    Parameters
    ----------
    places
        Largest first, from the middle of the map [m].
    scale
        Units of the canvas per metre.
    height, most
        Of the map on the canvas, and of labels on it.
    ring
        Radius of a ring in the middle; a label that would cross it moves above it.

    Returns
    -------
    list
        Name, and where it is written.
    """
    chosen: list[tuple[str, float, float]] = []
    for spot in places:
        x = MAP_WIDTH / 2 + spot.east_m * scale
        y = height / 2 - spot.north_m * scale
        half = len(spot.name) * _LABEL_WIDTH_PER_LETTER / 2
        is_near = abs(x - MAP_WIDTH / 2) < half + ring and abs(y - height / 2) < ring + _LABEL_GAP
        if ring and is_near:
            y = height / 2 - ring - _LABEL_GAP / 2
        fits = half < x < MAP_WIDTH - half and 2 * _LABEL_GAP < y < height - 2 * _LABEL_GAP
        is_free = all(
            abs(y - other_y) > _LABEL_GAP
            or abs(x - other_x) > half + len(other) * _LABEL_WIDTH_PER_LETTER / 2
            for other, other_x, other_y in chosen
        )
        if fits and is_free:
            chosen.append((spot.name, x, y))
        if len(chosen) == most:
            break
    return chosen
