"""Data sets of Socrata: pages by $limit and $offset in a fixed order, checked by a count.

Options: ``parts``, each with ``name``, ``dataset``, ``select``, ``where``, ``order``,
``page_rows``, and ``group`` where the server counts itself: then ``counted`` is the column with its
numbers, whose sum has to be that of all rows. ``key`` is a column that no two rows share. One part
becomes a JSON list, several a zip of lists.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from forecast.errors import FetchError
from forecast.fetch.answers import json_of
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.joining import rows_of, write_list, write_zip
from forecast.fetch.plan import Desk, Harvest, Seen, require_count
from forecast.fetch.request import Request


@dataclass(frozen=True)
class _Part:
    name: str
    pages: list[Path]
    rows: int
    expected: int | None


def collect(endpoint: Endpoint, desk: Desk) -> Harvest:
    """Return the rows of all parts.

    Raises
    ------
    FetchError
        If an answer is no list of rows.
    InconsistentError
        If rows occur twice, or don't add up to the count of the server.
    """
    parts = [_collect_part(endpoint, desk, options) for options in endpoint.options["parts"]]
    known = [part.expected for part in parts if part.expected is not None]
    expected = sum(known) if len(known) == len(parts) else None

    def write(file: BinaryIO) -> None:
        if len(parts) == 1:
            write_list(file, rows_of(parts[0].pages))
            return
        with tempfile.TemporaryDirectory(dir=parts[0].pages[0].parent) as folder:
            members = []
            for part in parts:
                path = Path(folder) / f"{part.name}.json"
                with path.open("wb") as joined:
                    write_list(joined, rows_of(part.pages))
                members.append((path.name, path))
            write_zip(file, members)

    return Harvest(sum(part.rows for part in parts), expected, write)


def _collect_part(endpoint: Endpoint, desk: Desk, options: Mapping[str, Any]) -> _Part:
    name, part = endpoint.name, str(options["name"])
    address = f"{endpoint.url.rstrip('/')}/{options['dataset']}.json"
    total = _count(endpoint, desk, address, options)
    # Of groups the server gives fewer rows than it counts: their sum is checked instead.
    counted = options.get("counted")
    expected = None if counted else total
    desk.expect(expected)
    limit = int(options["page_rows"])
    seen, pages, rows, sum_counted = Seen("row"), list[Path](), 0, 0
    while expected is None or rows < expected:
        clauses = ("select", "where", "group", "order")
        parameters = {f"${clause}": options[clause] for clause in clauses if clause in options}
        parameters |= {"$limit": str(limit), "$offset": str(rows)}
        page = desk.page(Request(address, parameters), f"{part}-{len(pages):05}.json")
        body = json_of(name, page, list)
        if not all(isinstance(row, dict) for row in body):
            raise FetchError(name, "rows with named fields are expected in the answer")
        if "key" in options:
            seen.add_all(row.get(options["key"]) for row in body)
        if counted:
            sum_counted += sum(_number(name, row.get(counted)) for row in body)
        pages.append(page)
        rows += len(body)
        desk.count(len(body))
        if not body or (expected is None and len(body) < limit):
            break
    if counted:
        require_count(f"{part} in groups", sum_counted, total)
    else:
        require_count(part, rows, expected)
    if not rows:
        raise FetchError(name, f"data set {options['dataset']} has no such rows")
    return _Part(part, pages, rows, expected)


def _count(endpoint: Endpoint, desk: Desk, address: str, options: Mapping[str, Any]) -> int:
    parameters = {"$select": "count(*) as n"}
    if "where" in options:
        parameters["$where"] = options["where"]
    page = desk.page(Request(address, parameters), f"{options['name']}-count.json", is_fresh=True)
    body = json_of(endpoint.name, page, list)
    first = body[0] if body and isinstance(body[0], dict) else {}
    return _number(endpoint.name, first.get("n"))


def _number(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise FetchError(name, f"a number is expected, but the answer has {value!r}") from None
