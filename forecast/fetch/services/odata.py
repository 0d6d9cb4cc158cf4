"""A table of CBS (OData v4): its metadata and observations, page after page, as one zip.

Every answer stands in the zip as it was given: Properties, Dimensions, the lists of codes and
groups, and as many Observations as there were pages. Options: ``periods`` is ``all``, or ``last``
for the last year only, of tables that are large.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urljoin

from forecast.errors import FetchError
from forecast.fetch.answers import json_of
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.joining import write_zip
from forecast.fetch.plan import Desk, Harvest, InconsistentError, require_count
from forecast.fetch.request import Request, origin

_SETS: Final = re.compile(r"Dimensions|\w+(?:Codes|Groups)")
_YEAR: Final = re.compile(r"[0-9]{4}JJ00")
_PERIODS: Final = "PeriodenCodes"
_OBSERVATIONS: Final = "Observations"
_NEXT: Final = "@odata.nextLink"
_COUNT: Final = "@odata.count"
_MOST_PAGES: Final = 10_000


def collect(endpoint: Endpoint, desk: Desk) -> Harvest:
    """Return a table with its metadata.

    The number of observations stands in the properties of the table, and that of a part of it in
    the first answer. Where it does not, the end is where no next page is named.

    Raises
    ------
    FetchError
        If an answer is not that of such a service, or names a next page on another server.
    InconsistentError
        If observations don't add up to the number stated.
    """
    name, root = endpoint.name, endpoint.url.rstrip("/")
    properties = desk.page(Request(f"{root}/Properties"), "Properties.json", is_fresh=True)
    about = json_of(name, properties, dict)
    members = [("Properties.json", properties)]
    codes: dict[str, list[Path]] = {}
    for entity_set in _entity_sets(endpoint, desk):
        codes[entity_set] = _pages(endpoint, desk, Request(f"{root}/{entity_set}"), entity_set)[0]
        members += _named(entity_set, codes[entity_set])
    parameters = {}
    if endpoint.options["periods"] == "last":
        parameters["$filter"] = f"Perioden eq '{_last_year(name, codes.get(_PERIODS, []))}'"
        parameters["$count"] = "true"
        expected = None
    else:
        expected = _whole(about.get("ObservationCount"))
    desk.expect(expected)
    request = Request(f"{root}/{_OBSERVATIONS}", parameters)
    pages, rows = _pages(endpoint, desk, request, _OBSERVATIONS)
    members += _named(_OBSERVATIONS, pages)
    if expected is None:
        expected = _whole(json_of(name, pages[0], dict).get(_COUNT))
    require_count("observations", rows, expected)
    if not rows:
        raise FetchError(name, "the table has no observations")

    def write(file: BinaryIO) -> None:
        write_zip(file, members)

    return Harvest(rows, expected, write)


def _entity_sets(endpoint: Endpoint, desk: Desk) -> list[str]:
    """Return the lists of metadata that the service names in its first document."""
    page = desk.page(Request(endpoint.url.rstrip("/")), "service.json")
    entries = json_of(endpoint.name, page, dict).get("value")
    names = [
        str(entry.get("name"))
        for entry in entries if isinstance(entry, dict)
    ] if isinstance(entries, list) else []  # fmt: skip
    found = [name for name in names if _SETS.fullmatch(name)]
    if _OBSERVATIONS not in names or not found:
        raise FetchError(endpoint.name, "the answer does not name the lists of a table of CBS")
    return found


def _pages(
    endpoint: Endpoint, desk: Desk, request: Request, entity_set: str
) -> tuple[list[Path], int]:
    """Return all pages of an entity set, and the rows on them."""
    is_counted = entity_set == _OBSERVATIONS
    pages: list[Path] = []
    rows = 0
    asked: set[str] = set()
    while True:
        asked.add(request.key)
        page = desk.page(request, f"{entity_set}-{len(pages):05}.json")
        body = json_of(endpoint.name, page, dict)
        values = body.get("value")
        if not isinstance(values, list):
            raise FetchError(endpoint.name, f"{entity_set} is expected, but is not in the answer")
        pages.append(page)
        rows += len(values)
        if is_counted:
            desk.count(len(values))
        following = body.get(_NEXT)
        if not following:
            return pages, rows
        request = Request(_same_server(endpoint, str(following)))
        if request.key in asked or len(pages) >= _MOST_PAGES:
            raise InconsistentError(f"the pages of {entity_set} go round in a circle")


def _same_server(endpoint: Endpoint, following: str) -> str:
    """Return the address of a next page, which may stand on the same server only."""
    address = urljoin(endpoint.url.rstrip("/") + "/", following)
    if origin(address) != origin(endpoint.url):
        raise FetchError(
            endpoint.name,
            f"its next page is on another server ({origin(address)[1] or following[:80]}), which "
            "is not followed",
        )
    return address


def _last_year(name: str, pages: list[Path]) -> str:
    years = [
        str(code.get("Identifier")).strip()
        for page in pages
        for code in json_of(name, page, dict)["value"]
        if isinstance(code, dict)
    ]
    found = sorted(year for year in years if _YEAR.fullmatch(year))
    if not found:
        raise FetchError(name, f"{_PERIODS} of the table names no year")
    return found[-1]


def _named(entity_set: str, pages: list[Path]) -> list[tuple[str, Path]]:
    if len(pages) == 1:
        return [(f"{entity_set}.json", pages[0])]
    return [(f"{entity_set}-{number}.json", page) for number, page in enumerate(pages, start=1)]


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
