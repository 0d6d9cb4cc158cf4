"""Zero-emission zones with their outlines: a GeoJSON file in the form of the NDW publication.

Nothing is guessed in silence: what can't be read is refused with a sentence, and what was repaired,
renamed or left out is listed for the table `zone_issues`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import shape

from forecast.errors import DataSourceError
from forecast.vocabulary import RD_NEW

FILE: Final = Path("ze_zones") / "ze_zones.geojson"
ZERO_EMISSION: Final = "zero_emission"
FIELDS: Final = ("id", "version", "kind", "name", "authority", "status", "start")
_DEGREES: Final = "EPSG:4326"
_CRS_NAMES: Final = ("CRS84", "4326")
# The Netherlands with a margin: west, south, east, north [degrees].
_WEST, _SOUTH, _EAST, _NORTH = 3.0, 50.5, 7.5, 53.8
_LEAST_RD: Final = 1000.0
_M2_PER_KM2: Final = 1e6
_SHOWN: Final = 3
GRID_M: Final = 0.1
"""Outlines are kept to the decimetre [m]."""
AREA_TOLERANCE: Final = 0.02
"""Relative difference from the stated area above which it is told; rounding leaves less."""


@dataclass(frozen=True)
class Zone:
    """One zone as the file has it.

    Attributes
    ----------
    zone_id, version, name, authority, status
        Texts of the feed; name and authority may be empty.
    start_date
        First day in force; none if the feed has none.
    stated_km2
        Area that the feed states [km2].
    outline
        Valid (multi)polygon in RD New.
    issues
        Oddities found so far: (code, what was found and done).
    """

    zone_id: str
    version: str
    name: str
    authority: str
    status: str
    start_date: date | None
    stated_km2: float | None
    outline: Any
    issues: tuple[tuple[str, str], ...] = ()

    @property
    def area_km2(self) -> float:
        """Measured area [km2]."""
        return float(self.outline.area) / _M2_PER_KM2

    def tell(self, code: str, detail: str) -> Zone:
        """Return the zone with one more oddity."""
        return replace(self, issues=(*self.issues, (code, detail)))


def read_zone_polygons(path: Path) -> list[Zone]:
    """Return the zero-emission zones of a file, in its order; other kinds of zones are passed over.

    Raises
    ------
    DataSourceError
        If it is no GeoJSON, holds no zero-emission zone, or one that lacks a field or has a date,
        coordinate or outline that can't be; names the first of them.
    """
    features = _features(path)
    kept, problems = [], []
    for number, feature in enumerate(features, start=1):
        found = lacking(feature)
        if found:
            problems.append(f"feature {number} {found}")
        elif feature["properties"]["kind"] == ZERO_EMISSION:
            kept.append(feature)
    _refuse(path, problems)
    if not kept:
        reason = f"none of its {len(features)} features has kind {ZERO_EMISSION}"
        raise DataSourceError(path, reason)
    rings = []
    for feature in kept:
        try:
            rings.append(_geometry(feature["geometry"]))
        except ValueError as error:
            problems.append(f"zone {_label(feature)}: {error}")
    _refuse(path, problems)
    zones = []
    for feature, drawn in zip(kept, _to_rd(rings), strict=True):
        try:
            zones.append(zone_of(feature["properties"], drawn))
        except ValueError as error:
            problems.append(f"zone {_label(feature)}: {error}")
    _refuse(path, problems)
    return zones


def _features(path: Path) -> list[Any]:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise DataSourceError(path, f"the file is not readable JSON in UTF-8 ({reason})") from None
    if not isinstance(body, dict) or not isinstance(body.get("features"), list):
        raise DataSourceError(path, "the file is JSON, but no GeoJSON: it has no list 'features'")
    if not body["features"]:
        raise DataSourceError(path, "the file holds no features")
    crs = body.get("crs")
    if crs is not None and not any(name in json.dumps(crs) for name in _CRS_NAMES):
        reason = f"its member crs is {json.dumps(crs)}; degrees (EPSG:4326) are expected"
        raise DataSourceError(path, reason)
    features: list[Any] = body["features"]
    return features


def lacking(feature: Any) -> str:
    """Say what a feature lacks to be a zone; empty if nothing."""
    if not isinstance(feature, dict) or not isinstance(feature.get("properties"), dict):
        return "has no properties"
    properties = feature["properties"]
    missing = [name for name in FIELDS if name not in properties]
    return f"lacks {', '.join(missing)}" if missing else ""


def _geometry(given: Any) -> Any:
    """Return the drawn (multi)polygon in degrees, as drawn."""
    kind = given.get("type") if isinstance(given, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise ValueError(f"its geometry is {kind or 'missing'}; a (multi)polygon is expected")
    if not all(math.isfinite(number) for number in _numbers(given.get("coordinates"))):
        raise ValueError("a coordinate is not a finite number")
    try:
        drawn = shapely.force_2d(shape(given))
        corners = shapely.get_coordinates(drawn)
    except (ValueError, TypeError, LookupError, shapely.errors.ShapelyError):
        raise ValueError("a ring is broken: it needs four corners of two numbers each") from None
    if not corners.size:
        raise ValueError("its outline is empty")
    _check_place(corners)
    return drawn


def _numbers(nested: Any) -> Iterator[float]:
    """Yield the numbers of nested lists."""
    if isinstance(nested, list):
        for part in nested:
            yield from _numbers(part)
    elif isinstance(nested, int | float):
        yield nested


def _check_place(corners: Any) -> None:
    """Refuse corners outside the Netherlands, saying what they look like."""
    low, high = corners.min(axis=0), corners.max(axis=0)
    if _lies_in(low, high, (_WEST, _SOUTH), (_EAST, _NORTH)):
        return
    shown = f"its corners run from ({low[0]:g}, {low[1]:g}) to ({high[0]:g}, {high[1]:g})"
    if _lies_in(low, high, (_SOUTH, _WEST), (_NORTH, _EAST)):
        raise ValueError(f"{shown}: longitude and latitude are swapped")
    if np.abs(low).min() > _LEAST_RD:
        raise ValueError(f"{shown}: these are metres; degrees (EPSG:4326) are expected")
    raise ValueError(f"{shown}: that is outside the Netherlands")


def _lies_in(low: Any, high: Any, least: Sequence[float], most: Sequence[float]) -> bool:
    return bool((low >= least).all() and (high <= most).all())


def _to_rd(drawn: Sequence[Any]) -> list[Any]:
    return list(gpd.GeoSeries(list(drawn), crs=_DEGREES).to_crs(RD_NEW))


def zone_of(properties: Mapping[str, Any], drawn: Any) -> Zone:
    """Return a zone of the properties of a feature and its outline in RD New.

    Raises
    ------
    ValueError
        If its date is none, or its outline holds no area; says so.
    """
    stated = properties.get("area_km2")
    zone = Zone(
        zone_id=_text(properties["id"]),
        version=_text(properties["version"]),
        name=_text(properties["name"]),
        authority=_text(properties["authority"]),
        status=_text(properties["status"]) or "not stated",
        start_date=_date(properties["start"]),
        stated_km2=float(stated) if isinstance(stated, int | float) else None,
        outline=drawn,
    )
    mended = _repair(zone)
    # Rounding by hand can make corners cross: shapely's keeps an outline valid.
    rounded = shapely.set_precision(mended.outline, GRID_M)
    return _tell_area(replace(mended, outline=rounded))


def _repair(zone: Zone) -> Zone:
    """Make an outline valid; overlapping parts are joined, lines and points fall away."""
    if zone.outline.is_valid:
        return zone
    reason = shapely.is_valid_reason(zone.outline)
    before = zone.outline.area / _M2_PER_KM2
    made = shapely.make_valid(zone.outline, method="structure", keep_collapsed=False)
    if made.area <= 0:
        raise ValueError(f"its outline holds no area ({reason})")
    mended = replace(zone, outline=made)
    detail = f"{reason}; repaired, {before:.3f} km2 became {mended.area_km2:.3f} km2"
    return mended.tell("ring_repaired", detail)


def _tell_area(zone: Zone) -> Zone:
    if zone.area_km2 <= 0:
        raise ValueError("its outline holds no area")
    stated = zone.stated_km2
    if stated is None or abs(stated - zone.area_km2) <= AREA_TOLERANCE * zone.area_km2:
        return zone
    detail = f"the feed states {stated:g} km2, its outline measures {zone.area_km2:.3f} km2"
    return zone.tell("area_differs", f"{detail}; the measured area is used")


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _date(value: Any) -> date | None:
    if _text(value) == "":
        return None
    try:
        return datetime.fromisoformat(_text(value)).date()
    except ValueError:
        raise ValueError(f"its start '{value}' is not a date (YYYY-MM-DD)") from None


def _label(feature: dict[str, Any]) -> str:
    properties = feature["properties"]
    return f"'{_text(properties['name'])}' ({_text(properties['id'])})"


def _refuse(path: Path, problems: Sequence[str]) -> None:
    if problems:
        raise DataSourceError(path, "; ".join(_first(problems)))


def _first(problems: Sequence[str]) -> Iterator[str]:
    yield from problems[:_SHOWN]
    if len(problems) > _SHOWN:
        yield f"and {len(problems) - _SHOWN} more"
