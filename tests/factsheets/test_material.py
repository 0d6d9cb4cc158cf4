"""What sheets are made from is the same for many terrains as for one, and what there is."""

from __future__ import annotations

from math import hypot
from pathlib import Path

from factsheets.material import read_material
from factsheets.surroundings import HALF_HEIGHT_M, HALF_WIDTH_M
from forecast.store import open_published


def test_material_of_many_is_that_of_each(real_database: Path) -> None:
    with open_published(real_database) as connection:
        rows = connection.execute(
            "SELECT terrain_id FROM fleet JOIN terrains USING (terrain_id) GROUP BY terrain_id "
            "ORDER BY sum(vehicles) DESC"
        ).fetchall()
        by_fleet = [terrain_id for (terrain_id,) in rows]
        # The largest, and one without vehicles.
        chosen = [by_fleet[0], by_fleet[-1], *by_fleet[100:2000:400]]
        many = list(read_material(connection, chosen))
        assert many == [next(read_material(connection, [key])) for key in chosen]
        assert [one.report.terrain.terrain_id for one in many] == chosen
        places = connection.execute("SELECT terrain_id, x_rd_m, y_rd_m FROM terrains").fetchall()
    terrain = many[0].report.terrain
    around = {
        key: (x - terrain.x_rd_m, y - terrain.y_rd_m)
        for key, x, y in places
        if key != terrain.terrain_id
    }
    shown = {spot.name: (spot.east_m, spot.north_m) for spot in many[0].surroundings.terrains}
    inside = {
        key
        for key, (east, north) in around.items()
        if abs(east) <= HALF_WIDTH_M and abs(north) <= HALF_HEIGHT_M
    }
    # In view are all whose middle is, and some whose edge is.
    assert inside <= shown.keys()
    assert all(hypot(*around[key]) < hypot(2 * HALF_WIDTH_M, HALF_HEIGHT_M) for key in shown)
    assert all(around[key] == place for key, place in shown.items())
