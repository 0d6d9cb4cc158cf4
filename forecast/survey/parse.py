"""From rows of cells to answers of companies: each row checked, all its problems at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from forecast.errors import LaadvraagError
from forecast.search import fold_name
from forecast.spoken import Sentence, located, say
from forecast.survey.answers import GROUPS, CompanyAnswer, Connection, FleetAnswer
from forecast.survey.cell import (
    read_amount,
    read_answer_day,
    read_ean,
    read_schedules,
    read_size,
    read_text,
)
from forecast.survey.form import COMPANY, DAY, TERRAIN
from forecast.survey.row_checks import (
    connection_problems,
    connection_warnings,
    fleet_problems,
    fleet_warnings,
)
from forecast.survey.table import AnswerCell, AnswerRow, place_of

_SUMS: Final = ("totaal", "total", "som", "gemiddelde", "average")


@dataclass(frozen=True)
class ParsedRow:
    """A row of a file: an answer, or the problems that stand in its way.

    Attributes
    ----------
    number
        Of the row, as a spreadsheet shows it.
    warnings
        What is odd and may be right.
    """

    number: int
    answer: CompanyAnswer | None
    problems: tuple[Sentence, ...]
    warnings: tuple[Sentence, ...]


def parse_row(
    row: AnswerRow,
    terrain_of: Callable[[str | None], str],
    check_day: Callable[[date, str], None],
    day: date,
    decimal_mark: str | None,
) -> ParsedRow:
    """Return the answer of a company.

    Parameters
    ----------
    row
        Its cells.
    terrain_of
        Gives the RIN of the terrain that a cell names, or of that of the whole file for None.
    check_day
        Refuses the day of an answer about a terrain.
    day
        Of an answer that has none of its own.
    decimal_mark
        Of numbers written as text, where it is known.
    """
    reading = _Reading(row, decimal_mark)
    name = reading.company_name()
    terrain_id = reading.value(
        TERRAIN.key, lambda cell: terrain_of(None if cell is None else read_text(cell))
    )

    def read_checked_day(cell: Any) -> date:
        found = day if cell is None else read_answer_day(cell)
        if terrain_id is not None:
            check_day(found, terrain_id)
        return found

    observed_on = reading.value(DAY.key, read_checked_day)
    connection = reading.connection()
    fleets = reading.fleets()
    reading.check(connection, fleets)
    if not fleets and connection == Connection() and not reading.problems:
        reading.problems.append(located(row.where, say("survey_refusals.row.no_answer", name=name)))
    answer = CompanyAnswer(
        terrain_id or "",
        observed_on or day,
        name,
        reading.text("contact") or None,
        reading.optional("ean", read_ean),
        connection,
        fleets,
    )
    problems = tuple(reading.problems)
    return ParsedRow(row.number, None if problems else answer, problems, tuple(reading.warnings))


class _Reading:
    """The cells of a row, with the problems met while reading them."""

    def __init__(self, row: AnswerRow, decimal_mark: str | None) -> None:
        self.row = row
        self.decimal_mark = decimal_mark
        self.problems: list[Sentence] = []
        self.warnings: list[Sentence] = []

    def place(self, key: str) -> Sentence:
        """Return where a cell stands."""
        cell = self.row.cells.get(key)
        return place_of(self.row.number, cell.letters, cell.heading) if cell else self.row.where

    def company_name(self) -> str:
        """Return the name; a row without one, or of a sum, is no answer."""
        name = self.text(COMPANY.key)
        where = self.row.where
        if COMPANY.key not in self.row.cells:
            self.problems.append(located(where, say("survey_refusals.row.no_company_name")))
        elif name.casefold().rstrip(":") in _SUMS:
            self.problems.append(located(where, say("survey_refusals.row.a_sum", name=name)))
        return name

    def connection(self) -> Connection:
        """Return the connection."""
        return Connection(
            self.optional("connection", read_size),
            *(
                self.amount(key)
                for key in ("contract_kw", "feed_in_kw", "connection_kw", "requested_kw")
            ),
        )

    def fleets(self) -> tuple[FleetAnswer, ...]:
        """Return the fleets that a company has."""
        return tuple(fleet for group in GROUPS if not (fleet := self.fleet(group)).is_empty)

    def check(self, connection: Connection, fleets: tuple[FleetAnswer, ...]) -> None:
        """Note what is impossible or odd in them beside each other."""
        self.problems += connection_problems(connection, self.place)
        self.problems += fleet_problems(fleets, self.place)
        self.warnings += connection_warnings(connection, self.place)
        for fleet in fleets:
            self.warnings += fleet_warnings(fleet, self.place)

    def value(self, key: str, read: Callable[[Any], Any]) -> Any:
        """Return what is read from a cell, also from an absent one; None if it can't be."""
        cell: AnswerCell | None = self.row.cells.get(key)
        try:
            return read(None if cell is None else cell.value)
        except LaadvraagError as error:
            self.problems.append(located(self.place(key), error))
            return None

    def optional(self, key: str, read: Callable[[Any], Any]) -> Any:
        """Return what is read from a cell; None without one."""
        return self.value(key, read) if key in self.row.cells else None

    def text(self, key: str) -> str:
        """Return the text of a cell; "" without one."""
        return self.optional(key, read_text) or ""

    def amount(self, key: str) -> float | None:
        """Return the number of a cell; None without one."""
        cell = self.row.cells.get(key)
        if cell is None:
            return None
        found: float | None = self.value(
            key, lambda value: read_amount(value, cell.column, self.decimal_mark)
        )
        return found

    def count(self, key: str) -> int | None:
        """Return the whole number of a cell; None without one."""
        amount = self.amount(key)
        return None if amount is None else round(amount)

    def fleet(self, group: str) -> FleetAnswer:
        """Return the answer about a group of vehicles."""
        total = f"{group}_vehicles"
        if total not in self.row.cells and any(
            cell.column.group == group for cell in self.row.cells.values()
        ):
            self.problems.append(
                located(self.place(total), say(f"survey_refusals.total_missing.{group}"))
            )
        planned = {
            cell.column.year: number
            for key, cell in self.row.cells.items()
            if cell.column.group == group
            and cell.column.year
            and (number := self.count(key)) is not None
        }
        return FleetAnswer(
            group,
            self.count(f"{group}_vehicles"),
            self.count(f"{group}_electric"),
            dict(sorted(planned.items())),
            self.count(f"{group}_charge_points"),
            self.amount(f"{group}_charger_kw"),
            self.amount(f"{group}_distance"),
            self.optional(f"{group}_schedule", read_schedules) or (),
        )


def check_once(rows: list[ParsedRow]) -> list[ParsedRow]:
    """Return the rows, with a problem at each company that stands in the file twice."""
    seen: dict[tuple[str, str], int] = {}
    checked = []
    for row in rows:
        answer = row.answer
        problems = list(row.problems)
        for key in _identities(answer) if answer else ():
            if key in seen:
                problem = say("survey_refusals.row.twice", row=seen[key])
                problems.append(located(say("refusals.row", number=row.number), problem))
                break
            seen[key] = row.number
        checked.append(
            ParsedRow(row.number, None if problems else answer, tuple(problems), row.warnings)
        )
    return checked


def _identities(answer: CompanyAnswer) -> list[tuple[str, str]]:
    keys = [(answer.terrain_id, fold_company(answer.company_name))]
    return keys + ([("", answer.ean_code)] if answer.ean_code else [])


def fold_company(name: str) -> str:
    """Return a name by which the same company is known again.

    >>> fold_company("Jansen  Transport B.V.") == fold_company("jansen transport bv")
    True
    """
    return fold_name(name.replace(".", "")) or name.casefold()
