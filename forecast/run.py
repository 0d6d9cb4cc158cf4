"""The main job from files to a published run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from forecast import assumptions, store
from forecast.editions import Edition, read_in_use
from forecast.pipeline import STEPS, Step, check_years, result_tables, run_forecast
from forecast.refinement_entry import Entry
from forecast.refinement_log import active_frame, read_entries
from forecast.schema import TABLES, conform
from forecast.sources.embedded import DEFAULT_FOLDER, SourceData, read_sources
from forecast.sources.overlay import lay_over
from forecast.version import code_version

STEP_COUNT = len(STEPS)


def run_and_publish(
    database: Path,
    years: Sequence[int],
    *,
    data_folder: Path = DEFAULT_FOLDER,
    assumptions_path: Path = assumptions.DEFAULT_PATH,
    as_of: date | None = None,
    on_step: Callable[[Step], None] = lambda _: None,
) -> str:
    """Read the sources, compute the forecast and publish it; return the run's id.

    Imported editions are laid over the embedded data: the last ones, or those that were the last
    on the day ``as_of``. The previous run stays readable until the new one is published; on any
    error it stays the last.

    Raises
    ------
    LaadvraagError
        Whatever is wrong with years, sources, assumptions, figures or database.
    """
    started_at = _now()
    years = check_years(years)
    scenarios = assumptions.load_scenarios(assumptions_path)
    imported = read_in_use(database, as_of)
    sources = lay_over(read_sources(data_folder), imported, data_folder)
    refinements = active_frame(_logged(database))
    state = run_forecast(sources, scenarios, refinements, years, on_step)
    run_id = f"{started_at:%Y%m%dT%H%M%S%f}-{sources.edition_id[:6]}"
    used = _edition_rows(run_id, [each.edition for each in imported])
    frames = {**sources.tables, **result_tables(state, run_id), "run_editions": used}
    run = _run_row(run_id, sources, scenarios, years, started_at)
    store.publish(database, frames, run)
    return run_id


def _logged(database: Path) -> tuple[Entry, ...]:
    """Return the refinements in a database; none if there is no database or no run yet."""
    with store.open_any(database) as connection:
        return read_entries(connection) if connection else ()


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


def _edition_rows(run_id: str, editions: Sequence[Edition]) -> pl.DataFrame:
    rows = [(run_id, each.edition_id, each.source_name, each.dataset_name) for each in editions]
    schema = TABLES["run_editions"].polars_schema()
    return conform(pl.DataFrame(rows, schema=schema, orient="row"), "run_editions")


def _now() -> datetime:
    """Return the time in UTC, without a zone as DuckDB's TIMESTAMP keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
