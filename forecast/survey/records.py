"""The answers in the database: added and read; deleted only when a company withdraws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from forecast.entry_errors import SurveyError
from forecast.refinement_entry import new_id
from forecast.refinement_log import next_times
from forecast.survey.answers import CompanyAnswer, Connection, FleetAnswer, Schedule

if TYPE_CHECKING:
    import duckdb

_PARTS: Final = ("survey_fleets", "survey_plans", "survey_schedules", "survey_contacts")
_ITS_ANSWERS: Final = (
    "SELECT answer_id FROM survey_answers WHERE terrain_id = ? AND company_number = ?"
)


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it is kept.

    Attributes
    ----------
    company_number
        Of the company on its terrain, from 1.
    covers_all
        Whether its survey was said to hold every company of the terrain.
    """

    answer_id: str
    company_number: int
    covers_all: bool
    author_name: str
    entered_at: datetime
    answer: CompanyAnswer

    @property
    def company_id(self) -> str:
        """The company without its name, such as ``190044-3``."""
        return f"{self.answer.terrain_id}-{self.company_number}"


def read_current(
    connection: duckdb.DuckDBPyConnection, terrain_id: str | None = None
) -> tuple[StoredAnswer, ...]:
    """Return the latest answer of each company that did not withdraw, by terrain and number."""
    rows = connection.execute(
        "SELECT answer_id, company_number, covers_all, a.author_name, entered_at, terrain_id, "
        "observed_on, company_name, contact, ean_code, connection_size, contract_kw, feed_in_kw, "
        "connection_kw, requested_kw FROM survey_answers a JOIN survey_contacts USING (answer_id) "
        "WHERE NOT is_removed AND (? IS NULL OR terrain_id = ?) "
        "QUALIFY row_number() OVER (PARTITION BY terrain_id, company_number "
        "ORDER BY entered_at DESC, answer_id DESC) = 1 ORDER BY terrain_id, company_number",
        [terrain_id, terrain_id],
    ).fetchall()
    fleets = _read_fleets(connection)
    return tuple(
        StoredAnswer(
            answer_id,
            number,
            covers,
            author,
            entered_at,
            CompanyAnswer(
                terrain, day, name, contact, ean, Connection(*link), fleets.get(answer_id, ())
            ),
        )
        for (
            answer_id,
            number,
            covers,
            author,
            entered_at,
            terrain,
            day,
            name,
            contact,
            ean,
            *link,
        ) in rows
    )


def find_company(connection: duckdb.DuckDBPyConnection, company_id: str) -> StoredAnswer:
    """Return the latest answer of a company by its id, such as ``190044-3``.

    Raises
    ------
    SurveyError
        If there is no such company, or it withdrew.
    """
    found = {each.company_id: each for each in read_current(connection)}.get(company_id.strip())
    if found is None:
        raise SurveyError("no_such_company", id=company_id)
    return found


