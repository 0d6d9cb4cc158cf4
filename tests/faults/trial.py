"""Many faults on many commands, and the count of those that were survived."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from tests.faults.bench import Bench
from tests.faults.harm import Harm, Moment
from tests.faults.job import Job

TERRAINS_OF_SMALL = 24


@dataclass
class Cell:
    """One command under one fault, on one bench that goes from trial to trial.

    Attributes
    ----------
    broken
        What was not survived, in words.
    """

    job: Job
    harm: Harm
    tried: int = 0
    broken: list[str] = field(default_factory=list)
    skipped: str = ""

    def __str__(self) -> str:
        return f"{self.job.name}, {self.harm.name}"

    @property
    def survived(self) -> int:
        """Trials after which all that was promised was so."""
        return max(self.tried - len(self.broken), 0)


@contextmanager
def bench_for(cell: Cell, folder: Path, figures: Path) -> Iterator[Bench]:
    """Prepare the place of a cell; it is removed in the end."""
    beside = folder / "beside"
    beside.mkdir(parents=True)
    try:
        with cell.harm.place(folder / "place") as place:
            bench = Bench(place, beside, figures)
            if cell.job.has_database:
                bench.fill(figures)
            try:
                yield bench
            finally:
                for started in bench.started:  # where the trial itself was cut off
                    started.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(cell: Cell, bench: Bench) -> float:
    """Return how long the command takes unharmed [s]; if that fails, the harness is at fault."""
    start = time.monotonic()
    try:
        cell.job.again(bench)
        bench.check()
    except Exception as error:
        cell.broken.append(f"unharmed, {type(error).__name__}: {error}")
        raise
    return time.monotonic() - start


def try_once(cell: Cell, bench: Bench, moment: Moment) -> None:
    """Harm a command once, check what was promised, and give it again.

    Raises
    ------
    BrokenPromiseError
        With what was not survived.
    """
    cell.tried += 1
    try:
        cell.job.prepare(bench)
        cell.harm.inflict(cell.job, bench, moment)
        bench.check()
        cell.job.check(bench)
        cell.job.again(bench)
        bench.check()
    except Exception as error:
        cell.broken.append(f"{type(error).__name__}: {error}")
        raise


def make_small(figures: Path, folder: Path) -> Path:
    """Return a copy of a database with so few terrains that all their sheets take seconds."""
    path = folder / "small.duckdb"
    shutil.copy(figures, path)
    with duckdb.connect(path) as connection:
        connection.execute(
            "DELETE FROM terrains WHERE terrain_id NOT IN "
            "(SELECT terrain_id FROM terrains ORDER BY terrain_id LIMIT ?)",
            [TERRAINS_OF_SMALL],
        )
    return path
