"""A second process does what it is asked, and whatever becomes of it, the work is done."""

from __future__ import annotations

import ast
import copy
import operator
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest
from polars.testing import assert_frame_equal

from forecast import beside
from forecast.beside import SecondProcess

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 30.0


@pytest.fixture
def second() -> Iterator[SecondProcess]:
    made = SecondProcess("json")
    yield made
    made.end()


def asked(second: SecondProcess, work: Callable[..., object], *given: object) -> tuple[bool, Any]:
    return beside.opened(second.ask(beside.question_of(work, *given)))


def number_of(second: SecondProcess) -> int:
    is_done, pid = asked(second, os.getpid)
    assert is_done
    return int(pid)


def test_work_is_done_in_another_process_that_stays(second: SecondProcess) -> None:
    first = number_of(second)
    assert first != os.getpid()
    assert number_of(second) == first
    assert asked(second, divmod, 17, 5) == (True, (3, 2))


def test_it_can_be_begun_before_there_is_work(second: SecondProcess) -> None:
    second.begin()
    second.begin()
    [child] = [each for each in psutil.Process().children() if "json" in each.cmdline()]
    assert number_of(second) == child.pid


def test_after_work_that_ends_it_the_next_has_another(second: SecondProcess) -> None:
    first = number_of(second)
    assert asked(second, os._exit, 1) == (False, None)
    assert number_of(second) != first


def test_one_that_was_killed_while_idle_is_replaced(second: SecondProcess) -> None:
    first = number_of(second)
    psutil.Process(first).kill()
    asked(second, os.getpid)  # it may be on its way out still
    assert number_of(second) != first


@pytest.mark.parametrize(
    ("work", "given"),
    [
        (operator.truediv, (1, 0)),
        (operator.not_, (lambda: None,)),  # can't be copied
        (threading.Lock, ()),  # its result can't be
    ],
)
def test_work_that_fails_is_not_done(
    work: Callable[..., object], given: tuple[object, ...], second: SecondProcess
) -> None:
    first = number_of(second)
    assert asked(second, work, *given) == (False, None)
    assert number_of(second) == first


def test_what_work_prints_is_no_answer(second: SecondProcess) -> None:
    assert asked(second, print, "no answer") == (True, None)
    assert asked(second, os.write, 1, b"none either") == (True, len("none either"))
    assert asked(second, operator.not_, 1) == (True, False)


