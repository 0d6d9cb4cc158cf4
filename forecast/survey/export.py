"""The answers as a file in the columns of the form, which can be imported again.

Names, contacts and EAN codes only go along when they are asked for.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import OutputError
from forecast.files import write_atomically
from forecast.survey.answers import GROUPS, FleetAnswer, Schedule
from forecast.survey.cell import FORMULA_STARTS
from forecast.survey.form import FORM, TERRAIN, FormColumn, planned_column
from forecast.survey.records import StoredAnswer
from forecast.words import Words
from forecast.written_numbers import write_number

if TYPE_CHECKING:
    from forecast.export.sheet import Cell

_PRIVATE = ("contact", "ean")
_MINUTES = 60
_DAYS = {"nl": "ma di wo do vr za zo", "en": "mo tu we th fr sa su"}


def write_answers(
    path: Path, answers: Sequence[StoredAnswer], words: Words, *, with_names: bool
) -> Path:
    """Write answers as .csv (the Dutch form) or .xlsx, by the ending.

    Raises
    ------
    OutputError
        If it can't be written, or the ending is another.
    """
    writers = {".csv": _as_csv, ".xlsx": _as_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise OutputError(path, "answers_ending")
    columns = [column for column in _columns(answers) if with_names or column.key not in _PRIVATE]
    rows = [
        [_cell(each, column, words, with_names=with_names) for column in columns]
        for each in answers
    ]
    return write_atomically(path, writer(columns, rows, words))


def schedule_text(schedules: Sequence[Schedule], words: Words) -> str:
    """Return schedules as a company writes them, such as ``10 ma-vr 6:30-17:00``."""
    names = _DAYS[words.language].split()
    return "; ".join(
        f"{each.vehicles} {_days(each.weekdays, names)} "
        f"{_clock(each.departure_hour)}-{_clock(each.return_hour)}"
        for each in schedules
    )


def company_name(stored: StoredAnswer, words: Words, *, with_names: bool) -> str:
    """Return the name of a company, or its number where names stay inside."""
    if with_names:
        return stored.answer.company_name
    return words("survey.company_of", id=stored.company_id)


def _columns(answers: Sequence[StoredAnswer]) -> list[FormColumn]:
    """Return the columns of the form, with those of other years that companies told of."""
    columns = [TERRAIN, *FORM]
    for group in reversed(GROUPS):
        years = {year for each in answers for year in each.answer.fleet(group).planned}
        asked = {column.year for column in FORM if column.group == group and column.year}
        names = [column.key for column in columns]
        at = names.index(f"{group}_charge_points")
        columns[at:at] = [planned_column(group, year) for year in sorted(years - asked)]
    return columns


def _cell(stored: StoredAnswer, column: FormColumn, words: Words, *, with_names: bool) -> Cell:
    answer = stored.answer
    if column.group:
        return _fleet_cell(answer.fleet(column.group), column, words)
    link = answer.connection
    found: dict[str, Cell] = {
        "terrain": answer.terrain_id,
        "company": company_name(stored, words, with_names=with_names),
        "contact": answer.contact,
        "date": answer.observed_on,
        "connection": words(f"survey.size.{link.size}") if link.size else None,
        "contract_kw": link.contract_kw,
        "feed_in_kw": link.feed_in_kw,
        "connection_kw": link.connection_kw,
        "requested_kw": link.requested_kw,
        "ean": answer.ean_code,
    }
    return found[column.key]


def _fleet_cell(fleet: FleetAnswer, column: FormColumn, words: Words) -> Cell:
    if column.year:
        return fleet.planned.get(column.year)
    found: dict[str, Cell] = {
        "vehicles": fleet.vehicles,
        "electric": fleet.electric_vehicles,
        "charge_points": fleet.charge_points,
        "charger_kw": fleet.charger_kw,
        "distance": fleet.distance_km_per_year,
        "schedule": schedule_text(fleet.schedules, words) or None,
    }
    return found[column.topic]


def _as_csv(columns: Sequence[FormColumn], rows: Sequence[Sequence[Cell]], words: Words) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.heading(words) for column in columns])
    writer.writerows([[_text(cell) for cell in row] for row in rows])
    return f"\ufeff{buffer.getvalue()}".encode()


def _as_xlsx(columns: Sequence[FormColumn], rows: Sequence[Sequence[Cell]], words: Words) -> bytes:
    from forecast.export.sheet import Sheet, SheetColumn
    from forecast.export.spreadsheet import Properties, write_xlsx

    heads = [
        SheetColumn(
            column.heading(words).removesuffix(f" ({column.unit})"),
            column.unit,
            decimals=1 if column.key.endswith("kw") else 0,
        )
        for column in columns
    ]
    title = words("survey.form_sheet")
    sheet = Sheet(title, heads, rows, frozen_columns=2)
    return write_xlsx([sheet], Properties(words("survey.form_title")))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return write_number(float(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    return f"'{cell}" if cell.startswith(tuple(FORMULA_STARTS)) else cell


def _days(weekdays: str, names: Sequence[str]) -> str:
    first, last = int(weekdays[0]), int(weekdays[-1])
    if len(weekdays) > 1 and len(weekdays) == last - first + 1:
        return f"{names[first - 1]}-{names[last - 1]}"
    return ",".join(names[int(day) - 1] for day in weekdays)


def _clock(hour: float) -> str:
    minutes = round(hour * _MINUTES)
    return f"{minutes // _MINUTES}:{minutes % _MINUTES:02d}"
