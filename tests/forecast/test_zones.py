"""What zones do to hand-made terrains: distance, exposure, relation and advance."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import polars as pl
import pytest

from forecast.assumptions import load
from forecast.schema import TABLES
from forecast.vocabulary import VEHICLE_CLASSES
from forecast.zones import measure_zone_exposure

HOLDERS = pl.DataFrame(
    {
        "terrain_id": ["far", "middle", "near", "vague"],
        "x_rd_m": [200_000.0, 100_000.0, 116_000.0, 100_000.0],
        "y_rd_m": [400_000.0] * 4,
        "location_quality": ["street", "street", "kern", "gemeente"],
    }
)
NO_OUTLINES = pl.DataFrame(schema=TABLES["terrain_outlines"].polars_schema())
SQUARE = "POLYGON ((99000 399000, 101000 399000, 101000 401000, 99000 401000, 99000 399000))"
START = date(2026, 1, 1)


def zones(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = TABLES["ze_zones"].polars_schema()
    base = {
        "zone_name": "ZE Test",
        "municipality_code": "GM0001",
        "start_date": START,
        "area_km2": 2.0,
        "x_rd_m": 100_000.0,
        "y_rd_m": 400_000.0,
        "equivalent_radius_m": 1_000.0,
        "status": "",
        "version": "",
        "geometry_quality": "circle",
        "edition_id": "e",
    }
    return pl.DataFrame([dict.fromkeys(schema.names()) | base | row for row in rows], schema=schema)


def outline(name: str, wkt: str, **others: object) -> dict[str, Any]:
    return {"zone_name": name, "outline_wkt": wkt, "geometry_quality": "polygon", **others}


def exposure(table: pl.DataFrame, year: int = 2030, vehicle_class: str = "van") -> dict[str, Any]:
    found = measure_zone_exposure(HOLDERS, table, NO_OUTLINES, [year], load())
    rows = found.filter(pl.col("vehicle_class") == vehicle_class).rows_by_key(
        "terrain_id", named=True, unique=True
    )
    return dict(rows)


def test_exposure_by_hand_falls_with_what_a_class_drives() -> None:
    assumptions = load()
    km = {name: assumptions[f"zone.decay_distance_km.{name}"] for name in VEHICLE_CLASSES}
    for name in VEHICLE_CLASSES:
        near = exposure(zones({}), vehicle_class=name)["near"]
        # 16 km from the middle, 15 km from the edge. Area 2 km2: 2 / (2 + 2) = 0.5.
        assert near["nearest_zone_distance_km"] == pytest.approx(15)
        pull = (km["van"] / km[name]) ** 2 * 0.5 * math.exp(-15 / km[name])
        assert near["zone_exposure_factor"] == pytest.approx(1 - math.exp(-pull))
    # 13 and 36 km: beside a zone vans feel it most, a hundred kilometres off tractors do.
    tractor, van = (exposure(zones({}), vehicle_class=name) for name in ("tractor", "van"))
    assert van["middle"]["zone_exposure_factor"] > tractor["middle"]["zone_exposure_factor"]
    assert van["far"]["zone_exposure_factor"] < tractor["far"]["zone_exposure_factor"]


def test_all_zones_in_force_add_up() -> None:
    one, both = exposure(zones({})), exposure(zones({}, {"zone_name": "ZE Also", "x_rd_m": 1.3e5}))
    alone = exposure(zones({"x_rd_m": 1.3e5}))
    for terrain in ("near", "far"):
        left = [1 - rows[terrain]["zone_exposure_factor"] for rows in (one, alone, both)]
        assert left[2] == pytest.approx(left[0] * left[1])


def test_distance_is_to_the_outline_where_there_is_one() -> None:
    # The square reaches to x = 101,000; the circle of its 4 km2 only to 101,128.
    drawn = exposure(zones(outline("ZE Square", SQUARE, area_km2=4.0, equivalent_radius_m=1128.4)))
    circle = exposure(zones({"area_km2": 4.0, "equivalent_radius_m": 1128.4}))
    assert drawn["near"]["nearest_zone_distance_km"] == pytest.approx(15.0)
    assert circle["near"]["nearest_zone_distance_km"] == pytest.approx(16.0 - 1.1284)
    assert drawn["middle"]["nearest_zone_distance_km"] == 0


def test_land_in_two_zones_counts_once() -> None:
    # A square of 2 x 2 km and the half of it: together as much as the square alone, 4 km2.
    half = "POLYGON ((99000 399000, 100000 399000, 100000 401000, 99000 401000, 99000 399000))"
    large = outline("ZE A", SQUARE, area_km2=4.0)
    small = outline("ZE B", half, area_km2=2.0)
    alone, both = exposure(zones(large)), exposure(zones(large, small))
    for terrain in ("middle", "near", "far"):
        assert both[terrain]["zone_exposure_factor"] == pytest.approx(
            alone[terrain]["zone_exposure_factor"]
        )
    # Before the larger one is in force the smaller one counts whole.
    early = exposure(zones(large | {"start_date": date(2032, 1, 1)}, small))
    assert early["middle"]["zone_exposure_factor"] == pytest.approx(1 - math.exp(-2 / 4))


@pytest.mark.parametrize(
    ("start", "year"),
    [
        pytest.param(date(2031, 1, 1), 2030, id="a day too late"),
        pytest.param(None, 2030, id="no decision"),
        pytest.param(date(2030, 12, 31), 2029, id="the year before"),
    ],
)
def test_a_zone_not_in_force_exposes_nobody(start: date | None, year: int) -> None:
    for row in exposure(zones({"start_date": start}), year).values():
        assert row["zone_exposure_factor"] == 0
        assert row["zone_relation"] == "none"
        assert row["nearest_zone_name"] is None


def test_a_zone_counts_on_the_last_day_of_the_year() -> None:
    last_day = zones({"start_date": date(2030, 12, 31)})
    assert exposure(last_day, 2030)["middle"]["zone_exposure_factor"] > 0


def test_relations_and_inside_only_where_the_place_is_known() -> None:
    rows = exposure(zones(outline("ZE Square", SQUARE, area_km2=4.0)))
    assert rows["middle"]["zone_relation"] == "inside"
    # The same spot, but only the municipality is known.
    assert rows["vague"]["zone_relation"] == "near"
    assert rows["far"]["zone_relation"] == "none"
    # 15 km off: a zone of 2 km2 is not enough to serve, two large ones are.
    assert exposure(zones({}))["near"]["zone_relation"] == "none"
    large = zones({"area_km2": 50.0}, {"zone_name": "ZE Also", "area_km2": 50.0})
    assert exposure(large)["near"]["zone_relation"] == "serving"


def test_a_zone_of_unknown_size_counts_with_the_smallest() -> None:
    point = {"zone_name": "ZE P", "area_km2": None, "equivalent_radius_m": None, "x_rd_m": 2e5}
    both = zones({"start_date": None, "area_km2": 1.0}, point)
    # 1 / (1 + 2) = 1/3, at its point.
    assert exposure(both)["far"]["zone_exposure_factor"] == pytest.approx(1 - math.exp(-1 / 3))


def test_the_advance_is_effect_times_exposure_over_the_slope_of_sales(
    state: dict[str, Any],
) -> None:
    bounds = load().by_key["adoption.policy.ze_zone"]
    for name in VEHICLE_CLASSES:
        found = state["growth"]["mid", name].fits[0].parameters
        row = state["zone_exposure"].row(
            by_predicate=(pl.col("terrain_id") == "190044")
            & (pl.col("vehicle_class") == name)
            & (pl.col("year") == 2030),
            named=True,
        )
        lead = row["zone_exposure_factor"] / found["slope_per_year"]
        assert row["zone_advance_years"] == pytest.approx(found["ze_zone"] * lead)
        assert row["zone_advance_years_low"] == pytest.approx(bounds.low * lead)
        assert row["zone_advance_years_high"] == pytest.approx(
            max(bounds.high, found["ze_zone"]) * lead
        )


def test_a_zone_moves_sales_by_the_advance_that_is_told(state: dict[str, Any]) -> None:
    # On the curve of vans: with exposure e at t, and without at t + advance, the log-odds agree.
    found = state["growth"]["mid", "van"].fits[0].parameters
    row = state["zone_exposure"].filter(pl.col("vehicle_class") == "van").row(0, named=True)
    lead = found["ze_zone"] * row["zone_exposure_factor"]
    later = found["slope_per_year"] * row["zone_advance_years"]
    assert lead == pytest.approx(later)


def test_every_class_of_every_holder_has_a_row(state: dict[str, Any]) -> None:
    table = state["zone_exposure"]
    assert table.height == state["holders"].height * len(VEHICLE_CLASSES) * 3
    inside = table.filter(pl.col("zone_relation") == "inside").join(
        state["holders"], on="terrain_id"
    )
    assert "gemeente" not in set(inside["location_quality"])
    assert inside.height > 0


def box(x: float, y: float, width: float, height: float) -> str:
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    return f"POLYGON (({', '.join(f'{east} {north}' for east, north in corners)}))"


def with_outline(ground: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Return the exposure of the terrain "near" by vans where its outline is known."""
    outlines = pl.DataFrame({"terrain_id": ["near"], "outline_wkt": [ground]})
    found = measure_zone_exposure(HOLDERS, zones(*rows), outlines, [2030], load())
    [row] = found.filter(terrain_id="near", vehicle_class="van").rows(named=True)
    return row


