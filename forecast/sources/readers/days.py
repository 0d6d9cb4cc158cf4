"""The day or month that the name of a file holds: many publishers say it nowhere else."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

_DAY: Final = re.compile(r"(?<![0-9])(20[0-9]{2})-?([01][0-9])(?:-?([0-3][0-9]))?(?![0-9])")


def day_in_name(path: Path) -> date | None:
    """Return the day in the name of a file, the first of the month where it has no day.

    >>> day_in_name(Path("zones_2025-07-07.geojson")), day_in_name(Path("areas_2026-07.csv"))
    (datetime.date(2025, 7, 7), datetime.date(2026, 7, 1))
    """
    found = _DAY.search(path.name)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None
