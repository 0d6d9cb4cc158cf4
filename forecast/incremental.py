"""After a refinement only what depends on it is computed again, and published in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl
from threadpoolctl import threadpool_limits

from forecast import invariants, store
from forecast.beside import SECOND
from forecast.errors import DatabaseError
from forecast.held import Held, assumptions_of_run
from forecast.kept_run import State, forget, keep, rows_of, state_of
from forecast.one_thread import in_one_thread
from forecast.refinement_log import active_frame, read_entries
from forecast.replaced import Replaced, narrowed, of_run, rows_of_one
from forecast.run_info import RunInfo, latest_run
from forecast.terrain_counts import can_learn, find_counted
from forecast.touched import recompute_touched
from forecast.vocabulary import VEHICLE_CLASSES

if TYPE_CHECKING:
    import duckdb

_TRIES: Final = 5
"""Times that a run or another update may come in between before we give up."""
_FEW_ROWS: Final = 20
_MANY_ROWS: Final = 2000


@dataclass(frozen=True)
class Update:
    """What was done to bring figures up to date.

    Attributes
    ----------
    kind
        ``none``: they were; ``incremental``; or ``full``: a whole run was needed, as counted
        terrains tell the others apart.
    terrain_ids
        Terrains that were corrected; empty after a full run.
    """

    kind: str
    terrain_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pending:
    """What the log says beside what the run holds.

    Attributes
    ----------
    run
        The last run.
    state
        Of its figures, entries that are in them among it.
    refinements, earlier
        Entries that count now, and those that are in the figures, as `refinements`.
    terrain_ids
        Terrains of which these differ, those that vanished from the register too.
    """

    run: RunInfo
    state: State
    refinements: pl.DataFrame
    earlier: pl.DataFrame
    terrain_ids: frozenset[str]


def bring_up_to_date(database: Path) -> Update:
    """Lay the refinements that count over the last run, where they are not yet.

    The result is that of a full run, up to the last digits of its figures. With enough counted
    terrains to learn from, each of them says something of all others: then it is a full run.

    Raises
    ------
    DatabaseError
        As `forecast.store.open_published`, and if the run was made with other assumptions, sources
        or another laadvraag: then only a new run is right.
    InvariantError
        If a figure came out impossible; nothing is published, and what was entered is kept.
    """
    done = Update("none")
    for _ in range(_TRIES):
        with store.open_published(database) as connection:
            pending = find_pending(connection)
            if pending.state.applied == frozenset(pending.refinements["refinement_id"]):
                return done
            SECOND.begin()
            scenarios, rows = assumptions_of_run(pending.run), rows_of(pending.state)
            held = Held(connection, pending.run, scenarios, rows, reads_whole=True)
            must_learn = _learns(held, pending)
            touched = sorted(pending.terrain_ids & set(held.terrains["terrain_id"]))
            # Small matrices: more threads would only wait for each other.
            with threadpool_limits(1, "blas"):
                replaced = () if must_learn else _recompute(held, pending.refinements, touched)
        # The file is closed again, so that a run can be written to it.
        if must_learn:
            done = _run_again(database, pending.run)
            continue  # to see what was recorded meanwhile
        invariants.check_rows({each.table: each.rows for each in replaced})
        if (state := _publish(database, pending, replaced)) is not None:
            keep(state, held.rows.replaced(replaced))
            return Update("incremental", tuple(touched))
    raise DatabaseError("kept_changing", path=database)


@in_one_thread
def _recompute(
    held: Held, refinements: pl.DataFrame, touched: Sequence[str]
) -> tuple[Replaced, ...]:
    """Return the rows that differ, ready to be written: then nobody waits for that."""
    ready = (
        of_run(each, held.run.run_id) for each in recompute_touched(held, refinements, touched)
    )
    return tuple(each for one in ready if (each := _moved(held, one)) is not None)


def _moved(held: Held, replaced: Replaced) -> Replaced | None:
    """Return what the run does not hold alike; None: nothing.

    Few rows are compared sooner than written, and of very many mostly few differ.
    """
    table, column, rows = replaced.table, replaced.column, replaced.rows
    if rows.height <= _FEW_ROWS:
        then = held.table(table) if column is None else held.where(table, column, replaced.keys)
        return None if rows_of_one(rows.select(then.columns), then).is_empty() else replaced
    if rows.height > _MANY_ROWS and column is not None and held.rows.knows(table):
        moved = narrowed(replaced, held.where(table, column, replaced.keys))
        return moved if moved.keys else None
    return replaced


def find_pending(connection: duckdb.DuckDBPyConnection) -> Pending:
    """Return which refinements are in the figures of the last run and which should be."""
    run = latest_run(connection)
    state = state_of(connection, run)
    entries = read_entries(connection)
    refinements = active_frame(entries)
    differ = state.applied ^ frozenset(refinements["refinement_id"])
    return Pending(
        run,
        state,
        refinements,
        active_frame(entry for entry in entries if entry.refinement_id in state.applied),
        frozenset(entry.terrain_id for entry in entries if entry.refinement_id in differ),
    )


def _learns(held: Held, pending: Pending) -> bool:
    """Return whether counted terrains tell the others apart, or did so."""
    fewest = held.assumptions["learning.fewest_terrains"]
    return any(
        can_learn(counted, name, held.assumptions)
        for entries in (pending.refinements, pending.earlier)
        if entries["terrain_id"].n_unique() >= fewest
        for counted in [find_counted(held.terrains, held.table("municipal_fleet"), entries)]
        for name in VEHICLE_CLASSES
    )


def _run_again(database: Path, run: RunInfo) -> Update:
    from forecast.importing import sources_in_use
    from forecast.run import run_and_publish

    if sources_in_use(database).edition_id != run.edition_id:
        raise DatabaseError("run_of_other_sources", path=database)
    forget()
    SECOND.end()
    run_and_publish(database, run.years)
    return Update("full")


@in_one_thread
def _publish(database: Path, pending: Pending, replaced: Iterable[Replaced]) -> State | None:
    """Write the rows in one transaction; None if the run changed meanwhile."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with store.open_records(database) as connection:
        if state_of(connection, latest_run(connection)) != pending.state:
            return None
        store.replace_results(connection, pending.run.run_id, replaced)
        connection.execute(
            "UPDATE runs SET refined_at = ? WHERE run_id = ?", [now, pending.run.run_id]
        )
    applied = frozenset(pending.refinements["refinement_id"])
    return replace(pending.state, refined_at=now, applied=applied)
