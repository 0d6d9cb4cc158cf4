"""Zones and supply areas around hand-made terrains."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from forecast.assumptions import load
from forecast.overlays import match_supply_areas, measure_zone_exposure
from forecast.schema import TABLES

HOLDERS = pl.DataFrame(
    {"terrain_id": ["far", "near"], "x_rd_m": [200_000.0, 116_000.0], "y_rd_m": [400_000.0] * 2}
)


def zones(start: date | None) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "zone_name": ["ZE Test"],
            "municipality_code": ["GM0001"],
            "start_date": [start],
            "area_km2": [2.0],
            "x_rd_m": [100_000.0],
            "y_rd_m": [400_000.0],
            "equivalent_radius_m": [1_000.0],
            "status": [""],
            "geometry_quality": ["circle"],
            "edition_id": ["e"],
        },
        schema=TABLES["ze_zones"].polars_schema(),
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


def test_exposure_by_hand() -> None:
    exposure = measure_zone_exposure(HOLDERS, zones(date(2026, 1, 1)), [2030], load())
    near = exposure.row(by_predicate=pl.col("terrain_id") == "near", named=True)
    # 16 km from the middle, 15 km from the edge: exp(-15/15). Area 2 km2: 2 / (2 + 2) = 0.5.
    assert near["nearest_zone_distance_km"] == pytest.approx(15)
    assert near["zone_exposure_factor"] == pytest.approx(1 - math.exp(-0.5 * math.exp(-1)))
    assert near["nearest_zone_name"] == "ZE Test"


@pytest.mark.parametrize(
    "start",
    [pytest.param(date(2031, 1, 1), id="a day too late"), pytest.param(None, id="no decision")],
)
def test_a_zone_not_in_force_exposes_nobody(start: date | None) -> None:
    exposure = measure_zone_exposure(HOLDERS, zones(start), [2030], load())
    assert exposure["zone_exposure_factor"].to_list() == [0.0, 0.0]
    assert exposure["nearest_zone_name"].null_count() == 2


def test_a_zone_counts_on_the_last_day_of_the_year() -> None:
    exposure = measure_zone_exposure(HOLDERS, zones(date(2030, 12, 31)), [2029, 2030], load())
    by_year = exposure.group_by("year").agg(pl.col("zone_exposure_factor").sum()).sort("year")
    assert by_year["zone_exposure_factor"][0] == 0
    assert by_year["zone_exposure_factor"][1] > 0


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
