"""Coordinates are recognised by where the Netherlands lies, whatever a file says."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from pyproj import Transformer

from forecast.errors import DataSourceError
from forecast.sources.placing import place, polygon_of
from forecast.sources.untrusted.vector import Feature, Features
from forecast.vocabulary import RD_NEW
from tests.forecast.sources.made import SIDE_M, X, Y, square


def features(crs: str | None, *shapes: shapely.Geometry) -> Features:
    rows = [Feature(number, {"n": number}, shape) for number, shape in enumerate(shapes, start=1)]
    return Features(Path("file.geojson"), rows, "GeoJSON", crs)


def in_system(code: str, *, is_swapped: bool = False) -> shapely.Geometry:
    """Return the square of RD New in another system, by pyproj."""
    turn = Transformer.from_crs(RD_NEW, code, always_xy=True)
    corners = [turn.transform(*corner) for corner in square()]
    return shapely.Polygon([corner[::-1] if is_swapped else corner for corner in corners])


@pytest.mark.parametrize("is_swapped", [False, True], ids=["in order", "swapped"])
@pytest.mark.parametrize("code", ["EPSG:28992", "EPSG:4326", "EPSG:3857", "EPSG:25831"])
@pytest.mark.parametrize("stated", [None, "EPSG:28992", "EPSG:4326"])
def test_a_square_ends_up_where_it_lies(code: str, stated: str | None, is_swapped: bool) -> None:  # noqa: FBT001
    placed = place(features(stated, in_system(code, is_swapped=is_swapped)))
    [row] = placed.rows
    assert placed.found == code
    assert not row.problem
    assert shapely.bounds(row.shape) == pytest.approx([X, Y, X + SIDE_M, Y + SIDE_M], abs=0.5)
    assert (placed.note == "") is (code == stated and not is_swapped)
    assert not placed.note or code in placed.note


def test_degrees_over_which_a_file_says_rd_are_told() -> None:
    placed = place(features("EPSG:28992", in_system("EPSG:4326")))
    assert placed.note == "the file states EPSG:28992, but its coordinates are EPSG:4326"


def test_a_feature_elsewhere_is_set_apart_and_the_others_stay() -> None:
    inside = [shapely.Point(5 + n / 10, 52) for n in range(3)]
    placed = place(features("EPSG:4326", *inside, shapely.Point(0, 0)))
    assert [bool(row.problem) for row in placed.rows] == [False, False, False, True]
    assert "outside the Netherlands" in placed.rows[3].problem


def test_coordinates_of_nowhere_are_refused() -> None:
    with pytest.raises(DataSourceError, match="in no usual system"):
        place(features(None, shapely.Point(1e7, 1e7)))


def test_broken_rings_are_mended_and_lines_fall_away() -> None:
    # A bow-tie: two triangles of a quarter of the square each.
    x, y = X, Y
    bow = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    mended = polygon_of(bow)
    assert mended.is_valid
    assert mended.area == pytest.approx(5_000)
    assert polygon_of(shapely.LineString([(x, y), (x + 1, y)])) is None
    assert polygon_of(shapely.Polygon([(x, y), (x + 9, y), (x, y), (x, y)])) is None
    overlapping = shapely.MultiPolygon(
        [shapely.box(x, y, x + 10, y + 10), shapely.box(x + 5, y, x + 15, y + 10)]
    )
    assert polygon_of(overlapping).area == pytest.approx(150)
