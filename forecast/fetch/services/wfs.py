"""WFS 2.0 with GeoJSON: pages by count and startIndex, sorted, joined to one collection.

Options: ``layer``, ``crs``, ``sort_by`` (an attribute), ``page_rows``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from forecast.errors import FetchError
from forecast.fetch.answers import json_of, what_is
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.joining import rows_of, write_object
from forecast.fetch.plan import Desk, Harvest, InconsistentError, Seen, require_count
from forecast.fetch.request import Request

_MATCHED: Final = re.compile(rb'<(?:\w+:)?FeatureCollection\b[^>]*?\bnumberMatched="(\d+|unknown)"')
_HEAD_BYTES: Final = 1 << 16
_MOST_PAGES: Final = 10_000


def collect(endpoint: Endpoint, desk: Desk) -> Harvest:
    """Return all features of a layer.

    The number of features is asked first; a page may hold fewer than asked, since servers have
    bounds of their own, so that the next one starts where it ended.

    Raises
    ------
    FetchError
        If an answer is no GeoJSON.
    InconsistentError
        If pages overlap, differ in reference system, or don't add up to the number asked.
    """
    options = endpoint.options
    expected = _matched(endpoint, desk)
    desk.expect(expected)
    pages: list[Path] = []
    head: dict[str, Any] = {}
    seen, rows = Seen("feature"), 0
    while expected is None or rows < expected:
        request = _request(endpoint, count=str(options["page_rows"]), startIndex=str(rows))
        page = desk.page(request, f"features-{len(pages):05}.json")
        body = json_of(endpoint.name, page, dict)
        features = _features(endpoint, body)
        if not features:
            break
        head = head or _head(body)
        if body.get("crs") != head.get("crs"):
            raise InconsistentError("pages differ in their reference system")
        seen.add_all(feature["id"] for feature in features if feature.get("id") is not None)
        pages.append(page)
        rows += len(features)
        desk.count(len(features))
        if expected is None and len(features) < options["page_rows"]:
            break
        if len(pages) >= _MOST_PAGES:
            raise FetchError(endpoint.name, f"the layer has no end after {rows:,} features")
    require_count("features", rows, expected)
    if not rows:
        raise FetchError(endpoint.name, f"layer {options['layer']} has no features")

    def write(file: BinaryIO) -> None:
        write_object(file, head, "features", rows_of(pages, "features"))

    return Harvest(rows, expected, write)


def _features(endpoint: Endpoint, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    features = body.get("features")
    if (
        body.get("type") != "FeatureCollection"
        or not isinstance(features, list)
        or not all(isinstance(feature, dict) for feature in features)
    ):
        reason = "a FeatureCollection is expected, but the answer is other JSON"
        raise FetchError(endpoint.name, reason)
    return features


def _request(endpoint: Endpoint, **more: str) -> Request:
    options = endpoint.options
    parameters = {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": options["layer"],
        "srsName": options["crs"],
        "sortBy": options["sort_by"],
        "outputFormat": "application/json",
    }
    return Request(endpoint.url, parameters | more)


def _matched(endpoint: Endpoint, desk: Desk) -> int | None:
    """Return how many features a layer has; None if the server doesn't say."""
    parameters = {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": endpoint.options["layer"],
        "resultType": "hits",
    }
    page = desk.page(Request(endpoint.url, parameters), "hits.xml", is_fresh=True)
    with page.open("rb") as file:
        found = _MATCHED.search(file.read(_HEAD_BYTES))
    if found is None:
        reason = f"a number of features is expected, but {what_is(page)}"
        raise FetchError(endpoint.name, reason)
    return None if found[1] == b"unknown" else int(found[1])


def _head(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a collection that hold for all of its pages."""
    return {key: body[key] for key in ("type", "name", "crs") if key in body}
