"""Which cell of a sheet answers which question: the heading is found, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forecast.column_letters import column_letters
from forecast.errors import DataSourceError
from forecast.sources.untrusted.workbook import Formula, SheetRows, Value
from forecast.spoken import InTurn, Sentence, Together, located, say
from forecast.survey.form import COMPANY, FormColumn, Heading, recognise
from forecast.survey.sheets import read_sheets

COMMENT: Final = "#"
"""First character of a row that is explanation."""
_LEAST_HEADINGS: Final = 2
_SEARCHED_ROWS: Final = 120
"""In which the heading must stand: below a title and an explanation."""


@dataclass(frozen=True)
class AnswerCell:
    """A cell of a row of answers.

    Attributes
    ----------
    letters
        Of its column, as a spreadsheet shows them.
    heading
        As it stands in the file.
    """

    letters: str
    heading: str
    column: FormColumn
    value: Value | Formula


@dataclass(frozen=True)
class AnswerRow:
    """The cells of a company, by the key of their column; empty ones are left out."""

    number: int
    cells: Mapping[str, AnswerCell]

    @property
    def where(self) -> Sentence:
        """The row, for the beginning of a sentence."""
        return say("refusals.row", number=self.number)


@dataclass(frozen=True)
class AnswerTable:
    """The answers of a file.

    Attributes
    ----------
    problems
        Of the heading itself; the file can't be imported with any.
    unread
        What of the file is not read: other columns, hidden sheets.
    """

    rows: Sequence[AnswerRow]
    problems: Sequence[Sentence]
    unread: Sequence[Sentence]
    decimal_mark: str | None


@dataclass(frozen=True)
class _Head:
    last_row: int
    texts: Mapping[int, str]
    headings: Mapping[int, Heading]


def read_answer_table(path: Path) -> AnswerTable:
    """Return the rows of answers of an XLSX or CSV file.

    The heading may stand in one row, or in two where the upper one is merged over several columns.

    Raises
    ------
    DataSourceError
        If no sheet has the headings of the form, or several have.
    """
    sheets = read_sheets(path)
    heads = {sheet.name: _find_head(sheet) for sheet in sheets}
    shown = [sheet for sheet in sheets if not sheet.is_hidden and heads[sheet.name]]
    if len(shown) > 1:
        names = Together([say("survey_refusals.file.sheet", name=sheet.name) for sheet in shown])
        raise DataSourceError(path, say("survey_refusals.file.several_sheets", sheets=names))
    hidden = [
        say("survey_refusals.heading.hidden_sheet", sheet=sheet.name)
        for sheet in sheets
        if sheet.is_hidden and heads[sheet.name]
    ]
    if not shown:
        reason = say("survey_refusals.file.no_headings")
        if hidden:
            reason = say("survey_refusals.file.no_headings_hidden", hidden=InTurn(hidden))
        raise DataSourceError(path, reason)
    [sheet] = shown
    head = heads[sheet.name]
    assert head is not None  # noqa: S101 - it was shown for having one
    problems = _repeated(head)
    if COMPANY.key not in {heading.column.key for heading in head.headings.values()}:
        problems.append(say("survey_refusals.heading.no_company"))
    return AnswerTable(
        _answer_rows(sheet, head),
        [*problems, *_wrong_units(head)],
        [*hidden, *_other_columns(sheet, head)],
        sheet.decimal_mark,
    )


def place_of(number: int, letters: str, heading: str) -> Sentence:
    """Return where a cell stands, for the beginning of a sentence."""
    return say("survey_refusals.place", number=number, letters=letters, heading=heading)


def _find_head(sheet: SheetRows) -> _Head | None:
    """Return the row, or two rows, in which most headings are recognised."""
    best: _Head | None = None
    numbers = [number for number in sorted(sheet.rows) if not _is_comment(sheet.rows[number])]
    for position, number in enumerate(numbers[:_SEARCHED_ROWS]):
        single = _texts(sheet.rows[number])
        candidates = [(number, single)]
        below = numbers[position + 1] if position + 1 < len(numbers) else None
        if below is not None:
            candidates.append((below, _joined(single, _texts(sheet.rows[below]))))
        for last, texts in candidates:
            found = {at: heading for at, text in texts.items() if (heading := recognise(text))}
            if len(found) >= _LEAST_HEADINGS and (best is None or len(found) > len(best.headings)):
                best = _Head(last, texts, found)
    return best


def _joined(upper: Mapping[int, str], lower: Mapping[int, str]) -> dict[int, str]:
    """Return two rows of headings as one; a merged cell holds for the columns after it too."""
    texts: dict[int, str] = {}
    over = ""
    for at in range(max((*upper, *lower), default=-1) + 1):
        over = upper.get(at, over)
        below = lower.get(at)
        if below is None:
            texts |= {at: upper[at]} if at in upper else {}
        else:
            texts[at] = below if recognise(below) else f"{over} {below}".strip()
    return texts


def _texts(cells: Mapping[int, Value | Formula]) -> dict[int, str]:
    return {at: " ".join(cell.split()) for at, cell in cells.items() if isinstance(cell, str)}


def _is_comment(cells: Mapping[int, Value | Formula]) -> bool:
    return bool(cells) and str(cells[min(cells)]).lstrip().startswith(COMMENT)


def _answer_rows(sheet: SheetRows, head: _Head) -> list[AnswerRow]:
    rows = []
    for number in sorted(sheet.rows):
        cells = sheet.rows[number]
        if number <= head.last_row:
            continue
        answers = {
            heading.column.key: AnswerCell(
                column_letters(at), head.texts[at], heading.column, cells[at]
            )
            for at, heading in head.headings.items()
            if at in cells
        }
        if answers:
            rows.append(AnswerRow(number, answers))
    return rows


def _repeated(head: _Head) -> list[Sentence]:
    places: dict[str, list[str]] = {}
    for at, heading in head.headings.items():
        places.setdefault(heading.column.key, []).append(column_letters(at))
    row = say("refusals.row", number=head.last_row)
    return [
        located(row, say("survey_refusals.heading.asked_twice", columns=Together(letters)))
        for letters in places.values()
        if len(letters) > 1
    ]


def _wrong_units(head: _Head) -> list[Sentence]:
    """Return the headings whose unit is another than that of the form, such as MW for kW."""
    return [
        located(
            place_of(head.last_row, column_letters(number), head.texts[number]),
            say("survey_refusals.heading.other_unit", unit=heading.column.unit),
        )
        for number, heading in head.headings.items()
        if heading.unit and heading.column.unit and heading.unit != heading.column.unit
    ]


def _other_columns(sheet: SheetRows, head: _Head) -> list[Sentence]:
    filled = {at for number, row in sheet.rows.items() if number > head.last_row for at in row}
    return [
        say(
            "survey_refusals.heading.not_read",
            letters=column_letters(number),
            heading=head.texts.get(number) or say("survey_refusals.without_heading"),
        )
        for number in sorted(filled - head.headings.keys())
    ]
