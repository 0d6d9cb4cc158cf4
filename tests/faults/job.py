"""A command under harm: how it begins, what it promises, and how it is given again."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.bench import Bench, BrokenPromiseError
from tests.faults.processes import COMMAND, Outcome, Started


class Job(ABC):
    """A command under harm.

    Attributes
    ----------
    name
        As it stands in the table.
    has_database
        Whether there is a database before it starts.
    is_without_database
        Whether it knows none.
    is_of_all_terrains
        Whether it takes long with all terrains of the country.
    """

    name: str
    has_database = True
    is_without_database = False
    is_of_all_terrains = False

    def start(self, bench: Bench, before: Sequence[str] = ()) -> Started:
        """Start it in a process of its own, by way of another program if one stands before it."""
        words = [*self.words(bench), *([] if self.is_without_database else self._where(bench))]
        started = Started(words, bench.logs, program=(*before, *self.program(bench)))
        bench.started.append(started)
        return started

    def program(self, bench: Bench) -> tuple[str, ...]:
        """Return what is started, before the words."""
        del bench
        return COMMAND

    def _where(self, bench: Bench) -> list[str | Path]:
        return ["--db", bench.database]

    @abstractmethod
    def words(self, bench: Bench) -> list[str | Path]:
        """Return what is typed; notes what is tried."""

    def prepare(self, bench: Bench) -> None:
        """Bring the bench to where a trial starts: nothing is to be done."""
        del bench

    def is_writing(self, bench: Bench) -> Callable[[], bool]:
        """Return what tells whether it writes by now."""
        before = bench.marks()
        return lambda: bench.marks() != before

    @contextmanager
    def helped(self, bench: Bench, started: Started) -> Iterator[None]:
        """Do what a user does beside the process, while it works."""
        del bench, started
        yield

    @abstractmethod
    def acknowledge(self, bench: Bench, outcome: Outcome) -> None:
        """Note what it promised before it ended."""

    def check(self, bench: Bench) -> None:
        """Check what is particular to this command, after harm: nothing is."""
        del bench

    def again(self, bench: Bench) -> None:
        """Give it again without harm.

        Raises
        ------
        BrokenPromiseError
            If it does not succeed, or leaves something behind.
        """
        bench.age_leftovers()
        started = self.start(bench)
        with self.helped(bench, started):
            outcome = started.end()
        if outcome.code:
            raise BrokenPromiseError(f"the next one failed: {outcome.err.strip()[-600:]}")
        self.acknowledge(bench, outcome)
        if left := bench.leftovers():
            raise BrokenPromiseError(f"left behind: {left}")
