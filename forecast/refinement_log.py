"""The log of refinements: what advisers corrected, who, when and why.

Entries are only ever added. The latest valid one of a field and year wins; taking one back is an
entry too. Everything here reads and writes the database without heavy libraries, so that a refused
correction costs no waiting, and so that two advisers at once each find their entry in the log.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast import store
from forecast.errors import FieldError, RefinementError
from forecast.fields import Setting, check_together, check_unit, check_value, find_field
from forecast.refinement_sources import RESTS, SOURCES
from forecast.spoken import FieldName, codes
from forecast.terrain_limits import TerrainLimits, check_against_terrain, read_limits

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_CLOCKS_DIFFER: Final = timedelta(days=1)
"""By which the clock of another machine, or its zone, may be ahead of ours."""


@dataclass(frozen=True)
class Entry:
    """One entry of the log; its attributes are the columns of `refinements`."""

    refinement_id: str
    terrain_id: str
    terrain_name: str
    field: str
    value: float | None
    unit: str
    year: int | None
    municipal_rest: str
    author_name: str
    observed_on: date
    entered_at: datetime
    reason: str
    source: str
    undoes: str | None = None

    @property
    def name(self) -> str:
        """The field with its year, such as ``electric_trucks_2030``."""
        return str(self.spoken_name)

    @property
    def spoken_name(self) -> FieldName:
        """The same, for a sentence in any language."""
        return FieldName(self.field, self.year)

    @property
    def setting(self) -> Setting:
        """What the entry sets.

        Raises
        ------
        FieldError
            If the field has gone, or the value is outside its range by now.
        """
        return check_value(find_field(self.field), float(self.value or 0), self.year)


@dataclass(frozen=True)
class Correction:
    """What an adviser enters: the setting, and why it should be believed.

    Attributes
    ----------
    observed_on
        Day of the talk, survey, reading or visit.
    source
        One of `SOURCES`.
    municipal_rest
        One of `RESTS`; only numbers of vehicles have a municipal total.
    """

    setting: Setting
    author_name: str
    observed_on: date
    reason: str
    source: str
    municipal_rest: str = RESTS[0]


def read_entries(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str] | None = None
) -> tuple[Entry, ...]:
    """Return the log in the order of entry, of some terrains or of all."""
    columns = ", ".join(COLUMNS)
    rows = connection.execute(
        f"SELECT {columns} FROM refinements "  # noqa: S608 - names of the schema
        "WHERE ? IS NULL OR terrain_id IN (SELECT unnest(?::VARCHAR[])) "
        "ORDER BY entered_at, refinement_id",
        [None if terrain_ids is None else 1, list(terrain_ids or [])],
    ).fetchall()
    return tuple(Entry(*row) for row in rows)


def active(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that count: neither undone nor overtaken by a later one.

    A later number of trucks overtakes earlier ones of rigid trucks and tractors; a later number of
    tractors overtakes that part of an earlier number of trucks, which then still counts.
    """
    entries = tuple(entries)
    undone = {entry.undoes for entry in entries if entry.undoes}
    kept: dict[tuple[str, str, int | None], Entry] = {}
    for entry in entries:
        if entry.undoes or entry.refinement_id in undone:
            continue
        here = find_field(entry.field)
        for key in list(kept):
            is_same = (key[0], key[2]) == (entry.terrain_id, entry.year)
            if is_same and here.overtakes(find_field(key[1])):
                del kept[key]
        kept[entry.terrain_id, entry.field, entry.year] = entry
    return tuple(kept.values())


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
        _check(correction)
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
    _check_said(author_name, reason)
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


def undo_of(entry: Entry, author_name: str, reason: str, now: datetime) -> Entry:
    """Return the entry that takes another one back."""
    return replace(
        entry,
        refinement_id=new_id(now),
        value=None,
        author_name=author_name.strip(),
        observed_on=_today(),
        entered_at=now,
        reason=reason.strip(),
        undoes=entry.refinement_id,
    )


