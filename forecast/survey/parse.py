"""From rows of cells to answers of companies: each row checked, all its problems at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from forecast.errors import LaadvraagError
from forecast.survey.answers import GROUPS, LARGE, SMALL, CompanyAnswer, Connection, FleetAnswer
from forecast.survey.cell import (
    read_amount,
    read_answer_day,
    read_ean,
    read_schedules,
    read_size,
    read_text,
)
from forecast.survey.form import COMPANY, DAY, TERRAIN
from forecast.survey.table import AnswerCell, AnswerRow
from forecast.vocabulary import ALL_TRUCKS, TRUCK_CLASSES

_SMALL_MOST_KW: Final = 60
"""A connection of 3x80 A carries 55 kW."""
_LARGE_LEAST_KW: Final = 50
_LEAST_CONTRACT_KW: Final = 5
"""Of a large connection: below it the number is rather one of MW."""
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
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def parse_row(
    row: AnswerRow,
    terrain_of: Callable[[str | None], str],
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
    day
        Of an answer that has none of its own.
    decimal_mark
        Of numbers written as text, where it is known.
    """
    reading = _Reading(row, decimal_mark)
    name = reading.text(COMPANY.key)
    if not name:
        reading.problems.append(f"row {row.number}: the name of the company is missing")
    elif name.casefold().rstrip(":") in _SUMS:
        reading.problems.append(f"row {row.number}: '{name}' is no company; delete the row")
    terrain_id = reading.value(
        TERRAIN.key, lambda cell: terrain_of(None if cell is None else read_text(cell))
    )
    observed_on = reading.value(
        DAY.key, lambda cell: day if cell is None else read_answer_day(cell)
    )
    connection = Connection(
        reading.optional("connection", read_size),
        *(
            reading.amount(key)
            for key in ("contract_kw", "feed_in_kw", "connection_kw", "requested_kw")
        ),
    )
    fleets = tuple(fleet for group in GROUPS if not (fleet := reading.fleet(group)).is_empty)
    _check_connection(connection, reading)
    _check_fleets(fleets, reading)
    if not fleets and connection == Connection() and not reading.problems:
        reading.problems.append(f"row {row.number}: {name} answers no question; delete the row")
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
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def place(self, key: str) -> str:
        """Return where a cell stands."""
        cell = self.row.cells.get(key)
        where = f"row {self.row.number}"
        return f"{where}, column {cell.letters} ({cell.heading})" if cell else where

    def value(self, key: str, read: Callable[[Any], Any]) -> Any:
        """Return what is read from a cell, also from an absent one; None if it can't be."""
        cell: AnswerCell | None = self.row.cells.get(key)
        try:
            return read(None if cell is None else cell.value)
        except LaadvraagError as error:
            self.problems.append(f"{self.place(key)}: {error}")
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


def _check_connection(connection: Connection, reading: _Reading) -> None:
    size, carries = connection.size, connection.connection_kw
    for key in ("contract_kw", "feed_in_kw"):
        value = getattr(connection, key)
        if value is not None and carries is not None and value > carries:
            reading.problems.append(
                f"{reading.place(key)}: {value:,g} kW is contracted, more than the connection "
                f"carries ({carries:,g} kW)"
            )
    if size == SMALL and carries is not None and carries > _SMALL_MOST_KW:
        reading.problems.append(
            f"{reading.place('connection_kw')}: kleinverbruik is up to 3x80 A, 55 kW, not "
            f"{carries:,g} kW"
        )
    if size == LARGE and carries is not None and carries < _LARGE_LEAST_KW:
        reading.problems.append(
            f"{reading.place('connection_kw')}: grootverbruik is more than 3x80 A, 55 kW, not "
            f"{carries:,g} kW; is it in MW?"
        )
    contract = connection.contract_kw
    if size == LARGE and contract is not None and 0 < contract < _LEAST_CONTRACT_KW:
        reading.problems.append(
            f"{reading.place('contract_kw')}: {contract:,g} kW is little for grootverbruik; is it "
            f"in MW? Then write {contract * 1000:,g}"
        )


def _check_fleets(fleets: tuple[FleetAnswer, ...], reading: _Reading) -> None:
    given = {fleet.group for fleet in fleets}
    if ALL_TRUCKS in given and given & set(TRUCK_CLASSES):
        reading.problems.append(
            f"{reading.place(f'{ALL_TRUCKS}_vehicles')}: trucks are given together and apart; "
            "fill in one of the two"
        )
    for fleet in fleets:
        reading.problems += _fleet_problems(fleet, reading)
        reading.warnings += _fleet_warnings(fleet, reading)


def _fleet_problems(fleet: FleetAnswer, reading: _Reading) -> Iterator[str]:
    total, electric = fleet.vehicles, fleet.electric_vehicles
    place = reading.place(f"{fleet.group}_vehicles")
    if total is None:
        # A total that could not be read is a problem of its own already.
        if f"{fleet.group}_vehicles" not in reading.row.cells:
            yield f"{place}: the total of {fleet.group.replace('_', ' ')}s is missing"
        return
    if electric is not None and electric > total:
        place = reading.place(f"{fleet.group}_electric")
        yield f"{place}: {electric} electric of {total} can't be"
    scheduled = max((each.vehicles for each in fleet.schedules), default=0)
    if scheduled > total:
        place = reading.place(f"{fleet.group}_schedule")
        yield f"{place}: {scheduled} vehicles keep a schedule, of {total}"


def _fleet_warnings(fleet: FleetAnswer, reading: _Reading) -> Iterator[str]:
    before = fleet.electric_vehicles
    for year, number in fleet.planned.items():
        place = reading.place(f"{fleet.group}_planned_{year}")
        if before is not None and number < before:
            yield f"{place}: {number} electric is fewer than the {before} before"
        if fleet.vehicles is not None and number > fleet.vehicles:
            yield f"{place}: {number} electric is more than the {fleet.vehicles} vehicles of now"
        before = number
    if fleet.charger_kw is not None and not fleet.charge_points:
        place = reading.place(f"{fleet.group}_charger_kw")
        yield f"{place}: without a number of charge points their power counts for nothing"


def check_once(rows: list[ParsedRow]) -> list[ParsedRow]:
    """Return the rows, with a problem at each company that stands in the file twice."""
    seen: dict[tuple[str, str], int] = {}
    checked = []
    for row in rows:
        answer = row.answer
        problems = list(row.problems)
        for key in _identities(answer) if answer else ():
            if key in seen:
                problems.append(
                    f"row {row.number}: this is the company of row {seen[key]}; keep one answer"
                )
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
    letters = "".join(letter if letter.isalnum() else " " for letter in name.replace(".", ""))
    return " ".join(letters.casefold().split())
