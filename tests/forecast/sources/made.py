"""Small files by hand, one good one per source: what publishers give out, in small."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Ring = list[tuple[float, float]]

# Hessenpoort in Zwolle, RD New.
X, Y = 208_000.0, 507_000.0
SIDE_M = 200.0
"""A square of 4 ha."""


def square(x: float = X, y: float = Y, side: float = SIDE_M) -> Ring:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]


def polygon(ring: Ring) -> Row:
    return {"type": "Polygon", "coordinates": [ring]}


def feature(properties: Mapping[str, Any], geometry: Row | None) -> Row:
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def collection(features: Sequence[Row], crs: str | None = "urn:ogc:def:crs:EPSG::28992") -> Row:
    body: Row = {"type": "FeatureCollection", "features": list(features)}
    if crs:
        body["crs"] = {"type": "name", "properties": {"name": crs}}
    return body


def write(path: Path, body: Any) -> Path:
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return path


def ibis_row(rin: str = "190044", **changes: Any) -> Row:
    """Return the attributes of a terrain as the WFS gives them."""
    row = {
        "RIN_NUMMER": rin,
        "JAAR": 2024,
        "PLAN_NAAM": "Hessenpoort",
        "GEM_CODES": "GM0193",
        "HA_BRUTO": 4.0,
        "HA_NETTO": 3.0,
        "HA_TOTTUIT": 0.5,
        "WLOC_TYPE": "B1",
        "PROV_NAMEN": "Overijssel",
    }
    return row | changes


def ibis(folder: Path, *features: Row, name: str = "ibis.geojson") -> Path:
    rows = features or (feature(ibis_row(), polygon(square())),)
    return write(folder / name, collection(rows))


def municipalities(folder: Path) -> Path:
    rows = [
        feature(
            {"statcode": "GM0193", "jrstatcode": "2026GM0193", "statnaam": "Zwolle"},
            polygon(square(X - 5e3, Y - 5e3, 1e4)),
        ),
        feature({"statcode": "GM0150", "statnaam": "Deventer"}, polygon(square(X, Y - 3e4, 1e4))),
    ]
    return write(folder / "municipalities.geojson", collection(rows))


def provinces(folder: Path) -> Path:
    row = feature({"statcode": "PV23", "statnaam": "Overijssel"}, polygon(square(side=5e4)))
    return write(folder / "provincie_gegeneraliseerd_2026.geojson", collection([row]))


def codes(**titles: str) -> list[Row]:
    return [{"Identifier": name, "Title": title} for name, title in titles.items()]


def cbs_vehicles(**changes: Any) -> Row:
    """Return table 85236NED in small: vans, rigid trucks and tractors of two areas."""
    body = {
        "Properties": {
            "Identifier": "85236NED",
            "Title": "Motorvoertuigen actief; voertuigtype, postcode, regio's, 1 januari",
        },
        "Dimensions": [
            {"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"},
            {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
        ],
        "MeasureCodes": [
            {"Identifier": "A018943", "Title": "Personenauto", "Unit": "aantal"},
            {"Identifier": "A018944", "Title": "Bestelauto", "Unit": "aantal"},
            {
                "Identifier": "A018945",
                "Title": "Vrachtauto (excl. trekker voor oplegger)",
                "Unit": "aantal",
            },
            {"Identifier": "A018946", "Title": "Trekker voor oplegger", "Unit": "aantal"},
        ],
        "RegioSCodes": codes(NL01="Nederland", GM0193="Zwolle", PC8028="8028"),
        "PeriodenCodes": codes(**{"2023JJ00": "2023"}),
        "Observations": [
            {
                "Id": number,
                "Measure": measure,
                "ValueAttribute": "None",
                "Value": value,
                "RegioS": region,
                "Perioden": "2023JJ00",
            }
            for number, (measure, value, region) in enumerate(
                [
                    ("A018943", 60_000.0, "GM0193"),
                    ("A018944", 7_512.0, "GM0193"),
                    ("A018945", 512.0, "GM0193"),
                    ("A018946", 700.0, "GM0193"),
                    ("A018944", 321.0, "PC8028"),
                    ("A018944", 998_000.0, "NL01  "),
                ]
            )
        ],
    }
    return body | changes


VANS, RIGID_TRUCKS, TRACTORS = "A018944", "A018945", "A018946"
"""Measures of the table."""


def cbs_counts(counts: Mapping[str, Mapping[str, int]], year: int = 2023) -> Row:
    """Return table 85236NED with numbers per area and measure."""
    period = f"{year}JJ00"
    return cbs_vehicles(
        RegioSCodes=codes(**{area: area.removeprefix("PC") for area in counts}),
        PeriodenCodes=codes(**{period: str(year)}),
        Observations=[
            {
                "Measure": measure,
                "ValueAttribute": "None",
                "Value": value,
                "RegioS": area,
                "Perioden": period,
            }
            for area, of_area in counts.items()
            for measure, value in of_area.items()
        ],
    )


def vehicles(folder: Path) -> Path:
    return write(folder / "85236NED.json", cbs_vehicles())


def postcodes(folder: Path, *rows: str, name: str = "pc4_gemeente_2025.csv") -> Path:
    lines = rows or ("8028,GM0193", "7411,GM0150", "7412,GM0150")
    text = "\n".join(("pc4,gemeente_code", *lines)) + "\n"
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def cbs_establishments() -> Row:
    branches = codes(
        T001081="A-U Alle economische activiteiten",
        **{"301000": "A Landbouw, bosbouw en visserij", "383100": "H Vervoer en opslag"},
    )
    branches.append({"Identifier": "383200", "Title": "49 Vervoer over land"})
    values = [("T001081", 13_305.0), ("301000", 210.0), ("383100", 530.0), ("383200", 400.0)]
    return {
        "Properties": {
            "Identifier": "81575NED",
            "Title": "Vestigingen van bedrijven; bedrijfstak, gemeente",
        },
        "Dimensions": [
            {
                "Identifier": "BedrijfstakkenBranchesSBI2008",
                "Title": "Bedrijfstakken/branches (SBI 2008)",
                "Kind": "Dimension",
            },
            {"Identifier": "RegioS", "Title": "Gemeenten", "Kind": "GeoDimension"},
            {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
        ],
        "MeasureCodes": [{"Identifier": "M1", "Title": "Vestigingen", "Unit": "aantal"}],
        "BedrijfstakkenBranchesSBI2008Codes": branches,
        "RegioSCodes": codes(GM0193="Zwolle"),
        "PeriodenCodes": codes(**{"2026JJ00": "2026"}),
        "Observations": [
            {
                "Id": number,
                "Measure": "M1",
                "ValueAttribute": "None",
                "Value": value,
                "BedrijfstakkenBranchesSBI2008": branch,
                "RegioS": "GM0193",
                "Perioden": "2026JJ00",
            }
            for number, (branch, value) in enumerate(values)
        ],
    }


def establishments(folder: Path) -> Path:
    return write(folder / "81575NED.json", cbs_establishments())


# Inside Eindhoven, degrees: west, south, east, north.
ZONE = (5.47, 51.43, 5.48, 51.44)


def zone_ring(box: tuple[float, float, float, float] = ZONE) -> Ring:
    west, south, east, north = box
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def zone(**changes: Any) -> Row:
    properties = {
        "id": "NDW11_1",
        "version": "3",
        "kind": "zero_emission",
        "name": "ZE Eindhoven",
        "authority": "Eindhoven",
        "status": "active",
        "start": "2025-01-01T00:00:00",
        "end": "2026-12-31T00:00:00",
    }
    return feature(properties | changes, polygon(zone_ring()))


def datex(
    *,
    exempt: str = "battery",
    start: str = "2025-03-01T00:00:00Z",
    exempt_until: str = "2026-12-31T23:00:00Z",
    ring: Ring | None = None,
    hole: Ring | None = None,
    head: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> str:
    """Return a publication with one zone: validity, area, and who may still enter."""
    corners = zone_ring() if ring is None else ring

    def positions(of: Ring) -> str:
        return " ".join(f"{y} {x}" for x, y in of)

    inner = (
        f"<loc:interior><loc:posList>{positions(hole)}</loc:posList></loc:interior>" if hole else ""
    )
    return f"""{head}
