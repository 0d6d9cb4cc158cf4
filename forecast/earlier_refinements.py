"""The refinements of a database of an earlier layout, so that no update loses one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast import store
from forecast.fields import find_field
from forecast.refinement_entry import Entry
from forecast.refinement_log import read_entries
from forecast.refinement_sources import RESTS, SOURCES

if TYPE_CHECKING:
    import duckdb

_FIELDS: Final = {"van": "vans", "rigid_truck": "rigid_trucks", "tractor": "tractors"}
"""Field of each vehicle class, which layout 4 named."""
_SOURCES: Final = {
    **{name: name for name in SOURCES},
    "gesprek": "talk",
    "enquête": "survey",
    "enquete": "survey",
    "meting": "meter",
    "meter data": "meter",
    "bezoek": "visit",
}
"""Layout 4 took any word for a source."""
_UNKNOWN: Final = "?"
_FIRST_WITH_LOG: Final = 5
"""Layout from which the log has its present columns."""


def read_refinements_of_any_layout(path: Path) -> tuple[Entry, ...]:
    """Return the log of a database of this or an earlier layout, as entries of this one.

    Raises
    ------
    DatabaseError
        As `forecast.store.open_any_layout`.
    """
    with store.open_any_layout(path) as (connection, layout):
        if layout >= _FIRST_WITH_LOG:
            return read_entries(connection)
        return _read_vehicle_counts(connection)


def _read_vehicle_counts(connection: duckdb.DuckDBPyConnection) -> tuple[Entry, ...]:
    """Read layout 4 and before: a number of vehicles per class, without year, day or undo."""
    tables = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
    if not {"refinements", "terrains"} <= tables:
        return ()
    rows = connection.execute(
        "SELECT refinement_id, terrain_id, terrain_name, field, value, author_name, entered_at, "
        "reason, source FROM refinements LEFT JOIN terrains USING (terrain_id) "
        "ORDER BY entered_at, refinement_id"
    ).fetchall()
    entries = []
    for key, terrain_id, name, vehicle_class, value, author, entered_at, reason, source in rows:
        field = find_field(_FIELDS.get(vehicle_class, vehicle_class))
        known = _SOURCES.get(source.strip().lower())
        why = reason.strip() or _UNKNOWN
        entries.append(
            Entry(
                refinement_id=key,
                terrain_id=terrain_id,
                terrain_name=name or "",
                field=field.name,
                value=float(round(value)),
                unit=field.unit,
                year=None,
                municipal_rest=RESTS[0],
                author_name=author.strip() or _UNKNOWN,
                observed_on=entered_at.date(),
                entered_at=entered_at,
                reason=why if known else f"{why} ({source.strip() or _UNKNOWN})",
                source=known or SOURCES[0],
            )
        )
    return tuple(entries)
