"""What became of each refinement: it counts, was undone, overtaken, or lost its terrain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from forecast.refinement_entry import Entry, active
from forecast.refinement_log import read_entries

if TYPE_CHECKING:
    import duckdb

State = Literal["active", "overtaken", "undone", "undo", "vanished"]
COUNTING: Final = ("active", "vanished")
"""States of what still needs attention: it counts, or it would if its terrain were there."""


@dataclass(frozen=True)
class StatedEntry:
    """An entry and what became of it.

    Attributes
    ----------
    state
        ``active``: it counts; ``overtaken`` by a later entry; ``undone``; ``undo``: it takes
        another one back; ``vanished``: its terrain is not in the register any longer.
    by
        The entry that undid it; None where none did.
    """

    entry: Entry
    state: State
    by: str | None = None


def read_stated(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str] | None = None
) -> tuple[StatedEntry, ...]:
    """Return the log in the order of entry with the state of each, of some terrains or of all."""
    entries = read_entries(connection, terrain_ids)
    register = {key for (key,) in connection.execute("SELECT terrain_id FROM terrains").fetchall()}
    return tuple(_stated(entries, register))


def _stated(entries: Sequence[Entry], register: set[str]) -> Iterable[StatedEntry]:
    counting = {entry.refinement_id for entry in active(entries)}
    undone_by = {entry.undoes: entry.refinement_id for entry in entries if entry.undoes}
    for entry in entries:
        by = undone_by.get(entry.refinement_id)
        state: State
        if entry.undoes:
            state = "undo"
        elif by:
            state = "undone"
        elif entry.refinement_id not in counting:
            state = "overtaken"
        else:
            state = "active" if entry.terrain_id in register else "vanished"
        yield StatedEntry(entry, state, by)
