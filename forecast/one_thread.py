"""Work on many small frames, done by polars in the thread that asks for it.

Polars hands nearly every step to threads of its own and waits for them. For a few rows waking them
takes longer than the work: a join of 300 rows with 50 takes 0.07 ms here, 0.4 to 0.7 with them.
See docs/decisions/0017-small-frames-in-one-thread.md.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import polars as pl

P = ParamSpec("P")
T = TypeVar("T")


def in_one_thread(work: Callable[P, T]) -> Callable[P, T]:
    """Return a function that does the same with no thread of polars.

    What polars is asked in a function that it calls itself stays in the thread of that function.
    So `work` is called by polars, as the only step of a query.

    Parameters
    ----------
    work
        Whatever it raises is raised, Ctrl-C too. Large frames take longer: on one core.

    Examples
    --------
    >>> in_one_thread(divmod)(17, 5)
    (3, 2)
    """

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> T:
        results: list[T] = []
        raised: list[BaseException] = []

        def step(frame: pl.DataFrame) -> pl.DataFrame:
            # Polars would turn an error into one of its own.
            try:
                results.append(work(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - raised again below
                raised.append(error)
            return frame

        pl.LazyFrame().map_batches(step).collect()
        if raised:
            raise raised.pop()
        return results[0]

    return alone
