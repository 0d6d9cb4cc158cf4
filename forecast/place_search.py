"""Terrains around coordinates or a postcode.

Most terrains are only known to lie in their municipality; the distance to them says little. So one
terrain is taken only if there is no other to choose:

- coordinates lie in the outline of one terrain, or in its circle where its place is better known
  than that, and in no other; or
- the place, coordinates or the point of a postcode, has one terrain within `REACH_KM`.

Everything else is a list by distance. A postcode also knows its municipality: terrains of which no
more is known than that they lie in another one come last. A postcode is too wide for the circle
around its point to decide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forecast.coordinates import CoordinateError, Place, read_place
from forecast.footprints import read_footprints
from forecast.search_result import Match, TerrainSearchError
from forecast.terrain_hits import hits_around, municipality_names, nearest_hit

if TYPE_CHECKING:
    import duckdb

    from forecast.footprints import Footprint
    from forecast.search_result import TerrainHit

REACH_KM: Final = 10.0
"""Farther terrains are not meant by a place: the centres of most municipalities lie nearer."""
_M_PER_KM: Final = 1000.0
_VAGUE: Final = "gemeente"
_SHOWN_POSTCODES: Final = 3

_POSTCODE: Final = re.compile(
    r"(?:postcode|pc4?|nl)?[\s:-]*([1-9]\d{3})(?P<letters>[\s-]*[a-z]{2})?",
    re.IGNORECASE | re.ASCII,
)


def find_at_coordinates(connection: duckdb.DuckDBPyConnection, query: str) -> Match | None:
    """Return the terrain at the coordinates that a query is, or None if it is no coordinates.

    Raises
    ------
    TerrainSearchError
        If they lie outside the Netherlands, in no terrain or maybe in several.
    """
    try:
        place = read_place(query)
    except CoordinateError as error:
        raise TerrainSearchError(
            query,
            f"coordinates_{error.problem}",
            first=f"{error.first:.10g}",
            second=f"{error.second:.10g}",
        ) from None
    if place is None:
        return None
    near = _near(connection, place, query)
    grounds = read_footprints(connection, [hit.terrain_id for hit in near])
    holding = [hit for hit in near if _holds(hit, grounds[hit.terrain_id], place)]
    if len(holding) == 1:
        return Match(holding[0], "inside")
    if len(near) == 1:
        return Match(near[0], "only", {"asked": query, "reach": f"{REACH_KM:g}"})
    raise TerrainSearchError(query, "around", near, reach=f"{REACH_KM:g}")


def read_postcode(query: str) -> str | None:
    """Return the four digits of the postcode that a query is, or None if it is no postcode.

    >>> read_postcode("5661 ag"), read_postcode("postcode 5661"), read_postcode("De Run 4000")
    ('5661', '5661', None)
    """
    asked = _POSTCODE.fullmatch(query.strip())
    return asked[1] if asked else None


def is_known_postcode(connection: duckdb.DuckDBPyConnection, postcode: str) -> bool:
    """Return whether a postcode has a point."""
    return bool(
        connection.execute(
            "SELECT 1 FROM postcode_points WHERE postcode4 = ?", [postcode]
        ).fetchall()
    )


def find_around_postcode(connection: duckdb.DuckDBPyConnection, postcode: str) -> Match:
    """Return the only terrain around the point of a postcode.

    Raises
    ------
    TerrainSearchError
        If the postcode has no point, or no terrain or several around it.
    """
    rows = connection.execute(
        "SELECT x_rd_m, y_rd_m, municipality_code, addresses FROM postcode_points "
        "WHERE postcode4 = ?",
        [postcode],
    ).fetchall()
    if not rows:
        near = ", ".join(_near_postcodes(connection, postcode))
        raise TerrainSearchError(f"postcode {postcode}", "postcode_unknown", near=near)
    [(x_rd_m, y_rd_m, code, addresses)] = rows
    town = municipality_names(connection)[code]
    asked = f"postcode {postcode} ({town})"
    around = _near(connection, Place(x_rd_m, y_rd_m), asked)
    if len(around) == 1:
        return Match(around[0], "only", {"asked": asked, "reach": f"{REACH_KM:g}"})
    # Python sorts without changing the order by distance of those that are alike.
    ordered = sorted(
        around, key=lambda hit: hit.location_quality == _VAGUE and hit.municipality_name != town
    )
    raise TerrainSearchError(
        asked, "around_postcode", ordered, reach=f"{REACH_KM:g}", addresses=addresses
    )


def _near(connection: duckdb.DuckDBPyConnection, place: Place, asked: str) -> list[TerrainHit]:
    near = hits_around(connection, place, REACH_KM)
    if not near:
        raise TerrainSearchError(
            asked, "none_within", nearest_hit(connection, place), reach=f"{REACH_KM:g}"
        )
    return near


def _near_postcodes(connection: duckdb.DuckDBPyConnection, postcode: str) -> list[str]:
    """Return the postcodes with a point that are the nearest by number."""
    known = connection.execute("SELECT postcode4 FROM postcode_points").fetchall()
    nearest = sorted(int(text) for (text,) in known)
    nearest.sort(key=lambda number: abs(number - int(postcode)))
    return [str(number) for number in sorted(nearest[:_SHOWN_POSTCODES])]


def _holds(hit: TerrainHit, ground: Footprint, place: Place) -> bool:
    """Return whether a place lies on a terrain: in its outline, else maybe in its circle."""
    if ground.outline_wkt is not None:
        # Loaded only where there are outlines.
        import shapely

        outline = shapely.from_wkt(ground.outline_wkt)
        return bool(shapely.intersects_xy(outline, place.x_rd_m, place.y_rd_m))
    distance_m = (hit.distance_km or 0.0) * _M_PER_KM
    return hit.location_quality != _VAGUE and distance_m <= ground.footprint_radius_m
