"""Files with quarter-hours in the shapes that measuring companies deliver, from arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
QUARTER = timedelta(minutes=15)
EAN = "871687120000012345"
OTHER_EAN = "871687120000098765"

Load = Callable[[datetime], float]


def quarters(first: date, last: date) -> Iterator[datetime]:
    """Yield the begin of every quarter-hour of local days, in UTC."""
    now = datetime(first.year, first.month, first.day, tzinfo=AMSTERDAM).astimezone(UTC)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=AMSTERDAM).astimezone(UTC)
    while now < end:
        yield now
        now += QUARTER


def number(value: float) -> str:
    return f"{value:.3f}".replace(".", ",")


def local(moment: datetime) -> datetime:
    return moment.astimezone(AMSTERDAM)


def long_rows(
    first: date, last: date, load_kw: Load, make: Callable[[datetime, float], str]
) -> list[str]:
    """Return a row per quarter-hour; the load is that of its local begin."""
    return [make(moment, load_kw(local(moment))) for moment in quarters(first, last)]


def begin_and_end(moment: datetime, kw: float) -> str:
    """Return date, begin and end in local time, kWh with a decimal comma."""
    end = local(moment + QUARTER)
    return f"{local(moment):%d-%m-%Y;%H:%M};{end:%H:%M};{number(kw / 4)}"


def wide_rows(
    first: date, last: date, load_kw: Load, place: Callable[[list[str], int], list[str]]
) -> list[str]:
    """Return a row per day; ``place`` puts the values of a short or long day."""
    days = groupby(quarters(first, last), key=lambda moment: local(moment).date())
    rows = []
    for day, of_day in days:
        values = [number(load_kw(local(moment)) / 4) for moment in of_day]
        rows.append(";".join([f"{day:%d-%m-%Y}", *place(values, len(values))]))
    return rows


def clocks(*, is_end: bool = False) -> list[str]:
    """Return the names of 96 columns: 00:00 to 23:45, or 00:15 to 24:00."""
    minutes = [15 * (at + is_end) for at in range(96)]
    return [f"{minute // 60:02}:{minute % 60:02}" for minute in minutes]


def write(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> Path:
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path
