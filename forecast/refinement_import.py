"""Bring refinements of a file into the log: all of them or none, and none twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forecast import store
from forecast.entry_errors import RefinementError, RowsError
from forecast.errors import LaadvraagError
from forecast.fields import find_field
from forecast.refinement_checks import check_age
from forecast.refinement_entry import Entry, active, new_id
from forecast.refinement_files import FileEntry, read_refinements
from forecast.refinement_log import append, is_in_register, next_times, read_entries
from forecast.spoken import Sentence, located, say
from forecast.terrain_limits import check_against_terrain, read_limits

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes
    ----------
    added
        New in the log.
    known
        How many of the file were in the log already.
    vanished
        Terrains of the added ones that are not in the register (any longer): kept, without effect.
    contradictions
        What restored entries say that the forecast of today contradicts.
    """

    added: tuple[Entry, ...]
    known: int
    vanished: tuple[str, ...]
    contradictions: tuple[Sentence, ...]

    @property
    def terrain_ids(self) -> tuple[str, ...]:
        """Terrains of the register whose figures may have changed."""
        here = dict.fromkeys(entry.terrain_id for entry in self.added)
        return tuple(terrain_id for terrain_id in here if terrain_id not in self.vanished)


def import_refinements(database: Path, file: Path) -> Imported:
    """Add the refinements of a file that the log lacks.

    Those with an id are restored as they were entered, whatever became of their terrain. Those
    without are entered now, unless the log holds the same already.

    Raises
    ------
    DataSourceError, RowsError
        As `forecast.refinement_files.read_refinements`; also with rows whose id is known with other
        content, or that the register contradicts.
    DatabaseError
        As `forecast.refinement_log.add`.
    """
    rows = read_refinements(file)
    with store.open_records(database) as connection:
        log = read_entries(connection)
        restored, problems = _restored([row for row in rows if not row.is_new], log)
        typed, more = _typed(connection, [row for row in rows if row.is_new], log)
        added = (*restored, *typed)
        vanished, contradictions, most = _held_against_register(connection, log, restored, typed)
        if problems or more or most:
            raise RowsError(file, [*problems, *more, *most])
        append(connection, added)
    return Imported(added, len(rows) - len(added), vanished, contradictions)


def _restored(
    rows: Iterable[FileEntry], log: Sequence[Entry]
) -> tuple[list[Entry], list[Sentence]]:
    """Return the entries that the log lacks, in the order of the file."""
    known = {entry.refinement_id: entry for entry in log}
    added: dict[str, Entry] = {}
    problems = []
    for row in rows:
        entry = row.entry
        before = known.get(entry.refinement_id) or added.get(entry.refinement_id)
        if before is None:
            added[entry.refinement_id] = entry
        elif before != entry:
            names = [name for name in vars(entry) if getattr(entry, name) != getattr(before, name)]
            known_as = say(
                "refusals.refinement_file.known_otherwise", id=entry.refinement_id, names=names
            )
            problems.append(located(row.where, known_as))
    for row in rows:
        if row.entry.undoes is None or row.entry.refinement_id in known:
            continue
        undone = known.get(row.entry.undoes) or added.get(row.entry.undoes)
        if undone is None:
            problem = say("refusals.refinement_file.undoes_nothing", id=row.entry.undoes)
            problems.append(located(row.where, problem))
        elif undone.undoes or undone.terrain_id != row.entry.terrain_id:
            problem = say("refusals.refinement_file.cannot_undo", id=row.entry.undoes)
            problems.append(located(row.where, problem))
    return list(added.values()), problems


def _typed(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[FileEntry], log: Sequence[Entry]
) -> tuple[list[Entry], list[Sentence]]:
    """Return what was typed by hand as entries of now; the wider of a terrain before the parts."""
    undone = {entry.undoes for entry in log}
    known = {_content(entry) for entry in log if entry.refinement_id not in undone}
    problems: list[Sentence] = []
    new: list[Entry] = []
    first: dict[tuple[str, str], Sentence] = {}
    for row in rows:
        try:
            entry = _of_terrain(connection, row.entry)
        except LaadvraagError as error:
            problems.append(located(row.where, error))
            continue
        key = (entry.terrain_id, entry.name)
        if key in first:
            problem = say(
                "refusals.refinement_file.given_already", name=entry.spoken_name, first=first[key]
            )
            problems.append(located(row.where, problem))
        first.setdefault(key, row.where)
        if _content(entry) not in known:
            new.append(entry)
    new.sort(key=lambda entry: -len(find_field(entry.field).classes))
    times = next_times(connection, len(new))
    return [
        replace(entry, refinement_id=new_id(now), entered_at=now)
        for entry, now in zip(new, times, strict=True)
    ], problems


def _of_terrain(connection: duckdb.DuckDBPyConnection, entry: Entry) -> Entry:
    """Return an entry with RIN and name of the terrain that was meant."""
    terrain_id = entry.terrain_id
    if not is_in_register(connection, terrain_id):
        from forecast.search import search_terrain

        match = search_terrain(connection, terrain_id)
        if match.how != "asked":
            raise RefinementError(
                "perhaps_terrain",
                asked=terrain_id,
                name=match.hit.terrain_name,
                rin=match.hit.terrain_id,
            )
        terrain_id = match.hit.terrain_id
    limits = read_limits(connection, terrain_id)
    check_age(entry.observed_on, limits)
    return replace(entry, terrain_id=terrain_id, terrain_name=limits.terrain_name)


def _content(entry: Entry) -> tuple[object, ...]:
    """Return what an entry says, whenever it was entered."""
    return (
        entry.terrain_id, entry.field, entry.value, entry.unit, entry.year, entry.municipal_rest,
        entry.author_name, entry.observed_on, entry.reason, entry.source, entry.undoes,
    )  # fmt: skip


def _held_against_register(
    connection: duckdb.DuckDBPyConnection,
    log: Sequence[Entry],
    restored: Sequence[Entry],
    typed: Sequence[Entry],
) -> tuple[tuple[str, ...], tuple[Sentence, ...], list[Sentence]]:
    """Return vanished terrains, contradictions to tell of, and those that stop the import."""
    everything = sorted(
        (*log, *restored, *typed), key=lambda entry: (entry.entered_at, entry.refinement_id)
    )
    by_terrain: dict[str, list[Entry]] = {}
    for entry in everything:
        by_terrain.setdefault(entry.terrain_id, []).append(entry)
    fresh = {entry.terrain_id for entry in typed}
    vanished: list[str] = []
    told: list[Sentence] = []
    problems: list[Sentence] = []
    for terrain_id in dict.fromkeys(entry.terrain_id for entry in (*restored, *typed)):
        if not is_in_register(connection, terrain_id):
            vanished.append(terrain_id)
            continue
        limits = read_limits(connection, terrain_id)
        try:
            check_against_terrain(
                (entry.setting for entry in active(by_terrain[terrain_id])), limits
            )
        except LaadvraagError as error:
            sentence = say(
                "refusals.field.of_terrain",
                name=limits.terrain_name,
                rin=terrain_id,
                problem=error,
            )
            (problems if terrain_id in fresh else told).append(sentence)
    return tuple(vanished), tuple(told), problems
