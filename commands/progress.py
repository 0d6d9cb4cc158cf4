"""A progress bar over the stages of a run, on standard error."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


class StageBar:
    """A bar that names the stage at work; silent where standard error is no terminal."""

    def __init__(self, stages: int) -> None:
        self._progress = Progress(
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._progress.add_task("Reading the sources", total=stages)

    def __enter__(self) -> Self:
        """Show the bar."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._progress.stop()

    def next(self, label: str) -> None:
        """Go on to the next stage."""
        self._progress.update(self._task, advance=1, description=label)
