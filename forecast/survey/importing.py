"""Bring a filled-in form into the database: all companies or none, unless bad rows may be left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from forecast import store
from forecast.entry_errors import RowsError, SurveyError
from forecast.erasing import rewrite
from forecast.refinement_checks import check_provenance
from forecast.spoken import Sentence
from forecast.survey.apply import SurveyedTerrain, apply_survey
from forecast.survey.companies import Companies
from forecast.survey.notes import Note
from forecast.survey.placing import SURVEY, Placed, parse_rows, place_rows, read_companies
from forecast.survey.records import add_answers, covers_all, find_company, remove_company
from forecast.survey.table import read_answer_table

if TYPE_CHECKING:
    import duckdb

    from forecast.survey.records import StoredAnswer

_NAMED_ABSENT = 5
"""Companies that a note names one by one."""


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
        Whether the answers of the terrain, those of before too, are of all its companies; None: as
        it was said before, and for a first file that they are not.
    replaces
        Whether companies of the terrain that the file lacks are removed.
    skips_bad_rows
        Whether good rows are imported without the bad ones.
    """

    terrain: str | None
    author_name: str
    day: date
    covers_all: bool | None = None
    replaces: bool = False
    skips_bad_rows: bool = False


@dataclass(frozen=True)
class SurveyImport:
    """What an import did.

    Attributes
    ----------
    companies, replaced, unchanged
        In the file; how many of them answered otherwise before, and how many the same.
    removed
        Companies that the file lacks, if it replaces all.
    skipped
        Problems of the rows that were left out.
    warnings
        What is odd and may be right.
    notes
        What should be known of the companies that the file lacks.
    """

    terrains: tuple[SurveyedTerrain, ...]
    companies: int
    replaced: int
    unchanged: int
    removed: tuple[str, ...]
    skipped: tuple[Sentence, ...]
    warnings: tuple[Sentence, ...]
    notes: tuple[Note, ...]


def import_survey(database: Path, file: Path, order: ImportOrder) -> SurveyImport:
    """Import the answers of a file, and lay what they add up to over their terrains.

    A company that answered before is replaced by its new answer; the old one stays in the database.

    Raises
    ------
    DataSourceError, RowsError
        If the file can't be read, or rows of it; with all their problems.
    FieldError, DatabaseError
        As `forecast.survey.apply.apply_survey` and `forecast.store.open_records`.
    """
    check_provenance(order.author_name, order.day, file.name, SURVEY)
    table = read_answer_table(file)
    if not table.rows and not table.problems:
        raise SurveyError("no_answers", path=file)
    with store.open_records(database) as connection:
        rows = parse_rows(connection, table, order.terrain, order.day)
        companies = read_companies(connection, rows)
        placed, rows = place_rows(rows, companies)
        problems = [problem for row in rows for problem in row.problems]
        # Who stands in a bad row is no company that the file lacks.
        may_skip = order.skips_bad_rows and not order.replaces and placed
        if table.problems or (problems and not may_skip):
            raise RowsError(file, [*table.problems, *problems])
        terrain_ids = list(dict.fromkeys(each.answer.terrain_id for each in placed))
        removed, notes = _absent([companies[key] for key in terrain_ids], order)
        surveyed = []
        for terrain_id in terrain_ids:
            covers = order.covers_all
            if covers is None:
                covers = covers_all(connection, terrain_id)
            for company in removed:
                if company.answer.terrain_id == terrain_id:
                    remove_company(connection, company, order.author_name, covers_all=covers)
            of_terrain = [each for each in placed if each.answer.terrain_id == terrain_id]
            _record(connection, of_terrain, order, covers=covers)
            surveyed.append(apply_survey(connection, terrain_id, order.author_name))
    if removed:
        rewrite(database)
    changed = [each for each in placed if each.known.before and not each.is_unchanged]
    return SurveyImport(
        tuple(surveyed),
        len(placed),
        len(changed),
        sum(each.is_unchanged for each in placed),
        tuple(each.company_id for each in removed),
        tuple(problems),
        (*table.unread, *(warning for row in rows for warning in row.warnings)),
        tuple(notes),
    )


def remove_answers(database: Path, company_id: str, author_name: str) -> SurveyedTerrain:
    """Delete all that a company answered, and bring its terrain in line with the others.

    Nothing of it is left in the file. The sums that it was part of stay in the log of refinements.

    Raises
    ------
    SurveyError
        If there is no such company.
    """
    with store.open_records(database) as connection:
        company = find_company(connection, company_id)
        remove_company(connection, company, author_name.strip(), covers_all=False)
        surveyed = apply_survey(connection, company.answer.terrain_id, author_name, must_fit=False)
    rewrite(database)
    return surveyed


def refresh_surveys(
    database: Path, terrain_ids: Sequence[str], author_name: str
) -> tuple[SurveyedTerrain, ...]:
    """Bring terrains in line with their surveys again, after the model changed."""
    with store.open_records(database) as connection:
        return tuple(
            apply_survey(connection, key, author_name, must_fit=False) for key in terrain_ids
        )


def _record(
    connection: duckdb.DuckDBPyConnection,
    placed: Sequence[Placed],
    order: ImportOrder,
    *,
    covers: bool,
) -> None:
    """Add the answers that are new, or all of them where it is new what they cover."""
    is_as_before = covers_all(connection, placed[0].answer.terrain_id) == covers
    new = [
        (each.known.number, each.answer)
        for each in placed
        if not (is_as_before and each.is_unchanged)
    ]
    add_answers(connection, new, order.author_name.strip(), covers_all=covers)


def _absent(
    companies: Sequence[Companies], order: ImportOrder
) -> tuple[list[StoredAnswer], list[Note]]:
    """Return the companies to remove, and what to tell of those that the file lacks."""
    absent = [company for of_terrain in companies for company in of_terrain.absent()]
    if not absent:
        return [], []
    names = ", ".join(each.company_id for each in absent[:_NAMED_ABSENT])
    names += ", \u2026" if len(absent) > _NAMED_ABSENT else ""
    key = "removed" if order.replaces else "absent"
    note = Note(key, texts={"ids": names}, companies=len(absent))
    return (absent if order.replaces else []), [note]
