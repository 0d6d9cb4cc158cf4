"""A few of the faults of `python -m tests.faults`, which tries many: the seed picks the moments."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.faults.harm import (
    FileSizeLimit,
    FullDisk,
    Harm,
    Kill,
    Lock,
    Moment,
    NoWriting,
)
from tests.faults.job import Job
from tests.faults.jobs import (
    DataFetch,
    DataImport,
    FactsheetAll,
    FirstImport,
    QuickRun,
    RefineLater,
    Serve,
)
from tests.faults.network import NetworkCut
from tests.faults.trial import Cell, bench_for, make_small, try_once

pytestmark = pytest.mark.skipif(os.name != "posix", reason="groups of processes are of POSIX")
NO_ROOM = FullDisk() if not FullDisk().why_not() else FileSizeLimit()


@pytest.mark.parametrize(
    ("job", "harm", "seconds"),
    [
        pytest.param(QuickRun(), Kill(), 4.0, id="run killed"),
        pytest.param(RefineLater(), Kill(), 1.0, id="refinement killed"),
        pytest.param(RefineLater(), NoWriting(), 0.5, id="refinement without permission"),
        pytest.param(RefineLater(), Lock(), 1.0, id="refinement while others write"),
        pytest.param(DataImport(), Kill(), 2.0, id="import killed"),
        pytest.param(FirstImport(), NO_ROOM, 2.0, id="first import without room"),
        pytest.param(FactsheetAll(), Kill(), 3.0, id="factsheets killed"),
        pytest.param(Serve(), Kill(), 6.0, id="server killed"),
        pytest.param(DataFetch(), NetworkCut(), 2.0, id="fetch cut off"),
    ],
)
def test_a_fault_loses_nothing_and_the_next_one_succeeds(
    job: Job, harm: Harm, seconds: float, real_database: Path, tmp_path: Path
) -> None:
    if why_not := harm.why_not():
        pytest.skip(why_not)
    figures = make_small(real_database, tmp_path) if job.is_of_all_terrains else real_database
    cell = Cell(job, harm)
    with bench_for(cell, tmp_path / "bench", figures) as bench:
        try_once(cell, bench, Moment(random.Random(str(cell)), seconds))  # noqa: S311 - a moment
    assert cell.survived == 1
