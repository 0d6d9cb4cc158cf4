"""Everything that `laadvraag doctor` looks at, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from forecast.doctor.database import look_at_database
from forecast.doctor.finding import Finding
from forecast.doctor.freshness import look_at_sources
from forecast.doctor.installed import look_at_installed
from forecast.doctor.places import look_at_places


def look_over(database: Path, folders: Mapping[str, Path], now: datetime) -> tuple[Finding, ...]:
    """Return what was found; nothing is raised for what is amiss, and nothing is left behind.

    Parameters
    ----------
    database
        The file of the user; need not exist.
    folders
        Where else is written, by what it is for: ``output``, ``cache``.
    now
        The time, UTC.
    """
    return (
        *look_at_installed(),
        *look_at_database(database, now),
        *look_at_sources(database, now.date()),
        *look_at_places(database, folders),
    )


def is_in_the_way(findings: tuple[Finding, ...]) -> bool:
    """Return whether anything keeps laadvraag from working."""
    return any(finding.level == "problem" for finding in findings)
