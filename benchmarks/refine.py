"""How long a what-if and a refinement take: `python benchmarks/refine.py`.

Beside each other: the first one of a process, which loads the libraries and draws the sessions, and
the later ones of the same process, as `laadvraag serve` has them; and the full run that would give
the same figures. Medians of several terrains. The seconds of the processor stand beside those of
the clock: other programs on the machine hardly touch them. Those of the second process of an update
are not among them.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from forecast.beside import SECOND

ROOT = Path(__file__).parent.parent
TERRAINS = ("190044", "170008", "3214", "190063", "190004")
"""De Hurk in Eindhoven, a terrain alone in its municipality, a large one, and two neighbours."""
SETTINGS = ("tractors=20", "tractors=25", "van_km_per_year=30000")


class Seconds(NamedTuple):
    """How long a piece of work takes by the clock, and how long processors work on it [s]."""

    clock: float
    processor: float

    def __str__(self) -> str:
        """Return both."""
        return f"{self.clock:6.2f} s by the clock {self.processor:6.2f} s of the processor"


def seconds(work: Callable[[], object]) -> Seconds:
    """Return how long a piece of work takes, commands that it starts included."""
    start, used = time.perf_counter(), processor_s()
    work()
    return Seconds(time.perf_counter() - start, processor_s() - used)


def processor_s() -> float:
    """Return what this process and its commands have used of the processor [s]."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def medians(measured: list[Seconds]) -> Seconds:
    """Return the medians of both."""
    return Seconds(*(median(values) for values in zip(*measured, strict=True)))


def tried(database: Path, terrain: str, text: str) -> None:
    """Try one setting."""
    from forecast.settings import parse_setting
    from forecast.store import open_published
    from forecast.what_if import what_if

    with open_published(database) as connection:
        what_if(connection, terrain, [parse_setting(text)], 2030, "mid")


def refined(database: Path, terrain: str, text: str) -> None:
    """Record one setting and bring the figures up to date."""
    from forecast.incremental import bring_up_to_date
    from forecast.refinement_entry import Correction
    from forecast.refinement_log import add
    from forecast.settings import parse_setting

    today = datetime.now(UTC).date()
    add(database, terrain, [Correction(parse_setting(text), "bench", today, "bench", "visit")])
    bring_up_to_date(database)


def run(database: Path, folder: Path) -> None:
    """Make a full run."""
    command(database, "run", "--out", str(folder))


def command(database: Path, *words: str) -> None:
    """Run a command of laadvraag in a new process."""
    subprocess.run(
        [sys.executable, "cli.py", *words, "--db", str(database)],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        database, cold = Path(folder) / "laadvraag.duckdb", Path(folder) / "cold.duckdb"
        whole = seconds(lambda: run(database, Path(folder)))
        shutil.copy(database, cold)
        print(f"full run, whole command      {whole}")
        alone = seconds(lambda: command(cold, "terrain", TERRAINS[0], "--set", SETTINGS[0]))
        print(f"what-if, whole command       {alone}")
        who = ("--author", "bench", "--source", "visit", "--reason", "bench")
        alone = seconds(lambda: command(cold, "refine", "add", TERRAINS[0], SETTINGS[0], *who))
        print(f"refinement, whole command    {alone}")
        SECOND.begin()  # as `laadvraag serve` does
        for name, work in (("what-if", tried), ("refinement", refined)):
            asked = [(terrain, text) for text in SETTINGS for terrain in TERRAINS]
            first, *later = [seconds(partial(work, database, *each)) for each in asked]
            print(f"{name:<10} first in a process {first}")
            print(f"{name:<10} later              {medians(later)}")


if __name__ == "__main__":
    main()