def covers_all(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> bool:
    """Return whether the answers of a terrain are said to be of every company there."""
    rows = connection.execute(
        "SELECT covers_all FROM survey_answers WHERE terrain_id = ? "
        "ORDER BY entered_at DESC, answer_id DESC LIMIT 1",
        [terrain_id],
    ).fetchall()
    return bool(rows and rows[0][0])


def last_number(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> int:
    """Return the highest number that a company of a terrain was ever given; 0 for none."""
    [(last,)] = connection.execute(
        "SELECT coalesce(max(company_number), 0) FROM survey_answers WHERE terrain_id = ?",
        [terrain_id],
    ).fetchall()
    return int(last)


def add_answers(
    connection: duckdb.DuckDBPyConnection,
    answers: Sequence[tuple[int, CompanyAnswer]],
    author_name: str,
    *,
    covers_all: bool,
) -> None:
    """Add answers with the numbers of their companies, on a connection for records."""
    times = next_times(connection, len(answers), "survey_answers")
    for (number, answer), at in zip(answers, times, strict=True):
        key = new_id(at)
        link = answer.connection
        _insert(
            connection,
            "survey_answers",
            [
                key, answer.terrain_id, number, False, covers_all, link.size, link.contract_kw,
                link.feed_in_kw, link.connection_kw, link.requested_kw, author_name,
                answer.observed_on, at,
            ],
        )  # fmt: skip
        _insert(
            connection,
            "survey_contacts",
            [key, answer.company_name, answer.contact, answer.ean_code],
        )
        for fleet in answer.fleets:
            _add_fleet(connection, key, fleet)


def remove_company(
    connection: duckdb.DuckDBPyConnection,
    company: StoredAnswer,
    author_name: str,
    *,
    covers_all: bool,
) -> None:
    """Delete all that a company ever answered.

    That it is gone is kept, without anything it said, so that its number is not given to another.

    Parameters
    ----------
    connection
        For records.
    company
        Its latest answer.
    author_name
        Who removes it.
    covers_all
        Whether the others are all companies of the terrain.
    """
    terrain_id, number = company.answer.terrain_id, company.company_number
    for table in _PARTS:
        connection.execute(
            f"DELETE FROM {table} WHERE answer_id IN ({_ITS_ANSWERS})",  # noqa: S608 - fixed texts
            [terrain_id, number],
        )
    connection.execute(
        "DELETE FROM survey_answers WHERE terrain_id = ? AND company_number = ?",
        [terrain_id, number],
    )
    [at] = next_times(connection, 1, "survey_answers")
    nothing = [None] * 5
    row = [new_id(at), terrain_id, number, True, covers_all, *nothing, author_name, at.date(), at]
    _insert(connection, "survey_answers", row)


def _read_fleets(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, tuple[FleetAnswer, ...]]:
    plans: dict[tuple[str, str], dict[int, int]] = {}
    for key, group, year, number in connection.execute(
        "SELECT answer_id, vehicle_group, year, electric_vehicles FROM survey_plans ORDER BY year"
    ).fetchall():
        plans.setdefault((key, group), {})[year] = number
    schedules: dict[tuple[str, str], list[Schedule]] = {}
    for key, group, *row in connection.execute(
        "SELECT answer_id, vehicle_group, vehicles, weekdays, departure_hour, return_hour "
        "FROM survey_schedules ORDER BY schedule_number"
    ).fetchall():
        schedules.setdefault((key, group), []).append(Schedule(*row))
    fleets: dict[str, tuple[FleetAnswer, ...]] = {}
    for key, group, vehicles, electric, points, charger_kw, distance in connection.execute(
        "SELECT answer_id, vehicle_group, vehicles, electric_vehicles, charge_points, charger_kw, "
        "distance_km_per_year FROM survey_fleets ORDER BY rowid"
    ).fetchall():
        fleet = FleetAnswer(
            group, vehicles, electric, plans.get((key, group), {}), points, charger_kw, distance,
            tuple(schedules.get((key, group), ())),
        )  # fmt: skip
        fleets[key] = (*fleets.get(key, ()), fleet)
    return fleets


def _add_fleet(connection: duckdb.DuckDBPyConnection, key: str, fleet: FleetAnswer) -> None:
    _insert(
        connection,
        "survey_fleets",
        [
            key, fleet.group, fleet.vehicles, fleet.electric_vehicles, fleet.charge_points,
            fleet.charger_kw, fleet.distance_km_per_year,
        ],
    )  # fmt: skip
    for year, number in fleet.planned.items():
        _insert(connection, "survey_plans", [key, fleet.group, year, number])
    for at, each in enumerate(fleet.schedules, start=1):
        row = [each.vehicles, each.weekdays, each.departure_hour, each.return_hour]
        _insert(connection, "survey_schedules", [key, fleet.group, at, *row])


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: Sequence[Any]) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", list(row))  # noqa: S608 - fixed names
