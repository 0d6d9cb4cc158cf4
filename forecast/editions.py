"""Imported editions in the database: kept for good, and which of them hold now or held once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.errors import UnknownNameError
from forecast.schema import IMPORTED_PREFIX, TABLES, tables_of
from forecast.sources.contract import BESIDE_SOURCES
from forecast.spoken import say
from forecast.store import insert, open_any, writing

if TYPE_CHECKING:
    import duckdb
    import polars as pl


@dataclass(frozen=True)
class Edition:
    """One imported file: a row of `editions`."""

    edition_id: str
    content_id: str
    source_name: str
    dataset_name: str
    file_name: str
    file_sha256: str
    file_bytes: int
    format_name: str
    encoding: str
    reference_date: date | None
    stated_crs: str | None
    found_crs: str | None
    licence: str
    is_whole: bool
    imported_at: datetime
    code_version: str
    rows_read: int
    rows_used: int
    rows_passed_over: int
    rows_quarantined: int


@dataclass(frozen=True)
class Imported:
    """An edition with its tables, which have no column for it."""

    edition: Edition
    tables: Mapping[str, pl.DataFrame]


_COLUMNS: Final = ", ".join(column.name for column in TABLES["editions"].columns)


def list_editions(connection: duckdb.DuckDBPyConnection) -> list[Edition]:
    """Return all editions, in the order in which they were imported."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM editions ORDER BY imported_at, edition_id"  # noqa: S608 - names of the schema
    ).fetchall()
    return [Edition(*row) for row in rows]


def in_use(editions: Sequence[Edition], as_of: date | None = None) -> list[Edition]:
    """Return the editions that hold now, in the order in which they are laid over.

    Of each dataset the last whole edition, and what was imported after it row by row.

    Parameters
    ----------
    editions
        All of them, oldest first.
    as_of
        Last day (UTC) that counts; None for today.
    """
    until = None if as_of is None else datetime.combine(as_of, datetime.min.time())
    past = [
        edition
        for edition in editions
        if until is None or edition.imported_at < until + timedelta(days=1)
    ]
    last_whole: dict[tuple[str, str], int] = {}
    for index, edition in enumerate(past):
        if edition.is_whole:
            last_whole[edition.source_name, edition.dataset_name] = index
    return [
        edition
        for index, edition in enumerate(past)
        if index >= last_whole.get((edition.source_name, edition.dataset_name), 0)
    ]


def read_in_use(database: Path, as_of: date | None = None) -> list[Imported]:
    """Return the editions that a run uses, with their tables; none without a database.

    Raises
    ------
    DatabaseError
        If the database can't be read.
    """

    def of_runs(editions: list[Edition]) -> list[Edition]:
        return [each for each in in_use(editions, as_of) if each.source_name not in BESIDE_SOURCES]

    return _read(database, of_runs)


def read_all(database: Path) -> list[Imported]:
    """Return all editions with their tables, oldest first; none without a database.

    Raises
    ------
    DatabaseError
        If the database can't be read.
    """
    return _read(database, lambda editions: editions)


def _read(database: Path, choose: Callable[[list[Edition]], list[Edition]]) -> list[Imported]:
    with open_any(database) as connection:
        if connection is None:
            return []
        return [
            Imported(edition, _tables_of(connection, edition.edition_id))
            for edition in choose(list_editions(connection))
        ]


def keep(
    database: Path,
    edition: Edition,
    tables: Mapping[str, pl.DataFrame],
    quarantine: pl.DataFrame,
    notes: pl.DataFrame,
) -> None:
    """Write an edition in one transaction.

    Parameters
    ----------
    database
        Made if it does not exist.
    edition
        Its row.
    tables
        Its rows by source table, without their edition.
    quarantine, notes
        Rows of `quarantine` and `import_notes`.

    Raises
    ------
    DatabaseError
        If the database can't be written; it is as it was.
    """
    import polars as pl

    row = pl.DataFrame([vars(edition)], schema=TABLES["editions"].polars_schema())
    with writing(database, say("refusals.database.edition")) as connection:
        insert(connection, "editions", row)
        insert(connection, "quarantine", quarantine)
        insert(connection, "import_notes", notes)
        for name, frame in tables.items():
            kept = frame.with_columns(edition_id=pl.lit(edition.edition_id))
            insert(connection, IMPORTED_PREFIX + name, kept)


def stored_editions(database: Path) -> list[Edition]:
    """Return all editions in a database, oldest first; none without a database.

    Raises
    ------
    DatabaseError
        If the database can't be read.
    """
    with open_any(database) as connection:
        return [] if connection is None else list_editions(connection)


def run_edition_ids(connection: duckdb.DuckDBPyConnection, run_id: str) -> set[str]:
    """Return the identifiers of the editions that a run used."""
    rows = connection.execute(
        "SELECT edition_id FROM run_editions WHERE run_id = ?", [run_id]
    ).fetchall()
    return {edition_id for (edition_id,) in rows}


def read_apart(
    database: Path, edition_id: str
) -> tuple[Edition, list[tuple[int, str, str]], list[tuple[str, str, str]]]:
    """Return an edition, its rows that could not be used (row_number, reason, original), its notes.

    Notes are row_key, code and text.

    Raises
    ------
    UnknownNameError
        If there is no such edition; with those that there are.
    DatabaseError
        If the database can't be read.
    """
    with open_any(database) as connection:
        editions = [] if connection is None else list_editions(connection)
        found = next((each for each in editions if each.edition_id == edition_id), None)
        if found is None or connection is None:
            known = [f"{each.edition_id} ({each.file_name})" for each in editions]
            raise UnknownNameError("edition", edition_id, known)
        rows = connection.execute(
            "SELECT row_number, reason, original FROM quarantine WHERE edition_id = ? "
            "ORDER BY quarantine_number",
            [edition_id],
        ).fetchall()
        notes = connection.execute(
            "SELECT row_key, note_code, note FROM import_notes WHERE edition_id = ? "
            "ORDER BY note_number",
            [edition_id],
        ).fetchall()
    return found, rows, notes


def _tables_of(connection: duckdb.DuckDBPyConnection, edition_id: str) -> dict[str, pl.DataFrame]:
    found = {}
    for table in tables_of("import"):
        query = f'SELECT * EXCLUDE (edition_id) FROM "{table.name}" WHERE edition_id = ?'  # noqa: S608 - names of the schema
        frame: pl.DataFrame = connection.sql(query, params=[edition_id]).pl()
        if frame.height:
            # Arrow may give times and lists in other widths than the schema has them.
            name = table.name.removeprefix(IMPORTED_PREFIX)
            types = TABLES[name].polars_schema()
            found[name] = frame.cast({column: types[column] for column in frame.columns})
    return found
