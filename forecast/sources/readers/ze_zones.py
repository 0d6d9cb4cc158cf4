"""Zero-emission zones: the DATEX II feed of NDW, or a GeoJSON made of it."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Reading, Request, Source
from forecast.sources.placing import place
from forecast.sources.readers import datex
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.sieve import RowError, Sieve, day_of, text_of
from forecast.sources.untrusted.archive import Opened, kind_of, opened
from forecast.sources.untrusted.tree import read_json, read_xml
from forecast.sources.untrusted.vector import Feature, Features, features_of, read_features
from forecast.sources.ze_zones import sort_zones
from forecast.sources.zone_polygons import FIELDS, ZERO_EMISSION, Zone, zone_of

MOST_BAD_SHARE: Final = 0.1
"""A feed has about forty zones: four that can't be read are a zone too many to publish."""


def read(request: Request) -> Reading:
    """Return `ze_zones` and `zone_issues` of a feed, without corrections.

    Raises
    ------
    DataSourceError
        If the file is no feed of zones, or holds no zero-emission zone.
    """
    with opened(request.path) as source:
        features = _read(source)
    placed = place(features)
    sieve = Sieve()
    sieve.tell("", "coordinates", placed.note)
    zones = []
    for feature in placed.rows:
        try:
            zone = _zone(feature)
        except RowError as error:
            sieve.set_apart(feature.number, str(error), feature.original())
            continue
        if zone is None:
            sieve.passed_over += 1
        else:
            zones.append(zone)
    if not zones:
        reason = f"none of its {len(features.rows)} zones can be read as a zero-emission zone"
        raise DataSourceError(request.path, _why(reason, sieve))
    tables = request.known.tables
    kept, issues = sort_zones(zones, tables["municipalities"], tables["places"])
    facts = FileFacts(
        dataset="zones",
        format_name=features.format_name,
        encoding=features.encoding,
        rows=len(features.rows),
        passed_over=sieve.passed_over,
        reference_date=_published(features, request.reference_date),
        stated_crs=placed.stated,
        found_crs=placed.found,
    )
    frames = {"ze_zones": kept, "zone_issues": issues}
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _read(source: Opened) -> Features:
    if any(kind_of(path) == "xml" for path in source.files):
        return datex.features_of_xml(read_xml(source.only("xml"), source.given), source.given)
    if any(kind_of(path) == "json" for path in source.files):
        body, encoding = read_json(source.only("json"), source.given)
        if isinstance(body, dict) and "features" in body:
            return features_of(body, source.given, encoding)
        return datex.features_of_json(body, source.given, encoding)
    return read_features(source, lambda names: {"name", "start"} <= set(names))


def _zone(feature: Feature) -> Zone | None:
    """Return a zone; None for one of another kind."""
    properties: dict[str, Any] = dict(feature.values)
    missing = [name for name in FIELDS if name not in properties]
    if missing:
        raise RowError(f"it lacks {', '.join(missing)}")
    if properties["kind"] != ZERO_EMISSION:
        return None
    if feature.problem:
        raise RowError(feature.problem)
    if feature.shape is None or feature.shape.geom_type not in {"Polygon", "MultiPolygon"}:
        raise RowError("it has no (multi)polygon")
    for name in ("id", "version", "name", "authority", "status"):
        properties[name] = text_of(properties[name])
    start = day_of(properties["start"])
    properties["start"] = start.isoformat() if start else None
    try:
        return zone_of(properties, feature.shape)
    except ValueError as error:
        raise RowError(str(error)) from None


def _published(features: Features, given: date | None) -> date | None:
    """Return the day of publication: as the feed has it, else as the user or file name says."""
    try:
        stated = day_of(features.members.get("published"))
    except RowError:
        stated = None
    return stated or given or day_in_name(features.given)


def _why(reason: str, sieve: Sieve) -> str:
    if not sieve.quarantined:
        return reason
    first = sieve.quarantined[0]
    return f"{reason}; number {first.row_number}: {first.reason}"


SOURCE: Final = Source(
    name="ze-zones",
    label="Zero-emission zones",
    publisher="NDW",
    licence="CC0-1.0",
    formats=("DATEX II v3 XML (gzipped too)", "DATEX II v3 JSON", "GeoJSON"),
    tables=("ze_zones", "zone_issues"),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
