"""Service areas, rest areas and truck parkings of OpenStreetMap: GeoJSON or the answer of Overpass.

Objects are tagged (highway=services or rest_area, or parking for heavy goods vehicles), or carry
flags that somebody made of the tags (is_service_area, is_rest_area, is_truck_parking).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
import shapely

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Reading, Request, Source
from forecast.sources.placing import place
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.sieve import RowError, Sieve, day_of, number_of, refuse, text_of
from forecast.sources.truck_sites import merge_objects
from forecast.sources.untrusted.archive import Opened, kind_of, opened
from forecast.sources.untrusted.tree import read_json
from forecast.sources.untrusted.vector import Feature, Features, features_of, read_features

MOST_BAD_SHARE: Final = 0.1
"""Mappers make mistakes one object at a time; one in ten broken is another file."""
_FLAGS: Final = {
    "is_truck_parking": "truck_parking",
    "is_rest_area": "rest_area",
    "is_service_area": "service_area",
}
"""Flag to kind; the first that is set decides."""
_HIGHWAYS: Final = {"services": "service_area", "rest_area": "rest_area"}
_FOR_TRUCKS: Final = frozenset({"yes", "designated", "only", "official", "destination"})
_PLACES: Final = ("truck_spots", "capacity:hgv", "capacity:truck", "hgv:capacity")
_NO_NAMES: Final = frozenset({"unnamed", "onbekend", "none"})
_MOST_PLACES, _MOST_M2 = 10_000.0, 10_000_000.0
_OSM_ID: Final = re.compile(r"(?:osm_)?(node|way|relation)[/_](\d+)")
_RING: Final = 4
_TYPES: Final = {
    "site_id": pl.String,
    "site_kind": pl.String,
    "location_type": pl.String,
    "site_name": pl.String,
    "road_name": pl.String,
    "x_rd_m": pl.Float64,
    "y_rd_m": pl.Float64,
    "area_m2": pl.Float64,
    "truck_places": pl.Float64,
}


def read(request: Request) -> Reading:
    """Return `truck_sites`; objects of other kinds are passed over.

    Raises
    ------
    DataSourceError
        If the file is neither GeoJSON nor of Overpass, or holds no such site.
    """
    with opened(request.path) as source:
        features = _read(source)
    placed = place(features)
    sieve = Sieve()
    sieve.tell("", "coordinates", placed.note)
    objects: dict[str, dict[str, Any]] = {}
    for feature in placed.rows:
        try:
            kind = _kind(feature.values)
            if not kind:
                sieve.passed_over += 1
                continue
            site = _site(feature, kind)
            if site["site_id"] in objects:
                refuse(f"object {site['site_id']} occurs before")
            objects[site["site_id"]] = site
        except RowError as error:
            sieve.set_apart(feature.number, str(error), feature.original())
    if not objects:
        reason = (
            f"none of its {len(features.rows)} objects is a service area, a rest area or a truck "
            "parking of OpenStreetMap (highway=services, highway=rest_area, hgv=yes)"
        )
        raise DataSourceError(request.path, reason)
    frame = pl.DataFrame(list(objects.values()), schema=_TYPES).sort("site_id")
    facts = FileFacts(
        dataset="sites",
        format_name=features.format_name,
        encoding=features.encoding,
        rows=len(features.rows),
        passed_over=sieve.passed_over,
        reference_date=_day(features, request),
        stated_crs=placed.stated,
        found_crs=placed.found,
    )
    frames = {"truck_sites": merge_objects(frame)}
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _read(source: Opened) -> Features:
    if any(kind_of(path) == "json" for path in source.files):
        body, encoding = read_json(source.only("json"), source.given)
        if isinstance(body, dict) and isinstance(body.get("elements"), list):
            return _of_overpass(body, source.given, encoding)
        return features_of(body, source.given, encoding)
    return read_features(source, lambda names: "highway" in set(names))


def _of_overpass(body: Mapping[str, Any], given: Path, encoding: str) -> Features:
    rows = [_element(number, raw) for number, raw in enumerate(body["elements"], start=1)]
    if not rows:
        remark = text_of(body.get("remark"))
        why = f"; Overpass says: {remark}" if remark else ""
        raise DataSourceError(given, f"the answer of Overpass holds no elements{why}")
    base = body.get("osm3s")
    day = base.get("timestamp_osm_base") if isinstance(base, dict) else None
    members = {"last_updated": day}
    return Features(given, rows, "Overpass JSON", "EPSG:4326", encoding, members)


def _element(number: int, raw: Any) -> Feature:
    if not isinstance(raw, dict):
        return Feature(number, {"element": raw}, None, "it is no element with fields")
    tags = raw.get("tags")
    values = dict(tags) if isinstance(tags, dict) else {}
    values["id"] = f"{text_of(raw.get('type'))}/{text_of(raw.get('id'))}"
    try:
        return Feature(number, values, _shape(raw))
    except (TypeError, ValueError, KeyError):
        return Feature(number, values | {"element": raw}, None, "it has no position that is one")


def _shape(raw: Mapping[str, Any]) -> Any:
    """Return the outline of a closed way, else the point of an element."""
    drawn = raw.get("geometry")
    if isinstance(drawn, list) and len(drawn) >= _RING and drawn[0] == drawn[-1]:
        return shapely.Polygon([(float(each["lon"]), float(each["lat"])) for each in drawn])
    middle = raw.get("center", raw)
    if "lat" not in middle and isinstance(drawn, list):
        line = [(float(each["lon"]), float(each["lat"])) for each in drawn]
        return shapely.LineString(line).centroid
    return shapely.Point(float(middle["lon"]), float(middle["lat"]))


def _kind(values: Mapping[str, Any]) -> str:
    """Return what an object is; "" for others."""
    if any(flag in values for flag in _FLAGS):
        return next((kind for flag, kind in _FLAGS.items() if values.get(flag) is True), "")
    if highway := _HIGHWAYS.get(text_of(values.get("highway"))):
        return highway
    is_parking = text_of(values.get("amenity")) == "parking"
    has_places = any(text_of(values.get(name)) not in {"", "0", "no"} for name in _PLACES)
    for_trucks = text_of(values.get("hgv")) in _FOR_TRUCKS or has_places
    return "truck_parking" if is_parking and for_trucks else ""


def _site(feature: Feature, kind: str) -> dict[str, Any]:
    values = feature.values
    if feature.problem:
        raise RowError(feature.problem)
    if feature.shape is None:
        raise RowError("it has no position")
    key = next((text_of(values[name]) for name in ("id", "@id", "osm_id") if values.get(name)), "")
    if not key:
        raise RowError("it has no identifier")
    osm = _OSM_ID.fullmatch(key)
    name = text_of(values.get("name"))
    is_road = _is_road_number(text_of(values.get("road_A")))
    road = text_of(values.get("road_A")) if is_road else text_of(values.get("road"))
    point = feature.shape.centroid
    area = feature.shape.area or None
    places = next(
        (_places(values[name]) for name in _PLACES if values.get(name) not in (None, "")), None
    )
    return {
        "site_id": f"osm_{osm[1]}_{osm[2]}" if osm else key,
        "site_kind": kind,
        "location_type": "truck_parking" if kind == "truck_parking" else "service_area",
        "site_name": "" if name.casefold() in _NO_NAMES else name,
        "road_name": road,
        "x_rd_m": point.x,
        "y_rd_m": point.y,
        "area_m2": number_of(area, "area", _MOST_M2),
        "truck_places": places,
    }


def _places(value: Any) -> float | None:
    """Return how many trucks may stand; None for a tag that says only that some may."""
    text = text_of(value)
    return number_of(text, "number of places", _MOST_PLACES) if text.isdigit() else None


def _is_road_number(text: str) -> bool:
    return re.fullmatch(r"[AN][0-9]{1,3}", text) is not None


def _day(features: Features, request: Request) -> date | None:
    """Return the day of the map data: as they say, else as user or file name say."""
    stated = [features.members.get("last_updated")]
    stated += [row.values.get("last_updated") for row in features.rows]
    days = []
    for value in stated:
        try:
            days.append(day_of(value))
        except RowError:
            continue
    known = [day for day in days if day is not None]
    return max(known) if known else request.reference_date or day_in_name(request.path)


SOURCE: Final = Source(
    name="truck-sites",
    label="Service areas, rest areas and truck parkings",
    publisher="OpenStreetMap contributors",
    licence="ODbL-1.0",
    formats=("GeoJSON", "Overpass JSON", "GeoPackage"),
    tables=("truck_sites",),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
