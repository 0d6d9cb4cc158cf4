"""Work on many small frames, done by polars in the thread that asks for it.

Polars hands nearly every step to threads of its own and waits for them. For a few rows waking them
takes longer than the work: a join of 300 rows with 50 takes 0.07 ms here, 0.4 to 0.7 with them.
See docs/decisions/0017-small-frames-in-one-thread.md.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import polars as pl
from polars.exceptions import PanicException

P = ParamSpec("P")
T = TypeVar("T")


def in_one_thread(work: Callable[P, T]) -> Callable[P, T]:
    """Return a function that does the same, polars in the thread that calls it.

    What polars is asked in a function that it calls itself stays in the thread of that function.
    So `work` is called by polars, as the only step of a query. Large frames take longer then: they
    have one core.

    Parameters
    ----------
    work
        No generator, whose steps would be taken outside. Whatever it raises is raised, Ctrl-C too.

    Examples
    --------
    >>> in_one_thread(divmod)(17, 5)
    (3, 2)
    """

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> T:
        returned: list[T] = []
        raised: list[BaseException] = []

        def step(frame: pl.DataFrame) -> pl.DataFrame:
            # Polars would turn an error into one of its own.
            try:
                returned.append(work(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - raised again below
                raised.append(error)
            return frame

        leave_ctrl_c_to_python()
        try:
            pl.LazyFrame().map_batches(step).collect()
        except PanicException as error:
            if not raised:
                if "KeyboardInterrupt" in str(error):  # on its way to our step, or back
                    raise KeyboardInterrupt from None
                raise
        if raised:
            raise raised.pop()
        return returned[0]

    return alone


def leave_ctrl_c_to_python() -> None:
    """Have Ctrl-C do what Python says; of the first thread alone, others change nothing.

    Once imported, polars sees it first, and ends all queries of the process, whoever waits for
    them: those of a refinement that is being saved, too.
    """
    handler = signal.getsignal(signal.SIGINT)
    if handler is not None and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handler)
