"""A second process does what it is asked, and whatever becomes of it, the work is done."""

from __future__ import annotations

import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from forecast import beside
from forecast.beside import SecondProcess

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 30.0


@pytest.fixture
def second() -> Iterator[SecondProcess]:
    made = SecondProcess("json")
    yield made
    made.end()


def test_work_is_done_in_another_process_that_stays(second: SecondProcess) -> None:
    first = second.do(os.getpid)
    assert first != os.getpid()
    assert second.do(os.getpid) == first
    assert second.do(divmod, 17, 5) == (3, 2)


def test_it_can_be_begun_before_there_is_work(second: SecondProcess) -> None:
    second.begin()
    second.begin()
    [child] = [each for each in psutil.Process().children() if "json" in each.cmdline()]
    assert second.do(os.getpid) == child.pid


def test_work_that_kills_it_is_done_here_and_the_next_has_another(second: SecondProcess) -> None:
    first = second.do(os.getpid)
    with pytest.raises(ProcessLookupError):
        second.do(end_all_but, os.getpid())
    assert second.do(os.getpid) not in (first, os.getpid())


def end_all_but(pid: int) -> None:
    """End the process that does this, unless it is the one of the test: there it is an error."""
    if os.getpid() != pid:
        os._exit(1)
    raise ProcessLookupError


def test_one_that_was_killed_while_idle_is_replaced(second: SecondProcess) -> None:
    first = second.do(os.getpid)
    os.kill(first, signal.SIGTERM)
    psutil.Process(first).wait(PATIENCE_S)
    assert second.do(os.getpid) not in (first, os.getpid())


def test_an_error_of_the_work_is_met_here(second: SecondProcess) -> None:
    with pytest.raises(ZeroDivisionError):
        second.do(operator.truediv, 1, 0)
    assert second.do(operator.truediv, 1, 2) == 0.5


def test_what_work_prints_is_no_answer(second: SecondProcess) -> None:
    assert second.do(print, "no answer") is None
    assert second.do(os.write, 1, b"no answer either\n") == len("no answer either\n")
    assert second.do(os.getpid) != os.getpid()


def test_where_none_can_be_made_work_is_done_here(
    second: SecondProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for nothing in (str(tmp_path / "no_python"), "", None):
        monkeypatch.setattr(sys, "executable", nothing)
        second.begin()
        assert second.do(os.getpid) == os.getpid()


def test_while_it_is_busy_others_work_here(second: SecondProcess) -> None:
    with ThreadPoolExecutor(1) as thread:
        there = thread.submit(second.do, time.sleep, 0.5)
        while not there.running():
            time.sleep(0.01)
        assert second.do(os.getpid) == os.getpid()
        there.result()
    assert second.do(os.getpid) != os.getpid()


def test_what_is_not_begun_there_is_done_by_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    second = SecondProcess("json")
    monkeypatch.setattr(beside, "SECOND", second)
    there = second.do(os.getpid)
    with ThreadPoolExecutor(1) as thread:
        slow = beside.beside(thread, time.sleep, 0.5)
        waits = beside.beside(thread, os.getpid)
        assert waits() == os.getpid()
        slow()
        begun = beside.beside(thread, os.getpid)
        time.sleep(0.2)
        assert begun() == there
    second.end()


def test_ctrl_c_leaves_it_to_the_first_process(second: SecondProcess) -> None:
    first = second.do(os.getpid)
    os.kill(first, signal.SIGINT)
    assert second.do(os.getpid) == first


@pytest.mark.parametrize("ending", ["", "import os; os.kill(os.getpid(), 9)"])
def test_it_ends_with_the_process_that_began_it(ending: str) -> None:
    code = (
        "import os; from forecast.beside import SECOND;"
        f"print(SECOND.do(os.getpid), flush=True); {ending}"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    deadline = time.monotonic() + PATIENCE_S
    while psutil.pid_exists(int(told.stdout)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not psutil.pid_exists(int(told.stdout)), told.stderr
    assert told.stderr == ""
