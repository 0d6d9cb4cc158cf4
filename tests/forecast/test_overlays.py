"""Supply areas around hand-made terrains."""

from __future__ import annotations

import polars as pl
import pytest

from forecast.assumptions import load
from forecast.overlays import match_supply_areas
from forecast.schema import TABLES

HOLDERS = pl.DataFrame(
    {"terrain_id": ["far", "near"], "x_rd_m": [200_000.0, 116_000.0], "y_rd_m": [400_000.0] * 2}
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
    matched = match_supply_areas(terrain, supply, load())
    # 1 and 3 km away, plus 1 km: weights 1/4 and 1/16, so 0.8 and 0.2.
    assert dict(matched.select("supply_area_id", "match_probability").iter_rows()) == (
        pytest.approx({"A": 0.8, "B": 0.2})
    )
    assert set(matched["area_match"]) == {"box"}


def test_a_terrain_in_no_box_gets_the_nearest_area() -> None:
    supply = areas(
        ("A", False, 150_000.0, 400_000.0, 5_000.0), ("B", False, 190_000.0, 400_000.0, 5_000.0)
    )
    matched = match_supply_areas(HOLDERS, supply, load())
    found = matched.select("terrain_id", "supply_area_id", "match_probability", "area_match").rows()
    assert found == [("far", "B", 1.0, "nearest"), ("near", "A", 1.0, "nearest")]
