"""What was read of a run, kept for the next update or what-if of the same process.

`laadvraag serve` asks one database again and again, so one is kept. It is found by all that decides
what the database holds: a run or an update by another process makes it useless, not wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Final

from forecast.held_rows import HeldRows

if TYPE_CHECKING:
    import duckdb

    from forecast.run_info import RunInfo


@dataclass(frozen=True)
class State:
    """What decides which figures a database holds.

    Attributes
    ----------
    path
        Of its file.
    run_id
        Of the last run.
    refined_at
        When refinements were last laid over it.
    applied
        Those that are in its figures.
    """

    path: str
    run_id: str
    refined_at: datetime | None
    applied: frozenset[str]


_LOCK: Final = Lock()
_KEPT: Final[dict[State, HeldRows]] = {}


def state_of(connection: duckdb.DuckDBPyConnection, run: RunInfo) -> State:
    """Return the state of an opened database."""
    rows = connection.execute(
        "SELECT refined_at, refinement_id FROM runs LEFT JOIN applied_refinements USING (run_id) "
        "WHERE run_id = ?",
        [run.run_id],
    ).fetchall()
    [(path,)] = connection.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchall()
    return State(path, run.run_id, rows[0][0], frozenset(key for _, key in rows if key is not None))


def rows_of(state: State) -> HeldRows:
    """Return what is kept of a state, for all who ask to add to it; another is kept no longer."""
    with _LOCK:
        if state not in _KEPT:
            _KEPT.clear()
            _KEPT[state] = HeldRows()
        return _KEPT[state]


def keep(state: State, rows: HeldRows) -> None:
    """Keep what a database holds in a state, and nothing else."""
    with _LOCK:
        _KEPT.clear()
        _KEPT[state] = rows


def forget() -> None:
    """Keep nothing, so that others have the memory."""
    with _LOCK:
        _KEPT.clear()
