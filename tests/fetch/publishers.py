"""Servers that speak as the publishers do: WFS, OData of CBS, Socrata, Overpass."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

from forecast.fetch.endpoints import Endpoint, endpoints
from tests.fetch.server import Answer, Asked

JSON = {"Content-Type": "application/json"}
HTML = Answer(b"<!DOCTYPE html><html><head><title>Onderhoud</title></head><body>...</body></html>")


def endpoint(name: str, url: str, **options: Any) -> Endpoint:
    """Return an endpoint of the project at a server of a test, with other options."""
    known = endpoints()[name].at(url)
    return replace(known, options=known.options | options)


def as_json(body: Any) -> Answer:
    """Return an answer of JSON."""
    return Answer(json.dumps(body, ensure_ascii=False).encode(), headers=JSON)


def feature(number: int) -> dict[str, Any]:
    """Return a square terrain of 100 m."""
    x, y = 150_000.125 + 200 * number, 450_000.5
    ring = [[x, y], [x + 100, y], [x + 100, y + 100], [x, y + 100], [x, y]]
    return {
        "type": "Feature",
        "id": f"IBIS.{number}",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {
            "RIN_NUMMER": 100 + number,
            "JAAR": 2024,
            "PLAN_NAAM": f"Súd {number} <script>",
            "GEM_CODES": "GM0310",
            "HA_BRUTO": 1.0,
            "HA_NETTO": 0.8,
            "HA_TOTTUIT": 0.1,
            "WLOC_TYPE": "B",
        },
    }


@dataclass
class Wfs:
    """A layer; ``most`` is the bound of the server, ``matched`` what it says it has."""

    features: list[dict[str, Any]]
    most: int = 1000
    matched: str | None = None
    crs: str = "urn:ogc:def:crs:EPSG::28992"

    def __call__(self, asked: Asked) -> Answer:
        """Answer a GetFeature of WFS 2.0."""
        query = asked.query
        assert query["service"] == "WFS"
        assert query["version"] == "2.0.0"
        assert query["request"] == "GetFeature"
        if query.get("resultType") == "hits":
            matched = self.matched or str(len(self.features))
            return Answer(
                f'<?xml version="1.0"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/'
                f'wfs/2.0" numberMatched="{matched}" numberReturned="0"/>'.encode()
            )
        assert query["sortBy"]
        assert query["outputFormat"] == "application/json"
        start = int(query["startIndex"])
        shown = self.features[start : start + min(int(query["count"]), self.most)]
        return as_json(
            {
                "type": "FeatureCollection",
                "features": shown,
                "totalFeatures": len(self.features),
                "numberReturned": len(shown),
                "timeStamp": "2026-11-25T12:00:00Z",
                "crs": {"type": "name", "properties": {"name": self.crs}},
            }
        )


@dataclass
class Cbs:
    """A table; ``elsewhere`` is the server that its next pages are said to be on."""

    observations: list[dict[str, Any]]
    page: int = 2
    stated: int | None = None
    elsewhere: str | None = None
    counts: bool = True
    root: str = ""

    def __call__(self, asked: Asked) -> Answer:
        """Answer for an entity set."""
        name = asked.path.rstrip("/").rsplit("/", 1)[-1]
        sets: dict[str, list[Any]] = {
            "Dimensions": [
                {"Identifier": "RegioS", "Title": "Regio's", "Kind": "GeoDimension"},
                {"Identifier": "Perioden", "Title": "Perioden", "Kind": "TimeDimension"},
            ],
            "MeasureCodes": [{"Identifier": "M1", "Title": "Bestelauto", "Unit": "aantal"}],
            "RegioSCodes": [{"Identifier": "GM0193", "Title": "Zwolle"}],
            "PeriodenCodes": [
                {"Identifier": year, "Title": year[:4]} for year in ("2023JJ00", "2024JJ00")
            ],
            "RegioSGroups": [],
        }
        if name == "85236NED":
            names = ["Properties", *sets, "Observations"]
            return as_json({"value": [{"name": each, "url": each} for each in names]})
        if name == "Properties":
            stated = len(self.observations) if self.stated is None else self.stated
            about = {"Identifier": "85236NED", "Title": "Motorvoertuigen"}
            return as_json(about | {"ObservationCount": stated})
        if name == "Observations":
            return self._observations(asked)
        context = f"{self.root}/$metadata#{name}"
        return as_json({"@odata.context": context, "value": sets[name]})

    def _observations(self, asked: Asked) -> Answer:
        rows = self.observations
        if wanted := asked.query.get("$filter"):
            period = wanted.removeprefix("Perioden eq ").strip("'")
            rows = [row for row in rows if row["Perioden"] == period]
            assert asked.query["$count"] == "true"
        start = int(asked.query.get("$skip", 0))
        shown = rows[start : start + self.page]
        body: dict[str, Any] = {"@odata.context": "x/$metadata#Observations", "value": shown}
        if wanted and self.counts:
            body["@odata.count"] = len(rows)
        if start + self.page < len(rows):
            root = self.elsewhere or self.root
            part = f"$filter={wanted}&$count=true&" if wanted else ""
            body["@odata.nextLink"] = (
                f"{root}/Observations?{part}$skip={start + self.page}".replace(" ", "%20")
            )
        return as_json(body)


def observation(number: int, year: str = "2024JJ00") -> dict[str, Any]:
    """Return an observation of CBS."""
    return {
        "Id": number,
        "Measure": "M1",
        "RegioS": "GM0193",
        "Perioden": year,
        "Value": 100.0 + number,
        "ValueAttribute": "None",
    }


@dataclass
class Socrata:
    """Data sets by name; ``most`` is the bound of a page, ``counts`` what it says it has."""

    rows: Mapping[str, Sequence[dict[str, Any]]]
    most: int = 1000
    counts: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Answer:
        """Answer a query in SoQL."""
        dataset = asked.path.rsplit("/", 1)[-1].removesuffix(".json")
        rows = self.rows[dataset]
        if asked.query["$select"].startswith("count(*)"):
            total = sum(int(row.get("aantal", 1)) for row in rows)
            return as_json([{"n": str(self.counts.get(dataset, total))}])
        assert asked.query["$order"]
        start = int(asked.query["$offset"])
        return as_json(rows[start : start + min(int(asked.query["$limit"]), self.most)])


def overpass(asked: Asked, *, counted: int = 2, remark: str | None = None) -> Answer:
    """Answer a query of Overpass with two sites."""
    query = parse_qs(asked.body.decode())["data"][0]
    assert asked.method == "POST"
    assert "out count;" in query
    total = {"nodes": "2", "ways": "0", "relations": "0", "areas": "0", "total": str(counted)}
    body: dict[str, Any] = {
        "version": 0.6,
        "osm3s": {"timestamp_osm_base": "2026-11-25T11:00:00Z", "copyright": "ODbL"},
        "elements": [
            {"type": "count", "id": 0, "tags": total},
            {"type": "node", "id": 1, "lat": 52.1, "lon": 5.1, "tags": {"highway": "services"}},
            {"type": "node", "id": 2, "lat": 52.2, "lon": 5.2, "tags": {"highway": "rest_area"}},
        ],
    }
    return as_json(body if remark is None else body | {"remark": remark})
