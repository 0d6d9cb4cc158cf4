"""Sites along the roads of OpenStreetMap, charging sites of OCPI, and outlines of regions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely
from pyproj import Transformer

from forecast.errors import DataSourceError
from forecast.sources.contract import Known, Reading, Request
from forecast.sources.registry import SOURCES, read_source
from forecast.vocabulary import RD_NEW
from tests.forecast.sources.made import (
    Row,
    charging_sites,
    collection,
    feature,
    location,
    municipalities,
    polygon,
    square,
    truck_sites,
    write,
    zone_ring,
)

Read = Callable[..., Reading]


@pytest.fixture
def read(known: Known, tmp_path: Path) -> Read:
    def read_body(source: str, body: Any) -> Reading:
        path = body if isinstance(body, Path) else write(tmp_path / "x.json", body)
        return read_source(SOURCES[source], Request(path, known))

    return read_body


def test_an_answer_of_overpass(read: Read, tmp_path: Path) -> None:
    reading = read("truck-sites", truck_sites(tmp_path))
    rows = {row["site_id"]: row for row in reading.tables["truck_sites"].to_dicts()}
    service, parking = rows["osm_node_7"], rows["osm_way_8"]
    assert (service["site_kind"], service["site_name"]) == ("service_area", "De Somp")
    turn = Transformer.from_crs("EPSG:4326", RD_NEW, always_xy=True)
    assert (service["x_rd_m"], service["y_rd_m"]) == pytest.approx(
        turn.transform(5.529, 52.163), abs=0.1
    )
    assert parking["location_type"] == parking["site_kind"] == "truck_parking"
    assert parking["truck_places"] == 38
    # 0.001 degrees each way at 51.5 north: 69.4 m by 111.3 m.
    assert parking["area_m2"] == pytest.approx(69.4 * 111.3, rel=0.01)
    assert (reading.facts.passed_over, reading.facts.rows) == (1, 3)
    assert reading.facts.reference_date == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "services"}, "service_area"),
        ({"highway": "rest_area"}, "rest_area"),
        ({"highway": "services", "hgv": "yes"}, "service_area"),
        ({"amenity": "parking", "hgv": "only"}, "truck_parking"),
        ({"amenity": "parking", "capacity:hgv": "12"}, "truck_parking"),
        ({"amenity": "parking", "capacity:hgv": "0"}, None),
        ({"amenity": "parking", "hgv": "no"}, None),
        ({"hgv": "designated"}, None),
        ({"is_truck_parking": True, "is_service_area": True}, "truck_parking"),
        ({"is_truck_parking": False, "is_rest_area": False, "is_service_area": False}, None),
    ],
)
def test_which_objects_are_sites(tags: Row, kind: str | None, read: Read) -> None:
    rows = [
        feature({"@id": "way/1", **tags}, polygon(zone_ring((5.4, 51.5, 5.401, 51.501)))),
        feature(
            {"@id": "way/2", "highway": "rest_area"}, polygon(zone_ring((6, 52, 6.001, 52.001)))
        ),
    ]
    sites = read("truck-sites", collection(rows, None)).tables["truck_sites"]
    kinds = dict(sites.select("site_id", "site_kind").iter_rows())
    assert kinds.get("osm_way_1") == kind
    assert kinds["osm_way_2"] == "rest_area"


def test_an_empty_answer_says_what_overpass_says(read: Read) -> None:
    body = {"elements": [], "remark": "runtime error: Query timed out"}
    with pytest.raises(DataSourceError, match="Query timed out"):
        read("truck-sites", body)


def test_the_real_sites_are_those_of_the_embedded_table(
    read: Read, known: Known, sample: Callable[[str], Path]
) -> None:
    path = sample("truck_parking_facilities_nl_2025-10-30.geojson")
    found = read("truck-sites", path).tables["truck_sites"]
    embedded = known.tables["truck_sites"]
    same = ["site_id", "site_kind", "location_type", "site_name", "road_name", "truck_places"]
    assert found.select(same).equals(embedded.select(same))
    both = found.join(embedded, on="site_id", suffix="_embedded")
    assert ((both["x_rd_m"] - both["x_rd_m_embedded"]).abs() < 25).all()
    areas = both.filter(pl.col("area_m2").is_not_null())
    # Stated areas were measured on a sphere.
    ratio = areas["area_m2"] / areas["area_m2_embedded"]
    assert ((ratio - 1).abs() < 0.05).all()


def test_locations_of_ocpi(read: Read, tmp_path: Path) -> None:
    reading = read("charging-sites", charging_sites(tmp_path))
    [row] = reading.tables["charging_sites"].to_dicts()
    assert (row["site_id"], row["operator_name"]) == ("NLMIL1", "Milence")
    assert (row["charge_points"], row["max_power_kw"]) == (2, 400.0)
    assert row["is_for_trucks"] is True
    turn = Transformer.from_crs("EPSG:4326", RD_NEW, always_xy=True)
    assert (row["x_rd_m"], row["y_rd_m"]) == pytest.approx(turn.transform(6.0772, 51.4004), abs=0.1)


def test_power_from_voltage_and_current(read: Read) -> None:
    connector = {"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32}
    evses = [
        {"status": "AVAILABLE", "connectors": [connector]},
        {"status": "REMOVED", "connectors": [{"max_electric_power": 1e6}]},
    ]
    [row] = (
        read("charging-sites", {"data": [location(evses=evses)]})
        .tables["charging_sites"]
        .to_dicts()
    )
    # Three phases of 230 V and 32 A.
    assert row["max_power_kw"] == pytest.approx(22.08)
    assert (row["charge_points"], row["is_for_trucks"]) == (1, None)


def test_odd_locations_are_set_apart(read: Read) -> None:
    rows = [location(id=f"L{number}") for number in range(40)]
    rows[1]["coordinates"] = {"latitude": "0.0", "longitude": "0.0"}
    rows[2]["coordinates"] = {"latitude": "noord", "longitude": "6"}
    rows[3]["id"] = "L0"
    reading = read("charging-sites", rows)
    assert [row.row_number for row in reading.quarantined] == [2, 3, 4]
    reasons = " ".join(row.reason for row in reading.quarantined)
    for text in ("outside the Netherlands", "no coordinates", "'L0' occurs before"):
        assert text in reasons


def test_swapped_coordinates_are_recognised(read: Read) -> None:
    rows = [location(coordinates={"latitude": "6.0772", "longitude": "51.4004"})]
    reading = read("charging-sites", rows)
    straight = read("charging-sites", [location()])
    where = ["x_rd_m", "y_rd_m"]
    assert (
        reading.tables["charging_sites"]
        .select(where)
        .equals(straight.tables["charging_sites"].select(where))
    )
    assert "swapped" in reading.notes[0].text


def test_outlines_of_cbs_say_their_year(read: Read, tmp_path: Path) -> None:
    reading = read("municipalities", municipalities(tmp_path))
    assert reading.facts.reference_date == date(2026, 1, 1)
    rows = reading.tables["region_outlines"].select("level", "region_id", "region_name").rows()
    assert rows == [("municipality", "GM0150", "Deventer"), ("municipality", "GM0193", "Zwolle")]


def test_parts_of_a_municipality_are_joined_and_water_is_left_out(read: Read) -> None:
    def part(x: float, water: str) -> Row:
        values = {"gemeentecode": "GM0193", "gemeentenaam": "Zwolle", "water": water}
        return feature(values, polygon(square(x, 507_000, 100)))

    body = collection([part(208_000, "NEE"), part(208_100, "NEE"), part(209_000, "JA")])
    reading = read("municipalities", body)
    [outline] = reading.tables["region_outlines"]["outline_wkt"].to_list()
    # Two squares of 1 ha side by side are one outline.
    assert shapely.from_wkt(outline).equals(shapely.box(208_000, 507_000, 208_200, 507_100))
    assert (reading.facts.passed_over, reading.used) == (1, 2)


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        ("PV21", "Friesland", "Fryslân"),
        ("PV22", "Drenthe (PV)", "Drenthe"),
        ("", "Utrecht", "Utrecht"),
    ],
)
def test_provinces_by_their_names(code: str, name: str, found: str, read: Read) -> None:
    row = feature({"statcode": code, "statnaam": name}, polygon(square()))
    outlines = read("provinces", collection([row])).tables["region_outlines"]
    assert outlines.select("level", "region_id").rows() == [("province", found)]


def test_the_real_charging_sites(read: Read, sample: Callable[[str], Path]) -> None:
    reading = read("charging-sites", sample("vracht_laadlocaties_350kw_plus_2026-06.geojson"))
    sites = reading.tables["charging_sites"]
    assert sites.height == 175
    assert sites["max_power_kw"].min() == 350
    assert sites.filter(operator_name="Fastned").height == 59
