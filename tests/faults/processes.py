"""Commands of laadvraag in processes of their own, ended as a cut of the power would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "cli.py")
QUICK_RUN = (sys.executable, "-m", "tests.faults.quick_run")
LONGEST_SECONDS = 1200.0
_LOOK_SECONDS = 0.002


@dataclass(frozen=True)
class Outcome:
    """How a process ended: its exit code (negative: a signal), and what it said."""

    code: int
    out: str
    err: str
    seconds: float


class Started:
    """A process in a group of its own, with the processes that it starts."""

    def __init__(
        self,
        words: Sequence[str | Path],
        logs: Path,
        *,
        program: Sequence[str] = COMMAND,
    ) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._out, self._err = logs / "out.txt", logs / "err.txt"
        self.began = time.monotonic()
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [*program, *map(str, words)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                env=os.environ | {"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
            )

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    @property
    def out(self) -> str:
        """What it printed so far."""
        return self._out.read_text("utf-8", errors="replace")

    def wait_until(self, is_so: Callable[[], bool], seconds: float = LONGEST_SECONDS) -> None:
        """Wait until something is so, the process has ended, or the time is over."""
        end = time.monotonic() + seconds
        while self.is_running and time.monotonic() < end and not is_so():
            time.sleep(_LOOK_SECONDS)

    def sleep(self, seconds: float) -> None:
        """Let it work for a while."""
        self.wait_until(lambda: False, seconds)

    def kill(self) -> None:
        """End it and all it started at once, without a chance to tidy up."""
        if self.is_running:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.is_running:
            self.process.send_signal(signal.SIGINT)

    def end(self, seconds: float = LONGEST_SECONDS) -> Outcome:
        """Wait until it ends; one that does not is killed, and that counts as a fault of ours."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"it did not end in {seconds:.0f} s: {self.out}") from None
        took = time.monotonic() - self.began
        err = self._err.read_text("utf-8", errors="replace")
        return Outcome(self.process.returncode, self.out, err, took)
