"""The rows of a file as answers of companies: about which terrain, and of which company."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from forecast.entry_errors import SurveyError
from forecast.refinement_checks import check_age, check_provenance
from forecast.spoken import located, say
from forecast.survey.answers import CompanyAnswer
from forecast.survey.companies import Companies, Known
from forecast.survey.parse import ParsedRow, check_once, parse_row
from forecast.survey.records import last_number, read_current
from forecast.survey.table import AnswerTable
from forecast.terrain_limits import read_limits

if TYPE_CHECKING:
    import duckdb

SURVEY = "survey"
"""The source of what companies answer."""


@dataclass(frozen=True)
class Placed:
    """The answer of a row and the company whose it is."""

    answer: CompanyAnswer
    known: Known

    @property
    def is_unchanged(self) -> bool:
        """Whether the company answered the same before."""
        return self.known.before is not None and self.known.before.answer == self.answer


def parse_rows(
    connection: duckdb.DuckDBPyConnection, table: AnswerTable, terrain: str | None, day: date
) -> list[ParsedRow]:
    """Return the rows of a file about a terrain, or about the one that each names."""
    terrain_of = _terrain_finder(connection, terrain)

    @cache
    def check_day(observed_on: date, terrain_id: str) -> None:
        check_provenance("-", observed_on, "-", SURVEY)
        check_age(observed_on, read_limits(connection, terrain_id))

    return check_once(
        [parse_row(row, terrain_of, check_day, day, table.decimal_mark) for row in table.rows]
    )


def read_companies(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[ParsedRow]
) -> dict[str, Companies]:
    """Return the companies of the terrains that rows are about."""
    terrain_ids = dict.fromkeys(row.answer.terrain_id for row in rows if row.answer)
    return {
        key: Companies(key, read_current(connection, key), last_number(connection, key))
        for key in terrain_ids
    }


def place_rows(
    rows: Sequence[ParsedRow], companies: dict[str, Companies]
) -> tuple[list[Placed], list[ParsedRow]]:
    """Return the answers with their companies, and the rows with what is odd about those."""
    placed, checked = [], []
    for row in rows:
        if row.answer is None:
            checked.append(row)
            continue
        try:
            known = companies[row.answer.terrain_id].find(row.answer)
        except SurveyError as error:
            problem = located(say("refusals.row", number=row.number), error)
            checked.append(replace(row, answer=None, problems=(*row.problems, problem)))
            continue
        warnings = row.warnings
        if known.like:
            warning = say(
                "survey_refusals.row.almost_known", name=row.answer.company_name, known=known.like
            )
            warnings = (*warnings, located(say("refusals.row", number=row.number), warning))
        checked.append(replace(row, warnings=warnings))
        placed.append(Placed(row.answer, known))
    return placed, checked


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
                    "perhaps_terrain",
                    asked=query,
                    name=match.hit.terrain_name,
                    rin=match.hit.terrain_id,
                )
            found[query] = match.hit.terrain_id
        return found[query]

    of_file = find(given) if given else None

    def terrain_of(query: str | None) -> str:
        if query is None:
            if of_file is None:
                raise SurveyError("which_terrain")
            return of_file
        here = find(query)
        if of_file not in {None, here}:
            raise SurveyError("other_terrain", here=here, asked=of_file)
        return here

    return terrain_of
