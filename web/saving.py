"""Record or undo, bring the figures up to date, and tell what that changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.errors import LaadvraagError
from forecast.query import terrain_report
from forecast.refinement_log import is_in_register
from forecast.report_change import changed_lines
from forecast.run_info import check_year_of_run
from forecast.store import open_published
from forecast.vocabulary import MID_SCENARIO
from web.changes import Change

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport
    from forecast.words import Words
    from web.database import Database


def save(
    database: Database, terrain_id: str, record: Callable[[Path], str], words: Words
) -> Change:
    """Record something of a terrain and compute what hangs on it.

    Parameters
    ----------
    record
        Writes to the log, and returns what it wrote in words.

    Raises
    ------
    LaadvraagError
        If it could not be recorded; then nothing is. What was recorded stays, also if the figures
        can't be brought up to date: the outcome says so.
    """
    with database.saving() as path:
        before = _report(path, terrain_id)
        told = record(path)
        try:
            from forecast.incremental import bring_up_to_date

            bring_up_to_date(path)
        except LaadvraagError as error:
            return Change(terrain_id, told, (), error.sentence(words))
        after = _report(path, terrain_id)
    if before is None or after is None:
        return Change(terrain_id, told, ())
    year = check_year_of_run(after.run, None)
    return Change(terrain_id, told, changed_lines(before, after, year, MID_SCENARIO, words))


def _report(path: Path, terrain_id: str) -> TerrainReport | None:
    with open_published(path) as connection:
        if not is_in_register(connection, terrain_id):
            return None
        return terrain_report(connection, terrain_id)
