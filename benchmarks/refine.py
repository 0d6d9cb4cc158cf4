"""How long a what-if and a refinement take: `python benchmarks/refine.py`.

Beside each other: the first one of a process, which loads the libraries and draws the sessions, and
the later ones of the same process, as `laadvraag serve` has them; and the full run that would give
the same figures. Medians of several terrains.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from forecast.incremental import bring_up_to_date
from forecast.refinement_entry import Correction
from forecast.refinement_log import add
from forecast.run import run_and_publish
from forecast.settings import parse_setting
from forecast.store import open_published
from forecast.vocabulary import DEFAULT_YEARS
from forecast.what_if import what_if

ROOT = Path(__file__).parent.parent
TERRAINS = ("190044", "170008", "3214", "190063", "190004")
"""De Hurk in Eindhoven, a terrain alone in its municipality, a large one, and two neighbours."""
SETTINGS = ("tractors=20", "tractors=25", "van_km_per_year=30000")


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes [s]."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def tried(database: Path, terrain: str, text: str) -> None:
    """Try one setting."""
    with open_published(database) as connection:
        what_if(connection, terrain, [parse_setting(text)], 2030, "mid")


def refined(database: Path, terrain: str, text: str) -> None:
    """Record one setting and bring the figures up to date."""
    today = datetime.now(UTC).date()
    add(database, terrain, [Correction(parse_setting(text), "bench", today, "bench", "visit")])
    bring_up_to_date(database)


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
        whole = seconds(lambda: run_and_publish(database, DEFAULT_YEARS))
        shutil.copy(database, cold)
        print(f"full run                              {whole:6.2f} s")
        alone = seconds(lambda: command(cold, "terrain", TERRAINS[0], "--set", SETTINGS[0]))
        print(f"what-if, whole command                {alone:6.2f} s")
        who = ("--author", "bench", "--source", "visit", "--reason", "bench")
        alone = seconds(lambda: command(cold, "refine", "add", TERRAINS[0], SETTINGS[0], *who))
        print(f"refinement, whole command             {alone:6.2f} s  {whole / alone:.0f} x faster")
        first = seconds(lambda: tried(database, TERRAINS[0], SETTINGS[0]))
        later = [
            seconds(lambda t=t, s=s: tried(database, t, s)) for s in SETTINGS for t in TERRAINS
        ]
        print(f"what-if in a process, first and later {first:6.2f} s  {median(later):.2f} s")
        first = seconds(lambda: refined(database, TERRAINS[0], SETTINGS[0]))
        later = [
            seconds(lambda t=t, s=s: refined(database, t, s))
            for s in SETTINGS
            for t in TERRAINS
            if (t, s) != (TERRAINS[0], SETTINGS[0])
        ]
        print(f"refinement, first and later           {first:6.2f} s  {median(later):.2f} s")


if __name__ == "__main__":
    main()
