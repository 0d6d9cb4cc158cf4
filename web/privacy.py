"""What is left out where others look along: meter data of a single company."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forecast.meter.rooms import LEAST_PUBLISHED
from web import current

if TYPE_CHECKING:
    from forecast.terrain_report import TerrainReport


def for_readers(report: TerrainReport) -> TerrainReport:
    """Return a report as those who can reach the pages may see it.

    On this machine alone all of it; else measured room only where a factsheet, which is published,
    tells it too.
    """
    options, room = current.options(), report.metered_room
    if room is None or not (options.is_shared or options.is_read_only):
        return report
    is_told = room.is_whole_terrain or room.connections >= LEAST_PUBLISHED
    return report if is_told else replace(report, metered_room=None)
