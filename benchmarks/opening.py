"""How long opening and closing a database takes: `python benchmarks/opening.py`.

Beside each other: a file that is attached to a DuckDB that stays, as laadvraag does, and one that
is connected to, for which a DuckDB is made. Medians of alternating turns.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import duckdb

from forecast.connecting import opened
from forecast.new_database import make_database

TURNS = 50


def attach(path: Path, *, read_only: bool) -> None:
    """Open and close as laadvraag does."""
    with opened(path, read_only=read_only, wait_seconds=0):
        pass


def connect(path: Path, *, read_only: bool) -> None:
    """Open and close as DuckDB does."""
    duckdb.connect(path, read_only=read_only).close()


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes [ms]."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "laadvraag.duckdb"
        make_database(path)
        for read_only in (True, False):
            taken: dict[str, list[float]] = {"attached": [], "connected": []}
            for _ in range(TURNS):
                taken["attached"].append(milliseconds(partial(attach, path, read_only=read_only)))
                taken["connected"].append(milliseconds(partial(connect, path, read_only=read_only)))
            attached, connected = (median(values) for values in taken.values())
            print(
                f"{'to read' if read_only else 'to write':<9} attached {attached:5.1f} ms   "
                f"connected {connected:5.1f} ms   ratio {attached / connected:.2f}"
            )


if __name__ == "__main__":
    main()
