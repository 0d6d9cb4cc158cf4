"""Progress bars on standard error, silent where it is no terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class _Bar:
    """A bar on standard error that goes away when it is done."""

    def __init__(self, description: str, total: int | None, *columns: ProgressColumn) -> None:
        self._progress = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        self._task = self._progress.add_task(description, total=total)

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


class StageBar(_Bar):
    """A bar over the stages of a run, which names the one at work."""

    def __init__(self, stages: int) -> None:
        super().__init__(
            "Reading the sources",
            stages,
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TimeElapsedColumn(),
            TextColumn("{task.description}"),
        )

    def next(self, label: str) -> None:
        """Go on to the next stage."""
        self._progress.update(self._task, advance=1, description=label)


class CountBar(_Bar):
    """A bar over many like things, with the time that is left."""

    def __init__(self, description: str, total: int) -> None:
        super().__init__(
            description,
            total,
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
        )

    def advance(self, count: int) -> None:
        """Go on by a number of things."""
        self._progress.update(self._task, advance=count)


class TransferBar(_Bar):
    """A bar over what comes in from a server: rows where it counts them, else bytes."""

    def __init__(self, name: str) -> None:
        super().__init__(
            name, None, TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[told]}"),
        )  # fmt: skip
        self._progress.update(self._task, told="")

    def show(self, done: int, total: int | None, told: str) -> None:
        """Show how far it is; without a total the bar only moves."""
        self._progress.update(self._task, completed=done, total=total, told=told)
