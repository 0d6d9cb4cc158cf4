"""The log of refinements: what advisers corrected, who, when and why.

Entries are only ever added. The latest valid one of a field and year wins; taking one back is an
entry too. Everything here reads and writes the database without heavy libraries, so that a refused
correction costs no waiting, and so that two advisers at once each find their entry in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from forecast import store
from forecast.entry_errors import RefinementError
from forecast.refinement_checks import check_age, check_correction, check_said, utc_now
from forecast.refinement_entry import (
    COLUMNS,
    Correction,
    Entry,
    active,
    entry_of,
    find_entry,
    undo_of,
)
from forecast.settings import check_together
from forecast.terrain_limits import check_against_terrain, read_limits

if TYPE_CHECKING:
    import duckdb
    import polars as pl


def read_entries(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str] | None = None
) -> tuple[Entry, ...]:
    """Return the log in the order of entry, of some terrains or of all."""
    columns = ", ".join(COLUMNS)
    rows = connection.execute(
        f"SELECT {columns} FROM refinements "  # noqa: S608 - names of the schema
        "WHERE ? IS NULL OR terrain_id IN (SELECT unnest(?::VARCHAR[]))",
        [None if terrain_ids is None else 1, list(terrain_ids or [])],
    ).fetchall()
    # Few rows: having DuckDB sort them takes longer than reading them.
    entries = (Entry(*row) for row in rows)
    return tuple(sorted(entries, key=lambda each: (each.entered_at, each.refinement_id)))


def active_frame(entries: Iterable[Entry]) -> pl.DataFrame:
    """Return the entries that count as `refinements`, in the order of entry."""
    import polars as pl

    from forecast.schema import TABLES

    rows = [astuple(entry) for entry in active(entries)]
    schema = TABLES["refinements"].polars_schema()
    return pl.DataFrame(rows, schema=schema, orient="row")


def add(path: Path, terrain_id: str, corrections: Sequence[Correction]) -> tuple[Entry, ...]:
    """Record corrections of one terrain, all of them or none; return their entries.

    Raises
    ------
    FieldError, RefinementError
        If one is impossible by itself or beside what is known of the terrain.
    DatabaseError
        If the database is held by another for too long; names who holds it.
    """
    for correction in corrections:
        check_correction(correction)
    check_together(correction.setting for correction in corrections)
    with store.open_records(path) as connection:
        limits = read_limits(connection, terrain_id)
        for correction in corrections:
            check_age(correction.observed_on, limits)
        times = next_times(connection, len(corrections))
        # The wider first: trucks=80 given together with tractors=20 doesn't overtake it.
        ordered = sorted(corrections, key=lambda each: -len(each.setting.field.classes))
        entries = tuple(
            entry_of(terrain_id, limits.terrain_name, correction, at)
            for correction, at in zip(ordered, times, strict=True)
        )
        here = read_entries(connection, [terrain_id])
        check_against_terrain((entry.setting for entry in active((*here, *entries))), limits)
        append(connection, entries)
    return entries


def undo(path: Path, refinement_id: str, author_name: str, reason: str) -> Entry:
    """Take an entry back by a new entry, which is returned.

    Raises
    ------
    RefinementError
        If there is no such entry, or it is taken back already or is itself an undo.
    DatabaseError
        As `add`.
    """
    check_said(author_name, reason)
    with store.open_records(path) as connection:
        entries = read_entries(connection)
        entry = find_entry(entries, refinement_id)
        if entry.undoes:
            raise RefinementError("is_undo", id=entry.refinement_id)
        if any(each.undoes == entry.refinement_id for each in entries):
            raise RefinementError("undone_already", id=entry.refinement_id)
        [now] = next_times(connection)
        taken_back = undo_of(entry, author_name, reason, now)
        if is_in_register(connection, entry.terrain_id):
            left = active([*(e for e in entries if e.terrain_id == entry.terrain_id), taken_back])
            limits = read_limits(connection, entry.terrain_id)
            check_against_terrain((each.setting for each in left), limits)
        append(connection, [taken_back])
    return taken_back


def is_in_register(connection: duckdb.DuckDBPyConnection, terrain_id: str) -> bool:
    """Return whether the register still holds a terrain."""
    rows = connection.execute("SELECT 1 FROM terrains WHERE terrain_id = ?", [terrain_id])
    return bool(rows.fetchall())


def append(connection: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> None:
    """Add entries to the log, on a connection of `store.open_records`."""
    marks = ", ".join("?" * len(COLUMNS))
    for entry in entries:
        connection.execute(
            f"INSERT INTO refinements ({', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608 - names of the schema
            list(astuple(entry)),
        )


def next_times(
    connection: duckdb.DuckDBPyConnection, count: int = 1, table_name: str = "refinements"
) -> list[datetime]:
    """Return times of entry in UTC, each later than the one before and than all in the log.

    The order of the log decides which value counts; a clock may be coarse, or set back. Of another
    table with a column ``entered_at`` the same.
    """
    step = timedelta(microseconds=1)
    [(last,)] = connection.execute(f"SELECT max(entered_at) FROM {table_name}").fetchall()  # noqa: S608 - names of the schema
    first = utc_now() if last is None else max(utc_now(), last + step)
    return [first + number * step for number in range(count)]
