"""Features of a GeoJSON, GeoPackage or Shapefile: values and shape of each, or what is wrong."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import pyogrio
import shapely
from shapely.geometry import mapping, shape

from forecast.errors import DataSourceError
from forecast.sources.untrusted.archive import Opened, kind_of
from forecast.sources.untrusted.limits import MOST_FEATURES
from forecast.sources.untrusted.text import storable
from forecast.sources.untrusted.tree import read_json

Fits = Callable[[Iterable[str]], bool]
_DEGREES: Final = "EPSG:4326"
_CRS84: Final = "CRS84"
_DEEPEST: Final = 6
# pyogrio derives its errors from RuntimeError; of broken files it also lets pass what GEOS and its
# own code stumble over.
_FAULTS: Final = (RuntimeError, ValueError, OSError, UnboundLocalError, shapely.errors.ShapelyError)


@dataclass(frozen=True)
class Feature:
    """One feature.

    Attributes
    ----------
    number
        Its place in the file, from 1.
    values
        Its attributes.
    shape
        Its geometry, in the coordinates of the file until `forecast.sources.placing` has seen it;
        None if it has none, or none that can be read.
    problem
        Why its geometry can't be read; "" if it can, or if it has none.
    """

    number: int
    values: Mapping[str, Any]
    shape: Any = None
    problem: str = ""

    def original(self) -> str:
        """Return the feature as it was, as JSON."""
        geometry = None if self.shape is None else mapping(self.shape)
        return as_json({"properties": dict(self.values), "geometry": geometry})


@dataclass(frozen=True)
class Features:
    """All features of a file or layer, and what the file says of itself."""

    given: Path
    rows: Sequence[Feature]
    format_name: str
    crs: str | None
    encoding: str = "utf-8"
    members: Mapping[str, Any] = field(default_factory=dict)


def as_json(value: Any) -> str:
    """Return any value as JSON for people; what JSON has no form for, as text."""
    return storable(json.dumps(value, ensure_ascii=False, default=_as_text))


def read_features(source: Opened, fits: Fits = lambda _: True) -> Features:
    """Return the features of an opened file.

    Parameters
    ----------
    source
        A GeoJSON, GeoPackage or Shapefile, packed or not.
    fits
        Whether a layer with these attributes is meant: for a GeoPackage with several.

    Raises
    ------
    DataSourceError
        If it is none of these, is broken, holds nothing, or no layer or several fit.
    """
    path = source.only("json", "gpkg", "shp")
    kind = kind_of(path)
    if kind == "json":
        body, encoding = read_json(path, source.given)
        return features_of(body, source.given, encoding)
    layer = _layer(path, source.given, fits) if kind == "gpkg" else None
    return _read_with_gdal(path, source.given, layer, kind)


def features_of(body: Any, given: Path, encoding: str = "utf-8") -> Features:
    """Return the features of a GeoJSON document that was read.

    Raises
    ------
    DataSourceError
        If it is no GeoJSON, or holds no features.
    """
    if isinstance(body, dict) and body.get("type") == "Feature":
        body = {"type": "FeatureCollection", "features": [body]}
    if not isinstance(body, dict) or not isinstance(body.get("features"), list):
        raise DataSourceError(given, "the file is JSON, but no GeoJSON: it has no list 'features'")
    found = body["features"]
    _require_rows(given, len(found))
    members = {name: value for name, value in body.items() if name != "features"}
    rows = [_feature(number, raw) for number, raw in enumerate(found, start=1)]
    crs = _crs_of(members.get("crs"))
    return Features(given, rows, "GeoJSON", crs, encoding, members)


def _feature(number: int, raw: Any) -> Feature:
    if not isinstance(raw, dict) or not isinstance(raw.get("properties"), dict):
        return Feature(number, {"feature": raw}, None, "it is no feature with properties")
    given = raw.get("geometry")
    if given is None:
        return Feature(number, raw["properties"])
    try:
        if not all(map(_is_finite, _numbers(given.get("coordinates", ())))):
            return _broken(number, raw, "a coordinate is no finite number")
        drawn = shapely.force_2d(shape(given))
    except (ValueError, TypeError, LookupError, AttributeError, shapely.errors.ShapelyError):
        return _broken(number, raw, "its geometry is broken: a ring needs four corners or more")
    if drawn.is_empty:
        return Feature(number, raw["properties"])
    return Feature(number, raw["properties"], drawn)


def _broken(number: int, raw: Mapping[str, Any], problem: str) -> Feature:
    values = {**raw["properties"], "geometry": raw["geometry"]}
    return Feature(number, values, None, problem)


def _numbers(nested: Any, depth: int = 0) -> Iterator[Any]:
    if isinstance(nested, list | tuple):
        if depth > _DEEPEST:
            raise ValueError("nested too deep")
        for part in nested:
            yield from _numbers(part, depth + 1)
    else:
        yield nested


def _is_finite(number: Any) -> bool:
    return isinstance(number, int | float) and abs(number) < 1e12  # noqa: PLR2004 - no place


def _crs_of(member: Any) -> str | None:
    """Return the name in an old-style member crs; a GeoJSON without one is in degrees."""
    if member is None:
        return _DEGREES
    about = member.get("properties") if isinstance(member, dict) else None
    name = about.get("name") if isinstance(about, dict) else None
    if not isinstance(name, str):
        return None
    if _CRS84 in name:
        return _DEGREES
    # urn:ogc:def:crs:EPSG::28992 · EPSG:28992 · http://www.opengis.net/def/crs/EPSG/0/28992
    code = name.replace("/", ":").rsplit(":", maxsplit=1)[-1]
    return f"EPSG:{code}" if "EPSG" in name and code.isdigit() else name


def _layer(path: Path, given: Path, fits: Fits) -> str:
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        columns = {name: list(pyogrio.read_info(path, layer=name)["fields"]) for name in layers}
    except _FAULTS as error:
        raise DataSourceError(given, f"the GeoPackage can't be opened ({error})") from None
    fitting = [name for name in layers if fits(columns[name])]
    if len(fitting) == 1:
        return fitting[0]
    shown = "; ".join(f"{name} ({', '.join(columns[name][:8])})" for name in layers[:5])
    which = "none of its layers has" if not fitting else f"{len(fitting)} of its layers have"
    raise DataSourceError(given, f"{which} the columns that are expected; it holds {shown}")


def _read_with_gdal(path: Path, given: Path, layer: str | None, kind: str) -> Features:
    if kind == "shp":
        missing = [end for end in (".dbf", ".shx") if not _beside(path, end)]
        if missing:
            reason = f"a Shapefile is several files; {' and '.join(missing)} is missing beside it"
            raise DataSourceError(given, f"{reason}: zip them together")
    with warnings.catch_warnings():
        # GDAL warns of rings in an odd order and of years it widens; shapes are mended by us.
        warnings.simplefilter("ignore")
        info, frame, encoding = _frame(path, given, layer)
    _require_rows(given, len(frame))
    name = frame.geometry.name if "geometry" in frame.columns else None
    values = frame.drop(columns=name) if name else frame
    shapes = frame.geometry if name else [None] * len(frame)
    rows = [
        Feature(number, _plain(record), None if _is_nothing(drawn) else shapely.force_2d(drawn))
        for number, (record, drawn) in enumerate(
            zip(values.to_dict("records"), shapes, strict=True), start=1
        )
    ]
    format_name = "GeoPackage" if kind == "gpkg" else "Shapefile"
    return Features(given, rows, format_name, info["crs"], encoding)


def _frame(path: Path, given: Path, layer: str | None) -> tuple[Any, Any, str]:
    for encoding in (None, "cp1252"):
        try:
            info = pyogrio.read_info(path, layer=layer, encoding=encoding)
            if info["features"] > MOST_FEATURES:
                _require_rows(given, info["features"])
            frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding)
        except UnicodeDecodeError:
            continue
        except _FAULTS as error:
            raise DataSourceError(given, f"the file is broken or cut off ({error})") from None
        return info, frame, str(encoding or info.get("encoding") or "utf-8").lower()
    raise DataSourceError(given, "its texts are neither UTF-8 nor Windows-1252")


def _beside(path: Path, ending: str) -> bool:
    return any(path.with_suffix(variant).exists() for variant in (ending, ending.upper()))


def _plain(record: Mapping[Any, Any]) -> dict[str, Any]:
    """Return values as plain Python has them: missing ones as None, numbers without numpy."""
    return {str(name): _value(value) for name, value in record.items()}


def _value(value: Any) -> Any:
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT differ from themselves
        return None
    return value.item() if hasattr(value, "item") else value


def _is_nothing(drawn: Any) -> bool:
    return drawn is None or drawn.is_empty


def _require_rows(given: Path, count: int) -> None:
    if not count:
        raise DataSourceError(given, "the file holds no features")
    if count > MOST_FEATURES:
        reason = f"the file holds {count:,} features; at most {MOST_FEATURES:,} are read"
        raise DataSourceError(given, reason)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
