"""The runs of an opened database: which there are, and what each was made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from forecast.errors import DatabaseError, UnknownNameError
from forecast.spoken import codes
from forecast.vocabulary import REFERENCE_YEAR

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class ImportedFile:
    """A file that a user imported and a run used; a row of `editions`."""

    edition_id: str
    source_name: str
    dataset_name: str
    file_name: str
    reference_date: date | None
    licence: str


@dataclass(frozen=True)
class RunInfo:
    """The run that figures come from; ``imported`` in the order in which files were laid over."""

    run_id: str
    edition_id: str
    code_version: str
    assumptions_hash: str
    data_hashes: dict[str, str]
    scenarios: tuple[str, ...]
    years: tuple[int, ...]
    started_at: datetime
    ended_at: datetime
    imported: tuple[ImportedFile, ...] = ()

    @property
    def embedded_topics(self) -> frozenset[str]:
        """Folders of the embedded data that the run used a file of."""
        # Imported files stand behind the name of their source and a colon.
        files = (name for name in self.data_hashes if ":" not in name)
        return frozenset(name.partition("/")[0] for name in files)


def read_runs(connection: duckdb.DuckDBPyConnection) -> list[RunInfo]:
    """Return every run that was published, the last first; few of them still have results."""
    rows = connection.execute(
        "SELECT run_id, edition_id, code_version, assumptions_hash, data_hashes, scenario_set, "
        "years, started_at, ended_at FROM runs"
    ).fetchall()
    imported = _imported(connection)
    # Few rows: having DuckDB sort them takes longer than reading them.
    rows.sort(key=lambda row: (-row[-1].timestamp(), row[0]))
    return [
        RunInfo(
            run_id,
            edition_id,
            version,
            digest,
            json.loads(hashes),
            tuple(scenarios.split(",")),
            tuple(int(year) for year in years.split(",")),
            started,
            ended,
            tuple(imported.get(run_id, ())),
        )
        for run_id, edition_id, version, digest, hashes, scenarios, years, started, ended in rows
    ]


def _imported(connection: duckdb.DuckDBPyConnection) -> dict[str, list[ImportedFile]]:
    """Return the imported files that each run used."""
    used = connection.execute("SELECT run_id, edition_id FROM run_editions").fetchall()
    if not used:
        return {}
    editions = {
        edition_id: (imported_at, ImportedFile(edition_id, *facts))
        for edition_id, imported_at, *facts in connection.execute(
            "SELECT edition_id, imported_at, source_name, dataset_name, file_name, reference_date, "
            "licence "
            "FROM editions"
        ).fetchall()
    }
    found: dict[str, list[ImportedFile]] = {}
    for run_id, edition_id in sorted(used, key=lambda row: (editions[row[1]][0], row[1])):
        found.setdefault(run_id, []).append(editions[edition_id][1])
    return found


def latest_run(connection: duckdb.DuckDBPyConnection) -> RunInfo:
    """Return the last published run of an opened database (see `forecast.store.open_published`)."""
    runs = read_runs(connection)
    if not runs:
        raise DatabaseError("no_run_yet")
    return runs[0]


def check_year_of_run(run: RunInfo, year: int | None) -> int:
    """Return the year if the run holds it; without one, 2030 or else the middle year.

    Raises
    ------
    UnknownNameError
        With the years of the run.
    """
    if year is None:
        middle = run.years[len(run.years) // 2]
        return REFERENCE_YEAR if REFERENCE_YEAR in run.years else middle
    if year not in run.years:
        raise UnknownNameError("year_of_run", str(year), run.years)
    return year


def check_scenario_of_run(run: RunInfo, scenario: str) -> str:
    """Return the scenario if the run holds it.

    Raises
    ------
    UnknownNameError
        With the scenarios of the run.
    """
    if scenario not in run.scenarios:
        raise UnknownNameError("scenario", scenario, codes("common.scenario", run.scenarios))
    return scenario
