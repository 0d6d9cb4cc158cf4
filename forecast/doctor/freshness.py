"""How old each source is, beside how soon its publisher usually has a newer edition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from forecast.doctor.finding import Finding
from forecast.editions import Edition, in_use, list_editions, run_edition_ids
from forecast.errors import DatabaseError
from forecast.fetch.endpoints import endpoints
from forecast.run_info import read_runs
from forecast.store import open_layout

_found = partial(Finding, "sources")

_DATA: Final = Path(__file__).parent.parent.parent / "data"
_SOURCE_OF: Final = {
    "bedrijventerreinen": "ibis",
    "municipalities": "municipalities",
    "vehicles_registered": "vehicles",
    "ze_zones": "ze-zones",
    "supply_areas": "supply-areas",
    "truck_sites": "truck-sites",
}
"""Embedded tables to the source whose files take their place."""


def look_at_sources(database: Path, today: date, data_folder: Path = _DATA) -> Iterator[Finding]:
    """Yield the age of every edition that the next run uses, and of the embedded tables.

    Parameters
    ----------
    database
        Need not exist, and need not be sound: then there are only the embedded tables.
    today
        The day, UTC.
    data_folder
        Folder with the embedded tables.
    """
    soon = superseded_days()
    used, of_run = _editions(database)
    for edition in used:
        day = edition.reference_date or edition.imported_at.date()
        facts = {
            "source": edition.source_name,
            "dataset": edition.dataset_name,
            "file": edition.file_name,
        }
        yield _aged("edition", facts, day, today, soon.get(edition.source_name))
    waiting = [edition for edition in used if edition.edition_id not in of_run]
    if waiting:
        yield _found("not_in_run", "mind", {"editions": [each.edition_id for each in waiting]})
    imported = {edition.source_name for edition in used}
    for topic, source in _SOURCE_OF.items():
        day_or_none = _embedded_day(data_folder / topic)
        if day_or_none is None:
            path = str(data_folder / topic)
            yield _found("no_data", "problem", {"source": source, "path": path})
        elif source not in imported:
            yield _aged("embedded", {"source": source}, day_or_none, today, soon.get(source))


def superseded_days() -> Mapping[str, int]:
    """Return per source the age at which its publisher usually has newer figures [d].

    Where its files differ in that, the longest: a source is not called old for one part of it.
    """
    found: dict[str, int] = {}
    for each in endpoints().values():
        found[each.source] = max(each.superseded_days, found.get(each.source, 0))
    return found


def _aged(
    code: str, facts: dict[str, str], day: date, today: date, most_days: int | None
) -> Finding:
    age_days = (today - day).days
    is_old = most_days is not None and age_days > most_days
    told = {**facts, "day": day.isoformat(), "age_days": age_days, "superseded_days": most_days}
    return _found(f"{code}_old" if is_old else code, "mind" if is_old else "well", told)


def _editions(database: Path) -> tuple[list[Edition], set[str]]:
    """Return the editions that the next run uses, and those of the last; what it can't, as none."""
    used: list[Edition] = []
    of_run: set[str] = set()
    # What is wrong with the database is told where that is looked at.
    with (
        suppress(DatabaseError, duckdb.Error),
        open_layout(database, wait_seconds=0) as connection,
    ):
        used = in_use(list_editions(connection))
        if runs := read_runs(connection):
            of_run = run_edition_ids(connection, runs[0].run_id)
    return used, of_run


def _embedded_day(folder: Path) -> date | None:
    """Return the day that an embedded table describes; the first of a month or year without day."""
    try:
        version = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["version"]
        parts = [int(part) for part in version.split("-")]
        return date(*[*parts, 1, 1][:3])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