def find_entry(entries: Iterable[Entry], refinement_id: str) -> Entry:
    """Return the entry of an id, or of the beginning of one that no other shares.

    Raises
    ------
    RefinementError
        If there is none, or several.
    """
    asked = refinement_id.strip()
    found = [each for each in entries if asked and each.refinement_id.startswith(asked)]
    exact = [each for each in found if each.refinement_id == asked]
    if not found:
        raise RefinementError("no_such_id", id=refinement_id)
    if len(exact or found) > 1:
        raise RefinementError("several_of_id", count=len(found), id=refinement_id)
    [entry] = exact or found
    return entry


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
    first = _now() if last is None else max(_now(), last + step)
    return [first + number * step for number in range(count)]


def entry_of(
    terrain_id: str,
    terrain_name: str,
    correction: Correction,
    now: datetime,
    made_by: str | None = None,
) -> Entry:
    """Return a correction as an entry of a time; of a program that made it, see `new_id`."""
    setting = correction.setting
    return Entry(
        refinement_id=new_id(now, made_by),
        terrain_id=terrain_id,
        terrain_name=terrain_name,
        field=setting.field.name,
        value=float(setting.value),
        unit=setting.field.unit,
        year=setting.year,
        municipal_rest=correction.municipal_rest,
        author_name=correction.author_name.strip(),
        observed_on=correction.observed_on,
        entered_at=now,
        reason=correction.reason.strip(),
        source=correction.source,
    )


def _check(correction: Correction) -> None:
    if not correction.setting.field.is_recorded:
        raise FieldError("a_choice", name=correction.setting.spoken_name)
    check_provenance(
        correction.author_name, correction.observed_on, correction.reason, correction.source
    )
    if correction.municipal_rest not in RESTS:
        raise RefinementError("no_such_rest", rest=correction.municipal_rest, possible=RESTS)


def check_provenance(author_name: str, observed_on: date, reason: str, source: str) -> None:
    """Refuse a correction that doesn't say who, when, why and from what.

    Raises
    ------
    RefinementError
        With what lacks, or a day that is still to come.
    """
    _check_said(author_name, reason)
    if source not in SOURCES:
        possible = codes("fields.source", SOURCES)
        raise RefinementError("no_such_source", source=source, possible=possible)
    if observed_on > _today():
        raise RefinementError("to_come", day=observed_on)


def check_age(observed_on: date, limits: TerrainLimits) -> None:
    """Refuse what was observed before the year that the register describes.

    Raises
    ------
    RefinementError
        With that year.
    """
    if observed_on.year < limits.reference_year:
        raise RefinementError("before_register", day=observed_on, year=limits.reference_year)


def check_entry(entry: Entry) -> Entry:
    """Return an entry of a file if it could have been entered here.

    Raises
    ------
    FieldError, RefinementError
        With what is wrong with it.
    """
    field = find_field(entry.field)
    if field.name != entry.field or not field.is_recorded:
        raise FieldError("not_recorded", name=entry.field)
    check_provenance(entry.author_name, entry.observed_on, entry.reason, entry.source)
    if entry.municipal_rest not in RESTS:
        raise RefinementError("rest_in_file", rest=entry.municipal_rest, possible=RESTS)
    if entry.entered_at > _now() + _CLOCKS_DIFFER:
        raise RefinementError("entered_to_come", time=entry.entered_at)
    check_unit(field, entry.unit)
    if entry.undoes is None:
        if entry.value is None:
            raise RefinementError("no_value", name=FieldName(field.name))
        check_value(field, entry.value, entry.year)
    return entry


def new_id(now: datetime, made_by: str | None = None) -> str:
    """Return an identifier that sorts by time of entry, and that no other writer chose.

    What made an entry, where no adviser did, stands at its end: it goes along through files and
    other databases, and nobody types it by accident.
    """
    chosen = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}"
    return f"{chosen}-{made_by}" if made_by else chosen


def _check_said(author_name: str, reason: str) -> None:
    if not author_name.strip():
        raise RefinementError("author_missing")
    if not reason.strip():
        raise RefinementError("reason_missing")


def _now() -> datetime:
    """Return the time in UTC, without a zone as DuckDB's TIMESTAMP keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def _today() -> date:
    return datetime.now().astimezone().date()


COLUMNS: Final = tuple(each.name for each in fields(Entry))
