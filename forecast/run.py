"""The main job from files to a published run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from forecast import assumptions, store
from forecast.pipeline import STEPS, Step, check_years, result_tables, run_forecast
from forecast.refinement_log import Entry, active_frame, read_entries
from forecast.schema import TABLES, conform
from forecast.sources.embedded import DEFAULT_FOLDER, SourceData, read_sources
from forecast.version import code_version

STEP_COUNT = len(STEPS)


def run_and_publish(
    database: Path,
    years: Sequence[int],
    *,
    data_folder: Path = DEFAULT_FOLDER,
    assumptions_path: Path = assumptions.DEFAULT_PATH,
    on_step: Callable[[Step], None] = lambda _: None,
) -> str:
    """Read the sources, compute the forecast and publish it; return the run's id.

    The previous run stays readable until the new one is published; on any error it stays the last.

    Raises
    ------
    LaadvraagError
        Whatever is wrong with years, sources, assumptions, figures or database.
    """
    started_at = _now()
    years = check_years(years)
    scenarios = assumptions.load_scenarios(assumptions_path)
    sources = read_sources(data_folder)
    refinements = active_frame(_logged(database))
    state = run_forecast(sources, scenarios, refinements, years, on_step)
    run_id = f"{started_at:%Y%m%dT%H%M%S%f}-{sources.edition_id[:6]}"
    frames = {**sources.tables, **result_tables(state, run_id)}
    run = _run_row(run_id, sources, scenarios, years, started_at)
    store.publish(database, frames, run)
    return run_id


def _logged(database: Path) -> tuple[Entry, ...]:
    """Return the refinements in a database; none if there is no database or no run yet."""
    if not database.exists():
        return ()
    with store.open_layout(database) as connection:
        return read_entries(connection)


def _run_row(
    run_id: str,
    sources: SourceData,
    scenarios: assumptions.ScenarioSet,
    years: Sequence[int],
    started_at: datetime,
) -> pl.DataFrame:
    row = {
        "run_id": run_id,
        "edition_id": sources.edition_id,
        "code_version": code_version(),
        "assumptions_hash": scenarios.digest,
        "data_hashes": json.dumps(dict(sources.data_hashes), sort_keys=True),
        "scenario_set": ",".join(scenarios.by_scenario),
        "years": ",".join(str(year) for year in years),
        "started_at": started_at,
        "ended_at": _now(),
        "refined_at": None,
    }
    schema = TABLES["runs"].polars_schema()
    return conform(pl.DataFrame([row], schema=schema), "runs")


def _now() -> datetime:
    """Return the time in UTC, without a zone as DuckDB's TIMESTAMP keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
