"""Overpass: one query is posted, whose first element is a count of the others.

Options: ``query``, which puts out a count and then the objects, and ``silence_seconds``, since the
server thinks before it answers.
"""

from __future__ import annotations

from typing import Any, BinaryIO
from urllib.parse import urlencode

from forecast.errors import FetchError
from forecast.fetch.answers import json_of
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.joining import write_object
from forecast.fetch.plan import Desk, Harvest, require_count
from forecast.fetch.request import Request


def collect(endpoint: Endpoint, desk: Desk) -> Harvest:
    """Return the objects of a query; the count is checked and left out.

    Raises
    ------
    FetchError
        If the answer is no JSON of Overpass, or it says in a remark that it gave up half-way, which
        comes with status 200.
    InconsistentError
        If there are more or fewer objects than counted.
    """
    body = urlencode({"data": endpoint.options["query"].strip()}).encode()
    silence = float(endpoint.options["silence_seconds"])
    page = desk.page(Request(endpoint.url, body=body, silence_seconds=silence), "elements.json")
    answer = json_of(endpoint.name, page, dict)
    elements = answer.get("elements")
    if not isinstance(elements, list):
        raise FetchError(endpoint.name, "an answer of Overpass with elements is expected")
    if remark := answer.get("remark"):
        raise FetchError(endpoint.name, f"Overpass gave up: {str(remark)[:200]}. Try again later")
    counts = [each for each in elements if _is_count(each)]
    objects = [each for each in elements if not _is_count(each)]
    expected = int(counts[0]["tags"]["total"]) if counts else None
    desk.expect(expected)
    desk.count(len(objects))
    require_count("objects", len(objects), expected)
    if not objects:
        raise FetchError(endpoint.name, "the query finds no objects")
    head = {key: value for key, value in answer.items() if key != "elements"}

    def write(file: BinaryIO) -> None:
        write_object(file, head, "elements", objects)

    return Harvest(len(objects), expected, write)


def _is_count(element: Any) -> bool:
    return (
        isinstance(element, dict)
        and element.get("type") == "count"
        and str(element.get("tags", {}).get("total", "")).isdigit()
    )
