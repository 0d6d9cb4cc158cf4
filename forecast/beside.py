"""A second process of this computer that works beside this one, and stays for the next time.

Threads of Python take turns: two that work on many small arrays and frames take as long as one that
does all of it. See docs/decisions/0016-second-process.md.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from importlib import import_module
from threading import Lock, Thread
from typing import Any, Final, TypeVar, cast

T = TypeVar("T")

_BEGIN: Final = "import sys; sys.path[:] = sys.argv[2:]; from forecast import beside; beside.work()"
_ONE_CORE: Final = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "BLIS", "OMP")}
"""The other cores are ours: threads of linear algebra on small matrices would only wait."""
_LOST: Final = (OSError, EOFError, pickle.PickleError)
"""What comes of a process that can't be made, or was killed."""


class SecondProcess:
    """A process that does one piece of work at a time. Safe between threads.

    It ends when this one does, however that ends. This file imports nothing but the standard
    library, so that a command can begin it before anything else.

    Parameters
    ----------
    module
        Imported there while nothing is asked yet.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        atexit.register(self.end)

    def begin(self) -> None:
        """Have it ready for the first work, without a wait."""
        if self._lock.acquire(blocking=False):
            try:
                with suppress(*_LOST):
                    self._begun()
            finally:
                self._lock.release()

    def do(self, work: Callable[..., T], *given: object) -> T:
        """Have work done there, and return its result.

        Where the second process is busy, can't be made, or fails, it is done here.

        Parameters
        ----------
        work
            A function of a module. It is given copies, and a copy of its result comes back.
        """
        if self._lock.acquire(blocking=False):
            try:
                is_done, result = self._ask(work, given)
            finally:
                self._lock.release()
            if is_done:
                return cast("T", result)
        return work(*given)

    def end(self) -> None:
        """End it, whatever it is doing. The next work begins another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError), process:  # waits, and closes what leads there
                pass

    def _ask(self, work: Callable[..., Any], given: tuple[object, ...]) -> tuple[bool, Any]:
        """Return whether it was done, and its result."""
        is_heard = False
        try:
            process = self._begun()
            if process.stdin is None or process.stdout is None:
                return False, None
            # A parcel in a parcel: it is taken in at once, also while what it needs is imported.
            pickle.dump(pickle.dumps((work, given)), process.stdin)
            process.stdin.flush()
            answer: tuple[bool, Any] = pickle.load(process.stdout)  # noqa: S301 - of our own process
            is_heard = True
        except _LOST:
            return False, None
        else:
            return answer
        finally:
            if not is_heard:  # what is left of it would be taken for the next answer
                self.end()

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable or "", "-c", _BEGIN, self._module, *sys.path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **_ONE_CORE},
            )
        return self._process


SECOND: Final = SecondProcess("forecast.touched_power")
"""For what updates ask."""


def beside(thread: Executor, work: Callable[..., T], *given: object) -> Callable[[], T]:
    """Have work done in the second process, and return what waits for the result.

    What is not begun there by then is done by who waits.

    Parameters
    ----------
    thread
        Of one thread, that hands over one piece of work after the other.
    work, given
        As in `SecondProcess.do`.
    """
    there = thread.submit(SECOND.do, work, *given)

    def result() -> T:
        return work(*given) if there.cancel() else there.result()

    return result


def work() -> None:
    """Do what is asked on standard input until that ends: what a second process runs."""
    # Ctrl-C reaches all processes of a terminal; the first one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints is no answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    Thread(target=import_module, args=(sys.argv[1],), daemon=True).start()
    with suppress(*_LOST):  # the first process is gone
        while True:
            answers.write(_answer(pickle.load(sys.stdin.buffer)))  # noqa: S301 - of our own process
            answers.flush()


def _answer(question: bytes) -> bytes:
    """Return whether work was done, and its result."""
    try:
        function, given = pickle.loads(question)  # noqa: S301 - of our own process
        return pickle.dumps((True, function(*given)))
    except Exception:  # noqa: BLE001 - whoever waits for it does it again, and meets the error there
        return pickle.dumps((False, None))
