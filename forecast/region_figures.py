"""Regions of a published run, read with DuckDB only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.run_info import RunInfo, latest_run
from forecast.vocabulary import NATION, PLAN_CLASSES

if TYPE_CHECKING:
    import duckdb

MOST_IN_A_CLASS: Final = 2 / 3
"""Part of the terrains of a known class; a class that holds more tells them hardly apart."""
_UNKNOWN: Final = "not_known"


@dataclass(frozen=True)
class RegionFigures:
    """One row of `regional_summary`, whose meanings and units these are."""

    level: str
    region_id: str
    region_name: str
    year: int
    scenario: str
    terrains: float
    own_site_terrains: float
    collective_terrains: float
    mitigate_terrains: float
    not_known_terrains: float
    vehicles: float
    electric_vans: float
    electric_trucks: float
    depot_energy_kwh_per_year: float
    shared_hub_energy_kwh_per_year: float
    private_charge_points: float
    shared_charge_points: float
    public_charge_points: float | None
    unmanaged_design_peak_kw: float
    smart_design_peak_kw: float
    night_block_design_peak_kw: float

    def of_class(self, plan_class: str) -> float:
        """Return the number of terrains of a plan class."""
        return float(getattr(self, f"{plan_class}_terrains"))

    def design_peak_kw(self, strategy: str) -> float:
        """Return the peak of all its terrains together under a strategy [kW]."""
        return float(getattr(self, f"{strategy}_design_peak_kw"))


def regional_figures(
    connection: duckdb.DuckDBPyConnection,
    level: str,
    *,
    year: int | None = None,
    scenario: str | None = None,
    region_id: str | None = None,
) -> list[RegionFigures]:
    """Return the regions of a level by name, then by year and scenario, from the last run.

    Without a year, scenario or region: all of them.
    """
    run = latest_run(connection)
    rows = connection.execute(
        "SELECT * EXCLUDE (run_id) FROM regional_summary WHERE run_id = $run AND level = $level "
        "AND year = coalesce($year, year) AND scenario = coalesce($scenario, scenario) "
        "AND region_id = coalesce($region, region_id)",
        {
            "run": run.run_id,
            "level": level,
            "year": year,
            "scenario": scenario,
            "region": region_id,
        },
    ).fetchall()
    return sorted((RegionFigures(*row) for row in rows), key=lambda row: _order(row, run))


def national_figures(
    connection: duckdb.DuckDBPyConnection, year: int, scenario: str
) -> RegionFigures:
    """Return the nation in one year and scenario."""
    [nation] = regional_figures(connection, NATION, year=year, scenario=scenario)
    return nation


def lopsided_classes(figures: RegionFigures) -> list[tuple[str, float]]:
    """Return the plan classes that are empty or hold over two thirds, with their part [1].

    Of the terrains whose class is known; none where no class is known.
    """
    known = [name for name in PLAN_CLASSES if name != _UNKNOWN]
    whole = sum(figures.of_class(name) for name in known)
    shares = [(name, figures.of_class(name) / whole) for name in known] if whole > 0 else []
    return [(name, share) for name, share in shares if share == 0 or share > MOST_IN_A_CLASS]


def _order(row: RegionFigures, run: RunInfo) -> tuple[str, str, int, int]:
    return row.region_name, row.region_id, row.year, run.scenarios.index(row.scenario)
