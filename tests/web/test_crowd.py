"""Many readers and one who records: nobody is refused, and nothing that was told is lost."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.serve import PAGES, crowd, lost
from forecast.store import open_records
from tests.web.process import ROOT, served
from web.database import Database

WRITER = (
    "import sys, pathlib\n"
    "from forecast.store import open_records\n"
    "with open_records(pathlib.Path(sys.argv[1]), wait_seconds=15): pass"
)


def write_here(path: Path) -> None:
    with open_records(path, wait_seconds=15):
        pass


def write_in_another_process(path: Path) -> None:
    subprocess.run([sys.executable, "-c", WRITER, str(path)], cwd=ROOT, check=True)


@contextmanager
def readers(database: Database) -> Iterator[None]:
    """Have somebody read at any time."""
    is_over = threading.Event()

    def read(delay: float) -> None:
        time.sleep(delay)
        while not is_over.is_set():
            with database.reading():
                time.sleep(0.2)

    threads = [threading.Thread(target=read, args=(0.05 * number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("write", [write_here, write_in_another_process])
def test_readers_who_follow_each_other_keep_no_writer_out(
    own_database: Path, write: Callable[[Path], None]
) -> None:
    with readers(Database(own_database)):
        time.sleep(0.5)
        write(own_database)


def test_a_crowd_sees_no_error_and_every_refinement_is_there(own_database: Path) -> None:
    with served(own_database) as server:
        seen = asyncio.run(crowd(server.address, readers=50, seconds=4))
    assert seen.errors == []
    assert seen.acknowledged
    assert lost(own_database, seen) == []
    assert set(seen.seconds) >= set(PAGES)
