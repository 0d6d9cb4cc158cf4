"""What is done to a command: killed, no room, no permission, a lock held."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.bench import Bench, BrokenPromiseError
from tests.faults.job import Job
from tests.faults.processes import Outcome

ROOM_BYTES = 1_000_000_000
_JUST_AFTER_SECONDS = 0.6
_LONGER_THAN_WAITED_SECONDS = 24.0
_WITHOUT_POWERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
_FAULT_OF_OURS = ("Traceback", "laadvraag itself failed")


@dataclass(frozen=True)
class Moment:
    """When to harm, by chance.

    Attributes
    ----------
    seconds
        How long the command takes unharmed [s].
    """

    chance: random.Random
    seconds: float

    def within(self, part: float = 1.0) -> float:
        """Return any moment while the command works, or until a part beyond it [s]."""
        return self.chance.uniform(0, part * self.seconds)


class Harm(ABC):
    """A fault, inflicted on a job at a moment that chance picks.

    Attributes
    ----------
    name
        As it stands in the table.
    may_fail
        Whether the command may end with a stated problem.
    """

    name: str
    may_fail = True

    def why_not(self) -> str:
        """Return why this machine can't do it; empty where it can."""
        return ""

    @contextmanager
    def place(self, folder: Path) -> Iterator[Path]:
        """Give a folder for the database and the documents."""
        folder.mkdir(parents=True)
        yield folder

    @abstractmethod
    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        """Let a job run, and harm it.

        Raises
        ------
        BrokenPromiseError
            If it ends otherwise than well, or with a sentence.
        """

    def judge(self, outcome: Outcome) -> None:
        """Check that a command ended well, or with a sentence for a person."""
        said = outcome.err.strip()[-600:]
        if any(mark in outcome.err for mark in _FAULT_OF_OURS):
            raise BrokenPromiseError(f"no sentence for a person: {said}")
        if outcome.code and not (self.may_fail and "Error: " in outcome.err):
            raise BrokenPromiseError(f"ended with {outcome.code}: {said}")


class Kill(Harm):
    """SIGKILL to the process and its children, anywhere, or while it writes."""

    name = "killed"

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        is_writing = job.is_writing(bench)
        started = job.start(bench)
        with job.helped(bench, started):
            if moment.chance.random() < 0.5:
                started.wait_until(is_writing)
                started.sleep(moment.chance.uniform(0, _JUST_AFTER_SECONDS))
            else:
                started.sleep(moment.within(1.05))
            started.kill()
        job.acknowledge(bench, started.end())


class FullDisk(Harm):
    """A disk of its own with too little room, by chance as little as none."""

    name = "disk full"

    def why_not(self) -> str:
        return "" if _can_mount() else "only root mounts a disk: a limit on file sizes instead"

    @contextmanager
    def place(self, folder: Path) -> Iterator[Path]:
        folder.mkdir(parents=True)
        _mount("-t", "tmpfs", "-o", f"size={ROOM_BYTES}", "tmpfs", folder)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        ballast = bench.folder / "ballast"
        room = int(
            moment.chance.choice((0, 10_000, 1_000_000, 30_000_000)) * moment.chance.uniform(0.1, 2)
        )
        size = shutil.disk_usage(bench.folder).free - room
        with ballast.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, size)
        try:
            started = job.start(bench)
            with job.helped(bench, started):
                outcome = started.end()
        finally:
            ballast.unlink()
        self.judge(outcome)
        job.acknowledge(bench, outcome)


class FileSizeLimit(Harm):
    """No file may grow beyond a size: what a quota does, where no disk can be mounted."""

    name = "quota"

    def why_not(self) -> str:
        return "" if shutil.which("prlimit") else "there is no prlimit"

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        largest = bench.database.stat().st_size if bench.database.exists() else 0
        bytes_ = int(largest * moment.chance.uniform(0, 1.3)) + moment.chance.randrange(100_000)
        started = job.start(bench, before=("prlimit", f"--fsize={bytes_}"))
        with job.helped(bench, started):
            outcome = started.end()
        self.judge(outcome)
        job.acknowledge(bench, outcome)


class NoWriting(Harm):
    """Write permission is taken from the database, its folder or the documents, before or during.

    Root may write everywhere: as root the command is started without that power.
    """

    name = "write permission taken"

    def why_not(self) -> str:
        if os.geteuid() == 0 and shutil.which("setpriv") is None:
            return "root may write everywhere, and there is no setpriv to give that up"
        return ""

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        bench.output.mkdir(exist_ok=True)
        things = [bench.folder, bench.output, bench.database]
        taken = moment.chance.choice([path for path in things if path.exists()])
        mode = taken.stat().st_mode
        delay = moment.chance.choice((0.0, moment.within()))
        before = _WITHOUT_POWERS if os.geteuid() == 0 else ()
        try:
            if not delay:
                taken.chmod(0o555 if taken.is_dir() else 0o444)
            started = job.start(bench, before=before)
            with job.helped(bench, started):
                started.sleep(delay)
                taken.chmod(0o555 if taken.is_dir() else 0o444)
                outcome = started.end()
        finally:
            taken.chmod(mode)
        self.judge(outcome)
        job.acknowledge(bench, outcome)


class ReadOnlyDisk(FullDisk):
    """The whole disk turns read-only, as one that is ejected or fails does."""

    name = "disk turned read-only"

    def why_not(self) -> str:
        return "" if _can_mount() else "only root mounts a disk"

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        started = job.start(bench)
        with job.helped(bench, started):
            end = time.monotonic() + moment.within()
            while started.is_running:
                # It is refused while a file is open for writing, as that of a real disk is.
                if time.monotonic() > end and _remount(bench.folder, "ro"):
                    break
                started.sleep(0.02)
            outcome = started.end()
        _remount(bench.folder, "rw")
        self.judge(outcome)
        job.acknowledge(bench, outcome)


class Lock(Harm):
    """Another process holds the database for a while, or for longer than anybody waits."""

    name = "lock held"
    code = (
        "import sys, time, duckdb\n"
        "c = duckdb.connect(sys.argv[1]); print('ready', flush=True)\n"
        "time.sleep(float(sys.argv[2]))"
    )

    def __init__(self, *, is_long: bool = False) -> None:
        self.is_long = is_long
        self.may_fail = is_long
        if is_long:
            self.name = "lock held too long"

    def inflict(self, job: Job, bench: Bench, moment: Moment) -> None:
        held = _LONGER_THAN_WAITED_SECONDS if self.is_long else moment.chance.uniform(0.5, 4)
        holder = subprocess.Popen(
            [sys.executable, "-c", self.code, bench.database, str(held)],
            stdout=subprocess.PIPE,
            text=True,
        )
        with holder:
            assert holder.stdout
            holder.stdout.readline()
            started = job.start(bench)
            with job.helped(bench, started):
                outcome = started.end()
            holder.kill()
        self.judge(outcome)
        if outcome.code and str(holder.pid) not in outcome.err:
            raise BrokenPromiseError(f"it does not say who holds the file: {outcome.err}")
        job.acknowledge(bench, outcome)


def _can_mount() -> bool:
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    return (
        subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True).returncode
        == 0
    )


def _mount(*words: str | Path) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)


def _remount(folder: Path, how: str) -> bool:
    done = subprocess.run(
        ["mount", "-o", f"remount,{how}", folder], check=False, capture_output=True
    )
    return done.returncode == 0
