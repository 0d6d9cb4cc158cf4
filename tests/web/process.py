"""A real server in a process of its own, as a user starts and stops it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent.parent
_STOP_SECONDS = 30


@dataclass
class Served:
    """A server that answers, and what it said once it has stopped."""

    address: str
    process: subprocess.Popen[str]
    told: str = ""

    def fetch(self, path: str) -> str:
        """Return a page, asked for without a browser."""
        with urlopen(self.address + path, timeout=20) as answer:  # noqa: S310 - own address
            text: str = answer.read().decode()
        return text

    def stop(self) -> int:
        """Stop it as Ctrl-C does; return its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.finished()

    def finished(self) -> int:
        """Wait until it has ended; return its exit code."""
        out, err = self.process.communicate(timeout=_STOP_SECONDS)
        self.told = out + err
        return self.process.returncode


@contextmanager
def served(database: Path, *words: str) -> Iterator[Served]:
    """Start `laadvraag serve` on any free port; stop it in the end."""
    process = subprocess.Popen(
        [sys.executable, "cli.py", "serve", "--db", database, "--port", "0", "--no-background",
         *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        line = process.stdout.readline()
        if not line.startswith("http://"):
            _, err = process.communicate(timeout=_STOP_SECONDS)
            raise AssertionError(f"no address, but: {line}{err}")
        server = Served(line.split()[0].rstrip("/"), process)
        yield server
        if process.poll() is None:
            server.stop()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
