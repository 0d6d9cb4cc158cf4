"""How soon one terrain is told: `python benchmarks/terrain.py DATABASE`.

The whole command from a cold start, side by side with the bare start of Python with duckdb and
click, and with the same that also opens the database. The processes take turns, so that a busy
machine slows all alike; medians of 15, of the ratios too. Goals for a terrain asked by RIN or name:
at most twice the bare start, and 0.5 s.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

REPETITIONS = 15
MOST_SECONDS = 0.5
MOST_RATIO = 2.0
ROOT = Path(__file__).parent.parent
BARE = "bare start: import duckdb, click"
QUERY = "laadvraag terrain 190044"
BY_NAME = 'laadvraag terrain "de hurk eindhoven"'


def main() -> None:
    """Measure and print; ends with 1 where a goal is missed."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one argument
        sys.exit("usage: python benchmarks/terrain.py DATABASE, a file of `laadvraag run`")
    database = str(Path(sys.argv[1]).resolve())
    opening = f"duckdb.connect({database!r}, read_only=True).execute('FROM runs').fetchall()"
    command = ["-m", "cli", "--db", database, "terrain"]
    cases = {
        BARE: ["-c", "import duckdb, click"],
        "the same, and the database opened": ["-c", f"import duckdb, click; {opening}"],
        QUERY: [*command, "190044"],
        BY_NAME: [*command, "de hurk eindhoven"],
        "the same in Dutch": [*command, "de hurk eindhoven", "--lang", "nl"],
        "the same for programs": [*command, "de hurk eindhoven", "--json"],
        'laadvraag terrain "de hurck eindhoven"': [*command, "de hurck eindhoven"],
        'laadvraag terrain "52.51, 6.13"': [*command, "52.51, 6.13"],
        'laadvraag terrain "8899 AA"': [*command, "8899 AA"],
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for turn in range(REPETITIONS + 1):
        for name, arguments in cases.items():
            seconds = _seconds(arguments)
            if turn:  # the first fills the caches of the disk
                times[name].append(seconds)
    ratios = {
        name: median(own / bare for own, bare in zip(measured, times[BARE], strict=True))
        for name, measured in times.items()
    }
    print(f"{'median of ' + str(REPETITIONS):<42}  seconds  ratio")
    for name, measured in times.items():
        print(f"{name:<42}  {median(measured):7.3f}  {ratios[name]:5.2f}")
    sys.exit(
        any(
            median(times[name]) > MOST_SECONDS or ratios[name] > MOST_RATIO
            for name in (QUERY, BY_NAME)
        )
    )


def _seconds(arguments: list[str]) -> float:
    # Compiled modules are kept between starts, as they are for a user.
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
