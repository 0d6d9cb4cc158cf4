"""How long all factsheets as PDF take, and the memory: `python benchmarks/factsheets.py --db FILE`.

The whole command as its user gives it. Memory is the most that all processes hold together, with
what they share counted in each.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
PROMISED_SECONDS = 90.0
PROMISED_BYTES = 1_000_000_000
BETWEEN_LOOKS_SECONDS = 0.1


class Watch(threading.Thread):
    """Looks at a process and all it started: their most memory together, and their work."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.most_bytes = 0
        self._work: dict[int, float] = {}
        self._process = process

    @property
    def cpu_seconds(self) -> float:
        """Work of all processes [s]."""
        return sum(self._work.values())

    def run(self) -> None:
        """Look until the process ends."""
        while self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE:
            held = 0
            for process in (self._process, *self._process.children(recursive=True)):
                try:
                    held += process.memory_info().rss
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                self._work[process.pid] = times.user + times.system
            self.most_bytes = max(self.most_bytes, held)
            time.sleep(BETWEEN_LOOKS_SECONDS)


def main() -> None:
    """Measure and print; exit code 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", type=Path, default=Path("laadvraag.duckdb"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--format", default="pdf")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(ROOT / "cli.py"), "factsheet", "--all", "--out", folder]
        command += ["--db", str(arguments.db), "--format", arguments.format]
        command += ["--jobs", str(arguments.jobs)]
        start = time.perf_counter()
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            watch = Watch(psutil.Process(process.pid))
            watch.start()
            code = process.wait()
        seconds = time.perf_counter() - start
        watch.join()
        if code:
            sys.exit(code)
        sheets = [file for file in Path(folder).iterdir() if file.name[0].isdigit()]
        size = sum(file.stat().st_size for file in sheets)
    print(f"{len(sheets):,} files as {arguments.format}, {arguments.jobs} processes")
    print(f"time     {seconds:6.1f} s   {len(sheets) / seconds:.1f} files/s")
    each = 1000 * watch.cpu_seconds / len(sheets)
    print(f"work     {watch.cpu_seconds:6.1f} s   {each:.1f} ms a file")
    print(f"memory   {watch.most_bytes / 1e6:6.0f} MB")
    print(f"size     {size / 1e6:6.0f} MB")
    is_kept = seconds <= PROMISED_SECONDS and watch.most_bytes < PROMISED_BYTES
    sys.exit(not is_kept)


if __name__ == "__main__":
    main()
