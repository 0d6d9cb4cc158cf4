"""Which two runs are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.errors import DatabaseError, UnknownNameError
from forecast.run_info import RunInfo, check_scenario_of_run, check_year_of_run, read_runs
from forecast.store import KEPT_RUNS

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Comparison:
    """Two runs, with the year and scenario in which they are compared.

    Attributes
    ----------
    before, after
        In the order they were asked for; unless asked, the older first.
    year, scenario
        Both runs hold them.
    """

    before: RunInfo
    after: RunInfo
    year: int
    scenario: str


def comparison(
    connection: duckdb.DuckDBPyConnection,
    asked: Sequence[str],
    year: int | None,
    scenario: str,
) -> Comparison:
    """Return the two runs asked for by the start of their names; unless asked, the last two.

    Raises
    ------
    DatabaseError
        If results of two runs are not held.
    UnknownNameError
        If a run, or a year or scenario of one, does not exist; with those that do.
    """
    runs = read_runs(connection)
    held = _held(connection)
    kept = [run for run in runs if run.run_id in held]
    if asked:
        before, after = (_find(name, runs, kept) for name in asked)
    else:
        if len(kept) < KEPT_RUNS:
            raise DatabaseError("one_run_only")
        after, before = kept[:KEPT_RUNS]
    shared = check_year_of_run(after, year)
    check_year_of_run(before, shared)
    check_scenario_of_run(after, scenario)
    check_scenario_of_run(before, scenario)
    return Comparison(before, after, shared, scenario)


def _held(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute("SELECT DISTINCT run_id FROM national_summary").fetchall()
    return {run_id for (run_id,) in rows}


def _find(name: str, runs: Sequence[RunInfo], kept: Sequence[RunInfo]) -> RunInfo:
    found = [run for run in runs if run.run_id.startswith(name)]
    if name and len(found) == 1:
        if found[0] in kept:
            return found[0]
        raise DatabaseError(
            "run_forgotten",
            run=found[0].run_id,
            count=KEPT_RUNS,
            kept=[run.run_id for run in kept],
        )
    raise UnknownNameError("run", name, [run.run_id for run in found or kept])
