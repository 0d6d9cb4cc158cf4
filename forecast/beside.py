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
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import PathFinder
from io import BytesIO
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final, Generic, TypeVar, cast

T = TypeVar("T")

_PATIENCE_S: Final = 30.0
"""Longer than any piece of work takes on a busy computer."""
_BEGIN: Final = "import sys; sys.path[:] = sys.argv[2:]; from forecast import beside; beside.work()"
_ONE_CORE: Final = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "MKL", "BLIS", "OMP")}
"""The other cores are ours: threads of linear algebra on small matrices would only wait."""
_NOTHING: Final = b""


class SecondProcess:
    """A process that does one piece of work at a time. Safe between threads.

    It ends when this one does, however that ends. This file imports nothing but the standard
    library, so that a command can begin it before it imports the rest.

    Parameters
    ----------
    module
        Imported there while nothing is asked yet.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: subprocess.Popen[bytes] | None = None
        self._of_parent: subprocess.Popen[bytes] | None = None
        self._lock = Lock()
        atexit.register(self.end)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._leave_to_parent)

    def begin(self) -> None:
        """Have it ready for the first work, without a wait; no error if it can't be made."""
        if self._lock.acquire(blocking=False):
            try:
                with suppress(Exception):
                    self._begun()
            finally:
                self._lock.release()

    def ask(self, question: bytes) -> bytes:
        """Have work done there; return its result as `opened` takes it.

        It is not done where the process is busy, can't be made, or is lost, nor where the work
        fails: whoever does it again meets the error.

        Parameters
        ----------
        question
            From `question_of`.
        """
        if not self._lock.acquire(blocking=False):
            return _NOTHING
        try:
            return self._answer_to(question)
        except Exception:  # noqa: BLE001 - whatever it is, the work is not done
            return _NOTHING
        finally:
            self._lock.release()

    def end(self) -> None:
        """End it, whatever it is doing. The next work begins another."""
        process = self._process
        if process is None:
            return
        process.kill()
        process.wait()
        # Else whoever waits for an answer gets none, and closes what leads there.
        if self._lock.acquire(blocking=False):
            try:
                self._close()
            finally:
                self._lock.release()

    def _answer_to(self, question: bytes) -> bytes:
        is_heard = False
        try:
            process = self._begun()
            pickle.dump(question, cast("Any", process.stdin))
            cast("Any", process.stdin).flush()
            answer = pickle.load(cast("Any", process.stdout))  # noqa: S301 - of our own process
            is_heard = isinstance(answer, bytes)
            return answer if is_heard else _NOTHING
        finally:
            if not is_heard:  # what is left of it would be taken for the next answer
                self._close()

    def _begun(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._close()
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable or "", "-c", _BEGIN, self._module, *_paths()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what goes wrong there is met here again
                env={**os.environ, **_ONE_CORE},
            )
        return self._process

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with suppress(OSError), process:  # waits, and closes
                pass

    def _leave_to_parent(self) -> None:
        """Begin another where this process was forked: nothing that leads there is touched."""
        self._process, self._of_parent = None, self._process
        self._lock = Lock()


SECOND: Final = SecondProcess("forecast.touched_power")
"""For what updates ask."""


@dataclass(frozen=True)
class Asked(Generic[T]):
    """A piece of work that was asked of the second process. Calling it gives the result.

    Attributes
    ----------
    answer
        Of `SecondProcess.ask`; it can be cancelled until it is begun.
    work, given
        A function and what it is given.
    """

    answer: Future[bytes]
    work: Callable[..., T]
    given: tuple[object, ...]

    def __call__(self) -> T:
        """Return the result; what is not begun there, or not done, is done here."""
        if self.answer.cancel():
            return self.work(*self.given)
        try:
            answer = self.answer.result(_PATIENCE_S)
        except TimeoutError:
            SECOND.end()
            answer = _NOTHING
        is_done, result = opened(answer)
        return cast("T", result) if is_done else self.work(*self.given)


def all_of(*every: Asked[Any]) -> tuple[Any, ...]:
    """Return the results of several pieces of work; those not begun there come first."""
    done = {
        number: asked.work(*asked.given)
        for number, asked in enumerate(every)
        if asked.answer.cancel()
    }
    return tuple(done[number] if number in done else asked() for number, asked in enumerate(every))


@contextmanager
def beside() -> Iterator[Callable[..., Asked[Any]]]:
    """Yield a function that has work done in the second process.

    Leaving by an error waits for nothing.

    Examples
    --------
    >>> with beside() as there:
    ...     power = there(divmod, 17, 5)
    ...     power()
    (3, 2)
    """
    thread = ThreadPoolExecutor(1)  # hands over one piece of work after the other

    def there(work: Callable[..., T], *given: object) -> Asked[T]:
        return Asked(thread.submit(SECOND.ask, question_of(work, *given)), work, given)

    try:
        yield there
    except BaseException:
        SECOND.end()
        raise
    finally:
        thread.shutdown(cancel_futures=True)


class _Parcel(pickle.Pickler):
    """Frames go as Arrow tables.

    As polars packs a frame it waits for its own threads with the lock of the interpreter in hand.
    Where these wait for that lock, for the work of another thread, both wait for ever.
    """

    def reducer_override(self, each: Any) -> Any:
        """Return how a frame is made again; all else as usual."""
        if type(each).__module__.startswith("polars.") and hasattr(each, "to_arrow"):
            import polars as pl

            if isinstance(each, pl.DataFrame):
                return pl.from_arrow, (each.to_arrow(),)
        return NotImplemented


def question_of(work: Callable[..., Any], *given: object) -> bytes:
    """Return a question for `SecondProcess.ask`; nothing where it can't be copied.

    Parameters
    ----------
    work
        A function of a module. It is given copies, and a copy of its result comes back.
    """
    with suppress(Exception):
        return _packed((work, given))
    return _NOTHING


def opened(answer: bytes) -> tuple[bool, Any]:
    """Return whether work was done, and its result."""
    if not answer:
        return False, None
    return True, pickle.loads(answer)  # noqa: S301 - of our own process


def _packed(whole: object) -> bytes:
    stream = BytesIO()
    _Parcel(stream, pickle.HIGHEST_PROTOCOL).dump(whole)
    return stream.getvalue()


def _paths() -> list[str]:
    """Return where modules are found, such that it finds the same code as we are."""
    paths = [str(Path(path).absolute()) for path in sys.path]
    ours = Path(__file__).resolve().parent
    found = PathFinder.find_spec("forecast", paths)
    is_ours = found and found.origin and Path(found.origin).resolve().parent == ours
    return paths if is_ours else [str(ours.parent), *paths]


def work() -> None:
    """Do what is asked on standard input until that ends: what a second process runs."""
    # Ctrl-C reaches all processes of a terminal; the first one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What a library prints is no answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    Thread(target=import_module, args=(sys.argv[1],), daemon=True).start()
    with suppress(OSError, EOFError):  # the first process is gone
        while True:
            # A parcel in a parcel: it is taken in at once, also while what it needs is imported.
            question = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our own process
            pickle.dump(_answer(question), answers)
            answers.flush()


def _answer(question: bytes) -> bytes:
    """Return the result of work; nothing where it fails."""
    from forecast.one_thread import in_one_thread

    with suppress(Exception):
        function, given = pickle.loads(question)  # noqa: S301 - of our own process
        return _packed(in_one_thread(function)(*given))
    return _NOTHING
