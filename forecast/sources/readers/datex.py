"""Access zones in DATEX II v3 (ControlledZoneTablePublication), as XML or JSON.

Traps of the feed: every zone calls itself a low-emission zone, so that what may still enter says
which it is; positions are latitude before longitude; and validity stands in two places, that of the
zone beside its area, and that of exemptions deeper down, whose end closes a set of rules only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element  # only the type: what is read was parsed safely

import shapely

from forecast.errors import DataSourceError
from forecast.sources.untrusted.tree import local_name
from forecast.sources.untrusted.vector import Feature, Features

PUBLICATION: Final = "ControlledZoneTablePublication"
_ZONE: Final = "urbanVehicleAccessRegulation"
_ZERO: Final = frozenset({"battery", "hydrogen", "electric"})
_FIRST_OPEN_YEAR: Final = "2900"
_PAIR: Final = 2
_CORNERS: Final = 4
_TEXT: Final = "_text"

Node = Mapping[str, Any]


def features_of_xml(root: Element, given: Path) -> Features:
    """Return the zones of a publication in XML as features in degrees, longitude first.

    Raises
    ------
    DataSourceError
        If it is another document, or holds no zone.
    """
    return _features(_node(root), given, "DATEX II XML")


def features_of_json(body: Any, given: Path, encoding: str) -> Features:
    """Return the zones of a publication in JSON, with or without prefixes in its names.

    Raises
    ------
    DataSourceError
        As `features_of_xml`.
    """
    found = _features(_bare(body), given, "DATEX II JSON")
    return Features(given, found.rows, found.format_name, found.crs, encoding, found.members)


def _features(tree: Node, given: Path, format_name: str) -> Features:
    zones = list(_find(tree, _ZONE))
    if not zones:
        reason = f"it holds no {_ZONE}; a {PUBLICATION} is expected"
        raise DataSourceError(given, reason)
    rows = [_feature(number, zone) for number, zone in enumerate(zones, start=1)]
    published = next((_text(node) for node in _find(tree, "publicationTime")), "")
    return Features(given, rows, format_name, "EPSG:4326", members={"published": published})


def _feature(number: int, zone: Node) -> Feature:
    start, end = _validity(zone)
    fuels = sorted({_text(node) for node in _find(zone, "fuelType")})
    exempt = {_text(fuel) for part in _negated(zone) for fuel in _find(part, "fuelType")}
    values = {
        "id": _text(zone.get("id")),
        "version": _text(zone.get("version")),
        "kind": "zero_emission" if exempt & _ZERO else "low_emission",
        "name": _first_text(zone, "name"),
        "authority": _first_text(zone, "issuingAuthority"),
        "status": _first_text(zone, "status"),
        "start": start,
        "end": end,
        "fuel": "|".join(fuels),
        "vehicle_types": "|".join(sorted({_text(n) for n in _find(zone, "euVehicleCategory")})),
        "url": _first_text(zone, "urlForFurtherInformation"),
    }
    try:
        return Feature(number, values, _outline(zone))
    except ValueError as error:
        return Feature(number, values, None, str(error))


def _validity(zone: Node) -> tuple[str, str]:
    """Return start and end of the zone itself: those that stand least deep.

    An end in the far future is none; ends deeper down belong to exemptions.
    """
    for depth in _levels(zone):
        starts = [_text(node["overallStartTime"]) for node in depth if "overallStartTime" in node]
        if starts:
            ends = [_text(node.get("overallEndTime")) for node in depth]
            end = max(filter(None, ends), default="")
            return min(starts), "" if end >= _FIRST_OPEN_YEAR else end
    return "", ""


def _levels(node: Node) -> Iterator[list[Node]]:
    level: list[Node] = [node]
    while level:
        yield level
        level = [child for parent in level for child in _children(parent)]


def _negated(zone: Node) -> Iterator[Node]:
    """Yield the sets of conditions that do not hold for whoever may still enter."""
    for level in _levels(zone):
        yield from (node for node in level if _text(node.get("negate")).lower() == "true")


def _outline(zone: Node) -> Any:
    """Return the area of a zone in degrees, longitude first.

    Raises
    ------
    ValueError
        If it has none, or one with a broken ring.
    """
    polygons = []
    for node in _find(zone, "gmlPolygon"):
        outer = [_ring(part) for part in _find(node, "exterior")]
        inner = [_ring(part) for part in _find(node, "interior")]
        if not outer:
            raise ValueError("its polygon has no exterior")
        polygons.append(shapely.Polygon(outer[0], inner))
    if not polygons:
        raise ValueError("it has no area (gmlPolygon)")
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _ring(node: Node) -> list[tuple[float, float]]:
    text = next((_text(found) for found in _find(node, "posList")), "")
    try:
        numbers = [float(part) for part in text.split()]
    except ValueError:
        raise ValueError(f"its posList holds '{text[:40]}'") from None
    if len(numbers) % _PAIR or len(numbers) < _CORNERS * _PAIR:
        raise ValueError(f"its posList has {len(numbers)} numbers; pairs of four corners or more")
    # Latitude first, as the standard has it; `placing` sees it where a feed has not.
    return list(zip(numbers[1::2], numbers[::2], strict=True))


def _node(element: Element) -> Node:
    """Return an element as nested mappings, attributes beside children; names bare."""
    node: dict[str, Any] = {
        name.rsplit("}", maxsplit=1)[-1]: value for name, value in element.attrib.items()
    }
    for child in element:
        node.setdefault(local_name(child), []).append(_node(child))
    if text := (element.text or "").strip():
        node[_TEXT] = text
    return node


def _bare(value: Any) -> Any:
    """Return JSON with names without prefix, such as ``cz:name`` or ``czName`` has not."""
    if isinstance(value, dict):
        return {name.rsplit(":", maxsplit=1)[-1]: _bare(part) for name, part in value.items()}
    return [_bare(part) for part in value] if isinstance(value, list) else value


def _children(node: Node) -> Iterator[Node]:
    for value in node.values():
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, dict):
                yield part
            elif isinstance(part, list):
                yield from (inner for inner in part if isinstance(inner, dict))


def _find(node: Any, name: str) -> Iterator[Any]:
    """Yield everything of a name below a node, not looking into what is found."""
    if isinstance(node, list):
        for part in node:
            yield from _find(part, name)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == name:
                yield from value if isinstance(value, list) else (value,)
            else:
                yield from _find(value, name)


def _first_text(zone: Node, name: str) -> str:
    """Return the first text of an element, in Dutch where it has several languages."""
    for found in _find(zone, name):
        values = list(_find(found, "value"))
        dutch = [v for v in values if isinstance(v, dict) and _text(v.get("lang")) == "nl"]
        for candidate in (*dutch, *values, found):
            if text := _text(candidate):
                return text
    return ""


def _text(value: Any) -> str:
    if isinstance(value, dict):
        inner = value.get(_TEXT, value.get("value", value.get("values")))
        return "" if inner is None else _text(inner)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _text(value[0]) if value else ""
    return "" if value is None else str(value).strip()
