"""What state the database is in: layout, last run, refinements, and who holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from forecast.doctor.finding import Finding
from forecast.doctor.locks import reader_of
from forecast.errors import DatabaseError, DatabaseInUseError
from forecast.refinement_entry import active
from forecast.refinement_log import read_entries
from forecast.run_info import read_runs
from forecast.schema import SCHEMA_VERSION
from forecast.store import open_any_layout
from forecast.version import code_version

if TYPE_CHECKING:
    from forecast.run_info import RunInfo

_found = partial(Finding, "database")

_WAIT_SECONDS: Final = 0.5
_BYTES_PER_MB: Final = 1_000_000
_SECONDS_PER_MINUTE: Final = 60


def look_at_database(path: Path, now: datetime) -> Iterator[Finding]:
    """Yield the state of a database; none, a broken or an older one is a finding too.

    Parameters
    ----------
    path
        The file; it is opened for reading only.
    now
        The time, with its zone.
    """
    if not path.exists():
        yield _found("absent", "mind", {"path": str(path)})
        return
    if path.is_file():
        size_mb = path.stat().st_size / _BYTES_PER_MB
        yield _found("file", "well", {"path": str(path), "size_mb": round(size_mb, 1)})
    try:
        with open_any_layout(path, wait_seconds=_WAIT_SECONDS) as (connection, layout):
            yield from _content(connection, layout, now)
    except DatabaseInUseError as error:
        yield _found("in_use", "problem", {"holder": error.holder, "message": str(error)})
    except DatabaseError as error:
        yield _found("unusable", "problem", {"message": str(error)})
    except duckdb.Error as error:
        # Its first pages are sound, so that it opens; what they lead to is not.
        message = str(error).partition("\n")[0]
        yield _found("broken", "problem", {"path": str(path), "message": message})
    else:
        if reader := reader_of(path):
            yield _found("held", "mind", {"holder": reader})


def _content(
    connection: duckdb.DuckDBPyConnection, layout: int, now: datetime
) -> Iterator[Finding]:
    if layout < SCHEMA_VERSION:
        entries = 0
        with suppress(duckdb.CatalogException):  # the first layouts had no log
            [(entries,)] = connection.execute("SELECT count(*) FROM refinements").fetchall()
        facts = {"layout": layout, "needed": SCHEMA_VERSION, "refinements": entries}
        yield _found("older_with_log" if entries else "older", "problem", facts)
        return
    yield _found("layout", "well", {"layout": layout})
    runs = read_runs(connection)
    if not runs:
        yield _found("no_run", "mind")
        return
    yield from _last_run(connection, runs[0], now)


def _last_run(
    connection: duckdb.DuckDBPyConnection, run: RunInfo, now: datetime
) -> Iterator[Finding]:
    ended = run.ended_at.replace(tzinfo=UTC)
    facts = {
        "run_id": run.run_id,
        "ended_at_utc": f"{ended:%Y-%m-%dT%H:%M:%SZ}",
        "age_minutes": max(int((now - ended).total_seconds() // _SECONDS_PER_MINUTE), 0),
        "years": list(run.years),
    }
    yield _found("run", "well", facts)
    if run.code_version != code_version():
        versions = {"of_run": run.code_version, "installed": code_version()}
        yield _found("other_version", "mind", versions)
    counting = {entry.refinement_id for entry in active(read_entries(connection))}
    applied = connection.execute(
        "SELECT refinement_id FROM applied_refinements WHERE run_id = ?", [run.run_id]
    ).fetchall()
    differ = len(counting ^ {key for (key,) in applied})
    yield _found(
        "pending" if differ else "refinements",
        "mind" if differ else "well",
        {"count": len(counting), "not_in_run": differ},
    )
