"""Supply areas of the capacity map, which answers for one area at a time.

Which areas there are is not told at once: those of the embedded table are asked for, so that an
area that is new since is not found. Options: ``pause_seconds`` between questions, and
``most_missing_share`` of areas that the map may know no longer.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, BinaryIO, Final

from forecast.errors import FetchError
from forecast.fetch.answers import json_of
from forecast.fetch.endpoints import Endpoint
from forecast.fetch.joining import write_list
from forecast.fetch.plan import Desk, Harvest, InconsistentError
from forecast.fetch.request import Request

_TABLE: Final = Path(__file__).parents[3] / "data" / "supply_areas" / "supply_areas.csv"
_SHOWN: Final = 5


def collect(endpoint: Endpoint, desk: Desk) -> Harvest:
    """Return the answers of all areas that are known.

    Raises
    ------
    FetchError
        If an answer is not that of an area, or more areas are unknown to the map than allowed.
    InconsistentError
        If the map answers for another area than asked.
    """
    known = known_areas()
    desk.expect(len(known))
    answers: list[Path] = []
    missing: list[str] = []
    for number, area in enumerate(known):
        body = json.dumps({"id": area}, ensure_ascii=False).encode()
        request = Request(endpoint.url, body=body, content_type="application/json")
        page = desk.page(request, f"area-{number:05}.json")
        found = _area(endpoint.name, page)
        if found is None:
            missing.append(area)
        elif found != area:
            raise InconsistentError(f"the answer for area {area} is of {found}")
        else:
            answers.append(page)
        desk.count(1)
    shown = ", ".join(missing[:_SHOWN]) + (" and others" if len(missing) > _SHOWN else "")
    if len(missing) > endpoint.options["most_missing_share"] * len(known):
        raise FetchError(
            endpoint.name, f"the map knows {len(missing)} of {len(known)} areas no longer ({shown})"
        )
    remark = f"the map knows {len(missing)} areas no longer: {shown}"

    def write(file: BinaryIO) -> None:
        write_list(file, (json.loads(page.read_bytes()) for page in answers))

    return Harvest(len(answers), len(known) - len(missing), write, (remark,) if missing else ())


def known_areas(table: Path = _TABLE) -> list[str]:
    """Return the identifiers of the areas in the embedded table."""
    with table.open(encoding="utf-8", newline="") as file:
        return [row["supply_area_id"] for row in csv.DictReader(file)]


def _area(name: str, page: Path) -> str | None:
    """Return which area an answer is of; None if the map does not know the one asked for."""
    area: Any = json_of(name, page, dict).get("serviceArea")
    if area is not None and not isinstance(area, dict):
        raise FetchError(name, "the answer of an area is expected (serviceArea)")
    return str(area["id"]) if area and area.get("id") else None
