"""Work on small frames stays in the thread that asks for it, and ends as it would by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from polars.exceptions import PanicException

from forecast.errors import DatabaseError
from forecast.one_thread import in_one_thread

ROOT = Path(__file__).parent.parent.parent
SIZES = """
import threading
import polars as pl
from forecast.one_thread import in_one_thread

def of_another():
    sizes = []
    other = threading.Thread(target=lambda: sizes.append(pl.thread_pool_size()))
    other.start()
    other.join()
    return sizes[0]

print(pl.thread_pool_size(), in_one_thread(pl.thread_pool_size)(), in_one_thread(of_another)())
print(in_one_thread(in_one_thread(pl.thread_pool_size))(), pl.thread_pool_size())
"""


INTERRUPTED = """
import os, signal, threading, time
import polars as pl
from forecast.one_thread import in_one_thread, leave_ctrl_c_to_python

def work():
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        pl.DataFrame({"vans": [1, 2]}).lazy().filter(pl.col("vans") > 1).collect()
    print("saved", flush=True)

leave_ctrl_c_to_python()
other = threading.Thread(target=in_one_thread(work))
threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGINT]).start()
try:
    if is_here:
        in_one_thread(work)()
    else:
        other.start()
        time.sleep(30)
except KeyboardInterrupt as interruption:
    print("stopped", flush=True)
    frames = []
    trace = interruption.__traceback__
    while trace:
        frames.append(trace.tb_frame.f_code.co_name)
        trace = trace.tb_next
    print("work" in frames)
if other.ident:
    other.join()
"""


def raising(error: BaseException) -> Callable[[], None]:
    def work() -> None:
        pl.DataFrame({"terrain_id": ["3214"]}).filter(pl.col("terrain_id") == "3214")
        raise error

    return work


def test_polars_has_one_thread_there_and_all_of_them_elsewhere_and_after_it() -> None:
    made = subprocess.run(
        [sys.executable, "-c", SIZES],
        env={**os.environ, "POLARS_MAX_THREADS": "3"},
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
    )
    assert made.stdout.split() == ["3", "1", "3", "1", "3"]


def test_work_is_done_once_in_the_thread_that_asks_with_what_it_is_given() -> None:
    seen = []

    def work(frame: pl.DataFrame, *, least: int) -> pl.DataFrame:
        seen.append(threading.get_ident())
        return frame.filter(pl.col("vehicles") >= least)

    few = in_one_thread(work)(pl.DataFrame({"vehicles": [3, 40, 7]}), least=5)
    assert few["vehicles"].to_list() == [40, 7]
    assert seen == [threading.get_ident()]
    assert in_one_thread(work).__name__ == "work"


@pytest.mark.parametrize(
    "error",
    [
        DatabaseError("no_run", path=Path("x")),
        pl.exceptions.ColumnNotFoundError("vans"),
        OSError(5),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_out_as_it_was_raised(error: Exception) -> None:
    with pytest.raises(type(error)) as raised:
        in_one_thread(raising(error))()
    assert raised.value is error
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(3)])
def test_what_stops_a_program_stops_it(stop: BaseException) -> None:
    with pytest.raises(type(stop)) as raised:
        in_one_thread(raising(stop))()
    assert raised.value is stop


@pytest.mark.skipif(sys.platform == "win32", reason="a signal can't be sent to ourselves there")
@pytest.mark.parametrize(
    ("is_here", "told"), [(True, ["stopped", "True"]), (False, ["stopped", "False", "saved"])]
)
def test_ctrl_c_ends_what_waits_for_it_and_no_other_thread(
    is_here: bool,  # noqa: FBT001 - a parameter of the test
    told: list[str],
) -> None:
    made = subprocess.run(
        [sys.executable, "-c", f"is_here = {is_here}\n{INTERRUPTED}"],
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
    )
    assert made.stdout.split() == told


@pytest.mark.parametrize(
    ("panic", "raised"),
    [("Err value: KeyboardInterrupt", KeyboardInterrupt), ("overflow", PanicException)],
)
def test_ctrl_c_on_the_way_through_polars_is_one_and_a_fault_of_polars_stays_that(
    panic: str, raised: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def panicking(_: pl.LazyFrame) -> None:
        raise PanicException(panic)

    monkeypatch.setattr(pl.LazyFrame, "collect", panicking)
    with pytest.raises(raised):
        in_one_thread(divmod)(17, 5)


def test_an_error_inside_leaves_later_work_as_it_was() -> None:
    with pytest.raises(OSError, match="5"):
        in_one_thread(raising(OSError(5)))()
    assert in_one_thread(divmod)(17, 5) == (3, 2)
    assert pl.DataFrame({"vans": [1, 2]}).filter(pl.col("vans") > 1).height == 1
