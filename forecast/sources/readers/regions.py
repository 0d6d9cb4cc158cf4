"""Outlines of municipalities and provinces: PDOK's CBS gebiedsindelingen, and files like it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from forecast.sources.contract import FileFacts, Known, Reading, Request, Source
from forecast.sources.placing import outline_wkt, place, polygon_of
from forecast.sources.readers.column_maps import fits_any, layout_for
from forecast.sources.readers.sieve import (
    RowError,
    Sieve,
    columns_of,
    municipality_code_of,
    name_of,
    text_of,
    year_in,
)
from forecast.sources.untrusted.archive import opened
from forecast.sources.untrusted.vector import Feature, read_features
from forecast.sources.zone_sorting import plain_name

MOST_BAD_SHARE: Final = 0.02
"""An outline that is missing leaves a hole in every map: a few of 342 may fail, not ten."""
_TYPES: Final = dict.fromkeys(("level", "region_id", "region_name", "outline_wkt"), pl.String)
_PROVINCE: Final = re.compile(r"PV[0-9]{2}|[0-9]{1,2}|")
_YEAR_CODE: Final = re.compile(r"(20[0-9]{2})(?:GM|PV)")
_OTHER_NAMES: Final = {"friesland": "Fryslân"}
_NO_LAND: Final = frozenset({"JA", "B", "1", "TRUE", "WATER"})
"""What files of CBS put in their column for water, where a part is water."""


def _municipality(values: dict[str, Any], known: Known) -> tuple[str, str]:
    del known  # codes come and go: an edition holds those of its own year
    code = municipality_code_of(values["region_id"])
    if not code:
        raise RowError(f"its code '{text_of(values['region_id'])}' is not GM and four digits")
    return code, name_of(values["region_name"], "name")


def _province(values: dict[str, Any], known: Known) -> tuple[str, str]:
    if not _PROVINCE.fullmatch(text_of(values["region_id"]).upper()):
        raise RowError(f"its code '{text_of(values['region_id'])}' is not PV and two digits")
    name = name_of(values["region_name"], "name").removesuffix(" (PV)")
    name = _OTHER_NAMES.get(name.casefold(), name)
    names = {plain_name(each): each for each in known.tables["municipalities"]["province_name"]}
    if plain_name(name) not in names:
        raise RowError(f"there is no province '{name}'")
    return names[plain_name(name)], names[plain_name(name)]


def _reader(
    source: str, level: str, identify: Callable[[dict[str, Any], Known], tuple[str, str]]
) -> Callable[[Request], Reading]:
    def read(request: Request) -> Reading:
        """Return `region_outlines` of a file; parts of one region are joined, water left out."""
        with opened(request.path) as file:
            features = read_features(file, lambda names: fits_any(source, names))
        names = columns_of(row.values for row in features.rows)
        _, columns = layout_for(source, names, request.path)
        placed = place(features)
        sieve = Sieve()
        sieve.tell("", "coordinates", placed.note)
        parts, region_names = _regions(
            placed.rows, columns, lambda values: identify(values, request.known), sieve
        )
        rows = [
            (level, region_id, region_names[region_id], outline_wkt(_joined(drawn)))
            for region_id, drawn in sorted(parts.items())
        ]
        year = _year(placed.rows, columns) or year_in(request.path)
        facts = FileFacts(
            dataset="outlines",
            format_name=features.format_name,
            encoding=features.encoding,
            rows=len(features.rows),
            passed_over=sieve.passed_over,
            reference_date=date(year, 1, 1) if year else request.reference_date,
            stated_crs=placed.stated,
            found_crs=placed.found,
        )
        if level == "municipality":
            _tell_differences(region_names, request.known, sieve)
        table = pl.DataFrame(rows, schema=_TYPES, orient="row")
        frames = {"region_outlines": table}
        return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))

    return read


def _regions(
    features: Sequence[Feature],
    columns: Mapping[str, str],
    identify: Callable[[dict[str, Any]], tuple[str, str]],
    sieve: Sieve,
) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Return the parts and the name of every region, by its identifier."""
    parts: dict[str, list[Any]] = {}
    names: dict[str, str] = {}
    for feature in features:
        values = {field: feature.values.get(column) for field, column in columns.items()}
        if text_of(values.get("water")).upper() in _NO_LAND:
            sieve.passed_over += 1
            continue
        try:
            region_id, name = identify(values)
            land = _land(feature)
            parts.setdefault(region_id, []).append(land)
            names.setdefault(region_id, name)
        except RowError as error:
            sieve.set_apart(feature.number, str(error), feature.original())
    return parts, names


def _land(feature: Feature) -> Any:
    if feature.problem:
        raise RowError(feature.problem)
    polygon = None if feature.shape is None else polygon_of(feature.shape)
    if polygon is None:
        raise RowError("it has no outline with an area")
    return polygon


def _joined(drawn: list[Any]) -> Any:
    return drawn[0] if len(drawn) == 1 else polygon_of(shapely.union_all(np.array(drawn)))


def _tell_differences(names: dict[str, str], known: Known, sieve: Sieve) -> None:
    """Note which municipalities the file has that are not known, and the reverse."""
    codes = set(known.tables["municipalities"]["municipality_code"])
    for code in sorted(names.keys() - codes):
        sieve.tell(code, "not_known", f"{names[code]} is not among the municipalities in use")
    for code in sorted(codes - names.keys()):
        sieve.tell(code, "no_outline", "the file has no outline of this municipality")


def _year(rows: Sequence[Feature], columns: Mapping[str, str]) -> int | None:
    """Return the one year that the codes of a file begin with, as 2026GM0193 does."""
    if "year_code" not in columns:
        return None
    found = {_YEAR_CODE.match(text_of(row.values.get(columns["year_code"]))) for row in rows}
    years = {match[1] for match in found if match}
    return int(years.pop()) if len(years) == 1 else None


def _source(name: str, label: str, read: Callable[[Request], Reading]) -> Source:
    return Source(
        name=name,
        label=label,
        publisher="CBS and Kadaster, through PDOK",
        licence="CC-BY-4.0",
        formats=("GeoJSON", "GeoPackage", "Shapefile (zipped too)"),
        tables=("region_outlines",),
        most_bad_share=MOST_BAD_SHARE,
        read=read,
    )


MUNICIPALITIES: Final = _source(
    "municipalities",
    "Outlines of municipalities",
    _reader("municipalities", "municipality", _municipality),
)
PROVINCES: Final = _source(
    "provinces", "Outlines of provinces", _reader("provinces", "province", _province)
)