<mc:messageContainer xmlns:mc="http://datex2.eu/schema/3/messageContainer"
 xmlns:cz="http://datex2.eu/schema/3/controlledZone"
 xmlns:tro="http://datex2.eu/schema/3/trafficRegulation"
 xmlns:loc="http://datex2.eu/schema/3/locationReferencing"
 xmlns:com="http://datex2.eu/schema/3/common" modelBaseVersion="3">
 <mc:payload xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:type="cz:ControlledZoneTablePublication" lang="nl">
 <com:publicationTime>2026-07-23T06:00:00.000473953Z</com:publicationTime>
 <cz:controlledZoneTable>
 <cz:urbanVehicleAccessRegulation id="NDW11_1" version="3">
  <cz:name><com:values><com:value lang="nl">ZE Eindhoven</com:value></com:values></cz:name>
  <cz:controlledZoneType>lowEmissionZone</cz:controlledZoneType>
  <cz:status>active</cz:status>
  <cz:trafficRegulationOrder id="o" version="3">
   <tro:issuingAuthority><com:values><com:value lang="nl">Eindhoven</com:value></com:values>
   </tro:issuingAuthority>
   <tro:status>madeAndImplemented</tro:status>
   <tro:trafficRegulation id="t" version="3"><tro:condition xsi:type="tro:ConditionSet">
    <tro:operator>and</tro:operator>
    <tro:conditions xsi:type="tro:ValidityCondition"><tro:validityByOrder>
     <com:validityTimeSpecification>
      <com:overallStartTime>{start}</com:overallStartTime>
      <com:overallEndTime>2999-01-01T00:00:00Z</com:overallEndTime>
     </com:validityTimeSpecification></tro:validityByOrder></tro:conditions>
    <tro:conditions xsi:type="tro:LocationCondition">
     <tro:locationByOrder xsi:type="loc:AreaLocation"><loc:gmlMultiPolygon><loc:gmlPolygon>
      <loc:exterior srsName="WGS 84"><loc:posList>{positions(corners)}</loc:posList></loc:exterior>
      {inner}</loc:gmlPolygon></loc:gmlMultiPolygon></tro:locationByOrder></tro:conditions>
    <tro:conditions xsi:type="tro:ConditionSet"><tro:negate>true</tro:negate>
     <tro:operator>or</tro:operator>
     <tro:conditions xsi:type="tro:ConditionSet"><tro:operator>and</tro:operator>
      <tro:conditions xsi:type="tro:ValidityCondition"><tro:validityByOrder>
       <com:validityTimeSpecification>
        <com:overallStartTime>2020-01-01T00:00:00Z</com:overallStartTime>
        <com:overallEndTime>{exempt_until}</com:overallEndTime>
       </com:validityTimeSpecification></tro:validityByOrder></tro:conditions>
     </tro:conditions>
     <tro:conditions xsi:type="tro:VehicleCondition"><tro:vehicleCharacteristics>
      <com:fuelType>{exempt}</com:fuelType></tro:vehicleCharacteristics></tro:conditions>
    </tro:conditions>
   </tro:condition></tro:trafficRegulation></cz:trafficRegulationOrder>
 </cz:urbanVehicleAccessRegulation></cz:controlledZoneTable></mc:payload></mc:messageContainer>"""


def ze_zones(folder: Path) -> Path:
    path = folder / "emissiezones.xml"
    path.write_text(datex(), encoding="utf-8")
    return path


def supply_model() -> Row:
    """Return an operator's data set after the information model."""
    return {
        "conforms_to": "http://data.netbeheernederland.nl/capaciteitskaart/v1.3.0",
        "creator": "Liander",
        "issued": "2026-07-15",
        "energy_areas": [
            {
                "short_code": "Amstelveen",
                "type": "energy_area",
                "demand_available_capacity": 56,
                "demand_quoted_capacity": 60,
                "demand_capacity_in_queue": 5,
                "demand_requests_in_queue": 23,
                "demand_alleviation_year": "2032",
                "works": [
                    {
                        "project_name": "Uitbreiding Amstelveen",
                        "time_schedules": [{"schedule_interval": {"quarter": 4, "year": 2032}}],
                    }
                ],
                "postcode_areas": [
                    {
                        "postcode": "1184TB",
                        "demand_constraint": "red",
                        "generation_constraint": "transparant",
                        "substation_short_code": "AMV150",
                    }
                ],
            }
        ],
    }


