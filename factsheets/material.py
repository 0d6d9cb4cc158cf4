"""Everything that a factsheet is made of, read from a published run for many terrains at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factsheets.surroundings import Surroundings, all_surroundings
from forecast.day_curve import all_day_curves
from forecast.few_sessions import FewSessions, all_few_sessions
from forecast.query import TerrainReport, check_year_of_run, latest_run, terrain_reports
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
        Load through the day per strategy in the year of the key figures, scenario mid [kW].
    few
        Years in which few sessions are expected, scenario mid.
    """

    report: TerrainReport
    surroundings: Surroundings
    curves_kw: dict[str, list[float]]
    few: FewSessions


def read_material(
    connection: duckdb.DuckDBPyConnection, terrain_ids: Sequence[str]
) -> Iterator[Material]:
    """Yield the material of existing terrains from the last run, in their order."""
    run = latest_run(connection)
    year = check_year_of_run(run, None)
    parts = zip(
        terrain_reports(connection, terrain_ids),
        all_surroundings(connection, terrain_ids),
        all_day_curves(connection, terrain_ids, year, MID_SCENARIO),
        all_few_sessions(connection, terrain_ids, run.years, MID_SCENARIO),
        strict=True,
    )
    return (Material(*part) for part in parts)
