"""The schematic base map."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from maps import base

PLACES = np.array([[100e3, 450e3], [112e3, 450e3], [106e3, 460e3]])


def test_land_holds_every_place_and_terrain() -> None:
    terrain = np.array([[140e3, 450e3]])  # out of reach of the places: land of its own
    land = base.land_silhouette(PLACES, terrain)
    assert shapely.contains_xy(land, np.vstack([PLACES, terrain])).all()
    assert shapely.get_num_geometries(land) == 2


def test_cells_share_out_the_land() -> None:
    land = base.land_silhouette(PLACES, PLACES)
    cells = base.voronoi_cells(PLACES, land)
    assert sum(cell.area for cell in cells) == pytest.approx(land.area)
    assert all(shapely.contains_xy(cell, *point) for cell, point in zip(cells, PLACES, strict=True))


def test_coinciding_points_share_one_cell() -> None:
    land = base.land_silhouette(PLACES, PLACES)
    cells = base.voronoi_cells(PLACES[[0, 1, 0]], land)
    assert [cell.is_empty for cell in cells] == [False, False, True]


def test_one_point_has_all_the_land() -> None:
    land = base.land_silhouette(PLACES, PLACES)
    assert base.voronoi_cells(PLACES[:1], land) == [land]
    assert base.voronoi_cells(PLACES[:0], land) == []


def test_border_runs_only_between_groups() -> None:
    land = base.land_silhouette(PLACES, PLACES)
    one = base.regions(PLACES, ["a", "a", "a"], land)
    assert base.shared_borders(list(one.values()), land).is_empty
    two = base.regions(PLACES, ["a", "b", "b"], land)
    border = base.shared_borders(list(two.values()), land)
    # Halfway between the first two places (100 and 112 km) the border crosses x = 106 km.
    assert border.distance(shapely.Point(106e3, 450e3)) < 1e3


def test_the_name_of_a_region_stands_where_it_has_room() -> None:
    [middle] = base.label_points([shapely.box(0, 0, 40e3, 30e3)])
    assert middle == pytest.approx([20e3, 15e3], abs=6e3)


def test_rd_new_becomes_latitude_and_longitude() -> None:
    # The origin of RD New, the tower of Amersfoort: 52.15517 N, 5.38721 E (Kadaster).
    latitude, longitude = base.display_points(np.array([[155e3, 463e3]]))[0]
    assert (latitude, longitude) == (
        pytest.approx(52.15517, abs=2e-3),
        pytest.approx(5.38721, abs=2e-3),
    )
