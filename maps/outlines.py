"""Outlines of terrains in as few characters as the map needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from forecast.footprint_text import outline_text
from maps import base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forecast.footprints import Footprint
    from forecast.words import Words

DETAIL_M: Final = 5.0
"""Drawn as coarse as this: three pixels at the closest zoom. Exports keep them exact."""
_PER_DEGREE: Final = 100_000
"""Steps of a corner: about a metre."""


def outline_columns(
    terrain_ids: Sequence[str],
    footprints: Mapping[str, Footprint],
    at: Sequence[tuple[float, float]],
    words: Words,
) -> dict[str, Any]:
    """Return the outlines by the place of the terrain in its columns, and where they came from.

    Parameters
    ----------
    at
        Latitude and longitude of each terrain, as the page has them.

    Returns
    -------
    ``outlines``: by place the number of its source, then its rings; a ring is a list of steps north
    and east, the first from the point of the terrain, in hundred-thousandths of a degree.
    ``outlineSources``: in words.
    """
    known = [row for row, key in enumerate(terrain_ids) if footprints[key].is_outline]
    if not known:
        return {"outlines": {}, "outlineSources": []}
    exact = shapely.from_wkt([footprints[terrain_ids[row]].outline_wkt for row in known])
    coarse = shapely.simplify(exact, DETAIL_M)
    drawn = base.to_display(np.where(shapely.is_empty(coarse), exact, coarse))
    sources: dict[str, int] = {}
    outlines = {}
    for row, shape in zip(known, drawn, strict=True):
        ground = footprints[terrain_ids[row]]
        text = outline_text(ground.outline_source_name, ground.outline_holds_on, words)
        number = sources.setdefault(text, len(sources))
        outlines[str(row)] = [number, *_steps(shape, at[row])]
    return {"outlines": outlines, "outlineSources": list(sources)}


def _steps(shape: Any, at: tuple[float, float]) -> list[list[int]]:
    start = np.rint(np.array(at) * _PER_DEGREE)
    found = []
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            # The page closes rings itself.
            corners = np.rint(shapely.get_coordinates(ring)[:-1, ::-1] * _PER_DEGREE)
            steps = np.diff(corners, axis=0, prepend=start[None])
            found.append(steps.astype(int).ravel().tolist())
    return found
