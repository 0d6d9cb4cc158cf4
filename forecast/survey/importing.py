"""Bring a filled-in form into the database: all companies or none, unless bad rows may be left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from forecast import store
from forecast.errors import LaadvraagError, RowsError, SurveyError
from forecast.refinement_log import check_provenance, next_times
from forecast.survey.answers import CompanyAnswer
from forecast.survey.apply import SOURCE, SurveyedTerrain, apply_survey
from forecast.survey.parse import ParsedRow, check_once, parse_row
from forecast.survey.records import add_answers, number_companies, remove_company
from forecast.survey.table import AnswerTable, read_answer_table
from forecast.terrain_limits import read_limits

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class ImportOrder:
    """How a file is to be imported.

    Attributes
    ----------
    terrain
        Name or RIN of the terrain of all rows; None where the file names it.
    day
        Of answers without a day of their own.
    covers_all
        Whether the file holds every company of the terrain.
    skips_bad_rows
        Whether good rows are imported without the bad ones.
    """

    terrain: str | None
    author_name: str
    day: date
    covers_all: bool = False
    skips_bad_rows: bool = False


@dataclass(frozen=True)
class SurveyImport:
    """What an import did.

    Attributes
    ----------
    companies, replaced
        Imported, and how many of them answered before.
    skipped
        Problems of the rows that were left out.
    warnings
        What is odd and may be right.
    """

    terrains: tuple[SurveyedTerrain, ...]
    companies: int
    replaced: int
    skipped: tuple[str, ...]
    warnings: tuple[str, ...]


def import_survey(database: Path, file: Path, order: ImportOrder) -> SurveyImport:
    """Import the answers of a file, and lay what they add up to over their terrains.

    Raises
    ------
    DataSourceError, RowsError
        If the file can't be read, or rows of it; with all their problems.
    FieldError, DatabaseError
        As `forecast.survey.apply.apply_survey` and `forecast.store.open_records`.
    """
    check_provenance(order.author_name, order.day, file.name, SOURCE)
    table = read_answer_table(file)
    if not table.rows and not table.problems:
        raise SurveyError(f"{file}: there are headings and no answers below them")
    with store.open_records(database) as connection:
        rows = _parse(connection, table, order)
        problems = [problem for row in rows for problem in row.problems]
        good = [row.answer for row in rows if row.answer is not None]
        if table.problems or (problems and not (order.skips_bad_rows and good)):
            raise RowsError(file, [*table.problems, *problems])
        replaced = 0
        surveyed = []
        for terrain_id in dict.fromkeys(answer.terrain_id for answer in good):
            of_terrain = [answer for answer in good if answer.terrain_id == terrain_id]
            replaced += _add(connection, terrain_id, of_terrain, order)
            surveyed.append(apply_survey(connection, terrain_id, order.author_name))
    warnings = [*table.unread, *(warning for row in rows for warning in row.warnings)]
    return SurveyImport(tuple(surveyed), len(good), replaced, tuple(problems), tuple(warnings))


def remove_answers(database: Path, company_id: str, author_name: str) -> SurveyedTerrain:
    """Delete all that a company answered, and bring its terrain in line with the others.

    Raises
    ------
    SurveyError
        If there is no such company.
    """
    with store.open_records(database) as connection:
        [now] = next_times(connection)
        terrain_id = remove_company(connection, company_id, author_name, now)
        return apply_survey(connection, terrain_id, author_name)


def refresh_surveys(
    database: Path, terrain_ids: Sequence[str], author_name: str
) -> tuple[SurveyedTerrain, ...]:
    """Bring terrains in line with their surveys again, after the model changed."""
    with store.open_records(database) as connection:
        return tuple(apply_survey(connection, key, author_name) for key in terrain_ids)


def _add(
    connection: duckdb.DuckDBPyConnection,
    terrain_id: str,
    answers: Sequence[CompanyAnswer],
    order: ImportOrder,
) -> int:
    numbered = number_companies(connection, terrain_id, answers)
    add_answers(
        connection,
        [(number, answer) for (number, _), answer in zip(numbered, answers, strict=True)],
        next_times(connection, len(answers)),
        order.author_name.strip(),
        covers_all=order.covers_all,
    )
    return sum(is_known for _, is_known in numbered)


def _parse(
    connection: duckdb.DuckDBPyConnection, table: AnswerTable, order: ImportOrder
) -> list[ParsedRow]:
    terrain_of = _terrain_finder(connection, order.terrain)
    rows = [parse_row(row, terrain_of, order.day, table.decimal_mark) for row in table.rows]
    return check_once([_check_day(connection, row) for row in rows])


def _check_day(connection: duckdb.DuckDBPyConnection, row: ParsedRow) -> ParsedRow:
    """Refuse a day that is still to come, or before the year that the register describes."""
    from forecast.refinement_log import check_age

    if row.answer is None:
        return row
    try:
        check_provenance("-", row.answer.observed_on, "-", SOURCE)
        check_age(row.answer.observed_on, read_limits(connection, row.answer.terrain_id))
    except LaadvraagError as error:
        return ParsedRow(row.number, None, (f"row {row.number}: {error}",), row.warnings)
    return row


def _terrain_finder(
    connection: duckdb.DuckDBPyConnection, given: str | None
) -> Callable[[str | None], str]:
    """Return what finds the terrain of a row: as the row names it, or the file as a whole."""
    from forecast.search import search_terrain

    found: dict[str, str] = {}

    def find(query: str) -> str:
        if query not in found:
            match = search_terrain(connection, query)
            if match.how != "asked":
                raise SurveyError(
                    f"there is no terrain '{query}'; perhaps {match.hit.terrain_name} (RIN "
                    f"{match.hit.terrain_id}) is meant"
                )
            found[query] = match.hit.terrain_id
        return found[query]

    of_file = find(given) if given else None

    def terrain_of(query: str | None) -> str:
        if query is None:
            if of_file is None:
                raise SurveyError(
                    "which terrain? Give --terrain, or a column Terrein with the RIN or name"
                )
            return of_file
        here = find(query)
        if of_file not in {None, here}:
            raise SurveyError(f"the row is about RIN {here} and --terrain about RIN {of_file}")
        return here

    return terrain_of