@pytest.mark.parametrize("executable", ["no_python", "", None, shutil.which("cat")])
def test_where_none_can_be_made_work_is_not_done(
    executable: str | None, second: SecondProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    second.begin()
    assert asked(second, os.getpid) == (False, None)


def test_frames_go_there_and_come_back_as_they_are(second: SecondProcess) -> None:
    frame = pl.DataFrame(
        {
            "terrain_id": ["a", None],
            "year": [2030, 2035],
            "kw": [0.1, float("nan")],
            "is": [True, None],
        }
    )
    is_done, found = asked(second, copy.deepcopy, {"rows": frame, "none": frame.clear()})
    assert is_done
    assert_frame_equal(found["rows"], frame)
    assert_frame_equal(found["none"], frame.clear())


def test_while_it_is_busy_others_are_not_kept_waiting(second: SecondProcess) -> None:
    with ThreadPoolExecutor(1) as thread:
        there = thread.submit(asked, second, time.sleep, 0.5)
        while not there.running():
            time.sleep(0.01)
        assert asked(second, os.getpid) == (False, None)
        assert there.result() == (True, None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_where_its_parent_is_forked_each_has_its_own(second: SecondProcess) -> None:
    first = number_of(second)
    read, write = os.pipe()
    if not (child := os.fork()):
        os.write(write, str(number_of(second)).encode())
        second.end()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(read, 100)) != first
    assert number_of(second) == first
    os.close(read)
    os.close(write)


@pytest.fixture
def shared(second: SecondProcess, monkeypatch: pytest.MonkeyPatch) -> SecondProcess:
    monkeypatch.setattr(beside, "SECOND", second)
    return second


def test_what_is_not_begun_there_is_done_by_who_waits(shared: SecondProcess) -> None:
    with beside.beside() as there:
        slow = there(time.sleep, 0.5)
        waits = there(os.getpid)
        assert waits() == os.getpid()
        slow()
    with beside.beside() as there:
        begun = there(os.getpid)
        time.sleep(0.2)
        assert begun() == number_of(shared)


def test_results_come_in_the_order_asked_for_and_what_is_not_begun_is_done_meanwhile(
    shared: SecondProcess,
) -> None:
    shared.begin()
    began = []

    def here() -> int:
        began.append(time.monotonic())
        return os.getpid()

    with beside.beside() as there:
        slow = there(time.sleep, 0.5)
        time.sleep(0.1)  # it is begun
        # A function within another can't be copied: it is done here in any case.
        waits, pid = there(here), there(os.getpid)
        asked = time.monotonic()
        assert beside.all_of(slow, waits, pid) == (None, os.getpid(), os.getpid())
        ended = time.monotonic()
    assert began[0] - asked < ended - began[0]


def test_who_waits_meets_the_error_of_the_work(shared: SecondProcess) -> None:
    first = number_of(shared)
    with beside.beside() as there:
        begun = there(operator.truediv, 1, 0)
        time.sleep(0.2)
        with pytest.raises(ZeroDivisionError):
            begun()
    assert number_of(shared) == first


def test_one_that_answers_no_more_is_ended_and_its_work_done(
    shared: SecondProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "_PATIENCE_S", 0.5)
    first = number_of(shared)
    os.kill(first, signal.SIGSTOP)
    with beside.beside() as there:
        begun = there(os.getpid)
        time.sleep(0.2)
        assert begun() == os.getpid()
    assert not psutil.pid_exists(first)
    assert number_of(shared) != os.getpid()


def test_an_interruption_waits_for_nothing(shared: SecondProcess) -> None:
    shared.begin()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted_while_asking(time.sleep, PATIENCE_S)
    assert time.monotonic() - began < PATIENCE_S


def interrupted_while_asking(work: Callable[..., object], *given: object) -> None:
    """Ask, and let Ctrl-C come once that is begun."""
    with beside.beside() as there:
        there(work, *given)
        time.sleep(0.2)
        raise KeyboardInterrupt


def test_ctrl_c_leaves_it_to_the_first_process(second: SecondProcess) -> None:
    first = number_of(second)
    os.kill(first, signal.SIGINT)
    assert number_of(second) == first
    threading.Timer(0.3, os.kill, [first, signal.SIGINT]).start()
    assert asked(second, time.sleep, 1.0) == (True, None)  # amid work as well
    assert number_of(second) == first


def test_it_runs_the_code_of_the_first_process_wherever_that_goes(tmp_path: Path) -> None:
    code = (
        "import os, forecast; from forecast.beside import SECOND;"
        f"os.chdir({str(tmp_path)!r});"
        "from forecast.beside import opened, question_of;"
        "question = question_of(eval, '__import__(\"forecast\").__file__');"
        "print(forecast.__file__); print(opened(SECOND.ask(question)))"
    )
    copied = shutil.copytree(ROOT / "forecast", tmp_path / "other" / "forecast")
    told = run_python(code, copied.parent)
    ours = str(copied / "__init__.py")
    assert told.stdout.splitlines() == [ours, str((True, ours))], told.stderr


@pytest.mark.parametrize("ending", ["", "os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 2)"])
def test_it_ends_with_the_process_that_began_it(ending: str) -> None:
    code = (
        "import os; from forecast.beside import SECOND, opened, question_of;"
        f"print(opened(SECOND.ask(question_of(os.getpid))), flush=True); {ending}"
    )
    told = run_python(code, ROOT)
    is_done, pid = ast.literal_eval(told.stdout)
    deadline = time.monotonic() + PATIENCE_S
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_done
    assert not psutil.pid_exists(pid)


def run_python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
