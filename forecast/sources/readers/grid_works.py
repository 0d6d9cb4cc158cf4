"""Works of a grid operator that an answer on a supply area announces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl

from forecast.sources.readers.congestion import WORK_TYPES, year_number, year_text
from forecast.sources.readers.sieve import RowError, Sieve, count_of, name_of, refuse, text_of
from forecast.sources.untrusted.vector import as_json

Raw = Mapping[str, Any]

_WORKS: Final = ("area_id", "name", "year")


def works_of(answer: Raw, code: str, sieve: Sieve) -> Iterator[dict[str, Any]]:
    """Yield the works of an area; one that can't be read is noted with its text."""
    projects = answer.get("projects")
    for number, project in enumerate(projects if isinstance(projects, list) else (), start=1):
        try:
            if not isinstance(project, dict):
                refuse("it is no work with fields")
            yield _work(code, number, project, project.get("gridOperator"), "projectPhase")
        except RowError as error:
            sieve.tell(code, "work_left_out", f"{error}: {as_json(project)}")


def read_works(rows: Sequence[tuple[int, Raw]], sieve: Sieve) -> pl.DataFrame:
    """Return the rows of works, each numbered within its area; what can't be read is noted."""
    numbers: dict[str, int] = {}
    works = []
    for line, raw in rows:
        try:
            code = name_of(raw["area_id"], "area")
            numbers[code] = numbers.get(code, 0) + 1
            works.append(_work(code, numbers[code], raw, raw.get("operator"), "phase"))
        except RowError as error:
            sieve.set_apart(line, str(error), as_json(raw))
    return pl.DataFrame(works, schema=WORK_TYPES).sort("supply_area_id", "work_number")


def _work(code: str, number: int, raw: Raw, operator: Any, phase: str) -> dict[str, Any]:
    return {
        "supply_area_id": code,
        "work_number": number,
        "work_name": name_of(raw.get("name"), "name"),
        "grid_operator_name": text_of(operator) or None,
        "planned_year": year_number(year_text(raw.get("year"))),
        "planned_quarter": count_of(raw.get("quarter"), "quarter"),
        "phase": text_of(raw.get(phase)) or None,
    }
