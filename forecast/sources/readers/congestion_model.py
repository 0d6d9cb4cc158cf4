"""The JSON of grid operators after the information model of the capaciteitskaart (v1.3.0).

The model has no geometry: an area that is known keeps its place, one that is not is placed by the
points of its postcodes, and one without either can't be placed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from forecast.errors import DataSourceError
from forecast.sources.contract import FileFacts, Reading, Request
from forecast.sources.readers.congestion import (
    NOT_KNOWN,
    POSTCODE_TYPES,
    WORK_TYPES,
    areas_frame,
    is_tso,
    megawatts_of,
    postcode_of,
    requests_of,
    status_of,
    year_number,
    year_text,
)
from forecast.sources.readers.days import day_in_name
from forecast.sources.readers.sieve import (
    RowError,
    Sieve,
    count_of,
    day_of,
    name_of,
    refuse,
    text_of,
)
from forecast.sources.untrusted.vector import as_json

_AREAS: Final = "energy_areas"
_MODEL: Final = "capaciteitskaart"
_BOX: Final = ("x_rd_m", "y_rd_m", "x_min_rd_m", "y_min_rd_m", "x_max_rd_m", "y_max_rd_m")
_MARGIN_M: Final = 2_000.0
"""Around the points of the postcodes of an area: a postcode of four digits is about this wide."""
_CONGESTION_AREA: Final = "congestion_area"


def fits(body: Any) -> bool:
    """Return whether a document says that it follows the model, or has its list of areas."""
    return isinstance(body, dict) and (
        isinstance(body.get(_AREAS), list) or _MODEL in text_of(body.get("conforms_to"))
    )


def read_model(body: Mapping[str, Any], request: Request, encoding: str) -> Reading:
    """Return `supply_areas`, `postcode_congestion` and `supply_area_works`.

    Raises
    ------
    DataSourceError
        If it has no areas.
    """
    areas = body.get(_AREAS)
    if not isinstance(areas, list) or not areas:
        raise DataSourceError(request.path, f"the document has no list '{_AREAS}' with areas")
    sieve = Sieve()
    day = _day(body, request)
    operator = text_of(body.get("publisher")) or text_of(body.get("creator"))
    model = _Model(operator, day, request, sieve)
    for number, area in enumerate(areas, start=1):
        try:
            model.take(area)
        except RowError as error:
            sieve.set_apart(number, str(error), as_json(area))
    if not model.found:
        first = sieve.quarantined[0].reason if sieve.quarantined else "all are congestion areas"
        raise DataSourceError(request.path, f"none of its {len(areas)} areas can be used ({first})")
    if any(code in model.known for code in model.found):
        text = "the model has no places and no transmission grid; both stay as they were known"
        sieve.tell("", "as_before", text)
    facts = FileFacts(
        dataset="areas",
        format_name=f"JSON ({text_of(body.get('conforms_to')) or 'capaciteitskaart'})",
        encoding=encoding,
        rows=len(areas),
        passed_over=sieve.passed_over,
        reference_date=day,
    )
    return Reading(model.tables(), facts, tuple(sieve.quarantined), tuple(sieve.notes))


class _Model:
    """What the areas of a document that were taken tell, beside what was known before."""

    def __init__(self, operator: str, day: date | None, request: Request, sieve: Sieve) -> None:
        known = request.known
        self.operator, self.day, self.sieve = operator, day, sieve
        self.known: dict[str, dict[str, Any]] = {
            row["supply_area_id"]: row for row in known.tables["supply_areas"].iter_rows(named=True)
        }
        points = known.postcode_points.select("postcode4", "x_rd_m", "y_rd_m")
        self.points = {str(code): (x, y) for code, x, y in points.iter_rows()}
        self.found: dict[str, dict[str, Any]] = {}
        self.works: list[dict[str, Any]] = []
        self.postcodes: dict[str, tuple[Any, ...]] = {}

    def take(self, area: Any) -> None:
        """Take an area in.

        Raises
        ------
        RowError
            If it can't be read or placed, or occurs before.
        """
        if not isinstance(area, dict):
            refuse("it is no area with fields")
        if text_of(area.get("type")) == _CONGESTION_AREA:
            self.sieve.passed_over += 1
            return
        code = name_of(area.get("short_code"), "short_code")
        if code in self.found:
            refuse(f"area '{code}' occurs before")
        of_area = _postcodes(area, code, self.sieve)
        place = _place(code, of_area, self.known, self.points)
        figures = _figures(area, code, self.known.get(code, {}), self.operator)
        self.found[code] = figures | place | {"holds_on": self.day}
        self.postcodes |= {row[0]: row for row in of_area if row[0] not in self.postcodes}
        self.works += _works(area, code)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Return what was taken as tables."""
        postcodes = [self.postcodes[key] for key in sorted(self.postcodes)]
        return {
            "supply_areas": areas_frame(list(self.found.values())),
            "postcode_congestion": pl.DataFrame(postcodes, schema=POSTCODE_TYPES, orient="row"),
            "supply_area_works": pl.DataFrame(self.works, schema=WORK_TYPES),
        }


