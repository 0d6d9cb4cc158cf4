"""Refinements as a file: the whole log to keep, or corrections typed in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from forecast.closed_lists import SOURCE
from forecast.day import read_day
from forecast.entry_errors import FieldError, RowsError
from forecast.errors import DataSourceError, LaadvraagError, OutputError
from forecast.files import write_atomically
from forecast.refinement_checks import check_entry
from forecast.refinement_entry import COLUMNS, Entry
from forecast.refinement_sources import RESTS
from forecast.settings import Setting, check_value, find_dated_field
from forecast.spoken import InTurn, Sentence, located, say
from forecast.text_table import read_text, read_text_table
from forecast.written_numbers import read_number, write_number

FORMAT: Final = "laadvraag.refinements/1"
_MADE_BY_HAND: Final = (
    "terrain_id",
    "field",
    "value",
    "author_name",
    "observed_on",
    "reason",
    "source",
)
"""Columns without which a row says nothing."""
_FORMULA_STARTS: Final = "=+-@\t\r\n'"
"""First characters that get an apostrophe before them; the apostrophe too, so that none is lost."""
_DECIMAL_MARKS: Final = {";": ",", ",": None, "\t": None}
"""Of a file by its separator: semicolons are the Dutch form, commas may be either."""


@dataclass(frozen=True)
class FileEntry:
    """An entry of a file; without an id it was typed by hand, and is entered when it is imported.

    Attributes
    ----------
    where
        Its row, as a spreadsheet counts them.
    """

    where: Sentence
    entry: Entry

    @property
    def is_new(self) -> bool:
        """Whether it was typed by hand."""
        return not self.entry.refinement_id


def write_refinements(path: Path, entries: Iterable[Entry]) -> Path:
    """Write the log as CSV (semicolons, as a Dutch spreadsheet opens it) or JSON, by the ending.

    Raises
    ------
    OutputError
        If it can't be written, or the ending is another.
    """
    writers: dict[str, Callable[[Iterable[Entry]], str]] = {".csv": _as_csv, ".json": _as_json}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise OutputError(path, "refinements_ending")
    return write_atomically(path, writer(entries).encode())


def read_refinements(path: Path) -> list[FileEntry]:
    """Return the entries of a CSV or JSON file, by the ending; each as it could be entered here.

    Raises
    ------
    DataSourceError
        If it can't be read, or lacks columns.
    RowsError
        With what is wrong in which rows.
    """
    readers = {".csv": _csv_rows, ".json": _json_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataSourceError(path, say("refusals.refinement_file.read_ending"))
    rows, decimal_mark = reader(path)
    if not rows:
        raise DataSourceError(path, say("refusals.refinement_file.empty"))
    found, problems = [], []
    for where, row in rows:
        try:
            found.append(FileEntry(where, _entry(row, decimal_mark)))
        except LaadvraagError as error:
            problems.append(located(where, error))
    if problems:
        raise RowsError(path, problems)
    return found


def _as_csv(entries: Iterable[Entry]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_cell(value) for value in _values(entry).values()])
    return "\ufeff" + buffer.getvalue()


def _as_json(entries: Iterable[Entry]) -> str:
    body = {"format": FORMAT, "refinements": [_values(entry) for entry in entries]}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _values(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in COLUMNS}
    return values | {
        "observed_on": entry.observed_on.isoformat(),
        "entered_at": f"{entry.entered_at.isoformat(timespec='microseconds')}Z",
    }


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return write_number(value)
    text = str(value)
    return f"'{text}" if text.startswith(tuple(_FORMULA_STARTS)) else text


Rows = list[tuple[Sentence, Mapping[str, Any]]]


def _csv_rows(path: Path) -> tuple[Rows, str | None]:
    table = read_text_table(path)
    if not table.rows:
        return [], None
    (_, head), *lines = table.rows
    names = [name.strip().lower() for name in head]
    _check_names(path, names)
    rows: Rows = []
    problems = []
    for number, cells in lines:
        where = say("refusals.row", number=number)
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            problem = say(
                "refusals.refinement_file.too_many_cells",
                cells=len(cells),
                names=len(names),
                separator=table.separator,
            )
            problems.append(located(where, problem))
        row = dict(zip(names, cells, strict=False))
        is_own = bool(row.get("refinement_id", "").strip())
        rows.append((where, {name: _uncovered(cell, is_own=is_own) for name, cell in row.items()}))
    if problems:
        raise RowsError(path, problems)
    return rows, _DECIMAL_MARKS[table.separator]


def _uncovered(cell: str, *, is_own: bool) -> str:
    """Return a cell of our own export without the apostrophe that kept it from being a formula."""
    is_covered = is_own and cell[:1] == "'" and cell[1:2] in tuple(_FORMULA_STARTS)
    return cell[1:] if is_covered else cell


def _json_rows(path: Path) -> tuple[Rows, str | None]:
    try:
        body = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise DataSourceError(
            path, say("refusals.refinement_file.no_json", problem=str(error))
        ) from None
    if isinstance(body, dict):
        if body.get("format", FORMAT) != FORMAT:
            raise DataSourceError(
                path,
                say("refusals.refinement_file.other_format", found=body["format"], expected=FORMAT),
            )
        body = body.get("refinements")
    if not isinstance(body, list) or not all(isinstance(row, dict) for row in body):
        raise DataSourceError(path, say("refusals.refinement_file.no_list"))
    _check_names(path, list(dict.fromkeys(name for row in body for name in row)))
    return [(say("refusals.entry", number=number), row) for number, row in enumerate(body, 1)], None


def _check_names(path: Path, names: Sequence[str]) -> None:
    problems = [
        say("refusals.refinement_file.column_missing", name=name)
        for name in _MADE_BY_HAND
        if name not in names
    ]
    problems += [
        say("refusals.refinement_file.no_such_column", name=name, possible=COLUMNS)
        for name in dict.fromkeys(names)
        if name and name not in COLUMNS
    ]
    problems += [
        say("refusals.refinement_file.repeated_column", name=name, count=count)
        for name in dict.fromkeys(names)
        if name and (count := list(names).count(name)) > 1
    ]
    if problems:
        raise DataSourceError(path, InTurn(problems))


def _entry(row: Mapping[str, Any], decimal_mark: str | None) -> Entry:
    refinement_id = _text("refinement_id", row.get("refinement_id")).strip()
    texts = {name: _text(name, row.get(name)) for name in COLUMNS}
    if not refinement_id:  # spaces around what was typed mean nothing
        texts = {name: text.strip() for name, text in texts.items()}
    undoes = texts["undoes"] or None
    if undoes and not refinement_id:
        raise FieldError("undo_in_file")
    if not texts["terrain_id"]:
        raise FieldError("column_missing", column="terrain_id")
    year = _year(texts["year"])
    if undoes:
        field, value = texts["field"], None
        unit = texts["unit"]
    else:
        setting = _setting(texts["field"], row.get("value"), year, decimal_mark)
        field, value, year = setting.field.name, float(setting.value), setting.year
        unit = texts["unit"] or setting.field.unit
    entry = Entry(
        refinement_id=refinement_id,
        terrain_id=texts["terrain_id"],
        terrain_name=texts["terrain_name"],
        field=field,
        value=value,
        unit=unit,
        year=year,
        municipal_rest=texts["municipal_rest"] or RESTS[0],
        author_name=texts["author_name"],
        observed_on=_day(row.get("observed_on")),
        entered_at=_time(texts["entered_at"]) if refinement_id else datetime.min,  # noqa: DTZ901 - set at import
        reason=texts["reason"],
        source=SOURCE.find(texts["source"]) or texts["source"],
        undoes=undoes,
    )
    return check_entry(entry)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool | list | dict):
        raise FieldError("impossible_json", column=name, value=json.dumps(value))
    return "" if value is None else str(value)


def _setting(name: str, value: Any, year: int | None, decimal_mark: str | None) -> Setting:
    if value is None or not str(value).strip():
        raise FieldError("column_missing", column="value")
    if not name:
        raise FieldError("column_missing", column="field")
    field, dated = find_dated_field(name)
    if year is not None and dated not in {None, year}:
        raise FieldError("other_year", name=name, year=year)
    return check_value(field, read_number(value, "value", decimal_mark), dated or year)


def _year(text: str) -> int | None:
    if not text:
        return None
    number = read_number(text, "year")
    if number != int(number):
        raise FieldError("year_not_whole", text=text)
    return int(number)


def _day(value: Any) -> date:
    if value is None or not str(value).strip():
        raise FieldError("column_missing", column="observed_on")
    return read_day(value, "observed_on")


def _time(text: str) -> datetime:
    if not text:
        raise FieldError("time_missing")
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise FieldError("no_time", text=text) from None
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
