"""Zones around hand-made terrains."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from forecast.assumptions import load
from forecast.overlays import measure_zone_exposure
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