def _day(body: Mapping[str, Any], request: Request) -> date | None:
    """Return the day of issue: as the document has it, else as user or file name say."""
    try:
        stated = day_of(body.get("issued"))
    except RowError:
        stated = None
    return stated or request.reference_date or day_in_name(request.path)


def _figures(
    area: Mapping[str, Any], code: str, before: Mapping[str, Any], operator: str
) -> dict[str, Any]:
    said = year_text(area.get("demand_alleviation_year"))
    year = before.get("tso_alleviation_year")
    name = str(before.get("grid_operator_name") or operator or "not stated")
    not_solved = "2099" if before.get("tso_alleviation") == NOT_KNOWN else "-"
    return {
        "supply_area_id": code,
        "grid_operator_name": name,
        "is_tso": bool(before["is_tso"]) if before else is_tso(name),
        "demand_available_capacity_mw": megawatts_of(
            area.get("demand_available_capacity"), "available capacity"
        ),
        "demand_quoted_capacity_mw": megawatts_of(
            area.get("demand_quoted_capacity"), "quoted capacity"
        ),
        "demand_capacity_in_queue_mw": megawatts_of(
            area.get("demand_capacity_in_queue"), "capacity in queue"
        ),
        "demand_requests_in_queue": requests_of(area.get("demand_requests_in_queue")),
        "demand_alleviation_year": year_number(said),
        "said": said,
        "tso_alleviation_year": year,
        "tso_status_code": before.get("tso_status_code"),
        "tso_said": not_solved if year is None else str(year),
        "outline_wkt": before.get("outline_wkt"),
    }


def _place(
    code: str,
    postcodes: list[tuple[Any, ...]],
    known: Mapping[str, Mapping[str, Any]],
    points: Mapping[str, tuple[float, float]],
) -> dict[str, float]:
    if code in known:
        return {name: known[code][name] for name in _BOX}
    found = [points[row[0][:4]] for row in postcodes if row[0][:4] in points]
    if not found:
        raise RowError(
            f"area '{code}' is not known, and none of its {len(postcodes)} postcodes has a point: "
            "it can't be placed"
        )
    xs, ys = [x for x, _ in found], [y for _, y in found]
    left, right = min(xs) - _MARGIN_M, max(xs) + _MARGIN_M
    below, above = min(ys) - _MARGIN_M, max(ys) + _MARGIN_M
    middle = (left + right) / 2, (below + above) / 2
    return dict(zip(_BOX, (*middle, left, below, right, above), strict=True))


def _postcodes(area: Mapping[str, Any], code: str, sieve: Sieve) -> list[tuple[Any, ...]]:
    """Return rows of `postcode_congestion`; one that can't be read is noted with its text."""
    rows = []
    own = area.get("demand_constraint"), area.get("generation_constraint")
    for entry in _entries(area, "postcode_areas"):
        try:
            rows.append(
                (
                    postcode_of(entry.get("postcode")),
                    status_of(entry.get("demand_constraint", own[0])),
                    status_of(entry.get("generation_constraint", own[1])),
                    code,
                    text_of(entry.get("substation_short_code")) or None,
                )
            )
        except RowError as error:
            sieve.tell(code, "postcode_left_out", f"{error}: {as_json(entry)}")
    return rows


def _works(area: Mapping[str, Any], code: str) -> Iterator[dict[str, Any]]:
    for number, entry in enumerate(_entries(area, "works"), start=1):
        year, quarter = None, None
        for schedule in _entries(entry, "time_schedules"):
            interval = schedule.get("schedule_interval")
            interval = interval if isinstance(interval, dict) else {}
            try:
                end = day_of(interval.get("end"))
                year = end.year if end else count_of(interval.get("year"), "year")
                quarter = count_of(interval.get("quarter"), "quarter")
            except RowError:
                continue
        yield {
            "supply_area_id": code,
            "work_number": number,
            "work_name": text_of(entry.get("project_name")) or text_of(entry.get("description")),
            "grid_operator_name": None,
            "planned_year": year,
            "planned_quarter": quarter,
            "phase": text_of(entry.get("status_kind")) or None,
        }


def _entries(parent: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = parent.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
