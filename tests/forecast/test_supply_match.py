"""Supply areas of hand-made terrains: by outline, by box, nearest, or none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pyproj import Transformer

from forecast.assumptions import load
from forecast.errors import DataSourceError
from forecast.schema import TABLES
from forecast.sources.supply_area_outlines import FILE, read_outlines
from forecast.supply_match import match_supply_areas

NO_OUTLINES = pl.DataFrame(schema=TABLES["terrain_outlines"].polars_schema())
HOLDERS = pl.DataFrame(
    {
        "terrain_id": ["far", "near"],
        "x_rd_m": [200_000.0, 116_000.0],
        "y_rd_m": [400_000.0] * 2,
        "location_quality": ["street", "street"],
    }
)


def areas(*rows: tuple[str, bool, float, float, float]) -> pl.DataFrame:
    """Return areas (id, is_tso, x, y, half width of the box)."""
    schema = TABLES["supply_areas"].polars_schema()
    return pl.DataFrame(
        [
            dict.fromkeys(schema.names())
            | {
                "supply_area_id": name,
                "is_tso": is_tso,
                "x_rd_m": x,
                "y_rd_m": y,
                "x_min_rd_m": x - half,
                "x_max_rd_m": x + half,
                "y_min_rd_m": y - half,
                "y_max_rd_m": y + half,
            }
            for name, is_tso, x, y, half in rows
        ],
        schema=schema,
    )


def test_candidates_weigh_by_distance_and_add_up() -> None:
    terrain = HOLDERS.filter(pl.col("terrain_id") == "near")
    supply = areas(
        ("A", False, 117_000.0, 400_000.0, 5_000.0),
        ("B", False, 119_000.0, 400_000.0, 5_000.0),
        ("C", False, 150_000.0, 400_000.0, 5_000.0),
        ("TSO", True, 116_000.0, 400_000.0, 90_000.0),
    )
    matched = match_supply_areas(terrain, supply, NO_OUTLINES, load())
    # 1 and 3 km away, plus 1 km: weights 1/4 and 1/16, so 0.8 and 0.2.
    assert dict(matched.select("supply_area_id", "match_probability").iter_rows()) == (
        pytest.approx({"A": 0.8, "B": 0.2})
    )
    assert set(matched["area_match"]) == {"box"}


def test_a_terrain_in_no_box_gets_the_nearest_area() -> None:
    supply = areas(
        ("A", False, 126_000.0, 400_000.0, 5_000.0), ("B", False, 190_000.0, 400_000.0, 5_000.0)
    )
    matched = match_supply_areas(HOLDERS, supply, NO_OUTLINES, load())
    found = matched.select("terrain_id", "supply_area_id", "match_probability", "area_match").rows()
    assert found == [("far", "B", 1.0, "nearest"), ("near", "A", 1.0, "nearest")]


def test_a_terrain_far_from_every_area_belongs_to_none() -> None:
    # "far" lies 35 km from the edge of the box, more than the 10 km allowed.
    matched = match_supply_areas(
        HOLDERS, areas(("A", False, 160_000.0, 400_000.0, 5_000.0)), NO_OUTLINES, load()
    )
    assert matched.is_empty()


def square(x: float, y: float, half: float) -> str:
    west, east, south, north = x - half, x + half, y - half, y + half
    ring = ", ".join(f"{px} {py}" for px, py in (
        (west, south), (east, south), (east, north), (west, north), (west, south)))  # fmt: skip
    return f"POLYGON (({ring}))"


def test_outlines_come_before_boxes_and_share_a_vague_point() -> None:
    supply = areas(
        ("west", False, 110_000.0, 400_000.0, 6_000.0),
        ("east", False, 122_000.0, 400_000.0, 6_000.0),
        ("box", False, 116_000.0, 400_000.0, 50_000.0),
    ).with_columns(
        outline_wkt=pl.col("supply_area_id").replace_strict(
            {
                "west": square(110_000, 400_000, 6_000),
                "east": square(122_000, 400_000, 6_000),
                "box": None,
            },
            return_dtype=pl.String,
        )
    )
    near = HOLDERS.filter(pl.col("terrain_id") == "near")  # exactly on the border at 116,000
    matched = match_supply_areas(near, supply, NO_OUTLINES, load())
    assert dict(matched.select("supply_area_id", "match_probability").iter_rows()) == (
        pytest.approx({"west": 0.5, "east": 0.5})
    )
    assert set(matched["area_match"]) == {"polygon"}
    # Half a kilometre off the border a point known to a street lies in one area for sure.
    sure = match_supply_areas(
        near.with_columns(x_rd_m=pl.lit(115_400.0)), supply, NO_OUTLINES, load()
    )
    assert sure["supply_area_id"].to_list() == ["west"]


def test_what_outlines_leave_of_a_vague_point_goes_to_boxes() -> None:
    supply = areas(
        ("outlined", False, 110_000.0, 400_000.0, 6_000.0),
        ("boxed", False, 118_000.0, 400_000.0, 6_000.0),
    ).with_columns(
        outline_wkt=pl.when(pl.col("supply_area_id") == "outlined").then(
            pl.lit(square(110_000, 400_000, 6_000))
        )
    )
    near = HOLDERS.filter(pl.col("terrain_id") == "near")  # half of its disc is in the outline
    matched = match_supply_areas(near, supply, NO_OUTLINES, load()).sort("supply_area_id")
    assert matched["match_probability"].to_list() == pytest.approx([0.5, 0.5])
    assert matched["area_match"].to_list() == ["box", "polygon"]


TO_DEGREES = Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)


def feature(short_code: str, x: float, y: float, half: float = 2_000) -> dict[str, Any]:
    corners = [
        (x - half, y - half),
        (x + half, y - half),
        (x + half, y + half),
        (x - half, y - half),
    ]
    ring = [list(TO_DEGREES.transform(*corner)) for corner in corners]
    return {
        "type": "Feature",
        "properties": {"short_code": short_code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return tmp_path


def test_outlines_are_read_in_metres(tmp_path: Path) -> None:
    folder = written(
        tmp_path, {"type": "FeatureCollection", "features": [feature("A", 150_000, 450_000)]}
    )
    [row] = read_outlines(folder, pl.Series(["A", "B"])).rows(named=True)
    assert row["supply_area_id"] == "A"
    x, y = (float(value) for value in row["outline_wkt"].split("((")[1].split(",")[0].split())
    assert (x, y) == pytest.approx((148_000, 448_000), abs=1)


def swapped(found: dict[str, Any]) -> dict[str, Any]:
    ring = found["geometry"]["coordinates"][0]
    found["geometry"]["coordinates"] = [[[lat, lon] for lon, lat in ring]]
    return found


@pytest.mark.parametrize(
    ("make", "text"),
    [
        pytest.param(lambda: "{", "no GeoJSON", id="cut off"),
        pytest.param(lambda: "[]", "no GeoJSON", id="a list"),
        pytest.param(lambda: {"features": [{"type": "Feature"}]}, "no GeoJSON", id="no geometry"),
        pytest.param(
            lambda: {"features": [feature("Z", 150_000, 450_000)]}, "no area Z", id="unknown area"
        ),
        pytest.param(
            lambda: {"features": [feature("A", 150_000, 450_000)] * 2}, "twice", id="twice"
        ),
        pytest.param(
            lambda: {"features": [swapped(feature("A", 150_000, 450_000))]},
            "swapped",
            id="latitude first",
        ),
        pytest.param(
            lambda: {
                "features": [
                    feature("A", 150_000, 450_000)
                    | {"geometry": {"type": "Point", "coordinates": [5, 52]}}
                ]
            },
            "no polygon",
            id="a point",
        ),
    ],
)
def test_bad_outlines_are_refused(tmp_path: Path, make: Callable[[], object], text: str) -> None:
    folder = written(tmp_path, make())
    with pytest.raises(DataSourceError, match=text) as caught:
        read_outlines(folder, pl.Series(["A", "B"]))
    assert "supply_areas.geojson" in str(caught.value)


def test_the_parts_of_an_outline_are_the_probabilities_of_its_areas() -> None:
    near = HOLDERS.filter(terrain_id="near")
    west = "POLYGON ((106000 390000, 116000 390000, 116000 410000, 106000 410000, 106000 390000))"
    east = "POLYGON ((116000 390000, 126000 390000, 126000 410000, 116000 410000, 116000 390000))"
    supply = areas(
        ("west", False, 111_000.0, 400_000.0, 10_000.0),
        ("east", False, 121_000.0, 400_000.0, 10_000.0),
    ).with_columns(outline_wkt=pl.Series([west, east]))
    # 400 m long, of which 300 m in the west.
    ground = "POLYGON ((115700 400000, 116100 400000, 116100 400100, 115700 400100, 115700 400000))"
    outlines = pl.DataFrame({"terrain_id": ["near"], "outline_wkt": [ground]})
    matched = match_supply_areas(near, supply, outlines, load())
    assert dict(matched.select("supply_area_id", "match_probability").iter_rows()) == (
        pytest.approx({"west": 0.75, "east": 0.25})
    )
    assert set(matched["area_match"]) == {"polygon"}
