"""Charging sites that exist: OCPI locations as NDW gives them out, or a GeoJSON made of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl
import shapely

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Reading, Request, Source
from forecast.sources.placing import place
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.sieve import (
    RowError,
    Sieve,
    columns_of,
    count_of,
    number_of,
    refuse,
    text_of,
)
from forecast.sources.untrusted.archive import opened
from forecast.sources.untrusted.tree import read_json, starts_with_list, stream_json_list
from forecast.sources.untrusted.vector import Feature, Features, as_json, features_of

MOST_BAD_SHARE: Final = 0.1
"""Operators fill in their own locations, with every mistake there is; nine in ten are well."""
_TRUCKS: Final = frozenset({"SEMI_TRACTOR", "RIGID", "TRUCK_WITH_TRAILER", "TRUCK"})
_AC_PHASES: Final = {"AC_1_PHASE": 1, "AC_2_PHASE": 2, "AC_2_PHASE_SPLIT": 2, "AC_3_PHASE": 3}
_MOST_KW: Final = 10_000.0
_W_PER_KW: Final = 1000.0
_MARKS: Final = frozenset({"evses", "maxPowerKw", "locationId"})
"""Fields that tell charging sites from other points."""
_TEXT, _SITE = "_text", "_site"
"""Under which a location keeps its text, and what was read of it."""
_GONE: Final = frozenset({"REMOVED", "PLANNED"})
_TYPES: Final = {
    "site_id": pl.String,
    "site_name": pl.String,
    "operator_name": pl.String,
    "x_rd_m": pl.Float64,
    "y_rd_m": pl.Float64,
    "charge_points": pl.Int64,
    "max_power_kw": pl.Float64,
    "is_for_trucks": pl.Boolean,
}


def read(request: Request) -> Reading:
    """Return `charging_sites`.

    Raises
    ------
    DataSourceError
        If the file is neither a list of OCPI locations nor GeoJSON, or holds no site.
    """
    with opened(request.path, is_list=True) as source:
        features = _read(source.only("json"), request.path)
    placed = place(features)
    sieve = Sieve()
    sieve.tell("", "coordinates", placed.note)
    sites: dict[str, dict[str, Any]] = {}
    for feature in placed.rows:
        try:
            site = _site(feature)
            if site["site_id"] in sites:
                refuse(f"site '{site['site_id']}' occurs before")
            sites[site["site_id"]] = site
        except RowError as error:
            sieve.set_apart(feature.number, str(error), _original(feature))
    if not sites:
        reason = f"none of its {len(features.rows)} sites can be used"
        raise DataSourceError(request.path, f"{reason}: {sieve.quarantined[0].reason}")
    facts = FileFacts(
        dataset="sites",
        format_name=features.format_name,
        encoding=features.encoding,
        rows=len(features.rows),
        reference_date=request.reference_date or day_in_name(request.path),
        stated_crs=placed.stated,
        found_crs=placed.found,
    )
    frame = pl.DataFrame(list(sites.values()), schema=_TYPES).sort("site_id")
    frames = {"charging_sites": frame}
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _read(path: Path, given: Path) -> Features:
    if starts_with_list(path):
        # The list of the whole country is too large to hold: of each location what is used is kept.
        return _of_ocpi(stream_json_list(path, given), given)
    body, encoding = read_json(path, given)
    if isinstance(body, dict) and "features" in body:
        features = features_of(body, given, encoding)
        if not _MARKS & set(columns_of(row.values for row in features.rows)):
            reason = f"its features have none of {', '.join(sorted(_MARKS))}: no charging sites"
            raise DataSourceError(given, reason)
        return features
    locations = body.get("data") if isinstance(body, dict) else None
    if isinstance(locations, dict):
        locations = [locations]
    return _of_ocpi(iter(locations if isinstance(locations, list) else ()), given)


def _of_ocpi(locations: Iterator[Any], given: Path) -> Features:
    """Return locations as features; their values are those of the site, and their text."""
    rows = []
    is_marked = False
    for number, raw in enumerate(locations, start=1):
        is_marked = is_marked or (isinstance(raw, dict) and not _MARKS.isdisjoint(raw))
        rows.append(_location(number, raw))
    if not rows:
        raise DataSourceError(given, "a list of OCPI locations or a GeoJSON is expected")
    if not is_marked:
        raise DataSourceError(given, "none of its entries has evses: no OCPI locations")
    return Features(given, rows, "OCPI", "EPSG:4326")


def _location(number: int, raw: Any) -> Feature:
    text = {_TEXT: as_json(raw)}
    if not isinstance(raw, dict):
        return Feature(number, text, None, "it is no location with fields")
    at = raw.get("coordinates")
    try:
        point = shapely.Point(float(at["longitude"]), float(at["latitude"]))  # type: ignore[index]
    except (TypeError, ValueError, KeyError):
        point = shapely.Point(math.nan, math.nan)
    if not all(map(math.isfinite, shapely.get_coordinates(point).ravel())):
        return Feature(number, text, None, "it has no coordinates that are numbers")
    try:
        return Feature(number, {**text, _SITE: _described(raw)}, point)
    except RowError as error:
        return Feature(number, text, None, str(error))


def _original(feature: Feature) -> str:
    return str(feature.values[_TEXT]) if _TEXT in feature.values else feature.original()


def _site(feature: Feature) -> dict[str, Any]:
    if feature.problem:
        raise RowError(feature.problem)
    if feature.shape is None:
        raise RowError("it has no coordinates")
    where = feature.shape.centroid
    described = feature.values.get(_SITE) or _described(feature.values)
    return {**described, "x_rd_m": where.x, "y_rd_m": where.y}


def _described(values: Mapping[str, Any]) -> dict[str, Any]:
    key = next((text_of(values[n]) for n in ("id", "locationId", "uid") if values.get(n)), "")
    if not key:
        raise RowError("it has no identifier")
    operator = values.get("operator")
    name = operator.get("name") if isinstance(operator, Mapping) else operator
    points, power = _equipment(values)
    return {
        "site_id": key,
        "site_name": text_of(values.get("name")) or text_of(values.get("address")),
        "operator_name": text_of(name or values.get("operatorName")),
        "charge_points": points,
        "max_power_kw": power,
        "is_for_trucks": _is_for_trucks(values),
    }


def _equipment(values: Mapping[str, Any]) -> tuple[int | None, float | None]:
    """Return number of EVSEs and power of the strongest connector, where they are said."""
    if not isinstance(values.get("evses"), list):
        stated = number_of(values.get("maxPowerKw"), "power [kW]", _MOST_KW)
        return count_of(values.get("evseCount"), "number of charge points"), stated
    evses = [
        evse
        for evse in values["evses"]
        if isinstance(evse, dict) and text_of(evse.get("status")).upper() not in _GONE
    ]
    powers = [
        power
        for evse in evses
        for connector in _dicts(evse.get("connectors"))
        if (power := _power_kw(connector)) is not None
    ]
    return len(evses), max(powers, default=None)


def _power_kw(connector: Mapping[str, Any]) -> float | None:
    """Return the power of a connector [kW]: as stated in watts, else voltage times current.

    Voltage is that between line and neutral, as OCPI 2.2 defines it.
    """
    stated = number_of(connector.get("max_electric_power"), "power [W]", _MOST_KW * _W_PER_KW)
    if stated:
        return stated / _W_PER_KW
    volts = number_of(connector.get("max_voltage", connector.get("voltage")), "voltage", 10_000)
    amperes = number_of(connector.get("max_amperage", connector.get("amperage")), "current", 10_000)
    if not volts or not amperes:
        return None
    phases = _AC_PHASES.get(text_of(connector.get("power_type")).upper(), 1)
    return volts * amperes * phases / _W_PER_KW


def _is_for_trucks(values: Mapping[str, Any]) -> bool | None:
    """Return whether trucks are named among the vehicles it is for; None if none are named."""
    named = {
        text_of(kind).upper()
        for place_ in (
            *_dicts(values.get("parking_places")),
            *(part for evse in _dicts(values.get("evses")) for part in _dicts(evse.get("parking"))),
        )
        for kind in _list(place_.get("vehicle_types"))
    }
    return bool(named & _TRUCKS) if named else None


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    return (part for part in _list(value) if isinstance(part, dict))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


SOURCE: Final = Source(
    name="charging-sites",
    label="Charging sites that exist",
    publisher="NDW (OCPI locations)",
    licence="open data without a recorded licence text; name NDW",
    formats=("OCPI 2.1.1 to 2.3 locations (gzipped too)", "GeoJSON"),
    tables=("charging_sites",),
    most_bad_share=MOST_BAD_SHARE,
    read=read,
)
