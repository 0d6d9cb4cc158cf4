"""Everything that a factsheet is made of, read from a published run for many terrains at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factsheets.surroundings import Surroundings, all_surroundings
from forecast.day_curve import all_day_curves
from forecast.few_sessions import FewSessions, all_few_sessions
from forecast.query import terrain_reports
from forecast.run_info import check_scenario_of_run, check_year_of_run, latest_run
from forecast.terrain_report import TerrainReport
from forecast.vocabulary import MID_SCENARIO

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Material:
    """What one factsheet is made of.

    Attributes
    ----------
    report, surroundings
        The terrain and what lies around it.
    curves_kw
        Load through the day per strategy in the year and scenario of the key figures [kW].
    few
        Years in which few sessions are expected, in that scenario.
    year, scenario
        What the sheet shows in detail.
    """

    report: TerrainReport
    surroundings: Surroundings
    curves_kw: dict[str, list[float]]
    few: FewSessions
    year: int
    scenario: str


def read_material(
    connection: duckdb.DuckDBPyConnection,
    terrain_ids: Sequence[str],
    year: int | None = None,
    scenario: str = MID_SCENARIO,
) -> Iterator[Material]:
    """Yield the material of existing terrains from the last run, in their order.

    Raises
    ------
    UnknownNameError
        If the run lacks the year or scenario.
    """
    run = latest_run(connection)
    year = check_year_of_run(run, year)
    check_scenario_of_run(run, scenario)
    parts = zip(
        terrain_reports(connection, terrain_ids),
        all_surroundings(connection, terrain_ids),
        all_day_curves(connection, terrain_ids, year, scenario),
        all_few_sessions(connection, terrain_ids, run.years, scenario),
        strict=True,
    )
    return (Material(*part, year, scenario) for part in parts)