@pytest.mark.parametrize(
    ("east_m", "share", "rest_km", "relation"),
    [
        pytest.param(100_500.0, 0.5, 0.25, "inside", id="half in"),
        pytest.param(100_750.0, 0.25, 0.375, "near", id="a quarter in"),
        pytest.param(99_500.0, 1.0, 0.0, "inside", id="all in"),
        pytest.param(101_000.0, 0.0, 0.5, "near", id="side by side"),
    ],
)
def test_an_outline_is_exposed_by_the_part_of_it_in_a_zone(
    east_m: float, share: float, rest_km: float, relation: str
) -> None:
    # A kilometre long; the zone ends at 101 km. Area 2 km2: 2 / (2 + 2) = 0.5.
    found = with_outline(box(east_m, 399_900, 1_000, 200), outline("ZE Test", SQUARE))
    assert found["nearest_zone_share"] == pytest.approx(share)
    assert found["nearest_zone_distance_km"] == 0
    assert found["zone_relation"] == relation
    decay_km = load()["zone.decay_distance_km.van"]
    pull = 0.5 * (share + (1 - share) * math.exp(-rest_km / decay_km))
    assert found["zone_exposure_factor"] == pytest.approx(1 - math.exp(-pull))


def test_an_outline_beside_a_zone_is_as_far_off_as_its_nearest_side() -> None:
    found = with_outline(box(103_000, 399_900, 1_000, 200), outline("ZE Test", SQUARE))
    assert (found["nearest_zone_distance_km"], found["nearest_zone_share"]) == (2.0, 0.0)
    # A circle of a kilometre around 100 km instead, and the point of the terrain for the others.
    found = with_outline(box(103_000, 399_900, 1_000, 200), {})
    assert found["nearest_zone_distance_km"] == pytest.approx(2.0, abs=0.01)
    assert exposure(zones({}))["near"]["nearest_zone_share"] is None


def test_of_two_zones_the_one_that_holds_most_of_an_outline_is_told() -> None:
    beside = outline("ZE A", box(101_000, 399_000, 2_000, 2_000))
    found = with_outline(box(100_800, 399_900, 1_000, 200), beside, outline("ZE B", SQUARE))
    assert (found["nearest_zone_name"], found["nearest_zone_share"]) == (
        "ZE A",
        pytest.approx(0.8),
    )
