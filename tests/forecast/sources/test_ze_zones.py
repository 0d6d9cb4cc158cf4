"""Zones of the DATEX II feed: positions, validity and what may enter, as the standard has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from forecast.errors import DataSourceError
from forecast.sources.contract import Known, Reading, Request
from forecast.sources.registry import SOURCES, read_source
from tests.forecast.sources.made import Row, collection, datex, write, zone, zone_ring

Read = Callable[..., Reading]


@pytest.fixture
def read(known: Known, tmp_path: Path) -> Read:
    def read_text(content: Any, name: str = "feed.xml") -> Reading:
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        else:
            write(path, content)
        return read_source(SOURCES["ze-zones"], Request(path, known))

    return read_text


def only(reading: Reading) -> Row:
    [row] = reading.tables["ze_zones"].to_dicts()
    return row


def test_a_zone_of_the_feed(read: Read) -> None:
    reading = read(datex())
    row = only(reading)
    assert row["zone_name"] == "ZE Eindhoven"
    assert row["municipality_code"] == "GM0772"
    # The zone begins with its own validity, not with that of an exemption, and has no end.
    assert row["start_date"] == date(2025, 3, 1)
    assert row["geometry_quality"] == "polygon"
    # 0.01 degrees each way at 51.435 north, measured independently by geopandas.
    there = gpd.GeoSeries([shapely.Polygon(zone_ring())], crs="EPSG:4326").to_crs("EPSG:28992")
    assert row["area_km2"] == pytest.approx(there.area.iloc[0] / 1e6, rel=1e-4)
    assert row["x_rd_m"] == pytest.approx(there.centroid.x.iloc[0], abs=60)
    assert reading.facts.reference_date == date(2026, 7, 23)
    assert reading.facts.format_name == "DATEX II XML"


def test_the_end_of_an_exemption_does_not_end_a_zone(read: Read) -> None:
    early = only(read(datex(exempt_until="2020-12-31T23:00:00Z")))
    assert early["start_date"] == date(2025, 3, 1)


def test_a_start_in_utc_is_a_dutch_day(read: Read) -> None:
    assert only(read(datex(start="2026-12-31T23:00:00Z")))["start_date"] == date(2027, 1, 1)


@pytest.mark.parametrize("fuel", ["diesel", "petrol"])
def test_a_zone_that_admits_other_fuels_is_no_zero_emission_zone(fuel: str, read: Read) -> None:
    with pytest.raises(DataSourceError, match="none of its 1 zones"):
        read(datex(exempt=fuel))


def test_a_hole_is_no_part_of_a_zone(read: Read) -> None:
    whole = only(read(datex()))["area_km2"]
    quarter = only(read(datex(hole=zone_ring((5.4725, 51.4325, 5.4775, 51.4375)))))["area_km2"]
    assert quarter / whole == pytest.approx(0.75, abs=0.001)


def test_positions_with_longitude_first_are_recognised(read: Read) -> None:
    turned = read(datex(ring=[(y, x) for x, y in zone_ring()]))
    assert only(turned)["x_rd_m"] == pytest.approx(only(read(datex()))["x_rd_m"])
    assert "swapped" in turned.notes[0].text


def test_the_same_publication_in_json(read: Read) -> None:
    def values(text: str) -> Row:
        return {"values": {"value": [{"lang": "nl", "value": text}]}}

    positions = " ".join(f"{y} {x}" for x, y in zone_ring())
    condition = {
        "operator": "and",
        "conditions": [
            {
                "validityByOrder": {
                    "validityTimeSpecification": {"overallStartTime": "2025-03-01T00:00:00Z"}
                }
            },
            {
                "locationByOrder": {
                    "gmlMultiPolygon": {
                        "gmlPolygon": [{"exterior": {"linearRing": {"posList": positions}}}]
                    }
                }
            },
            {
                "negate": True,
                "conditions": [{"vehicleCharacteristics": {"fuelType": ["battery"]}}],
            },
        ],
    }
    regulation = {
        "id": "NDW11_1",
        "version": "3",
        "name": values("ZE Eindhoven"),
        "status": "active",
        "trafficRegulationOrder": {
            "issuingAuthority": values("Eindhoven"),
            "trafficRegulation": [{"condition": condition}],
        },
    }
    body = {
        "payload": {
            "publicationTime": "2026-07-23T06:00:00Z",
            "cz:controlledZoneTable": [{"cz:urbanVehicleAccessRegulation": [regulation]}],
        }
    }
    from_json, from_xml = read(body, "feed.json"), read(datex())
    assert only(from_json) == only(from_xml)
    assert from_json.facts.reference_date == from_xml.facts.reference_date


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (("</loc:posList>", " 51.4</loc:posList>"), "11 numbers"),
        (("51.43 5.47 ", "x 5.47 "), "posList holds 'x"),
        (("loc:gmlPolygon", "loc:gmlLine"), "no area"),
    ],
)
def test_a_broken_area_is_told(change: tuple[str, str], text: str, read: Read) -> None:
    with pytest.raises(DataSourceError, match=text):
        read(datex().replace(*change))


def test_a_bad_zone_is_set_apart_and_others_stay(read: Read) -> None:
    zones = []
    for number in range(12):
        shift = number * 0.02
        row = zone(id=f"NDW{number}", name=f"ZE {number}")
        row["geometry"]["coordinates"] = [[(x + shift, y) for x, y in zone_ring()]]
        zones.append(row)
    zones[3]["properties"]["start"] = "soon"
    zones.append(zone(kind="low_emission"))
    reading = read(collection(zones, None), "zones.geojson")
    assert reading.tables["ze_zones"].height == 11
    [apart] = reading.quarantined
    assert (apart.row_number, apart.reason) == (4, "'soon' is not a date (YYYY-MM-DD)")
    assert json.loads(apart.original)["properties"]["name"] == "ZE 3"
    assert reading.facts.passed_over == 1


def test_the_real_file_gives_the_zones_of_the_embedded_table(
    known: Known, sample: Callable[[str], Path]
) -> None:
    request = Request(sample("ze_zones_ndw_2025-07-07.geojson"), known)
    found = read_source(SOURCES["ze-zones"], request).tables["ze_zones"]
    embedded = known.tables["ze_zones"].filter(geometry_quality="circle")
    assert set(embedded["zone_name"]) <= set(found["zone_name"]) | {"ZE Zone"}
    both = found.join(embedded, on="zone_name", suffix="_embedded")
    assert both.height >= 25
    assert (both["municipality_code"] == both["municipality_code_embedded"]).all()
    assert ((both["area_km2"] - both["area_km2_embedded"]).abs() < 0.02).all()
