"""Inflict faults and print what was survived: `python -m tests.faults --seconds 600 --seed 7`."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from forecast.run import run_and_publish
from forecast.vocabulary import DEFAULT_YEARS
from tests.faults.harm import (
    FileSizeLimit,
    FullDisk,
    Harm,
    Kill,
    Lock,
    Moment,
    NoWriting,
    ReadOnlyDisk,
)
from tests.faults.job import Job
from tests.faults.jobs import (
    DataFetch,
    DataImport,
    FactsheetAll,
    FirstImport,
    FirstRun,
    Map,
    QuickRun,
    RefineAdd,
    RefineLater,
    Run,
    Serve,
)
from tests.faults.network import NetworkCut, NetworkGone
from tests.faults.trial import Cell, bench_for, make_small, measure, try_once

_LEAST = 2
"""Trials of each cell, however little time there is."""


def cells() -> list[Cell]:
    """Return every command under every fault that can befall it."""
    found = [Cell(Run(), Kill()), Cell(RefineAdd(), Lock(is_long=True))]
    found += [Cell(DataFetch(), harm()) for harm in (NetworkCut, NetworkGone, FullDisk, NoWriting)]
    jobs: tuple[type[Job], ...] = (
        FirstImport,
        QuickRun, FirstRun, RefineAdd, RefineLater, DataImport, FactsheetAll, Map, Serve,
    )  # fmt: skip
    harms: tuple[type[Harm], ...] = (
        Kill, FullDisk, FileSizeLimit, NoWriting, ReadOnlyDisk, Lock,
    )  # fmt: skip
    for job in jobs:
        found += [
            Cell(job(), harm())
            for harm in harms
            if not (harm is Lock and not job.has_database)  # there is no file yet to hold
            if not (harm is FileSizeLimit and job is Serve)  # its logs count as well
        ]
    return found


def main() -> None:
    """Try, print, and end with 1 where something was not survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="About how long to go on.")
    parser.add_argument("--seed", type=int, default=7, help="Of the moments that chance picks.")
    parser.add_argument("--figures", type=Path, help="A database with a run; made if not given.")
    parser.add_argument("--only", default="", help="Part of the name of a command or fault.")
    asked = parser.parse_args()
    chosen = [cell for cell in cells() if asked.only in str(cell)]
    if not chosen:
        parser.error(f"nothing is called {asked.only}; there are: {', '.join(map(str, cells()))}")
    with tempfile.TemporaryDirectory(prefix="laadvraag-faults-") as name:
        folder = Path(name)
        figures = asked.figures or folder / "figures.duckdb"
        if asked.figures is None:
            run_and_publish(figures, DEFAULT_YEARS)
        start = time.monotonic()
        with suppress(KeyboardInterrupt):  # what was tried until then is told
            for number, cell in enumerate(chosen):
                left = asked.seconds - (time.monotonic() - start)
                share = left / (len(chosen) - number)
                chance = random.Random(f"{asked.seed} {cell}")  # noqa: S311 - moments
                _fill(cell, folder, figures, chance, share)
                print(f"{cell}: {cell.survived} of {cell.tried}", file=sys.stderr)  # noqa: T201
        took = time.monotonic() - start
    _print(chosen, took, asked.seed)
    sys.exit(any(cell.broken for cell in chosen))


def _fill(cell: Cell, folder: Path, figures: Path, chance: random.Random, share: float) -> None:
    """Try a cell for its share of the time."""
    if why_not := cell.harm.why_not():
        cell.skipped = why_not
        return
    if cell.job.is_of_all_terrains:
        figures = make_small(figures, folder)
    end = time.monotonic() + share
    try:
        with bench_for(cell, folder / "bench", figures) as bench:
            moment = Moment(chance, measure(cell, bench))
            while cell.tried < _LEAST or time.monotonic() < end:
                try_once(cell, bench, moment)
    except Exception:  # what was broken is of no use for another trial
        if not cell.broken:
            raise
        print(f"{cell}: {cell.broken[-1]}", file=sys.stderr)  # noqa: T201


def _print(chosen: list[Cell], took: float, seed: int) -> None:
    table = Table("command", "fault", "tried", "survived", "")
    for cell in chosen:
        note = cell.skipped or "; ".join(cell.broken)
        table.add_row(cell.job.name, cell.harm.name, str(cell.tried), str(cell.survived), note)
    tried, survived = sum(c.tried for c in chosen), sum(c.survived for c in chosen)
    table.add_row("all", "", str(tried), str(survived), f"{took:.0f} s, seed {seed}")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