def supply_areas(folder: Path) -> Path:
    return write(folder / "liander.json", supply_model())


def truck_sites(folder: Path) -> Path:
    elements = [
        {
            "type": "node",
            "id": 7,
            "lat": 52.163,
            "lon": 5.529,
            "tags": {"highway": "services", "name": "De Somp"},
        },
        {
            "type": "way",
            "id": 8,
            "tags": {"amenity": "parking", "hgv": "designated", "capacity:hgv": "38"},
            "geometry": [{"lon": x, "lat": y} for x, y in zone_ring((5.40, 51.50, 5.401, 51.501))],
        },
        {"type": "node", "id": 9, "lat": 52.1, "lon": 5.5, "tags": {"amenity": "parking"}},
    ]
    body = {"osm3s": {"timestamp_osm_base": "2026-10-01T00:00:00Z"}, "elements": elements}
    return write(folder / "overpass.json", body)


def location(**changes: Any) -> Row:
    row = {
        "id": "NLMIL1",
        "name": "Milence Venlo",
        "operator": {"name": "Milence"},
        "coordinates": {"latitude": "51.4004", "longitude": "6.0772"},
        "evses": [
            {
                "uid": "1",
                "status": "AVAILABLE",
                "connectors": [{"power_type": "DC", "max_electric_power": 400_000}],
                "parking": [{"vehicle_types": ["SEMI_TRACTOR"]}],
            },
            {
                "uid": "2",
                "status": "AVAILABLE",
                "connectors": [
                    {"power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32}
                ],
            },
        ],
    }
    return row | changes


def charging_sites(folder: Path) -> Path:
    return write(folder / "ocpi.json", [location()])


def forecast(folder: Path) -> Path:
    rows = [
        {
            "RIN": "190044",
            "Terrein": "De Hurk",
            "Laadvraag 2030 [MWh]": 1200.5,
            "E-trucks 2030": 40,
        },
        {
            "RIN": "155053",
            "Terrein": "Lage Weide",
            "Laadvraag 2030 [MWh]": 2400,
            "E-trucks 2030": 0,
        },
    ]
    features = [feature(row, {"type": "Point", "coordinates": [X, Y]}) for row in rows]
    return write(folder / "outlook.geojson", collection(features))


MADE: dict[str, Callable[[Path], Path]] = {
    "ibis": ibis,
    "municipalities": municipalities,
    "provinces": provinces,
    "vehicles": vehicles,
    "postcodes": postcodes,
    "establishments": establishments,
    "ze-zones": ze_zones,
    "supply-areas": supply_areas,
    "truck-sites": truck_sites,
    "charging-sites": charging_sites,
    "forecast": forecast,
}
"""A good file per source."""
