"""Supply areas as the map itself answers for each ("68 MW" as text), and CSV tables of the same.

An answer has figures for both directions and does not say which of them the area is drawn for, so
that of areas that are not known those for feeding in can't be told from those for demand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import geopandas as gpd
import polars as pl
import shapely

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Reading, Request
from forecast.sources.readers.congestion import (
    WORK_TYPES,
    areas_frame,
    is_tso,
    megawatts_of,
    requests_of,
    status_code,
    year_number,
    year_text,
)
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.grid_works import _WORKS, Raw, read_works, works_of
from forecast.sources.readers.sieve import RowError, Sieve, name_of, number_of, refuse, text_of
from forecast.sources.untrusted.table import TextTable
from forecast.sources.untrusted.vector import as_json
from forecast.vocabulary import RD_NEW

_ANSWER: Final = {
    "id": "id",
    "operator": "rnb",
    "available": "existingTransportCapacityWithdrawal",
    "quoted": "requiredTransportCapacityWithdrawal",
    "queue": "queueWithdrawal",
    "requests": "uniqueRequestsWithdrawal",
    "year": "yearSolvedWithdrawal",
    "tso_year": "tennetYearSolvedWithdrawal",
    "tso_code": "tennetWithdrawalMax",
    "west": "bboxLeft",
    "south": "bboxBottom",
    "east": "bboxRight",
    "north": "bboxTop",
}
_TABLE: Final = {
    "id": "id",
    "operator": "operator",
    "available": "aanwezig_mw_afname",
    "quoted": "benodigd_mw_afname",
    "queue": "wachtrij_mw_afname",
    "requests": "wachtrij_n_afname",
    "year": "jaar_opgelost_afname",
    "tso_year": "tennet_jaar_opgelost_afname",
    "tso_code": "tennet_code_afname",
    "west": "bbox_w",
    "south": "bbox_s",
    "east": "bbox_e",
    "north": "bbox_n",
}
_DIRECTIONS, _DEMAND = "directions", "afname"
_CORNERS: Final = ("west", "south", "east", "north")
_WEST, _SOUTH, _EAST, _NORTH = 3.0, 50.5, 7.5, 53.8
_BOX: Final = ("x_rd_m", "y_rd_m", "x_min_rd_m", "y_min_rd_m", "x_max_rd_m", "y_max_rd_m")


def fits_table(header: Sequence[str]) -> bool:
    """Return whether a table has areas or works of the map."""
    return set(_TABLE.values()) <= set(header) or set(_WORKS) <= set(header)


def read_table(table: TextTable, request: Request) -> Reading:
    """Return `supply_areas` or `supply_area_works` of a CSV.

    Raises
    ------
    DataSourceError
        If it has no row that can be used.
    """
    sieve = Sieve()
    rows = [(line.number, line.cells) for line in sieve.sound(table.lines())]
    day = request.reference_date or day_in_name(request.path)
    if set(_WORKS) <= set(table.header):
        works = read_works(rows, sieve)
        frames = {"supply_area_works": works}
        dataset = "works"
        is_empty = works.is_empty()
    else:
        areas = _read_areas(rows, _TABLE, day, None, sieve)
        frames, dataset, is_empty = {"supply_areas": areas}, "areas", areas.is_empty()
    if is_empty:
        raise DataSourceError(request.path, _nothing(sieve.lines_met, sieve))
    facts = FileFacts(
        dataset=dataset,
        format_name="CSV",
        encoding=table.encoding,
        rows=sieve.lines_met,
        passed_over=sieve.passed_over,
        reference_date=day,
        found_crs="EPSG:4326" if dataset == "areas" else None,
    )
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def read_answers(body: Any, request: Request, encoding: str) -> Reading:
    """Return `supply_areas` and `supply_area_works` of answers, together in one JSON.

    Raises
    ------
    DataSourceError
        If they are no answers, or none can be used.
    """
    answers = list(_answers(body))
    if not answers:
        raise DataSourceError(
            request.path,
            "the JSON is neither of the information model (energy_areas) nor of supply areas "
            f"({_ANSWER['available']})",
        )
    sieve = Sieve()
    day = request.reference_date or day_in_name(request.path)
    rows = list(enumerate(answers, start=1))
    demand = frozenset(request.known.tables["supply_areas"]["supply_area_id"])
    areas = _read_areas(rows, _ANSWER, day, demand, sieve)
    if areas.is_empty():
        raise DataSourceError(request.path, _nothing(len(rows), sieve))
    kept = set(areas["supply_area_id"])
    works = [
        work
        for answer in answers
        if text_of(answer.get("id")) in kept
        for work in works_of(answer, text_of(answer.get("id")), sieve)
    ]
    frames = {"supply_areas": areas, "supply_area_works": pl.DataFrame(works, schema=WORK_TYPES)}
    facts = FileFacts(
        dataset="areas",
        format_name="JSON per area",
        encoding=encoding,
        rows=len(rows),
        passed_over=sieve.passed_over,
        reference_date=day,
        found_crs="EPSG:4326",
    )
    return Reading(frames, facts, tuple(sieve.quarantined), tuple(sieve.notes))


def _answers(body: Any) -> Iterator[Raw]:
    """Yield the answers in a document: one, a list, or by their identifier."""
    if isinstance(body, list):
        for part in body:
            yield from _answers(part)
    elif isinstance(body, dict):
        if _ANSWER["available"] in body:
            yield body
        elif isinstance(body.get("serviceArea"), dict):
            yield from _answers(body["serviceArea"])
        else:
            yield from (part for part in body.values() if _is_answer(part))


def _is_answer(part: Any) -> bool:
    return isinstance(part, dict) and _ANSWER["available"] in part


def _read_areas(
    rows: Sequence[tuple[int, Raw]],
    columns: Mapping[str, str],
    day: date | None,
    demand: frozenset[str] | None,
    sieve: Sieve,
) -> pl.DataFrame:
    found: dict[str, dict[str, Any]] = {}
    boxes: list[tuple[float, ...]] = []
    unsure = []
    for number, raw in rows:
        values = {field: raw.get(column) for field, column in columns.items()}
        try:
            code = name_of(values["id"], "id")
            if _DIRECTIONS in raw and _DEMAND not in text_of(raw[_DIRECTIONS]).split("|"):
                sieve.passed_over += 1
                continue
            if demand is not None and code not in demand:
                sieve.passed_over += 1
                unsure.append(code)
                continue
            if code in found:
                refuse(f"area '{code}' occurs before")
            area = _area(code, values, day)
            boxes.append(_degrees(values))
            found[code] = area
        except RowError as error:
            sieve.set_apart(number, str(error), as_json(raw))
    if unsure:
        sieve.tell(
            "",
            "direction_not_said",
            f"{len(unsure)} areas are not known as areas for demand, and the file does not say "
            f"which direction they are for; left out: {', '.join(sorted(unsure))}",
        )
    if not found:
        return areas_frame([])
    return areas_frame(
        [area | box for area, box in zip(found.values(), _in_rd(boxes), strict=True)]
    )


def _area(code: str, values: Raw, day: date | None) -> dict[str, Any]:
    operator = name_of(values["operator"], "grid operator")
    said, tso_said = year_text(values["year"]), year_text(values["tso_year"])
    return {
        "supply_area_id": code,
        "grid_operator_name": operator,
        "is_tso": is_tso(operator),
        "demand_available_capacity_mw": megawatts_of(values["available"], "available capacity"),
        "demand_quoted_capacity_mw": megawatts_of(values["quoted"], "needed capacity"),
        "demand_capacity_in_queue_mw": megawatts_of(values["queue"], "queue"),
        "demand_requests_in_queue": requests_of(values["requests"]),
        "demand_alleviation_year": year_number(said),
        "tso_alleviation_year": year_number(tso_said),
        "tso_status_code": status_code(values["tso_code"]),
        "said": said,
        "tso_said": tso_said,
        "outline_wkt": None,
        "holds_on": day,
    }


def _degrees(values: Raw) -> tuple[float, ...]:
    """Return the corners of the box of an area: west, south, east and north."""
    corners = tuple(number_of(values[name], f"{name} of its box", 90) for name in _CORNERS)
    if any(corner is None for corner in corners):
        raise RowError("its box lacks a corner: it can't be placed")
    west, south, east, north = (float(corner or 0) for corner in corners)
    is_inside = _WEST <= west <= east <= _EAST and _SOUTH <= south <= north <= _NORTH
    if not is_inside:
        box = f"({west:g}, {south:g}) to ({east:g}, {north:g})"
        raise RowError(f"its box {box} is not one in the Netherlands, longitude before latitude")
    return west, south, east, north


def _in_rd(boxes: Sequence[Sequence[float]]) -> list[dict[str, float]]:
    """Return boxes in RD New: the extent of their corners, and its middle."""
    drawn = gpd.GeoSeries([shapely.box(*box) for box in boxes], crs="EPSG:4326").to_crs(RD_NEW)
    found = []
    for left, below, right, above in shapely.bounds(drawn.to_numpy()).tolist():
        middle = (left + right) / 2, (below + above) / 2
        found.append(dict(zip(_BOX, (*middle, left, below, right, above), strict=True)))
    return found


def _nothing(count: int, sieve: Sieve) -> str:
    why = f": {sieve.quarantined[0].reason}" if sieve.quarantined else ""
    return f"none of its {count} rows can be used{why}"
