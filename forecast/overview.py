"""Reading the country and the state of the sources from a published run, with DuckDB only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.query import latest_run
from forecast.schema import tables_of

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class NationalFigures:
    """One row of the national summary, with the published figures to compare with."""

    year: int
    scenario: str
    electric_vans: float
    electric_trucks: float
    energy_kwh_per_year: float
    on_terrain_energy_kwh_per_year: float
    unmanaged_design_peak_kw: float
    smart_design_peak_kw: float
    night_block_design_peak_kw: float


def national_summary(connection: duckdb.DuckDBPyConnection) -> list[NationalFigures]:
    """Return the country per year and scenario (low, mid, high), from the last run."""
    run = latest_run(connection)
    rows = connection.execute(
        "SELECT * EXCLUDE (run_id) FROM national_summary WHERE run_id = ?", [run.run_id]
    ).fetchall()
    figures = [NationalFigures(*row) for row in rows]
    return sorted(figures, key=lambda row: (row.year, run.scenarios.index(row.scenario)))


def register_issue_counts(
    connection: duckdb.DuckDBPyConnection,
) -> tuple[int, list[tuple[str, str, int]]]:
    """Return the number of terrains, and (issue code, consequence, terrains) per oddity."""
    issues = connection.execute(
        "SELECT issue_code, consequence, count(*) FROM register_issues GROUP BY ALL "
        "ORDER BY 3 DESC, 1"
    ).fetchall()
    return _count(connection, "terrains"), [
        (str(code), str(text), int(count)) for code, text, count in issues
    ]


def source_counts(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Return (table, rows, meaning) of every source table."""
    return [
        (table.name, _count(connection, table.name), table.meaning) for table in tables_of("source")
    ]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    rows = connection.execute(f'SELECT count(*) FROM "{table}"').fetchall()  # noqa: S608 - a name of the schema
    return int(rows[0][0])
